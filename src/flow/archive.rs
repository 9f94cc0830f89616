//! Records what is sent and received in a run into an HTTP Archive: redirects,
//! repeated requests, pages and what is asked before signing, too.
//!
//! An entry is written when the answer's body has been read or given up, so
//! one body is in memory at a time.

use crate::error::{self, Error, Kind, Result};
use crate::flow::diagnose;
use crate::model::response::ResponseHead;
use crate::model::secret::Secret;
use crate::model::time::Time;
use crate::net::{self, Answer, Timings};
use crate::out::file::OutputFile;
use crate::out::har::{self, BODY_LIMIT, Hidden, Steps};
use crate::out::mask::Secrets;
use crate::profile::Profile;
use crate::sign::Wire;
use serde_json::Value;
use std::fmt;
use std::io::{Cursor, Read, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// An archive that a run writes.
#[derive(Clone)]
pub struct Archive(Arc<Mutex<Log>>);

struct Log {
    /// Gone when the archive is finished or could not be written.
    file: Option<OutputFile>,
    failure: Option<anyhow::Error>,
    secrets: Secrets,
    began: (Time, Instant),
    entries: u64,
}

impl fmt::Debug for Archive {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Archive").field("entries", &self.log().entries).finish()
    }
}

impl Archive {
    /// Begins one in `path`, which changes only when it is finished. `now` is
    /// what time it is, in whole seconds; entries count their milliseconds from
    /// there.
    ///
    /// # Errors
    /// [`Kind::Write`] when the file cannot be written.
    pub fn create(path: &Path, now: Time, secrets: Secrets) -> Result<Self> {
        let mut file = OutputFile::create_private(path)?;
        let began = file.write_all(har::beginning(secrets).as_bytes());
        began.map_err(|error| failed(&file, &error))?;
        let began = (now, Instant::now());
        Ok(Self(Arc::new(Mutex::new(Log {
            file: Some(file),
            failure: None,
            secrets,
            began,
            entries: 0,
        }))))
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// [`Kind::Write`] when it could not be written; nothing is in its place then.
    pub fn finish(&self) -> Result<()> {
        let mut log = self.log();
        if let Some(failure) = log.failure.take() {
            return Err(failure);
        }
        let Some(mut file) = log.file.take() else { return Ok(()) };
        let ended = file.write_all(har::END.as_bytes());
        ended.map_err(|error| failed(&file, &error))?;
        file.finish().map(drop)
    }

    /// Begins the entry of a request that is sent now, and whose signing took
    /// `signing`.
    pub(super) fn begin(&self, profile: &Profile, wire: &Wire, signing: Duration) -> Entry {
        let log = self.log();
        let known = diagnose::secrets(profile, wire, &[]);
        let hidden = Hidden::new(log.secrets, known);
        let since = log.began.1.elapsed();
        let seconds = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
        let whole = log.began.0.plus(seconds).rfc3339();
        let started = format!("{}.{:03}Z", whole.trim_end_matches('Z'), since.subsec_millis());
        drop(log);
        Entry {
            archive: self.clone(),
            request: har::request(wire, &hidden),
            hidden,
            started,
            at: Instant::now(),
            signing,
        }
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, entry: &str) {
        let mut log = self.log();
        let separator = if log.entries > 0 { har::SEPARATOR } else { "" };
        let Some(file) = &mut log.file else { return };
        let written = file
            .write_all(separator.as_bytes())
            .and_then(|()| file.write_all(entry.as_bytes()))
            .map_err(|error| failed(file, &error));
        log.entries += 1;
        if let Err(failure) = written {
            log.failure = Some(failure.into());
            log.file = None;
        }
    }
}

fn failed(file: &OutputFile, error: &std::io::Error) -> Error {
    Error::new(Kind::Write, format!("cannot write to {}: {}", file.name(), error::reason(error)))
}

/// An entry whose request is on its way.
pub(super) struct Entry {
    archive: Archive,
    request: Value,
    hidden: Hidden,
    started: String,
    at: Instant,
    signing: Duration,
}

impl Entry {
    /// Takes note of what came of the request, whose secrets are all `known` by
    /// now. The entry of an answer is written when its body has been read.
    pub(super) fn end(mut self, outcome: Result<Answer>, known: Vec<Secret>) -> Result<Answer> {
        self.hidden = self.hidden.knowing(known);
        let answer = match outcome {
            Ok(answer) => answer,
            Err(failure) => {
                let response = har::no_response(&error::one_line(&failure), &self.hidden);
                let end = self.at.elapsed();
                let steps = Steps { end, signing: self.signing, ..Steps::default() };
                let entry = har::entry(&self.started, &self.request, &response, &steps, None);
                self.archive.add(&entry);
                return Err(failure);
            }
        };
        let Answer { head, body, uploaded, timings, remote } = answer;
        let recorded = Recorded {
            entry: self,
            head: head.clone(),
            body,
            timings,
            address: remote.map(|remote| remote.ip()),
            kept: Vec::new(),
            transferred: 0,
            has_ended: false,
            failure: None,
            is_written: false,
            answered: Instant::now(),
            end: timings.first_byte.unwrap_or_default(),
        };
        Ok(Answer { head, body: Box::new(recorded), uploaded, timings, remote })
    }
}

/// A body that is kept as it is read; its entry is written when it has ended, or
/// else when it goes.
struct Recorded {
    entry: Entry,
    head: ResponseHead,
    body: Box<dyn Read + Send>,
    timings: Timings,
    address: Option<std::net::IpAddr>,
    /// The bytes that came, unless there are too many.
    kept: Vec<u8>,
    transferred: u64,
    has_ended: bool,
    failure: Option<String>,
    is_written: bool,
    /// When the head had come.
    answered: Instant,
    /// When the last of it came, counted as [`Timings`] count: what was read or
    /// asked for before connecting is no part of it.
    end: Duration,
}

impl Read for Recorded {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.body.read(buffer);
        self.end = self.timings.first_byte.unwrap_or_default() + self.answered.elapsed();
        match &read {
            Ok(0) if !buffer.is_empty() => {
                self.has_ended = true;
                self.write();
            }
            Ok(length) => {
                self.transferred += *length as u64;
                if self.transferred <= BODY_LIMIT {
                    self.kept.extend_from_slice(&buffer[..*length]);
                }
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => {
                self.failure = Some(error.to_string());
                self.write();
            }
        }
        read
    }
}

impl Recorded {
    /// What the bytes are with their content codings undone, as far as they can
    /// be; `None` when there are too many.
    fn content(&mut self) -> Option<Vec<u8>> {
        if self.transferred > BODY_LIMIT {
            return None;
        }
        let body = Cursor::new(std::mem::take(&mut self.kept));
        let answer = net::decoded(Answer {
            head: self.head.clone(),
            body: Box::new(body),
            uploaded: 0,
            timings: Timings::default(),
            remote: None,
        });
        let mut content = Vec::new();
        // Of a body that was cut off the beginning is worth showing.
        let _ = answer.body.take(BODY_LIMIT + 1).read_to_end(&mut content);
        (content.len() as u64 <= BODY_LIMIT).then_some(content)
    }

    /// Writes the entry, once.
    fn write(&mut self) {
        if std::mem::replace(&mut self.is_written, true) {
            return;
        }
        let content = self.content();
        let Entry { archive, request, hidden, started, signing, .. } = &self.entry;
        let body = har::Body {
            transferred: self.transferred,
            content: content.as_deref(),
            is_whole: self.has_ended || request["method"] == "HEAD",
            failure: self.failure.as_deref(),
        };
        let response = har::response(&self.head, &body, hidden);
        let Timings { resolve, connect, tls, sent, first_byte } = self.timings;
        let (end, signing) = (self.end, *signing);
        let steps = Steps { resolve, connect, tls, sent, first_byte, end, signing };
        archive.add(&har::entry(started, request, &response, &steps, self.address));
    }
}

impl Drop for Recorded {
    fn drop(&mut self) {
        self.write();
    }
}
