//! The nearest known name to one that is not known.

/// The longest text that is compared, in characters: what is longer is no name
/// that anybody typed, and comparing takes time and room by the square of it.
const LONGEST: usize = 100;

/// The known name that is most likely meant by `name`; `None` when none is
/// near enough to be a slip of the finger.
pub fn nearest<'name>(
    name: &str,
    known: impl IntoIterator<Item = &'name str>,
) -> Option<&'name str> {
    let name = name.to_lowercase();
    known
        .into_iter()
        .filter_map(|other| Some((distance(&name, &other.to_lowercase())?, other)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, other)| other)
}

/// How many slips lie between two names; `None` when they are too many, or all
/// that there is of a name.
fn distance(name: &str, other: &str) -> Option<usize> {
    let (one, two) = (name.chars().count(), other.chars().count());
    let longer = one.max(two);
    let most = (longer / 3).max(1);
    if longer > LONGEST || one.abs_diff(two) > most {
        return None;
    }
    let distance = strsim::damerau_levenshtein(name, other);
    (distance <= most && distance < longer).then_some(distance)
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

    #[test]
    fn characters_count_not_bytes() {
        assert_eq!(nearest("名前", ["住所"]), None);
        assert_eq!(nearest("日", ["n", ""]), None);
        assert_eq!(nearest("住所名", ["住所"]), Some("住所"));
    }

    #[test]
    fn what_nobody_typed_is_not_compared() {
        let long = "k".repeat(1 << 20);
        assert_eq!(nearest(&long, [long.as_str()]), None);
    }
}
