//! What ureq reads into and writes from, no larger than the exchange needs:
//! most answers fit into a page or two, and touching a page that nobody needs
//! costs as much as signing.

use crate::model::buffer::Buffer;
use crate::net::call::Call;
use crate::net::interim::{self, CONTINUE};
use crate::net::ureq::HEAD_LIMIT;
use ureq::unversioned::transport::Buffers;

/// How much there is room for at first, in each direction.
const SMALLEST: usize = 8 * 1024;

/// The buffers of one connection. The input grows while what comes fills it,
/// the output with what is to be sent.
#[derive(Debug)]
pub(super) struct GrowingBuffers {
    input: Buffer,
    /// Where what ureq has not taken yet begins and ends.
    unconsumed: std::ops::Range<usize>,
    largest_input: usize,
    /// Whether the last read left no room.
    is_full: bool,
    output: Buffer,
    largest_output: usize,
    has_progressed: bool,
}

impl GrowingBuffers {
    /// Buffers that grow up to these sizes, in bytes.
    pub(super) fn new(largest_input: usize, largest_output: usize) -> Self {
        Self {
            input: Buffer::default(),
            unconsumed: 0..0,
            largest_input,
            is_full: false,
            output: Buffer::default(),
            largest_output,
            has_progressed: false,
        }
    }

    /// A head or a body of `length` bytes is to be sent next: room for all of
    /// it, or for as large a piece as there may be.
    pub(super) fn expect_output(&mut self, length: u64) {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        self.make_output(length.min(self.largest_output));
    }

    /// Takes the interim answers away that the input begins with; of those a
    /// bare 100 stays where `keeps_continue`. Returns whether one is incomplete
    /// that is not too long yet for a head.
    pub(super) fn drop_interim(&mut self, keeps_continue: bool) -> bool {
        let found = interim::beginning(self.input());
        self.unconsumed.start += found.length;
        if keeps_continue && found.has_continue {
            let end = self.unconsumed.start;
            self.unconsumed.start -= CONTINUE.len();
            self.input[self.unconsumed.start..end].copy_from_slice(CONTINUE);
            return false;
        }
        found.is_begun && self.unconsumed.len() <= HEAD_LIMIT
    }

    /// Moves what is unconsumed to the front and makes the input this large.
    fn make_room(&mut self, size: usize) {
        let unconsumed = 0..self.unconsumed.len();
        if self.input.len() < size {
            let mut larger = Buffer::new(size);
            larger[unconsumed.clone()].copy_from_slice(&self.input[self.unconsumed.clone()]);
            self.input = larger;
        } else if self.unconsumed.start > 0 {
            self.input.copy_within(self.unconsumed.clone(), 0);
        }
        self.unconsumed = unconsumed;
    }

    /// Makes the output at least this large; what is in it is gone.
    fn make_output(&mut self, size: usize) {
        if self.output.len() < size {
            self.output = Buffer::new(size);
        }
    }
}

impl Buffers for GrowingBuffers {
    fn output(&mut self) -> &mut [u8] {
        self.make_output(SMALLEST.min(self.largest_output));
        &mut self.output
    }

    fn input(&self) -> &[u8] {
        &self.input[self.unconsumed.clone()]
    }

    fn input_append_buf(&mut self) -> &mut [u8] {
        let growth = if std::mem::take(&mut self.is_full) { 2 } else { 1 };
        let wanted = growth * self.input.len();
        self.make_room(wanted.clamp(SMALLEST.min(self.largest_input), self.largest_input));
        &mut self.input[self.unconsumed.end..]
    }

    fn input_appended(&mut self, amount: usize) {
        self.unconsumed.end += amount;
        self.is_full = self.unconsumed.end == self.input.len();
    }

    fn input_consume(&mut self, amount: usize) {
        self.has_progressed = amount > 0;
        let consumed = self.unconsumed.start..self.unconsumed.start + amount;
        self.unconsumed.start = consumed.end;
        if let Some(call) = Call::current() {
            call.consumed(&self.input[consumed]);
        }
    }

    fn tmp_and_output(&mut self) -> (&mut [u8], &mut [u8]) {
        // Only a body sent in chunks is read by way of the input's free part,
        // and none is: each has a length (RFC 9112 section 6.2).
        self.make_room(self.unconsumed.len() + SMALLEST);
        self.make_output(SMALLEST.min(self.largest_output));
        (&mut self.input[self.unconsumed.end..], &mut self.output)
    }

    fn can_use_input(&self) -> bool {
        !self.unconsumed.is_empty() && self.has_progressed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Appends as much of `bytes` as there is room for, and tells how much.
    fn append(buffers: &mut GrowingBuffers, bytes: &[u8]) -> usize {
        let room = buffers.input_append_buf();
        let amount = room.len().min(bytes.len());
        room[..amount].copy_from_slice(&bytes[..amount]);
        buffers.input_appended(amount);
        amount
    }

    #[test]
    fn input_grows_while_it_is_filled_and_no_further_than_its_limit() {
        let mut buffers = GrowingBuffers::new(4 * SMALLEST, 10);
        let bytes: Vec<u8> = (0..5 * SMALLEST).map(|at| (at % 251) as u8).collect();
        let mut amounts = Vec::new();
        let mut at = 0;
        loop {
            let amount = append(&mut buffers, &bytes[at..]);
            if amount == 0 {
                break;
            }
            amounts.push(amount / SMALLEST);
            at += amount;
        }
        assert_eq!(amounts, [1, 1, 2]);
        assert!(buffers.input() == &bytes[..at]);
        // What is consumed makes room again, in order.
        buffers.input_consume(10);
        assert_eq!(append(&mut buffers, &bytes[at..]), 10);
        assert!(buffers.input() == &bytes[10..at + 10]);
    }

    #[test]
    fn a_short_answer_takes_little_memory() {
        let mut buffers = GrowingBuffers::new(1 << 20, 1 << 20);
        append(&mut buffers, b"HTTP/1.1 200 OK\r\n\r\n");
        append(&mut buffers, b"body");
        assert_eq!(buffers.input.len(), SMALLEST);
        assert!(buffers.output.is_empty());
    }

    #[test]
    fn output_is_as_large_as_what_is_sent_and_no_larger_than_its_limit() {
        let mut buffers = GrowingBuffers::new(64, 4 * SMALLEST);
        assert_eq!(buffers.output().len(), SMALLEST);
        for (length, room) in [(1, 1), (2, 2), (4, 4), (5, 4), (1, 4)] {
            buffers.expect_output(length * SMALLEST as u64);
            assert_eq!(buffers.tmp_and_output().1.len(), room * SMALLEST, "{length}");
        }
    }

    #[test]
    fn what_has_come_stays_while_a_body_is_sent() {
        let mut buffers = GrowingBuffers::new(64, 32);
        append(&mut buffers, &[7; 60]);
        buffers.input_consume(20);
        let (read, output) = buffers.tmp_and_output();
        assert!(read.len() >= 32 && output.len() == 32);
        read.fill(1);
        assert_eq!(buffers.input(), [7; 40]);
    }

    #[test]
    fn input_is_of_use_after_progress_only() {
        let mut buffers = GrowingBuffers::new(64, 32);
        assert!(!buffers.can_use_input());
        append(&mut buffers, b"half a head");
        assert!(!buffers.can_use_input());
        buffers.input_consume(4);
        assert!(buffers.can_use_input());
        buffers.input_consume(0);
        assert!(!buffers.can_use_input());
    }
}
