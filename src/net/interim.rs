//! Interim answers (RFC 9110 section 15.2), which are taken out of what ureq
//! reads: it takes 100 (Continue) with a field for no HTTP, and any other with
//! fields, where it waits for that, for a refusal, and sends no body.

use crate::net::answer_head::MOST_FIELDS;

/// What stands for every 100 that came: the shortest that there is, so that
/// there is room for it in the place of any.
pub(super) const CONTINUE: &[u8] = b"HTTP/1.1 100\n\n";

/// What an input begins with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Interim {
    /// How many bytes of whole interim answers.
    pub(super) length: usize,
    /// Whether one of them is 100.
    pub(super) has_continue: bool,
    /// Whether behind them an interim answer begins that has not come whole.
    pub(super) is_begun: bool,
}

/// The interim answers that `input` begins with. 101 is none of them: what
/// follows it is no longer HTTP. What is not HTTP is left to ureq to say so.
pub(super) fn beginning(input: &[u8]) -> Interim {
    let mut found = Interim::default();
    loop {
        let rest = &input[found.length..];
        let is_interim = rest.starts_with(b"HTTP/1.")
            && rest.get(8..10) == Some(b" 1")
            && rest.get(10..12) != Some(b"01");
        if !is_interim {
            return found;
        }
        let mut fields = [httparse::EMPTY_HEADER; MOST_FIELDS];
        let mut response = httparse::Response::new(&mut fields);
        match response.parse(rest) {
            Ok(httparse::Status::Complete(length)) => {
                found.length += length;
                found.has_continue |= response.code == Some(100);
            }
            Ok(httparse::Status::Partial) => {
                found.is_begun = true;
                return found;
            }
            Err(_) => return found,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_ones_are_counted_up_to_what_is_none() {
        let plain = "HTTP/1.1 100 Continue\r\n\r\n";
        let dated = "HTTP/1.1 100 Continue\r\nDate: x\r\n\r\n";
        let hints = "HTTP/1.0 103 E\nLink: a\n\n";
        let last = "HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n";
        for (whole, has_continue) in [
            (vec![], false),
            (vec![plain], true),
            (vec![dated], true),
            (vec![hints], false),
            (vec![hints, dated, hints], true),
        ] {
            let length = whole.concat().len();
            for (behind, is_begun) in [
                ("", false),
                (last, false),
                ("HTTP/1.1 101 Switching Protocols\r\n\r\n", false),
                ("HTTP/1.1 1x\r\n", false),
                ("HTTP/1.1 ", false),
                ("HTTP/1.1 10", true),
                (&dated[..dated.len() - 1], true),
            ] {
                let input = whole.concat() + behind;
                let expected = Interim { length, has_continue, is_begun };
                assert_eq!(beginning(input.as_bytes()), expected, "{input:?}");
            }
        }
    }

    #[test]
    fn what_stands_for_100_is_one() {
        let expected = Interim { length: CONTINUE.len(), has_continue: true, is_begun: false };
        assert_eq!(beginning(CONTINUE), expected);
    }
}
