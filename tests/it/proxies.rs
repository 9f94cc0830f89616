//! Requests through proxies. The hosts have names that nobody can resolve, so
//! an answer shows that the proxy was asked.

use crate::environment::{Pattern, TestEnvironment};
use crate::proxy_server::{Manners, Proxy};
use crate::tls_server::{self, Pair};
use rustls::version::{TLS12, TLS13};
use std::io::{Read as _, Write as _};
use std::net::TcpListener;

/// A server that answers each request with the request.
pub(crate) fn echo() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                if stream.read_exact(&mut byte).is_err() {
                    break;
                }
                head.extend(byte);
            }
            let length = head.len();
            let answer =
                format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n");
            let _ = stream.write_all(&[answer.into_bytes(), head].concat());
        }
    });
    port
}

/// A world with a profile `p` of a server that echoes, and one `s` of a server
/// with TLS, both of the host `api.example`; with these lines in both.
fn environment(lines: &str) -> (TestEnvironment, u16, u16) {
    let pair = Pair::new("api.example", |_| {});
    let config = pair.config(&[&TLS12, &TLS13], |builder| builder.with_no_client_auth());
    let (plain, secure) = (echo(), tls_server::listen(config));
    let environment = TestEnvironment::new();
    environment.file("own.pem", &pair.pem);
    environment.config(&format!(
        "[profile.p]\nscheme = 'none'\nurl = 'http://api.example:{plain}'\n{lines}\n\
         [profile.s]\nscheme = 'none'\nurl = 'https://api.example:{secure}'\n\
         cacert = '../../../work/own.pem'\n{lines}\n"
    ));
    (environment, plain, secure)
}

#[test]
fn an_http_target_is_forwarded_and_an_https_one_tunnelled() {
    let (environment, plain, secure) = environment("");
    let proxy = Proxy::http(Manners::default());
    let option = format!("http://127.0.0.1:{}", proxy.port);
    let words = ["-x", &option, "p", "/a%2Fb//c/../d?x=%41&y", "X-Own:1"];
    let echoed = environment.signreq(&words).gives(0, Pattern::Something, "").stdout;
    assert!(
        echoed.starts_with(&format!(
            "GET /a%2Fb//c/../d?x=%41&y HTTP/1.1\r\nHost: api.example:{plain}\r\n"
        )),
        "{echoed}"
    );
    environment.signreq(&["-x", &option, "s", "/x"]).gives(0, "ok", "");
    let seen = proxy.seen();
    assert!(
        seen[0].starts_with(&format!(
            "GET http://api.example:{plain}/a%2Fb//c/../d?x=%41&y HTTP/1.1\r\nHost: api.example:{plain}\r\n"
        )),
        "{seen:?}"
    );
    let connect =
        format!("CONNECT api.example:{secure} HTTP/1.1\r\nHost: api.example:{secure}\r\n\r\n");
    assert_eq!(seen[1], connect);
}

#[test]
fn a_signature_holds_behind_a_proxy() {
    let environment = TestEnvironment::new();
    let proxy = Proxy::http(Manners::default());
    let option = format!("http://127.0.0.1:{}", proxy.port);
    for words in [
        &["foreman", "get", "/api/v2/hosts", "search==a b"][..],
        &["s3", "get", "/", "X-Amz-Meta-Own:1"],
        &["maas", "get", "/machines/"],
    ] {
        let line = [&["sandbox", "--", "signreq", "-x", &option][..], words].concat();
        environment.signreq(&line).gives(0, Pattern::Holds(Vec::new()), "");
    }
    assert!(
        proxy.seen().iter().all(|head| head.contains(" http://127.0.0.1:")),
        "{:?}",
        proxy.seen()
    );
}

#[test]
fn a_host_of_its_own_goes_through_a_tunnel_which_leaves_it_alone() {
    let (environment, plain, _) = environment("");
    let proxy = Proxy::http(Manners::default());
    let option = format!("127.0.0.1:{}", proxy.port);
    let echoed = environment
        .signreq(&["-x", &option, "p", "/x", "Host:other.example"])
        .gives(0, Pattern::Something, "")
        .stdout;
    assert!(echoed.starts_with("GET /x HTTP/1.1\r\nHost: other.example\r\n"), "{echoed}");
    assert!(proxy.seen()[0].starts_with(&format!("CONNECT api.example:{plain} ")));
}

#[test]
fn socks_proxies_resolve_names_or_have_them_resolved() {
    let (environment, plain, secure) = environment("");
    let proxy = Proxy::socks(Manners::default());
    let socks5h = format!("socks5h://127.0.0.1:{}", proxy.port);
    let socks5 = format!("socks5://127.0.0.1:{}", proxy.port);
    environment.signreq(&["-x", &socks5h, "p", "/x"]).gives(0, Pattern::Something, "");
    environment.signreq(&["-x", &socks5h, "s", "/x"]).gives(0, "ok", "");
    let resolve = format!("api.example:{plain}:192.0.2.7");
    environment.signreq(&["-x", &socks5, "--resolve", &resolve, "p", "/x"]).gives(
        0,
        Pattern::Something,
        "",
    );
    let expected = [
        format!("api.example:{plain}"),
        format!("api.example:{secure}"),
        format!("192.0.2.7:{plain}"),
    ];
    assert_eq!(proxy.seen(), expected);
}

#[test]
fn a_proxy_is_spoken_to_over_tls() {
    let (environment, _, _) = environment("");
    // The one file vouches for the proxy and for the server behind it.
    let pair = Pair::new("localhost", |_| {});
    let own = std::fs::read_to_string(environment.work().join("own.pem")).unwrap();
    environment.file("both.pem", own + &pair.pem);
    let proxy = Proxy::https(&pair, Manners::default());
    let option = format!("https://localhost:{}", proxy.port);
    environment.signreq(&["-x", &option, "--cacert", "both.pem", "p", "/x"]).gives(
        0,
        Pattern::Something,
        "",
    );
    environment.signreq(&["-x", &option, "--cacert", "both.pem", "s", "/x"]).gives(0, "ok", "");
    // Blind trust is in the server alone.
    let told = environment.signreq(&["-x", &option, "-k", "s", "/x"]).gives(
        60,
        "",
        Pattern::holds(&[&format!("proxy https://localhost:{}: its certificate", proxy.port)]),
    );
    assert!(!told.stderr.contains("-k"), "{}", told.stderr);
}

#[test]
fn the_environment_names_proxies_by_the_targets_scheme() {
    let (mut environment, _, _) = environment("");
    let proxy = Proxy::http(Manners::default());
    let url = format!("http://127.0.0.1:{}", proxy.port);
    for (name, http, https) in [
        ("http_proxy", true, false),
        // The header Proxy of a CGI program's client: nobody reads it.
        ("HTTP_PROXY", false, false),
        ("https_proxy", false, true),
        ("HTTPS_PROXY", false, true),
        ("all_proxy", true, true),
        ("ALL_PROXY", true, true),
    ] {
        environment.set(name, url.as_str());
        for (profile, proxied) in [("p", http), ("s", https)] {
            let run = environment.signreq(&[profile, "/x"]);
            if proxied {
                run.gives(0, Pattern::Something, "");
            } else {
                run.gives(6, "", Pattern::holds(&["api.example"]));
            }
        }
        environment.signreq(&["p", "/x", "-x", ""]).gives(6, "", Pattern::holds(&["api.example"]));
        environment.signreq(&["s", "/x", "--noproxy", "example"]).gives(
            6,
            "",
            Pattern::holds(&["api.example"]),
        );
        environment.set("NO_PROXY", "other.example,.api.example");
        environment.signreq(&["s", "/x"]).gives(6, "", Pattern::holds(&["api.example"]));
        environment.set("NO_PROXY", "");
        environment.set(name, "");
    }
}

#[test]
fn the_sandbox_is_reached_without_a_proxy() {
    let mut environment = TestEnvironment::new();
    for name in ["http_proxy", "all_proxy"] {
        environment.set(name, "http://127.0.0.1:1");
    }
    let machines = Pattern::holds(&["system_id"]);
    environment.signreq(&["--sandbox", "maas", "get", "/machines/"]).gives(0, machines, "");
    let words = ["sandbox", "--", "signreq", "maas", "get", "/machines/"];
    environment.signreq(&words).gives(0, Pattern::holds(&["system_id"]), "");
}

#[test]
fn who_we_are_at_the_proxy_is_the_profiles_secret_or_in_the_environment() {
    let user = Some(("ares", "open:sesame é"));
    let lines = "proxy_user = 'ares'\nproxy_password = { command = 'echo open:sesame é' }\n";
    let manners = Manners { user, ..Manners::default() };
    for proxy in [(Proxy::http(manners), "http"), (Proxy::socks(manners), "socks5h")] {
        let (proxy, kind) = proxy;
        let (mut environment, _, _) = environment(lines);
        let option = format!("{kind}://127.0.0.1:{}", proxy.port);
        environment.signreq(&["-x", &option, "p", "/x"]).gives(0, Pattern::Something, "");
        let shown = environment.signreq(&["-v", "-x", &option, "s", "/x"]).gives(
            0,
            "ok",
            Pattern::Something,
        );
        assert!(!shown.stderr.contains("sesame"), "{}", shown.stderr);

        let told = Pattern::holds(&["refuses the user 'ares'", "proxy_password = {"]);
        let set = ["--set", "proxy_user=ares"];
        let wrong = TestEnvironment::new();
        wrong.config("[profile.p]\nscheme = 'none'\nurl = 'http://api.example'\n");
        wrong.signreq(&[&["-x", &option, "p", "/x"][..], &set].concat()).gives(7, "", told);
        let told = Pattern::holds(&["asks for a user and a password", "proxy_user = "]);
        wrong.signreq(&["-x", &option, "p", "/x"]).gives(7, "", told);

        environment.config("[profile.p]\nscheme = 'none'\nurl = 'http://api.example'\n");
        let plain = echo();
        let url = format!("url=http://api.example:{plain}");
        let with_user = format!("{kind}://ares:open%3Asesame%20%C3%A9@127.0.0.1:{}", proxy.port);
        environment.set("all_proxy", with_user.as_str());
        environment.signreq(&["p", "/x", "--set", &url]).gives(0, Pattern::Something, "");
        environment.set("all_proxy", "");
        environment.set("SIGNREQ_P_PROXY", with_user.as_str());
        environment.signreq(&["p", "/x", "--set", &url]).gives(0, Pattern::Something, "");
    }
}

#[test]
fn a_password_is_neither_an_options_nor_a_public_fields() {
    let (environment, _, _) = environment("");
    let url = "http://ares:sesame@127.0.0.1:1";
    let told = environment.signreq(&["-x", url, "p", "/x"]).gives(
        2,
        "",
        Pattern::holds(&["can be seen by others", "proxy_password = {"]),
    );
    assert!(!told.stderr.contains("sesame"), "{}", told.stderr);
    environment.config(&format!(
        "[profile.p]\nscheme = 'none'\nurl = 'http://api.example'\nproxy = '{url}'\n"
    ));
    let told = environment.signreq(&["p", "/x"]).gives(
        78,
        "",
        Pattern::holds(&["config.toml:4: proxy: ", "proxy_password = {"]),
    );
    assert!(!told.stderr.contains("sesame"), "{}", told.stderr);
    let set = format!("proxy={url}");
    environment.signreq(&["p", "/x", "--set", &set]).gives(2, "", Pattern::holds(&["--set proxy"]));
}

#[test]
fn what_a_proxy_does_wrong_is_said_of_the_proxy() {
    let (environment, _, _) = environment("");
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let answering = |answer| Proxy::http(Manners { answer: Some(answer), ..Manners::default() });
    let forbidding = answering("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    let negotiating = answering(
        "HTTP/1.1 407 No\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\n\
         Content-Length: 0\r\n\r\n",
    );
    let silent = answering("");
    let babbling = answering("SSH-2.0-OpenSSH_9.2\r\n\r\n");
    let not_socks =
        Proxy::socks(Manners { answer: Some("HTTP/1.1 400 Bad\r\n"), ..Manners::default() });
    for (profile, kind, port, code, why) in [
        ("p", "http", nobody, 7, "could not connect to proxy http://127.0.0.1:"),
        ("s", "http", nobody, 7, "connection refused"),
        ("s", "socks5h", nobody, 7, "could not connect to proxy socks5h://127.0.0.1:"),
        ("s", "http", forbidding.port, 7, "made no connection to api.example:"),
        ("s", "http", forbidding.port, 7, "403 Forbidden"),
        ("p", "http", forbidding.port, 4, "403 Forbidden"),
        ("s", "http", negotiating.port, 7, "it asks for Negotiate or NTLM"),
        ("p", "http", negotiating.port, 7, "it asks for Negotiate or NTLM"),
        ("s", "http", silent.port, 7, "closed the connection without an answer"),
        ("p", "http", silent.port, 52, "through proxy http://127.0.0.1:"),
        ("s", "http", babbling.port, 7, "its answer is not HTTP; it begins with 'SSH-2.0"),
        ("s", "socks5", not_socks.port, 6, "api.example could not be resolved"),
        ("s", "socks5h", not_socks.port, 7, "does not speak SOCKS 5"),
    ] {
        let option = format!("{kind}://127.0.0.1:{port}");
        environment.signreq(&["-x", &option, profile, "/x"]).gives(
            code,
            "",
            Pattern::holds(&[why]),
        );
    }
    environment.signreq(&["-x", "http://no.such.host.invalid:1", "p", "/x"]).gives(
        6,
        "",
        Pattern::holds(&["proxy http://no.such.host.invalid:1: host", "--proxy names this proxy"]),
    );
    let socks = Proxy::socks(Manners::default());
    let option = format!("socks5h://127.0.0.1:{}", socks.port);
    let set = format!("url=http://api.example:{nobody}");
    environment.signreq(&["-x", &option, "p", "/x", "--set", &set]).gives(
        7,
        "",
        Pattern::holds(&["made no connection to api.example:", "connection refused"]),
    );
    environment.signreq(&["-x", "socks4://p", "p", "/x"]).gives(
        2,
        "",
        Pattern::holds(&["no such kind of proxy", "socks5h"]),
    );
}

#[test]
fn a_proxy_that_does_not_answer_is_timed_out() {
    let (environment, _, _) = environment("");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let option = format!("http://{}", listener.local_addr().unwrap());
    environment.signreq(&["-x", &option, "--connect-timeout", "100ms", "s", "/x"]).gives(
        28,
        "",
        Pattern::holds(&["proxy http://127.0.0.1:", "within 100ms"]),
    );
}

#[test]
fn a_proxy_that_waits_after_something_else_than_http_is_not_waited_for() {
    let (environment, _, _) = environment("");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let option = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(b"SSH-2.0-OpenSSH_9.2\r\n").unwrap();
        let _ = std::io::copy(&mut stream, &mut std::io::sink());
    });
    environment.signreq(&["-x", &option, "s", "/x"]).gives(
        7,
        "",
        Pattern::holds(&["its answer is not HTTP; it begins with 'SSH-2.0"]),
    );
}

#[test]
fn the_profile_names_the_proxy_and_its_exceptions() {
    let proxy = Proxy::http(Manners::default());
    let (mut environment, plain, _) =
        environment(&format!("proxy = 'http://127.0.0.1:{}'\n", proxy.port));
    environment.signreq(&["p", "/x"]).gives(0, Pattern::Something, "");
    environment.signreq(&["s", "/x"]).gives(0, "ok", "");
    environment.signreq(&["p", "/x", "--set", "noproxy=api.example"]).gives(
        6,
        "",
        Pattern::holds(&["api.example"]),
    );
    environment.signreq(&["p", "/x", "--set", "proxy="]).gives(
        6,
        "",
        Pattern::holds(&["api.example"]),
    );
    assert_eq!(proxy.seen().len(), 2);
    // curl too connects to the other host from the proxy, and by a tunnel.
    let connect_to = format!("::other.example:{plain}");
    environment.signreq(&["p", "/x", "--connect-to", &connect_to]).gives(0, Pattern::Something, "");
    assert!(proxy.seen()[2].starts_with(&format!("CONNECT other.example:{plain} ")));
    environment.set("SIGNREQ_P_NOPROXY", "*");
    environment.signreq(&["p", "/x"]).gives(6, "", Pattern::holds(&["api.example"]));
}
