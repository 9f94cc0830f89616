//! Which nonces were used.

use std::collections::{HashSet, VecDeque};

/// How many nonces are remembered; the oldest are forgotten first.
const MEMORY: usize = 65_536;

/// The nonces a system has seen.
#[derive(Debug, Default)]
pub(super) struct Nonces {
    used: HashSet<String>,
    order: VecDeque<String>,
}

impl Nonces {
    /// Uses a nonce up: `parts` are all that makes it unique. False when it
    /// was used before.
    pub(super) fn use_up(&mut self, parts: &[&str]) -> bool {
        // Header values hold no line breaks, so this joins without collisions.
        let nonce = parts.join("\n");
        if !self.used.insert(nonce.clone()) {
            return false;
        }
        self.order.push_back(nonce);
        if self.order.len() > MEMORY
            && let Some(oldest) = self.order.pop_front()
        {
            self.used.remove(&oldest);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_counts() {
        let mut nonces = Nonces::default();
        assert!(nonces.use_up(&["key", "token", "n"]));
        assert!(!nonces.use_up(&["key", "token", "n"]));
        assert!(nonces.use_up(&["key", "other", "n"]));
    }

    #[test]
    fn memory_is_bounded() {
        let mut nonces = Nonces::default();
        for number in 0..=MEMORY {
            assert!(nonces.use_up(&[&number.to_string()]));
        }
        assert_eq!(nonces.order.len(), MEMORY);
        assert!(nonces.use_up(&["0"]) && !nonces.use_up(&["2"]));
    }
}
