//! The exit codes are a contract with scripts: they are written out here once
//! more, so that changing one is a decision and not an accident.

use crate::environment::{Pattern, TestEnvironment};
use signreq::error::{EXIT_CODES, Kind};
use std::io::Read as _;
use std::net::TcpListener;

const CONTRACT: &[(Kind, u8)] = &[
    (Kind::Internal, 1),
    (Kind::Usage, 2),
    (Kind::Redirected, 3),
    (Kind::ClientError, 4),
    (Kind::ServerError, 5),
    (Kind::Resolve, 6),
    (Kind::Connect, 7),
    (Kind::EndedEarly, 18),
    (Kind::Write, 23),
    (Kind::Read, 26),
    (Kind::TimedOut, 28),
    (Kind::Handshake, 35),
    (Kind::TooManyRedirects, 47),
    (Kind::EmptyAnswer, 52),
    (Kind::Send, 55),
    (Kind::Receive, 56),
    (Kind::Certificate, 60),
    (Kind::Unexpected, 65),
    (Kind::Refused, 77),
    (Kind::Config, 78),
    (Kind::Interrupted, 130),
];

/// The others stand in the tests of what leads to them.
#[test]
fn a_request_that_the_server_does_not_take_is_55() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    // One that goes away with most of the body unread resets the connection.
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let _ = stream.read(&mut [0; 16]);
        }
    });
    let environment = TestEnvironment::new();
    environment.config(&format!("[profile.p]\nscheme = \"none\"\nurl = \"{url}\"\n"));
    environment.file("large", vec![b'x'; 16 << 20]);
    // With the question whether the body is wanted, only the answer would fail.
    environment.signreq(&["p", "/x", "-T", "large", "Expect:"]).gives(
        55,
        "",
        Pattern::holds(&["the request could not be sent: "]),
    );
}

#[test]
fn every_kind_has_the_code_of_the_contract() {
    let table: Vec<(Kind, u8)> = EXIT_CODES.iter().map(|row| (row.0, row.1)).collect();
    assert_eq!(table, CONTRACT);
    for (kind, code) in CONTRACT {
        assert_eq!(kind.exit_code(), *code, "{kind:?}");
    }
}
