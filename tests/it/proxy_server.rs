//! Proxies for as long as the test runs. Whatever host they are asked for, they
//! connect to loopback, so a test shows that the name went through them.

use crate::tls_server::Pair;
use rustls::version::{TLS12, TLS13};
use rustls::{ServerConnection, StreamOwned};
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How a proxy behaves.
#[derive(Clone, Copy, Default)]
pub(crate) struct Manners {
    /// What it answers to every request, in place of doing what is asked.
    pub(crate) answer: Option<&'static str>,
    /// The user and the password that it asks for.
    pub(crate) user: Option<(&'static str, &'static str)>,
}

/// A proxy at work.
pub(crate) struct Proxy {
    /// Where it listens.
    pub(crate) port: u16,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// One that speaks HTTP.
    pub(crate) fn http(manners: Manners) -> Self {
        Self::start(move |stream, seen| {
            serve_http(stream, |stream| stream.set_nonblocking(true).unwrap(), manners, seen)
        })
    }

    /// One that speaks HTTP over TLS, as `pair`.
    pub(crate) fn https(pair: &Pair, manners: Manners) -> Self {
        let config =
            Arc::new(pair.config(&[&TLS12, &TLS13], |builder| builder.with_no_client_auth()));
        Self::start(move |stream, seen| {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let tls = StreamOwned::new(connection, stream);
            serve_http(tls, |tls| tls.sock.set_nonblocking(true).unwrap(), manners, seen);
        })
    }

    /// One that speaks SOCKS 5.
    pub(crate) fn socks(manners: Manners) -> Self {
        Self::start(move |stream, seen| serve_socks(stream, manners, seen).unwrap_or_default())
    }

    fn start(serve: impl Fn(TcpStream, &Mutex<Vec<String>>) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (for_threads, serve) = (Arc::clone(&seen), Arc::new(serve));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (seen, serve) = (Arc::clone(&for_threads), Arc::clone(&serve));
                std::thread::spawn(move || serve(stream, &seen));
            }
        });
        Self { port, seen }
    }

    /// The heads of the requests that came, or for SOCKS their destinations.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

fn serve_http<S: Read + Write>(
    mut stream: S,
    unblock: impl Fn(&mut S),
    manners: Manners,
    seen: &Mutex<Vec<String>>,
) {
    let Some(head) = read_head(&mut stream) else { return };
    seen.lock().unwrap().push(head.clone());
    if let Some(answer) = manners.answer {
        let _ = stream.write_all(answer.as_bytes());
        let _ = stream.flush();
        return;
    }
    let expected = manners.user.map(|(user, password)| {
        use base64::Engine as _;
        let pair = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
        format!("\r\nProxy-Authorization: Basic {pair}\r\n")
    });
    if expected.is_some_and(|expected| !head.contains(&expected)) {
        let answer = "HTTP/1.1 407 Proxy Authentication Required\r\n\
                      Proxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0\r\n\r\n";
        let _ = stream.write_all(answer.as_bytes());
        let _ = stream.flush();
        return;
    }
    let (line, fields) = head.split_once("\r\n").unwrap();
    let words: Vec<&str> = line.split(' ').collect();
    let port_of = |authority: &str| -> u16 {
        authority.rsplit_once(':').map_or(80, |(_, port)| port.parse().unwrap())
    };
    let mut server;
    if words[0] == "CONNECT" {
        server = TcpStream::connect(("127.0.0.1", port_of(words[1]))).unwrap();
        stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").unwrap();
        stream.flush().unwrap();
    } else {
        let rest = words[1].strip_prefix("http://").unwrap();
        let (authority, path) = rest.split_once('/').unwrap();
        server = TcpStream::connect(("127.0.0.1", port_of(authority))).unwrap();
        let fields: Vec<&str> =
            fields.split_inclusive("\r\n").filter(|field| !field.starts_with("Proxy-")).collect();
        let forwarded = format!("{} /{path} HTTP/1.1\r\n{}", words[0], fields.concat());
        server.write_all(forwarded.as_bytes()).unwrap();
    }
    unblock(&mut stream);
    hand_through(&mut stream, &mut server);
}

/// RFC 1928 and RFC 1929.
fn serve_socks(
    mut stream: TcpStream,
    manners: Manners,
    seen: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    if let Some(answer) = manners.answer {
        stream.read_exact(&mut [0])?;
        return stream.write_all(answer.as_bytes());
    }
    let [_, count] = take(&mut stream)?;
    let mut methods = vec![0; usize::from(count)];
    stream.read_exact(&mut methods)?;
    match manners.user {
        Some((user, password)) if methods.contains(&2) => {
            stream.write_all(&[5, 2])?;
            let [_, length] = take(&mut stream)?;
            let mut given = vec![0; usize::from(length)];
            stream.read_exact(&mut given)?;
            let [length] = take(&mut stream)?;
            let mut secret = vec![0; usize::from(length)];
            stream.read_exact(&mut secret)?;
            let holds = given == user.as_bytes() && secret == password.as_bytes();
            stream.write_all(&[1, u8::from(!holds)])?;
            if !holds {
                return Ok(());
            }
        }
        Some(_) => return stream.write_all(&[5, 0xff]),
        None => stream.write_all(&[5, 0])?,
    }
    let [_, _, _, kind] = take(&mut stream)?;
    let host = match kind {
        1 => std::net::Ipv4Addr::from(take::<4>(&mut stream)?).to_string(),
        4 => std::net::Ipv6Addr::from(take::<16>(&mut stream)?).to_string(),
        _ => {
            let [length] = take(&mut stream)?;
            let mut name = vec![0; usize::from(length)];
            stream.read_exact(&mut name)?;
            String::from_utf8(name).unwrap()
        }
    };
    let port = u16::from_be_bytes(take(&mut stream)?);
    seen.lock().unwrap().push(format!("{host}:{port}"));
    let Ok(mut server) = TcpStream::connect(("127.0.0.1", port)) else {
        return stream.write_all(&[5, 5, 0, 1, 0, 0, 0, 0, 0, 0]);
    };
    stream.write_all(&[5, 0, 0, 3, 1, b'x', 0, 0])?;
    stream.set_nonblocking(true)?;
    hand_through(&mut stream, &mut server);
    Ok(())
}

fn take<const LENGTH: usize>(stream: &mut TcpStream) -> std::io::Result<[u8; LENGTH]> {
    let mut bytes = [0; LENGTH];
    stream.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn read_head(stream: &mut impl Read) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).ok()?;
        head.extend(byte);
    }
    Some(String::from_utf8(head).unwrap())
}

/// Hands bytes through both ways until one side closes.
fn hand_through(client: &mut (impl Read + Write), server: &mut TcpStream) {
    server.set_nonblocking(true).unwrap();
    loop {
        let up = hand(client, server);
        let down = hand(server, client);
        match (up, down) {
            (Some(0), Some(0)) => std::thread::sleep(Duration::from_millis(1)),
            (Some(_), Some(_)) => {}
            _ => return,
        }
    }
}

/// Hands on what has come; `None` when nothing more will.
fn hand(from: &mut impl Read, to: &mut impl Write) -> Option<usize> {
    let mut buffer = [0; 8192];
    match from.read(&mut buffer) {
        Ok(0) => None,
        Ok(amount) => {
            to.write_all(&buffer[..amount]).ok()?;
            to.flush().ok()?;
            Some(amount)
        }
        Err(error) if error.kind() == ErrorKind::WouldBlock => Some(0),
        Err(_) => None,
    }
}
