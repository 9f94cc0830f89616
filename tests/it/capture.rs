//! A loopback server that records the bytes of each request as they came and
//! gives the answers it was told to give.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// An answer for tests that do not look at it.
pub(crate) const EMPTY_OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

/// The server; its threads end with the test process.
pub(crate) struct Capture {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Capture {
    /// A server that gives these answers in turn, the last one for ever.
    pub(crate) fn answering(answers: &[&[u8]]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let answers: Arc<[Vec<u8>]> = answers.iter().map(|answer| answer.to_vec()).collect();
        let record = Arc::clone(&requests);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (record, answers) = (Arc::clone(&record), Arc::clone(&answers));
                std::thread::spawn(move || serve(stream, &record, &answers));
            }
        });
        Self { address, requests }
    }

    /// Its address without a path, as in `http://127.0.0.1:40123`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Its host and port.
    pub(crate) fn authority(&self) -> String {
        self.address.to_string()
    }

    /// The requests so far, each as the bytes that came: head and body. A
    /// request is recorded before it is answered.
    pub(crate) fn requests(&self) -> Vec<Vec<u8>> {
        self.requests.lock().unwrap().clone()
    }

    /// The one request that came, as text.
    #[track_caller]
    pub(crate) fn request(&self) -> String {
        let requests = self.requests();
        assert_eq!(requests.len(), 1, "one request was expected");
        String::from_utf8(requests[0].clone()).unwrap()
    }
}

fn serve(stream: TcpStream, record: &Mutex<Vec<Vec<u8>>>, answers: &[Vec<u8>]) {
    let mut reader = BufReader::new(&stream);
    while let Some(request) = read_request(&mut reader) {
        let answer = {
            let mut requests = record.lock().unwrap();
            requests.push(request);
            answers[(requests.len() - 1).min(answers.len() - 1)].clone()
        };
        // A client that has gone away is the test's business, not ours.
        if (&stream).write_all(&answer).is_err() {
            return;
        }
        // An answer whose end is the connection's end.
        if !has_length(&answer) {
            return;
        }
    }
}

fn has_length(answer: &[u8]) -> bool {
    let head = String::from_utf8_lossy(answer).to_ascii_lowercase();
    let has_length =
        head.contains("\r\ncontent-length:") || head.contains("\r\ntransfer-encoding: chunked");
    has_length && !head.contains("\r\nconnection: close\r\n")
}

/// One request as it came; `None` when the client closed the connection.
fn read_request(reader: &mut BufReader<&TcpStream>) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut length, mut chunked) = (0, false);
    loop {
        let start = bytes.len();
        if reader.read_until(b'\n', &mut bytes).ok()? == 0 {
            return None;
        }
        let line = String::from_utf8_lossy(&bytes[start..]).trim().to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        chunked |= line.strip_prefix("transfer-encoding:").is_some_and(|v| v.contains("chunked"));
        if line.is_empty() {
            break;
        }
    }
    if chunked {
        while !bytes.ends_with(b"\r\n0\r\n\r\n") {
            reader.read_until(b'\n', &mut bytes).ok().filter(|count| *count > 0)?;
        }
    } else {
        let start = bytes.len();
        bytes.resize(start + length, 0);
        reader.read_exact(&mut bytes[start..]).ok()?;
    }
    Some(bytes)
}

#[test]
fn requests_are_recorded_as_they_came() {
    let capture = Capture::answering(&[EMPTY_OK, b"HTTP/1.1 404 Not Found\r\n\r\nlast"]);
    let mut stream = TcpStream::connect(capture.authority()).unwrap();
    let first = "POST /a%2f//b?c HTTP/1.1\r\nhOsT: x\r\nContent-Length: 3\r\n\r\n\0\n\r";
    let second = "PUT /d HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n";
    stream.write_all(first.as_bytes()).unwrap();
    stream.write_all(second.as_bytes()).unwrap();
    let mut answers = Vec::new();
    stream.read_to_end(&mut answers).unwrap();
    assert!(answers.starts_with(EMPTY_OK) && answers.ends_with(b"\r\n\r\nlast"));
    assert_eq!(capture.requests(), [first.as_bytes(), second.as_bytes()]);
}
