//! The exit codes are a contract with scripts: they are written out here once
//! more, so that changing one is a decision and not an accident.

use signreq::error::{EXIT_CODES, Kind};

const CONTRACT: &[(Kind, u8)] = &[
    (Kind::Internal, 1),
    (Kind::Usage, 2),
    (Kind::Redirected, 3),
    (Kind::ClientError, 4),
    (Kind::ServerError, 5),
    (Kind::Resolve, 6),
    (Kind::Connect, 7),
    (Kind::EndedEarly, 18),
    (Kind::Write, 23),
    (Kind::Read, 26),
    (Kind::TimedOut, 28),
    (Kind::Handshake, 35),
    (Kind::TooManyRedirects, 47),
    (Kind::EmptyAnswer, 52),
    (Kind::Send, 55),
    (Kind::Receive, 56),
    (Kind::Certificate, 60),
    (Kind::Unexpected, 65),
    (Kind::Refused, 77),
    (Kind::Config, 78),
    (Kind::Interrupted, 130),
];

#[test]
fn every_kind_has_the_code_of_the_contract() {
    let table: Vec<(Kind, u8)> = EXIT_CODES.iter().map(|row| (row.0, row.1)).collect();
    assert_eq!(table, CONTRACT);
    for (kind, code) in CONTRACT {
        assert_eq!(kind.exit_code(), *code, "{kind:?}");
    }
}
