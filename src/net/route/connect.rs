//! From addresses to a TCP connection.

use crate::context::interrupt;
use crate::error::Error;
use crate::net::call::Call;
use crate::net::failure;
use socket2::{Domain, Protocol, Socket, Type};
use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

/// How long one address is given before the next is tried beside it
/// (RFC 8305 section 5).
const HEAD_START: Duration = Duration::from_millis(250);

/// Connects to the first address that answers, from the address `own` where
/// that is given. `peer` is who that is, for messages.
///
/// The first one is tried alone and without a thread, which is all there is
/// to do nearly always; when it neither answers nor fails in its head start,
/// all of them race.
///
/// # Errors
/// When none answers in time, with what became of each.
pub(super) fn connect(
    addresses: &[SocketAddr],
    own: Option<IpAddr>,
    peer: &str,
    call: &Call,
) -> Result<TcpStream, Error> {
    let mut failed = Vec::new();
    for (at, address) in addresses.iter().enumerate() {
        let bound = call.bound()?;
        let others = addresses.len() > at + 1;
        let limit = if others { bound.left.min(HEAD_START) } else { bound.left };
        match first(*address, own, limit) {
            Ok(stream) => return Ok(stream),
            Err(error) if error.kind() == ErrorKind::TimedOut && others => {
                return race(&addresses[at..], failed, own, peer, call);
            }
            Err(_) if call.bound().is_err() => return Err(call.expire(bound)),
            Err(error) => failed.push((*address, error)),
        }
    }
    Err(failure::unconnected(peer, &failed))
}

/// The connection that is tried without a thread. This machine accepts one in
/// a moment or, when a queue is full, drops it: then nothing is lost by
/// beginning anew.
fn first(address: SocketAddr, own: Option<IpAddr>, limit: Duration) -> io::Result<TcpStream> {
    let moment = interrupt::patience().filter(|_| address.ip().is_loopback());
    in_two_goes(limit, moment, |limit| open(address, own, limit))
}

/// Does `job`, which takes a limit, within `moment`, and anew, with signals
/// attended to, within what that left of `limit`.
fn in_two_goes<T>(
    limit: Duration,
    moment: Option<Duration>,
    job: impl Fn(Duration) -> io::Result<T>,
) -> io::Result<T> {
    let began = Instant::now();
    if let Some(moment) = moment.filter(|moment| *moment < limit) {
        match job(moment) {
            Err(error) if error.kind() == ErrorKind::TimedOut => {}
            done => return done,
        }
    }
    interrupt::attend();
    match limit.saturating_sub(began.elapsed()) {
        // The system takes no such limit.
        Duration::ZERO => Err(ErrorKind::TimedOut.into()),
        left => job(left),
    }
}

/// One connection, from the address `own` where that is given.
fn open(address: SocketAddr, own: Option<IpAddr>, limit: Duration) -> io::Result<TcpStream> {
    let Some(own) = own else { return TcpStream::connect_timeout(&address, limit) };
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    let shown = |error: io::Error| {
        io::Error::new(error.kind(), format!("from {own}: {}", failure::reason(&error)))
    };
    socket.bind(&SocketAddr::new(own, 0).into()).map_err(shown)?;
    socket.connect_timeout(&address.into(), limit)?;
    Ok(socket.into())
}

/// Tries every address in a thread of its own, each a head start after the one
/// before or at once when an earlier one failed. The first has had its head
/// start already: it starts anew together with the second. Threads that lose
/// the race end by themselves when the limit is reached.
fn race(
    addresses: &[SocketAddr],
    mut failed: Vec<(SocketAddr, io::Error)>,
    own: Option<IpAddr>,
    peer: &str,
    call: &Call,
) -> Result<TcpStream, Error> {
    let (sender, receiver) = mpsc::channel();
    let mut waiting = addresses.iter().copied();
    let mut running = 0;
    let mut starting = 2;
    loop {
        let bound = call.bound()?;
        let mut patience = bound.left;
        for address in waiting.by_ref().take(starting) {
            let sender = sender.clone();
            let attempt = move || {
                let outcome = open(address, own, bound.left);
                // Nobody listens any more when another address won.
                let _ = sender.send((address, outcome));
            };
            match std::thread::Builder::new().name("connect".to_owned()).spawn(attempt) {
                Ok(_) => running += 1,
                Err(error) => failed.push((address, error)),
            }
        }
        starting = 1;
        if waiting.len() > 0 {
            patience = patience.min(HEAD_START);
        }
        if running == 0 && waiting.len() == 0 {
            return Err(failure::unconnected(peer, &failed));
        }
        match receiver.recv_timeout(patience) {
            Ok((_, Ok(stream))) => return Ok(stream),
            Ok((address, Err(error))) => {
                running -= 1;
                failed.push((address, error));
            }
            Err(RecvTimeoutError::Timeout) if call.bound().is_ok() => {}
            Err(_) => return Err(call.expire(bound)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;
    use crate::net::Options;
    use crate::net::route::Way;
    use std::net::TcpListener;

    fn call() -> Call {
        Call::new(PEER.to_owned(), Way::Straight, Vec::new(), 0, false, &Options::default(), None)
    }

    const PEER: &str = "host.example:80";

    fn refusing() -> SocketAddr {
        TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
    }

    /// A socket that answers no more, since its queue is full, and what fills it.
    fn dead() -> (Socket, Vec<Socket>, SocketAddr) {
        let listener = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
        listener.bind(&any.into()).unwrap();
        listener.listen(0).unwrap();
        let address = listener.local_addr().unwrap().as_socket().unwrap();
        let fill = |_| {
            let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
            socket.set_nonblocking(true).unwrap();
            // It is under way, or waits for ever: both fill the queue.
            let _ = socket.connect(&address.into());
            socket
        };
        (listener, (0..8).map(fill).collect(), address)
    }

    #[test]
    fn the_first_address_that_answers_wins() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let good = listener.local_addr().unwrap();
        let own = Some("127.0.0.1".parse().unwrap());
        for addresses in [vec![good], vec![refusing(), good], vec![good, refusing()]] {
            for own in [None, own] {
                let connected = connect(&addresses, own, PEER, &call()).unwrap();
                assert_eq!(connected.peer_addr().unwrap(), good);
                let raced = race(&addresses, Vec::new(), own, PEER, &call()).unwrap();
                assert_eq!(raced.peer_addr().unwrap(), good);
            }
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn an_address_that_does_not_answer_holds_up_nobody() {
        let (_listener, _queue, dead) = dead();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let good = listener.local_addr().unwrap();
        let began = std::time::Instant::now();
        let connected = connect(&[dead, good], None, PEER, &call()).unwrap();
        assert_eq!(connected.peer_addr().unwrap(), good);
        // The limit for connecting is ten seconds.
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
        let first = race(&[dead, good], Vec::new(), None, PEER, &call()).unwrap();
        assert_eq!(first.peer_addr().unwrap(), good);
    }

    #[test]
    fn a_second_go_has_what_the_first_one_left() {
        let (limit, moment) = (Duration::from_secs(3600), Duration::from_millis(20));
        let asked = std::cell::RefCell::new(Vec::new());
        let outcome: io::Result<()> = in_two_goes(limit, Some(moment), |limit| {
            asked.borrow_mut().push(limit);
            std::thread::sleep(moment);
            Err(ErrorKind::TimedOut.into())
        });
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::TimedOut);
        let asked = asked.into_inner();
        assert_eq!(asked[0], moment);
        assert!(asked[1] <= limit - moment, "{asked:?}");
        // None is left: no further one is begun.
        let goes = std::cell::Cell::new(0);
        let limit = Duration::from_millis(20);
        let outcome: io::Result<()> = in_two_goes(limit, Some(limit / 2), |_| {
            goes.set(goes.get() + 1);
            std::thread::sleep(limit);
            Err(ErrorKind::TimedOut.into())
        });
        assert_eq!((outcome.unwrap_err().kind(), goes.get()), (ErrorKind::TimedOut, 1));
    }

    #[test]
    fn every_address_that_failed_is_named() {
        let addresses = [refusing(), refusing()];
        for outcome in [
            connect(&addresses, None, PEER, &call()),
            race(&addresses, Vec::new(), None, PEER, &call()),
        ] {
            let error = outcome.unwrap_err();
            assert_eq!(error.kind(), Kind::Connect);
            for address in addresses {
                let reason = format!("{address}: connection refused");
                assert!(error.to_string().contains(&reason), "{error}");
            }
        }
    }

    #[test]
    fn an_address_that_is_not_this_machines_cannot_be_connected_from() {
        let own = Some("192.0.2.1".parse().unwrap());
        let error = connect(&[refusing()], own, PEER, &call()).unwrap_err();
        assert_eq!(error.kind(), Kind::Connect);
        assert!(error.to_string().contains("from 192.0.2.1: "), "{error}");
    }
}
