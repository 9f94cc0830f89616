//! `verify`'s reader of raw HTTP requests.

#![no_main]

use libfuzzer_sys::fuzz_target;
use signreq::flow::capture::Form;
use signreq::model::url::Protocol;
use signreq_fuzz::{LIMIT, assert_survives_writing, read};

fuzz_target!(|bytes: &[u8]| {
    if bytes.len() > LIMIT {
        return;
    }
    if let Some(received) = read(bytes, Form::Http, Protocol::Https) {
        assert_survives_writing(&received);
    }
});
