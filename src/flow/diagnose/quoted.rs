//! A step of the signature as a server's answer quotes it, held against ours.

use crate::model::url::WireUrl;
use crate::sign::encode::decode;
use crate::sign::verify::Difference;

/// The step.
#[derive(Clone, Debug)]
pub(super) struct Quoted {
    /// Our name of it.
    pub(super) step: &'static str,
    /// What came out of it here.
    pub(super) ours: String,
    /// What came out of it there.
    pub(super) theirs: String,
    /// What the server saw otherwise, where a known change explains it.
    pub(super) difference: Option<Difference>,
}

/// A part of the request that the server saw otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// What it is.
    pub(super) name: String,
    /// What we signed.
    pub(super) ours: String,
    /// What the server signed.
    pub(super) theirs: String,
}

impl Quoted {
    /// Whether the step holds the request, and is no mere key or hash.
    pub(super) fn is_of_request(&self) -> bool {
        ["canonical request", "signature base string"].contains(&self.step)
    }

    /// The first part that differs; `None` when all do not.
    pub(super) fn part(&self) -> Option<Part> {
        match self.step {
            "canonical request" => self.part_of_canonical_request(),
            _ => self.part_of_base_string(),
        }
    }

    /// RFC 5849 section 3.4.1.1: method, base string URI and parameters.
    fn part_of_base_string(&self) -> Option<Part> {
        let names = ["method", "URL", "parameters"];
        let pairs = self.ours.split('&').zip(self.theirs.split('&'));
        let (name, (ours, theirs)) = names.iter().zip(pairs).find(|(_, (a, b))| a != b)?;
        let decoded = |text: &str| String::from_utf8_lossy(&decode(text.as_bytes())).into_owned();
        let (ours, theirs) = (decoded(ours), decoded(theirs));
        match *name {
            "parameters" => {
                let other = |text: &str, in_text: &str| -> String {
                    let known: Vec<&str> = in_text.split('&').collect();
                    let rest = text.split('&').filter(|pair| !known.contains(pair));
                    rest.collect::<Vec<_>>().join("&")
                };
                let (ours, theirs) = (other(&ours, &theirs), other(&theirs, &ours));
                Some(Part { name: "parameters".to_owned(), ours, theirs })
            }
            name => Some(Part { name: name.to_owned(), ours, theirs }),
        }
    }

    /// AWS's "create a canonical request": method, path, query, headers, an
    /// empty line, their names, the payload's hash.
    fn part_of_canonical_request(&self) -> Option<Part> {
        let (ours, theirs): (Vec<&str>, Vec<&str>) =
            (self.ours.split('\n').collect(), self.theirs.split('\n').collect());
        let at = (0..ours.len().max(theirs.len())).find(|at| ours.get(*at) != theirs.get(*at))?;
        let line = |lines: &[&str]| lines.get(at).copied().unwrap_or_default().to_owned();
        let (ours_line, theirs_line) = (line(&ours), line(&theirs));
        let name = match at {
            0 => "method".to_owned(),
            1 => "path".to_owned(),
            2 => "query".to_owned(),
            at if at + 1 == ours.len() => "payload's hash".to_owned(),
            at if at + 2 == ours.len() => "list of signed headers".to_owned(),
            _ => {
                let name = ours_line.split(':').next().unwrap_or_default();
                format!("header {name}")
            }
        };
        Some(Part { name, ours: ours_line, theirs: theirs_line })
    }

    /// The URL that OAuth1's server signed; `None` where it is ours.
    pub(super) fn url(&self) -> Option<WireUrl> {
        let part = self.part().filter(|part| part.name == "URL")?;
        WireUrl::parse(&part.theirs).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(step: &'static str, ours: &str, theirs: &str) -> Option<(String, String, String)> {
        let (ours, theirs) = (ours.to_owned(), theirs.to_owned());
        let quoted = Quoted { step, ours, theirs, difference: None };
        quoted.part().map(|part| (part.name, part.ours, part.theirs))
    }

    fn told(name: &str, ours: &str, theirs: &str) -> Option<(String, String, String)> {
        Some((name.to_owned(), ours.to_owned(), theirs.to_owned()))
    }

    #[test]
    fn the_part_that_differs_is_named() {
        let base = "signature base string";
        assert_eq!(
            part(base, "GET&http%3A%2F%2Fh%2Fa&b%3D1", "GET&http%3A%2F%2Fh%2Fa&b%3D1"),
            None
        );
        assert_eq!(
            part(base, "GET&http%3A%2F%2Fh%2Fa&b%3D1", "GET&https%3A%2F%2Fi%2Fa&b%3D1"),
            told("URL", "http://h/a", "https://i/a")
        );
        assert_eq!(
            part(base, "GET&u&b%3D1%26c%3D2", "GET&u&b%3D1%26c%3D3%26d%3D4"),
            told("parameters", "c=2", "c=3&d=4")
        );
        let canonical = "canonical request";
        let ours = "GET\n/a\n\nhost:h\nx-amz-date:d\n\nhost;x-amz-date\nhash";
        for (from, to, name) in [
            ("GET", "HEAD", "method"),
            ("/a", "/b", "path"),
            ("\n\nhost", "\nc=\nhost", "query"),
            ("host:h", "host:i", "header host"),
            ("d\n\n", "e\n\n", "header x-amz-date"),
            ("hash", "other", "payload's hash"),
        ] {
            let theirs = ours.replacen(from, to, 1);
            assert_eq!(part(canonical, ours, &theirs).unwrap().0, name);
        }
    }
}
