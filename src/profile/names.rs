//! The names of profiles and of their environment variables, and what is said
//! of a name that is not known.

use crate::error::{Error, Result};
use crate::model::nearest::nearest;

/// The commands of the program, present and to come: no profile can have one
/// of these names, for it could not be called.
pub const RESERVED: &[&str] = &[
    "batch",
    "completions",
    "doctor",
    "explain",
    "help",
    "login",
    "logout",
    "man",
    "presign",
    "profile",
    "routes",
    "sandbox",
    "sign",
    "upload",
    "verify",
];

/// Checks that a profile can be called by this name.
///
/// # Errors
/// A config error that says why it cannot.
pub fn check(name: &str) -> Result<(), Error> {
    if RESERVED.contains(&name) {
        return Err(Error::config(format!(
            "'{name}' is a command's name, a profile cannot have it"
        ))
        .hint(format!("give the profile another name: [profile.my-{name}]")));
    }
    let speakable = |letter: char| !letter.is_whitespace() && !letter.is_control();
    if name.is_empty() || name.starts_with('-') || !name.chars().all(speakable) {
        return Err(Error::config(format!(
            "'{}' is no name for a profile: empty, beginning with '-' or holding a space",
            name.escape_default()
        )));
    }
    Ok(())
}

/// The environment variable that gives a profile's field its value:
/// `SIGNREQ_<PROFILE>_<FIELD>` in upper case, all that is not alphanumeric
/// written `_`.
pub fn variable(profile: &str, field: &str) -> String {
    // Asked for every field of every run, and nearly always in vain.
    let mut name = String::with_capacity(PREFIX.len() + profile.len() + 1 + field.len());
    name.push_str(PREFIX);
    name.extend(in_variable(profile));
    name.push('_');
    name.extend(in_variable(field));
    name
}

/// What the names of a profile's variables begin with.
pub(super) fn variable_prefix(profile: &str) -> String {
    variable(profile, "")
}

/// What the names of all variables of profiles begin with.
const PREFIX: &str = "SIGNREQ_";

fn in_variable(name: &str) -> impl Iterator<Item = char> {
    name.chars().map(|letter| match letter.is_ascii_alphanumeric() {
        true => letter.to_ascii_uppercase(),
        false => '_',
    })
}

/// `; did you mean 'x'?` for the nearest known name, else the list of all.
pub(super) fn suggestion<'name>(
    name: &str,
    known: impl IntoIterator<Item = &'name str> + Clone,
) -> String {
    match nearest(name, known.clone()) {
        Some(other) => format!("; did you mean '{other}'?"),
        None => {
            let all: Vec<_> = known.into_iter().collect();
            if all.is_empty() { String::new() } else { format!("; known are {}", all.join(", ")) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_upper_case_with_underscores() {
        assert_eq!(variable("maas", "url"), "SIGNREQ_MAAS_URL");
        assert_eq!(variable("my-site.2", "consumer_key"), "SIGNREQ_MY_SITE_2_CONSUMER_KEY");
        assert_eq!(variable("é", "key"), "SIGNREQ___KEY");
    }

    #[test]
    fn names_that_cannot_be_called_are_refused() {
        for bad in RESERVED.iter().copied().chain(["", "-x", "a b", "a\n"]) {
            assert!(check(bad).is_err(), "{bad}");
        }
        for good in ["maas", "my-sign", "Prod.eu", "été"] {
            assert!(check(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn only_near_names_are_suggested() {
        let known = ["consumer_key", "consumer_secret", "url"];
        assert_eq!(suggestion("consumer_kye", known), "; did you mean 'consumer_key'?");
        assert_eq!(suggestion("x9", known), "; known are consumer_key, consumer_secret, url");
    }
}
