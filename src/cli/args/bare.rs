//! A request without options: `signreq maas get /machines/`.

use super::{RequestArgs, SendArgs};
use crate::cli::format::FormatArgs;
use std::ffi::OsString;

/// What the options with a default have when they are not given.
const AUTO: &str = "auto";

impl SendArgs {
    /// What clap makes of these arguments, where none of them is an option;
    /// `None` where one may be, or is not text.
    ///
    /// To define a hundred options in order to find none of them takes an
    /// eighth of a short run.
    pub fn of_words(arguments: &[OsString]) -> Option<Self> {
        let is_word = |text: &&str| !text.starts_with('-');
        let word = |argument: &OsString| argument.to_str().filter(is_word).map(str::to_owned);
        let words: Vec<String> = arguments.iter().map(word).collect::<Option<_>>()?;
        (!words.is_empty()).then(|| Self {
            request: RequestArgs { words, color: AUTO.to_owned(), ..RequestArgs::default() },
            format: FormatArgs { format: AUTO.to_owned(), ..FormatArgs::default() },
            ..Self::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser as _;

    fn arguments(line: &str) -> Vec<OsString> {
        line.split(' ').filter(|word| !word.is_empty()).map(OsString::from).collect()
    }

    #[test]
    fn it_is_what_clap_makes_of_the_words() {
        for line in ["maas", "maas get /machines/", "maas post /tags/ name=-rack A:b @- c:=1"] {
            let clap = SendArgs::try_parse_from(arguments(&format!("signreq {line}"))).unwrap();
            let own = SendArgs::of_words(&arguments(line)).unwrap();
            assert_eq!(format!("{own:?}"), format!("{clap:?}"), "{line}");
        }
    }

    #[test]
    fn whatever_may_be_an_option_is_left_to_clap() {
        for line in ["", "--", "maas -v", "maas get /x --dry-run", "maas - /x"] {
            assert!(SendArgs::of_words(&arguments(line)).is_none(), "{line}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn so_is_what_is_not_text() {
        use std::os::unix::ffi::OsStringExt as _;
        let words = ["maas".into(), OsString::from_vec(vec![b'/', 0xff])];
        assert!(SendArgs::of_words(&words).is_none());
    }
}
