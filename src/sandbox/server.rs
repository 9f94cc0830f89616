//! The listener and its threads.

use super::answer::Answer;
use super::connection::{Connection, Ended};
use super::credentials::{PRESETS, profile_fields};
use super::route::World;
use crate::error::{Error, Kind, Result, reason};
use crate::model::time::Time;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// The most connections at one time; one more is answered 503.
const CONNECTION_LIMIT: usize = 256;

/// What time it is for the sandbox.
pub type Clock = Arc<dyn Fn() -> Time + Send + Sync>;

/// A running sandbox. It stops when it is dropped.
pub struct Sandbox {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    listener: Option<JoinHandle<()>>,
}

impl Sandbox {
    /// Starts to listen on `listen`, or on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// Wrong usage when `listen` is not a loopback address: whoever reaches
    /// the sandbox may use its known keys. [`Kind::Connect`] when the address
    /// cannot be listened on.
    pub fn start(listen: Option<SocketAddr>, clock: Clock) -> Result<Self> {
        let asked = listen.unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        if !asked.ip().is_loopback() {
            return Err(Error::usage(format!(
                "sandbox: {asked} is not a loopback address, and the sandbox's keys are no secret"
            ))
            .hint(format!("signreq sandbox --listen 127.0.0.1:{}", asked.port()))
            .into());
        }
        let cannot = |error: std::io::Error| {
            Error::new(
                Kind::Connect,
                format!("sandbox: cannot listen on {asked}: {}", reason(&error)),
            )
        };
        let listener = TcpListener::bind(asked).map_err(cannot)?;
        let address = listener.local_addr().map_err(cannot)?;
        let stop = Arc::new(AtomicBool::new(false));
        let world = Arc::new(World::new(clock));
        let accepting = Accepting { world, stop: Arc::clone(&stop), open: Arc::default() };
        let thread = std::thread::Builder::new()
            .name("sandbox".into())
            .spawn(move || accepting.run(&listener))
            .map_err(cannot)?;
        Ok(Self { address, stop, listener: Some(thread) })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Each preset's name with the fields that make a profile of it for this
    /// sandbox.
    pub fn profiles(&self) -> Vec<(&'static str, Vec<(&'static str, String)>)> {
        PRESETS
            .iter()
            .filter_map(|preset| Some((*preset, profile_fields(preset, self.address)?)))
            .collect()
    }

    /// Serves until the process ends.
    pub fn run_forever(mut self) {
        if let Some(thread) = self.listener.take() {
            // The thread ends only when the sandbox is dropped.
            let _ = thread.join();
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.listener.take() {
            // `accept` returns when a connection comes: this one.
            let woken = TcpStream::connect_timeout(&self.address, Duration::from_secs(1));
            if woken.is_ok() {
                let _ = thread.join();
            }
        }
    }
}

struct Accepting {
    world: Arc<World>,
    stop: Arc<AtomicBool>,
    open: Arc<AtomicUsize>,
}

impl Accepting {
    fn run(self, listener: &TcpListener) {
        for stream in listener.incoming() {
            if self.stop.load(Ordering::Relaxed) {
                return;
            }
            match stream {
                Ok(stream) => self.begin(stream),
                // Out of file descriptors, mostly: others will be closed.
                Err(_) => std::thread::sleep(Duration::from_millis(10)),
            }
        }
    }

    fn begin(&self, stream: TcpStream) {
        let (world, stop) = (Arc::clone(&self.world), Arc::clone(&self.stop));
        let open = Open::one_more(&self.open);
        let is_full = open.0.load(Ordering::Relaxed) > CONNECTION_LIMIT;
        // Without a thread the connection is closed: there is nobody to answer.
        let _ = std::thread::Builder::new().name("sandbox connection".into()).spawn(move || {
            let _open = open;
            if let Ok(connection) = Connection::new(stream, stop) {
                serve(connection, &world, is_full);
            }
        });
    }
}

/// Counts a connection for as long as it lives.
struct Open(Arc<AtomicUsize>);

impl Open {
    fn one_more(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(count))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn serve(mut connection: Connection, world: &World, is_full: bool) {
    loop {
        let (answer, is_head, keep_alive) = if is_full {
            (Answer::text(503, "the sandbox has too many connections\n"), false, false)
        } else {
            match connection.next_request() {
                Ok(incoming) => {
                    let received = &incoming.received;
                    let is_head = received.method.as_str() == "HEAD";
                    (world.answer(received), is_head, incoming.keep_alive)
                }
                Err(Ended::Closed) => return,
                Err(Ended::Refused(status, why)) => (Answer::text(status, why), false, false),
            }
        };
        let sent = connection.send(&answer, world.now(), is_head, keep_alive);
        if sent.is_err() || !keep_alive {
            return connection.close();
        }
    }
}
