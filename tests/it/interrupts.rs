//! SIGINT and SIGTERM: the exit code and line of the contract, whatever the
//! program is waiting for, and nothing left behind.

use crate::environment::{Pattern, TestEnvironment};
use crate::running::Running;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

const TOLD: &str = "signreq: interrupted\n";

/// An environment whose profile `p` does not sign, for the server at `url`.
fn unsigned(url: &str) -> TestEnvironment {
    let environment = TestEnvironment::new();
    environment.config(&format!("[profile.p]\nscheme = \"none\"\nurl = \"{url}\"\n"));
    environment
}

fn listening() -> (TcpListener, TestEnvironment) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let environment = unsigned(&format!("http://{}", listener.local_addr().unwrap()));
    (listener, environment)
}

/// Accepts a connection, reads a request's head and answers the beginning of
/// an answer; the connection stays open.
fn begin(listener: &TcpListener, answer: &[u8]) -> TcpStream {
    let mut stream = listener.accept().unwrap().0;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    stream.write_all(answer).unwrap();
    stream
}

fn names(directory: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(directory).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Runs `line` until `ready` is in the working directory.
fn until_ready(environment: &TestEnvironment, words: &[&str]) -> Running {
    let running = environment.start(words);
    running.until(|| environment.work().join("ready").exists());
    running
}

#[test]
fn while_the_head_of_the_answer_is_awaited() {
    for signal in ["INT", "TERM"] {
        let (listener, environment) = listening();
        let running = environment.start(&["p", "/x"]);
        let _stream = begin(&listener, b"");
        running.signal(signal);
        running.end().gives(130, "", TOLD);
    }
}

#[test]
fn while_the_answers_body_is_awaited() {
    let (listener, environment) = listening();
    let running = environment.start(&["p", "/x"]);
    let _stream = begin(&listener, b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
    running.until_stdout("half");
    running.signal("INT");
    running.end().gives(130, "half", TOLD);
}

#[test]
fn a_file_stays_as_it_was_and_nothing_is_left_beside_it() {
    for signal in ["INT", "TERM"] {
        let (listener, environment) = listening();
        let path = environment.file("out", "before");
        let running = environment.start(&["p", "/x", "-o", "out"]);
        let _stream = begin(&listener, b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
        running.until(|| names(&environment.work()).len() == 2);
        running.signal(signal);
        running.end().gives(130, "", TOLD);
        assert_eq!(names(&environment.work()), ["out"]);
        assert_eq!(std::fs::read_to_string(path).unwrap(), "before");
    }
}

#[test]
fn two_at_once_leave_nothing_behind_either() {
    for signals in [["INT", "TERM"], ["TERM", "INT"]] {
        let (listener, environment) = listening();
        let running = environment.start(&["p", "/x", "-o", "out"]);
        let _stream = begin(&listener, b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
        running.until(|| !names(&environment.work()).is_empty());
        // Both have come when it goes on.
        running.signal("STOP");
        running.until_it_is_stopped();
        for signal in signals {
            running.signal_now(signal);
        }
        running.signal_now("CONT");
        running.end().gives(130, "", TOLD);
        assert!(names(&environment.work()).is_empty());
    }
}

#[test]
fn while_the_connection_is_made() {
    // Nobody accepts; a server whose queue is full answers no more.
    let (listener, environment) = listening();
    let address = listener.local_addr().unwrap();
    let patience = Duration::from_millis(100);
    let queue: Vec<TcpStream> =
        std::iter::from_fn(|| TcpStream::connect_timeout(&address, patience).ok()).collect();
    let running = environment.start(&["p", "/x"]);
    running.until_it_connects();
    running.signal("INT");
    running.end().gives(130, "", TOLD);
    drop(queue);
}

#[test]
fn while_a_body_is_sent() {
    for signal in ["INT", "TERM"] {
        let (listener, environment) = listening();
        environment.file("large", vec![b'x'; 20_000_000]);
        let running = environment.start(&["p", "put", "/x", "-T", "large", "-o", "out"]);
        let mut stream = begin(&listener, b"");
        // More than the head came, and what comes now is not read.
        stream.read_exact(&mut [0]).unwrap();
        running.signal(signal);
        running.end().gives(130, "", TOLD);
        assert_eq!(names(&environment.work()), ["large"]);
        assert!(names(&environment.root().join("tmp")).is_empty());
    }
}

#[test]
fn in_the_pause_before_another_attempt() {
    for signal in ["INT", "TERM"] {
        let (listener, environment) = listening();
        let path = environment.file("out", "before");
        let running = environment.start(&["p", "/x", "-o", "out", "--retry", "3"]);
        let busy = b"HTTP/1.1 503 No\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n";
        let _stream = begin(&listener, busy);
        running.until_stderr("trying again in 60.0s (1 of 3)\n");
        running.signal(signal);
        running.end().gives(130, "", Pattern::holds(&[&format!("(1 of 3)\n{TOLD}")]));
        assert_eq!(names(&environment.work()), ["out"]);
        assert_eq!(std::fs::read_to_string(path).unwrap(), "before");
    }
}

#[test]
fn what_came_of_a_file_that_is_gone_on_with_stays() {
    let (listener, environment) = listening();
    let path = environment.file("out", "on ");
    let running = environment.start(&["p", "/x", "-o", "out", "-C", "-"]);
    let part = b"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 3-11/12\r\n\
        Content-Length: 9\r\n\r\nbehalf";
    let _stream = begin(&listener, part);
    let read = || std::fs::read_to_string(&path).unwrap();
    running.until(|| read() == "on behalf");
    running.signal("INT");
    running.end().gives(130, "", TOLD);
    assert_eq!((read(), names(&environment.work())), ("on behalf".into(), vec!["out".into()]));
}

#[test]
fn while_standard_input_is_awaited() {
    for command in [&[][..], &["sign"], &["explain"]] {
        let environment = unsigned("http://127.0.0.1:1");
        let words = [command, &["p", "/x", "-d", "@-"]].concat();
        let running = environment.start(&words);
        running.signal("INT");
        running.end().gives(130, "", TOLD);
    }
    let environment = unsigned("http://127.0.0.1:1");
    let running = environment.start(&["verify", "p"]);
    running.signal("INT");
    running.end().gives(130, "", TOLD);
}

#[test]
fn a_secrets_command_does_not_outlive_it() {
    let environment = TestEnvironment::new();
    environment.config(
        "[profile.p]\nscheme = \"bearer\"\nurl = \"http://127.0.0.1:1\"\n\
         token = { command = \"echo $$ > begun; mv begun ready; exec sleep 60\", shell = true }\n",
    );
    let running = until_ready(&environment, &["p", "/x"]);
    running.signal("TERM");
    running.end().gives(130, "", TOLD);
    let process = std::fs::read_to_string(environment.work().join("ready")).unwrap();
    let line = format!("kill -0 {} 2>/dev/null", process.trim());
    environment.shell(&line).gives(1, "", "");
}

#[test]
fn silence_is_kept_and_show_error_ends_it() {
    for (options, told) in [(&["-s"][..], ""), (&["-sS"], TOLD)] {
        let (listener, environment) = listening();
        let running = environment.start(&[options, &["p", "/x"]].concat());
        let _stream = begin(&listener, b"");
        running.signal("INT");
        running.end().gives(130, "", told);
    }
}

#[test]
fn a_later_one_ends_it_at_once() {
    let (listener, environment) = listening();
    // Nobody reads what it has to tell: the line has to wait.
    let (_reader, mut full) = std::io::pipe().unwrap();
    let writer = full.try_clone().unwrap();
    let (sender, filled) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        while full.write_all(&[0; 512]).is_ok() {
            sender.send(()).unwrap();
        }
    });
    while filled.recv_timeout(Duration::from_millis(50)).is_ok() {}
    let mut running = environment.start_telling(&["p", "/x"], writer.into());
    let _stream = begin(&listener, b"");
    running.signal("INT");
    while !running.has_ended() {
        running.signal_now("INT");
        std::thread::sleep(Duration::from_millis(2));
    }
    running.end().gives(130, "", "");
}

#[test]
fn one_before_anything_lasts_ends_it_all_the_same() {
    for signal in ["INT", "TERM"] {
        let (_listener, environment) = listening();
        let running = environment.start(&["p", "/x"]);
        running.until_it_handles_signals();
        running.signal_now(signal);
        let ran = running.end();
        // Whether there is a line says how far it had come.
        let told = if ran.stderr.is_empty() { "" } else { TOLD };
        ran.gives(130, "", told);
    }
}

#[test]
fn while_a_named_pipe_is_awaited() {
    for words in [
        "--config pipe p /x",
        "file /x",
        "tls /x",
        "tls /x --cacert pipe",
        "tls /x -E pipe",
        "tls /x --pinnedpubkey pipe",
        "p /x -o pipe",
        "p /x --har pipe",
    ] {
        for signal in ["INT", "TERM"] {
            let (listener, mut environment) = listening();
            let address = listener.local_addr().unwrap();
            let pipe = environment.work().join("pipe").into_os_string().into_string().unwrap();
            environment.config(&format!(
                "[profile.p]\nscheme = \"none\"\nurl = \"http://{address}\"\n\
                 [profile.tls]\nscheme = \"none\"\nurl = \"https://{address}\"\n\
                 [profile.file]\nscheme = \"bearer\"\nurl = \"http://{address}\"\n\
                 token = {{ file = \"{pipe}\" }}\n"
            ));
            environment.set("SSL_CERT_FILE", "pipe");
            environment.shell("mkfifo pipe").gives(0, "", "");
            let running = environment.start(&words.split(' ').collect::<Vec<_>>());
            // Some pipes are opened before the server is asked, some after.
            let server = std::thread::spawn(move || {
                let mut stream = listener.accept().unwrap().0;
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
                stream
            });
            running.signal(signal);
            running.end().gives(130, "", TOLD);
            // One that nobody has asked need not wait any longer.
            let _ = TcpStream::connect(address);
            drop(server.join().unwrap());
        }
    }
}

#[test]
fn while_an_expression_is_at_work() {
    let (listener, environment) = listening();
    let running = environment.start(&["p", "/x", "--jq", "def f: f; f"]);
    let _stream = begin(&listener, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    running.signal("INT");
    running.end().gives(130, "", TOLD);
}

#[test]
fn while_a_pipe_takes_no_more() {
    let (listener, environment) = listening();
    let (_reader, writer) = std::io::pipe().unwrap();
    let running = environment.start_with(&["p", "/x"], writer.into(), Stdio::piped());
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n";
    let mut stream = begin(&listener, head);
    let server = std::thread::spawn(move || while stream.write_all(&[b'x'; 65536]).is_ok() {});
    running.signal("INT");
    running.end().gives(130, "", TOLD);
    server.join().unwrap();
}

#[test]
fn it_is_how_the_sandbox_ends() {
    for signal in ["INT", "TERM"] {
        let environment = TestEnvironment::new();
        let running = environment.start(&["sandbox"]);
        running.until_stdout("[profile.s3]");
        running.signal(signal);
        running.end().gives(0, Pattern::holds(&["until it is interrupted"]), "");
    }
}

#[test]
fn the_sandboxs_command_gets_the_signal_and_its_code_is_ours() {
    for (signal, code) in [("INT", 12), ("TERM", 15)] {
        let environment = TestEnvironment::new();
        let line = "trap 'exit 12' INT; trap 'exit 15' TERM; touch ready; \
            while :; do sleep 0.02; done";
        let running = until_ready(&environment, &["sandbox", "--", "sh", "-c", line]);
        running.signal(signal);
        running.end().gives(code, "", "");
    }
    // One that handles it goes on, however often.
    let environment = TestEnvironment::new();
    let line = "n=0; trap 'n=$((n+1)); touch got$n' INT; touch ready; \
        while [ $n -lt 2 ]; do sleep 0.02; done; exit 7";
    let running = until_ready(&environment, &["sandbox", "--", "sh", "-c", line]);
    running.signal("INT");
    running.until(|| environment.work().join("got1").exists());
    running.signal("INT");
    running.end().gives(7, "", "");
}

#[test]
fn an_editor_gets_the_signal_and_its_copy_is_not_left_behind() {
    let mut environment = unsigned("http://127.0.0.1:1");
    environment.set("SIGNREQ_P_TOKEN", "geheim");
    environment.file("editor", "env > ready.env; mv ready.env ready; exec sleep 60");
    environment.set("EDITOR", "sh editor");
    let running = until_ready(&environment, &["profile", "edit"]);
    assert_eq!(names(&environment.root().join("tmp")).len(), 1);
    running.signal("TERM");
    let told = ["the editor 'sh editor' was killed by a signal", "nothing was changed"];
    running.end().gives(2, "", Pattern::holds(&told));
    assert!(names(&environment.root().join("tmp")).is_empty());
    let inherited = std::fs::read_to_string(environment.work().join("ready")).unwrap();
    assert!(!inherited.contains("SIGNREQ_"), "{inherited}");
}

#[test]
fn while_an_answer_is_waited_for() {
    for signal in ["INT", "TERM"] {
        let (listener, environment) = listening();
        let words = ["p", "/x", "-o", "out", "--until", ".a == 1", "--every", "1h", "--for", "2h"];
        let running = environment.start(&words);
        let _stream = begin(&listener, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
        running.until_stderr("waiting for '.a == 1' (0s of 2h): null\n");
        running.signal(signal);
        running.end().gives(130, "", Pattern::holds(&[&format!("null\n{TOLD}")]));
        assert!(names(&environment.work()).is_empty());
    }
}
