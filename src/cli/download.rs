//! The options that say where a body goes, and what they come to: a file, and
//! how much of it is there.

use crate::error::{Error, Kind, Result, reason};
use crate::flow::draft::{HeaderEdit, RequestPlan};
use crate::flow::resume::{self, Place};
use crate::model::headers::Header;
use crate::model::request::Draft;
use crate::model::response::ResponseHead;
use crate::model::size;
use crate::model::url::WireUrl;
use crate::net;
use anyhow::Context as _;
use clap::Args;
use std::path::{Path, PathBuf};

/// Options under the heading Output.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Output")]
pub struct DownloadArgs {
    /// Write the body to FILE
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Write the body to a file named as the last part of the URL's path
    #[arg(short = 'O', long, conflicts_with = "output")]
    pub remote_name: bool,

    /// With -: go on with the file of -o or -O where it ends; it then grows as bytes come
    #[arg(short = 'C', long, value_name = "OFFSET")]
    pub continue_at: Option<String>,

    /// Ask for a compressed body and write it decompressed, as is done without -o, -O and -C
    #[arg(long)]
    pub compressed: bool,

    /// Send and receive no more than RATE bytes a second: 500, 10k, 5M, 1G
    #[arg(long, value_name = "RATE")]
    pub limit_rate: Option<String>,
}

/// The file that a body goes to.
pub(super) struct Download {
    /// Its name.
    pub(super) path: PathBuf,
    /// Whether it grows as bytes come, and a part of it is kept.
    continues: bool,
    /// What names the thing that the part is of.
    validator: Option<Vec<u8>>,
}

impl Download {
    /// Reads the options; `None` when the body goes to standard output.
    ///
    /// # Errors
    /// Wrong usage when they do not fit together or with the request.
    pub(super) fn plan(arguments: &DownloadArgs, draft: &Draft) -> Result<Option<Self>> {
        let continues = match arguments.continue_at.as_deref() {
            None => false,
            Some("-") => true,
            Some(offset) => {
                let offset = offset.escape_default();
                return Err(Error::usage(format!("--continue-at takes only -, not '{offset}'"))
                    .hint("-C -")
                    .hint(format!("a part alone is asked for by an item: Range:bytes={offset}-"))
                    .into());
            }
        };
        let path = match &arguments.output {
            _ if arguments.remote_name => Some(remote_name(&draft.url)?),
            Some(path) if path != Path::new("-") => Some(path.clone()),
            _ => None,
        };
        if continues {
            if arguments.compressed {
                let why =
                    "--continue-at goes on with a file as the server has it, not decompressed";
                return Err(Error::usage(why).hint("leave --compressed out").into());
            }
            let given = |name| draft.headers.has(name);
            if path.is_none() {
                return Err(Error::usage("--continue-at goes on with a file, but names none")
                    .hint("-C - -o FILE")
                    .into());
            }
            if draft.method.as_str() != "GET" {
                let why = format!("--continue-at goes on with a GET, not with {}", draft.method);
                return Err(Error::usage(why).into());
            }
            if given("range") || given("if-range") {
                let why = "--continue-at asks for a range, and so does a header";
                return Err(Error::usage(why).hint("leave one of them out").into());
            }
        }
        Ok(path.map(|path| Self { path, continues, validator: None }))
    }

    /// How much of the file is there to go on with, in bytes.
    ///
    /// # Errors
    /// [`Kind::Write`] when it is no regular file.
    pub(super) fn length(&self) -> Result<u64> {
        if !self.continues {
            return Ok(0);
        }
        let shown = self.path.display();
        match std::fs::metadata(&self.path) {
            Ok(metadata) if metadata.is_file() => Ok(metadata.len()),
            Ok(_) => {
                let why = format!("{shown} is no regular file: there is nothing to go on with");
                Err(Error::new(Kind::Write, why).into())
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(0),
            Err(error) => {
                Err(Error::new(Kind::Write, format!("{shown}: {}", reason(&error))).into())
            }
        }
    }

    /// Asks for what is missing of the file.
    ///
    /// # Errors
    /// Those of [`Self::length`].
    pub(super) fn ask(&self, draft: &mut Draft) -> Result<()> {
        if self.continues {
            let length = self.length()?;
            resume::ask_for_rest(&mut draft.headers, length, self.validator.as_deref());
        }
        Ok(())
    }

    /// Where an answer's body belongs; `None` when it is no part of the file.
    ///
    /// # Errors
    /// When it cannot belong there.
    pub(super) fn place(&self, head: &ResponseHead) -> Result<Option<Place>> {
        let length = self.length()?;
        let place = resume::place(head, length)
            .with_context(|| format!("going on with {}", self.path.display()))?;
        Ok(match place {
            // What begins here grows here too.
            Some(Place::Whole) if self.continues && length == 0 => Some(Place::Behind),
            place => place,
        })
    }

    /// Takes note of what the answer is a part of, for another attempt.
    pub(super) fn note(&mut self, head: &ResponseHead) {
        self.validator = resume::validator(head);
    }

    /// What to do when a server does not have the rest of the file.
    pub(super) fn advice(&self, head: &ResponseHead) -> Option<String> {
        let length = self.length().unwrap_or_default();
        (head.status == 416 && length > 0).then(|| {
            format!(
                "{} has {length} bytes and is no beginning of what the server has: remove it",
                self.path.display()
            )
        })
    }
}

/// Asks for a compressed body where it is undone, and says whether it is. A
/// part of one (Range) could not be; what the user said of it stays.
pub(super) fn ask_compressed(
    arguments: &DownloadArgs,
    download: Option<&Download>,
    plan: &RequestPlan,
    draft: &mut Draft,
) -> bool {
    let is_undone = download.is_none() || arguments.compressed;
    let is_named =
        |edit: &HeaderEdit| edit.name().is_some_and(|name| name.eq_ignore_ascii_case(NAME));
    let is_settled = draft.headers.has(NAME) || plan.headers.iter().any(is_named);
    if is_undone && !is_settled && !draft.headers.has("range") && draft.method.as_str() != "HEAD" {
        draft.headers.push(Header::new(NAME, net::ACCEPTED).by_default());
    }
    is_undone
}

const NAME: &str = "Accept-Encoding";

/// `--limit-rate`, in bytes a second; 0 is no limit, as with curl.
///
/// # Errors
/// Wrong usage when it is no size.
pub(super) fn limit_rate(option: Option<&str>) -> Result<Option<u64>> {
    let asked = option.filter(|text| *text != "0");
    asked.map(size::parse).transpose().context("--limit-rate")
}

/// How long an answer's body is, where that is told.
pub(super) fn content_length(head: &ResponseHead) -> Option<u64> {
    head.headers.get("content-length").map(Header::text)?.trim().parse().ok()
}

/// The last part of the path, as it is in the URL: encoded, so that it is
/// harmless in any file system.
fn remote_name(url: &WireUrl) -> Result<PathBuf> {
    let name = url.path().rsplit('/').next().unwrap_or_default();
    if matches!(name, "" | "." | "..") {
        let why = format!("the path {} ends in no file name", url.path());
        return Err(Error::usage(why).hint("name the file: -o FILE").into());
    }
    Ok(PathBuf::from(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_as_the_paths_last_part() {
        let name = |url: &str| remote_name(&WireUrl::parse(url).unwrap());
        for (url, expected) in [
            ("http://h/a/disk.img?x=/y", "disk.img"),
            ("http://h/a%2Fb", "a%2Fb"),
            ("http://h/..%2f..%2fx", "..%2f..%2fx"),
            ("http://h/a b\u{e9}", "a%20b%C3%A9"),
            ("http://h/a\\b", "a%5Cb"),
        ] {
            assert_eq!(name(url).unwrap(), Path::new(expected), "{url}");
        }
        for url in ["http://h/", "http://h/a/", "http://h/..", "http://h/a/."] {
            name(url).unwrap_err();
        }
    }
}
