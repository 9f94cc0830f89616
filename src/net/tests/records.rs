//! What comes over TLS after the handshake.

use super::tls::{config, over_tls, params, self_signed};
use super::*;
use rustls::{ServerConnection, StreamOwned};

#[test]
fn a_forged_record_fails_after_what_came_before_it() {
    for (sent, received, why) in [
        ("", "", "no answer could be received: cannot decrypt peer's message"),
        ("HTTP/1.1 200 OK\r\n", "", "the head of the answer is incomplete: cannot decrypt"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello", "hello", "after 5 bytes: cannot"),
    ] {
        let config = config(&[&self_signed(params("server", &["localhost"]))]);
        let server = serve(move |stream| {
            let mut tls = StreamOwned::new(ServerConnection::new(config).unwrap(), stream);
            read_request(&mut tls);
            // Both in one packet: the record that is right must not be lost.
            let mut records = Vec::new();
            tls.conn.writer().write_all(sent.as_bytes()).unwrap();
            while tls.conn.wants_write() {
                tls.conn.write_tls(&mut records).unwrap();
            }
            records.extend(b"\x17\x03\x03\x00\x20 no key has made this, none at all");
            tls.sock.write_all(&records).unwrap();
            // The client says why it goes; then it is gone.
            let _ = tls.sock.read_to_end(&mut Vec::new());
        });
        let client = Ureq::new(insecure_options());
        let mut body = Vec::new();
        let answer = over_tls(&client, "localhost", server.port);
        let result =
            answer.and_then(|mut answer| answer.body.read_to_end(&mut body).map_err(typed));
        let (kind, message) = failure(result);
        assert_eq!(kind, Kind::Receive, "{message}");
        assert!(message.contains(why), "{message}");
        assert_eq!(body, received.as_bytes());
    }
}
