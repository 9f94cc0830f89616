//! The nearest known name to one that is not known.

/// The known name that is most likely meant by `name`; `None` when none is
/// near enough to be a slip of the finger.
pub fn nearest<'name>(
    name: &str,
    known: impl IntoIterator<Item = &'name str>,
) -> Option<&'name str> {
    let name = name.to_lowercase();
    known
        .into_iter()
        .map(|other| (strsim::damerau_levenshtein(&name, &other.to_lowercase()), other))
        .filter(|(distance, other)| *distance <= (other.len().max(name.len()) / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, other)| other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_slip_of_the_finger_is_near() {
        let known = ["consumer_key", "consumer_secret", "url"];
        assert_eq!(nearest("consumer_kye", known), Some("consumer_key"));
        assert_eq!(nearest("URL", known), Some("url"));
        assert_eq!(nearest("lru", known), None);
    }
}
