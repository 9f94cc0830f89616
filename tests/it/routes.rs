//! The way to a server: names, addresses, sockets.

use crate::environment::{Pattern, TestEnvironment};
use crate::proxies::echo;

fn environment(url: &str, lines: &str) -> TestEnvironment {
    let environment = TestEnvironment::new();
    environment.config(&format!("[profile.p]\nscheme = 'none'\nurl = '{url}'\n{lines}"));
    environment
}

#[test]
fn names_are_what_the_user_says_they_are() {
    let port = echo();
    let url = format!("http://api.example:{port}");
    let at = |address: &str| format!("api.example:{port}:{address}");
    let own = environment(&url, "");
    for rule in [at("127.0.0.1"), at("192.0.2.1,127.0.0.1"), format!("*:{port}:127.0.0.1")] {
        let host = format!("Host: api.example:{port}\r\n");
        own.signreq(&["p", "/x", "--resolve", &rule, "-m", "30s"]).gives(
            0,
            Pattern::holds(&[&host]),
            "",
        );
    }
    own.signreq(&["p", "/x", "--resolve", "api.example:1:127.0.0.1"]).gives(
        6,
        "",
        Pattern::holds(&["api.example could not be resolved"]),
    );
    own.signreq(&["p", "/x", "--resolve", "api.example:1"]).gives(
        2,
        "",
        Pattern::holds(&["--resolve: 'api.example:1': it is no HOST:PORT:ADDRESS"]),
    );
    let lines = format!("resolve = ['other.example:1:192.0.2.1', '{}']\n", at("127.0.0.1"));
    environment(&url, &lines).signreq(&["p", "/x"]).gives(0, Pattern::Something, "");
    let wrong = environment(&url, "resolve = ['api.example']\n");
    wrong.signreq(&["p", "/x"]).gives(
        78,
        "",
        Pattern::holds(&["config.toml:4: resolve: 'api.example': it is no HOST:PORT:ADDRESS"]),
    );
}

#[test]
fn another_host_is_connected_to_and_the_first_is_asked_for() {
    let port = echo();
    let to = format!("api.example:80:127.0.0.1:{port}");
    let own = environment("http://api.example", "");
    let host = Pattern::holds(&["GET /x HTTP/1.1\r\nHost: api.example\r\n"]);
    own.signreq(&["p", "/x", "--connect-to", &to]).gives(0, host, "");
    own.signreq(&["p", "/x", "--connect-to", "other.example:80:127.0.0.1:1"]).gives(
        6,
        "",
        Pattern::holds(&["api.example"]),
    );
    own.signreq(&["p", "/x", "--connect-to", "a:b"]).gives(
        2,
        "",
        Pattern::holds(&["--connect-to: 'a:b'"]),
    );
    environment("http://api.example", &format!("connect_to = '{to}'\n"))
        .signreq(&["p", "/x"])
        .gives(0, Pattern::Something, "");
}

#[test]
fn only_addresses_of_one_kind_are_used() {
    // It listens on IPv4 alone.
    let port = echo();
    let own = environment(&format!("http://localhost:{port}"), "");
    own.signreq(&["p", "/x", "-4"]).gives(0, Pattern::Something, "");
    own.signreq(&["p", "/x", "-6"]).gives(7, "", Pattern::holds(&["[::1]:"]));
    own.signreq(&["p", "/x", "-6", "-4"]).gives(0, Pattern::Something, "");
    own.signreq(&["p", "/x", "--set", "ipv6=true"]).gives(7, "", Pattern::holds(&["[::1]:"]));
    own.signreq(&["p", "/x", "--set", "ipv6=true", "--ipv4"]).gives(0, Pattern::Something, "");
    let own = environment(&format!("http://127.0.0.1:{port}"), "");
    own.signreq(&["p", "/x", "-6"]).gives(
        6,
        "",
        Pattern::holds(&["host 127.0.0.1 could not be resolved: it has no IPv6 address"]),
    );
}

#[test]
fn connections_come_from_the_address_asked_for() {
    let port = echo();
    let own = environment(&format!("http://localhost:{port}"), "");
    own.signreq(&["p", "/x", "--interface", "127.0.0.1"]).gives(0, Pattern::Something, "");
    own.signreq(&["p", "/x", "--interface", "192.0.2.1"]).gives(
        7,
        "",
        Pattern::holds(&["from 192.0.2.1: "]),
    );
    own.signreq(&["p", "/x", "--interface", "eth0"]).gives(
        2,
        "",
        Pattern::holds(&["'eth0' is no IP address", "ip -brief address show dev eth0"]),
    );
}

#[cfg(unix)]
#[test]
fn a_unix_socket_is_connected_to() {
    use std::io::{Read as _, Write as _};
    let own = environment("http://api.example", "");
    let path = own.work().join("socket");
    let listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut request = [0; 4096];
            let length = stream.read(&mut request).unwrap();
            let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
            stream.write_all(&[answer.as_bytes(), &request[..length]].concat()).unwrap();
        }
    });
    let host = || Pattern::holds(&["GET /x HTTP/1.1\r\nHost: api.example\r\n"]);
    own.signreq(&["p", "/x", "--unix-socket", "socket"]).gives(0, host(), "");
    let mut own = own;
    own.set("http_proxy", "http://127.0.0.1:1");
    let set = format!("unix_socket={}", path.display());
    own.signreq(&["p", "/x", "--set", &set]).gives(0, host(), "");
    own.signreq(&["p", "/x", "--unix-socket", "no/such"]).gives(
        7,
        "",
        Pattern::holds(&["could not connect to no/such: no such file"]),
    );
    own.signreq(&["p", "/x", "--unix-socket", "socket", "-x", "p:1"]).gives(
        2,
        "",
        Pattern::holds(&["--proxy and --unix-socket"]),
    );
}
