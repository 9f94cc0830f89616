//! What is in memory while a request waits for its answer: the secrets that
//! it was signed with, and no other of the config's.

use crate::environment::{Pattern, TestEnvironment};
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::net::TcpListener;

/// Every readable and writable page of a process.
fn pages(process: u32) -> Vec<Vec<u8>> {
    let maps = BufReader::new(File::open(format!("/proc/{process}/maps")).unwrap());
    let mut memory = File::open(format!("/proc/{process}/mem")).unwrap();
    let mut pages = Vec::new();
    for line in maps.lines().map(Result::unwrap).filter(|line| line.contains(" rw")) {
        let (start, end) = line.split_once(' ').unwrap().0.split_once('-').unwrap();
        let address = |text| u64::from_str_radix(text, 16).unwrap();
        let mut bytes = vec![0; usize::try_from(address(end) - address(start)).unwrap()];
        memory.seek(SeekFrom::Start(address(start))).unwrap();
        // Some of the kernel's own cannot be read.
        if memory.read_exact(&mut bytes).is_ok() {
            pages.push(bytes);
        }
    }
    pages
}

fn holds(pages: &[Vec<u8>], text: &str) -> bool {
    pages.iter().any(|page| page.windows(text.len()).any(|part| part == text.as_bytes()))
}

#[test]
fn of_the_configs_secrets_only_those_that_sign_stay_in_memory() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let environment = TestEnvironment::new();
    // An escape makes the reader of TOML build a text of its own; a long one,
    // so that what is left of it is not written over by chance.
    let long = "\\u0067eheim-built ".repeat(1000);
    environment.config(&format!(
        "[profile.p]\nscheme = 'oauth1'\nurl = '{url}'\nconsumer_key = 'k'\n\
         consumer_secret = 'geheim-signs'\n\
         [profile.bearer]\nscheme = 'bearer'\nurl = '{url}'\ntoken = 'geheim-bearer'\n\
         [profile.maas]\nurl = '{url}/MAAS'\nkey = \"{long}\"\n\
         [profile.ovh]\nendpoint = 'ovh-eu'\napplication_key = 'a'\n\
         application_secret = 'geheim-application'\n\
         consumer_key = {{ command = ['echo', 'geheim-command'] }}\n"
    ));
    let running = environment.start(&["p", "get", "/x"]);
    let mut stream = listener.accept().unwrap().0;
    let mut head = BufReader::new(&stream).lines();
    while !head.next().unwrap().unwrap().is_empty() {}
    let pages = pages(running.id());
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").unwrap();
    running.end().gives(0, "ok", Pattern::Exactly(String::new()));
    // It may be signed again: the server may ask for that.
    assert!(holds(&pages, "geheim-signs"));
    for other in ["bearer", "built", "application", "command"] {
        assert!(!holds(&pages, &format!("geheim-{other}")), "{other}");
    }
}
