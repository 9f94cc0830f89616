//! One server for all that can go wrong: on its first connection it does what
//! a script says, on those that follow it serves the file as it should.

use crate::tls_server::Pair;
use rustls::version::{TLS12, TLS13};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use socket2::{Domain, SockRef, Socket, Type};
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// The file that is asked for.
pub(super) const WHOLE: &str = "0123456789";

/// One step of a script. In texts, `{ok}` is the first lines of an answer to
/// the range that was asked for, `{length}` how long its body is, `{size}` the
/// same in hexadecimal, `{rest}` the body and `{three}` its first three bytes.
#[derive(Clone, Copy)]
pub(super) enum Step {
    /// Reads a request, its body included.
    Asked,
    /// Reads as many bytes.
    Read(usize),
    /// Says a text.
    Say(&'static str),
    /// Says bytes.
    Bytes(&'static [u8]),
    /// Says a text as many times.
    Times(usize, &'static str),
    /// Says a text without end.
    Flood(&'static str),
    /// Says a text a byte at a time.
    Drip(&'static str, Duration),
    /// Says what came.
    Echo,
    /// Says bytes below TLS.
    Below(&'static [u8]),
    /// Says nothing more, but stays.
    Stall,
    /// Ends TLS as it should be ended.
    Goodbye,
    /// Ends the connection as a crash does.
    Reset,
}

/// Longer than any run waits.
const STALLED: Duration = Duration::from_secs(90);

/// What every connection after the first gets.
const GOOD: &[Step] =
    &[Step::Asked, Step::Say("{ok}Content-Length: {length}\r\nConnection: close\r\n\r\n{rest}")];

/// A server that is up until the test ends.
pub(super) struct Server {
    pub(super) port: u16,
    connections: Arc<AtomicUsize>,
    /// Keeps a port that nobody listens on, or where nobody is let in.
    _sockets: Vec<Socket>,
}

impl Server {
    /// One that follows the script, over TLS where there is a certificate.
    /// Whether it does so for every connection, `for_good` says.
    pub(super) fn start(steps: &'static [Step], pair: Option<&Pair>, for_good: bool) -> Self {
        let config = pair.map(|pair| {
            let versions = [&TLS12, &TLS13];
            Arc::new(pair.config(&versions, |builder| builder.with_no_client_auth()))
        });
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let connections = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&connections);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let is_first = counter.fetch_add(1, Ordering::SeqCst) == 0;
                let steps = if is_first || for_good { steps } else { GOOD };
                let config = config.clone();
                std::thread::spawn(move || Talk::new(stream, config).follow(steps));
            }
        });
        Self { port, connections, _sockets: Vec::new() }
    }

    /// A port on which nobody listens.
    pub(super) fn nobody() -> Self {
        Self::of_sockets(vec![bound()])
    }

    /// A port whose queue is full: who connects waits.
    #[cfg(target_os = "linux")]
    pub(super) fn full() -> Self {
        let socket = bound();
        socket.listen(0).unwrap();
        let address = socket.local_addr().unwrap();
        let fill = |_| {
            let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
            socket.set_nonblocking(true).unwrap();
            // It is under way, or waits for ever: both fill the queue.
            let _ = socket.connect(&address);
            socket
        };
        let queue: Vec<Socket> = (0..8).map(fill).collect();
        Self::of_sockets(std::iter::once(socket).chain(queue).collect())
    }

    /// The server that the first of these would be.
    fn of_sockets(sockets: Vec<Socket>) -> Self {
        let port = sockets[0].local_addr().unwrap().as_socket().unwrap().port();
        Self { port, connections: Arc::default(), _sockets: sockets }
    }

    /// How many connections came.
    pub(super) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

fn bound() -> Socket {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
    socket.bind(&any.into()).unwrap();
    socket
}

/// One connection.
struct Talk {
    link: Link,
    /// The head of the last request.
    head: String,
}

/// With TLS or without.
enum Link {
    Plain(TcpStream),
    Secured(Box<StreamOwned<ServerConnection, TcpStream>>),
}

impl Talk {
    fn new(stream: TcpStream, config: Option<Arc<ServerConfig>>) -> Self {
        stream.set_nodelay(true).unwrap();
        let link = match config {
            Some(config) => {
                let connection = ServerConnection::new(config).unwrap();
                Link::Secured(Box::new(StreamOwned::new(connection, stream)))
            }
            None => Link::Plain(stream),
        };
        Self { link, head: String::new() }
    }

    /// Follows the script as long as the client is there.
    fn follow(mut self, steps: &[Step]) {
        for step in steps {
            if matches!(step, Step::Reset) {
                let _ = SockRef::from(&*self.socket()).set_linger(Some(Duration::ZERO));
                return;
            }
            if self.take(*step).is_err() {
                break;
            }
        }
        // To close with bytes unread would reset the connection.
        let _ = self.socket().shutdown(Shutdown::Write);
        let _ = std::io::copy(self.socket(), &mut std::io::sink());
    }

    fn take(&mut self, step: Step) -> std::io::Result<()> {
        match step {
            Step::Asked => self.read_request(),
            Step::Read(count) => self.stream().read_exact(&mut vec![0; count]),
            Step::Say(text) => self.say(self.filled(text).as_bytes()),
            Step::Bytes(bytes) => self.say(bytes),
            Step::Times(count, text) => self.say(self.filled(text).repeat(count).as_bytes()),
            Step::Flood(text) => {
                let text = text.repeat(1 + 8192 / text.len());
                loop {
                    self.say(text.as_bytes())?;
                }
            }
            Step::Drip(text, pause) => {
                for byte in self.filled(text).bytes() {
                    std::thread::sleep(pause);
                    self.say(&[byte])?;
                }
                Ok(())
            }
            Step::Echo => self.say(self.head.clone().as_bytes()),
            Step::Below(bytes) => self.socket().write_all(bytes),
            Step::Stall => {
                std::thread::sleep(STALLED);
                Ok(())
            }
            Step::Goodbye => {
                if let Link::Secured(tls) = &mut self.link {
                    tls.conn.send_close_notify();
                    tls.flush()?;
                }
                Ok(())
            }
            Step::Reset => Ok(()),
        }
    }

    fn say(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.stream().write_all(bytes)?;
        self.stream().flush()
    }

    fn read_request(&mut self) -> std::io::Result<()> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            self.stream().read_exact(&mut byte)?;
            head.extend(byte);
        }
        self.head = String::from_utf8(head).unwrap();
        let length = self.field("content-length").map_or(0, |text| text.parse().unwrap());
        std::io::copy(&mut self.stream().take(length), &mut std::io::sink()).map(drop)
    }

    /// The value of a field of the request.
    fn field(&self, name: &str) -> Option<String> {
        let lines = self.head.lines().map(str::to_ascii_lowercase);
        lines
            .filter_map(|line| line.strip_prefix(name)?.strip_prefix(": ").map(str::to_owned))
            .next()
    }

    /// A text with its words in braces filled in.
    fn filled(&self, text: &str) -> String {
        let range = self.field("range");
        let from =
            range.and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok());
        let (first, last) = (from.unwrap_or(0), WHOLE.len() - 1);
        let part =
            format!("206 Partial Content\r\nContent-Range: bytes {first}-{last}/{}", WHOLE.len());
        let status = if from.is_some() { part } else { "200 OK".to_owned() };
        let rest = &WHOLE[first..];
        text.replace("{ok}", &format!("HTTP/1.1 {status}\r\nETag: \"a\"\r\n"))
            .replace("{length}", &rest.len().to_string())
            .replace("{size}", &format!("{:x}", rest.len()))
            .replace("{three}", &rest[..rest.len().min(3)])
            .replace("{rest}", rest)
    }

    fn socket(&mut self) -> &mut TcpStream {
        match &mut self.link {
            Link::Plain(stream) => stream,
            Link::Secured(tls) => &mut tls.sock,
        }
    }

    fn stream(&mut self) -> &mut dyn Stream {
        match &mut self.link {
            Link::Plain(stream) => stream,
            Link::Secured(tls) => &mut **tls,
        }
    }
}

trait Stream: Read + Write {}
impl<S: Read + Write> Stream for S {}
