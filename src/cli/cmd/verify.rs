//! `signreq verify PROFILE [FILE]`: whether the signature of a captured
//! request holds.

use crate::cli::args::VerifyArgs;
use crate::cli::session::{end_when_interrupted, sandbox_profile, settings};
use crate::context::{Clock, RunContext};
use crate::error::{Error, Kind, Result, reason};
use crate::flow::capture::{self, Form, Reading};
use crate::flow::state::StateStore;
use crate::flow::theirs::{self, Theirs};
use crate::flow::verify::{Verified, verify_capture};
use crate::model::place::command_to_look_at;
use crate::model::request::Received;
use crate::model::url::Protocol;
use crate::out::mask::{self, Secrets};
use crate::out::message;
use crate::out::style::{ColorChoice, Style};
use crate::out::verify::{self as report, Report};
use crate::profile::{self, Config, Profile};
use crate::sandbox::Sandbox;
use crate::sign::verify::Setting;
use clap::{ArgMatches, FromArgMatches as _};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The longest capture, in bytes: logs of a browser's day are large.
const CAPTURE_LIMIT: u64 = 256 * 1024 * 1024;

/// Runs it.
pub(in crate::cli) fn run(context: &mut RunContext, matches: &ArgMatches) -> Result<u8> {
    let arguments =
        VerifyArgs::from_arg_matches(matches).map_err(|error| Error::usage(error.to_string()))?;
    let file = arguments.file.as_deref().unwrap_or("-");
    if file == "-" && arguments.theirs.as_deref() == Some("-") {
        let why = "both the request and --theirs would be read from standard input";
        return Err(Error::usage(why).hint("put one of them into a file").into());
    }
    if capture::is_url(arguments.profile.trim()) {
        let why = "a URL stands where the PROFILE does";
        return Err(Error::usage(why).hint("signreq verify PROFILE URL").into());
    }
    let color = ColorChoice::parse(&arguments.color);
    let errors = color.style(context.terminal.stderr, &context.environment);
    end_when_interrupted(context, color, false);
    let sandbox = arguments
        .sandbox
        .then(|| Sandbox::start(None, Clock::clone(&context.clock)))
        .transpose()?;
    let profile = match &sandbox {
        Some(sandbox) => sandbox_profile(sandbox, &arguments.profile, &arguments.set)?,
        None => profile::resolve(&profile::Request {
            name: &arguments.profile,
            config: arguments.config.as_deref().map_or(Config::Usual, Config::File),
            sets: &settings(&arguments.set)?,
            environment: &context.environment,
        })?,
    };
    for warning in &profile.warnings {
        tell(context, |out| message::warning(out, warning, errors));
    }
    let bytes = read(context, file)?;
    let reading = Reading {
        form: arguments.input.as_deref().and_then(Form::parse),
        protocol: protocol(&arguments, &profile),
        entry: arguments.entry,
    };
    let mut captured = capture::read(&bytes, reading, &read_file)?;
    let now = (context.clock)();
    let store = match (&sandbox, context.environment.cache_directory()) {
        (None, Some(directory)) => StateStore::in_directory(&directory.join("signreq")),
        _ => StateStore::nowhere(),
    };
    let verified = verify_capture(&profile, &mut captured, &store, now)?;
    let received = captured.received;
    let server = match &arguments.theirs {
        None => None,
        Some(name) => Some(theirs::read(&read(context, name)?, &verified.verdict.trace)?),
    };
    for note in &verified.notes {
        tell(context, |out| message::note(out, note));
    }
    let style = color.style(context.terminal.stdout, &context.environment);
    let secrets = if arguments.show_secrets { Secrets::Shown } else { Secrets::Masked };
    let report = Report {
        scheme: profile.scheme.id(),
        presented: &verified.presented,
        verdict: &verified.verdict,
        now,
        notes: &verified.notes,
        headers: &received.headers,
        query: received.url.query(),
        server: server.as_ref().map(|theirs| (theirs.step, theirs.text.as_str())),
        secrets,
    };
    print(context, &report, &arguments.format, style)?;
    outcome(&profile, &received, &verified, server.as_ref())
}

fn print(context: &mut RunContext, report: &Report, format: &str, style: Style) -> Result<()> {
    match format {
        "json" => report::json(&mut context.stdout, report, style)?,
        _ => report::text(&mut context.stdout, report, style)?,
    };
    Ok(())
}

/// 0 when the signature holds and the server signed the same, else the error
/// that says what differs.
fn outcome(
    profile: &Profile,
    received: &Received,
    verified: &Verified,
    server: Option<&Theirs>,
) -> Result<u8> {
    let ours = |theirs: &Theirs| verified.verdict.trace.step(theirs.step).map(|s| s.exposed());
    let agrees = server.map(|theirs| ours(theirs).as_ref() == Some(&theirs.text));
    let refused = |why: String| Error::new(Kind::Refused, why);
    let Some(difference) = &verified.verdict.difference else {
        return match (agrees, server) {
            (Some(false), Some(theirs)) => {
                let why = format!("the signature holds, but the server's {} differs", theirs.step);
                let hint = "something between the client and the server changed the request";
                Err(refused(why).hint(hint).into())
            }
            _ => Ok(0),
        };
    };
    let why =
        format!("the signature does not hold: {}: {}", difference.step, difference.explanation);
    let mut error = refused(why);
    if agrees == Some(true) {
        error = error.hint("the server signs the same as we do: its secret is another one");
    }
    if let Some(mend) = difference.mend {
        error = error.hint(mend);
    }
    if let Some(setting) = &difference.setting {
        error = error.hint(set_line(profile, setting));
    }
    if difference.is_foreign {
        error = error.hint("signreq verify takes the profile that holds this key");
    } else if server.is_none() && difference.mend.is_none() && difference.step == "key" {
        error = error.hint("--theirs FILE compares with what the server's answer says it signed");
    }
    match explain_line(profile, received).filter(|_| difference.step != "key") {
        Some(line) => Err(error.hint(line).into()),
        None => Err(error.into()),
    }
}

/// The command that makes the profile sign as the request was signed.
fn set_line(profile: &Profile, setting: &Setting) -> String {
    let (profile, Setting { name, value }) = (&profile.name, setting);
    match value {
        None => format!("signreq profile set {profile} {name}=-"),
        Some(value)
            if value
                .bytes()
                .all(|byte| b"-._:/".contains(&byte) || byte.is_ascii_alphanumeric()) =>
        {
            format!("signreq profile set {profile} {name}={value}")
        }
        Some(value) => {
            format!("signreq profile set {profile} {name}='{}'", value.replace('\'', r"'\''"))
        }
    }
}

/// The command that shows the steps of this request, where it can be run.
fn explain_line(profile: &Profile, received: &Received) -> Option<String> {
    let url = received.url.to_string();
    let is_telling = mask::url(&url, Secrets::Masked) != url;
    if is_telling || url.contains('\'') || !profile.signs_for(received.url.origin()) {
        return None;
    }
    Some(format!("signreq explain {} {} '{url}'", profile.name, received.method))
}

/// The scheme of a raw request's URL.
fn protocol(arguments: &VerifyArgs, profile: &Profile) -> Protocol {
    match (arguments.scheme.as_deref(), &profile.base) {
        (Some("http"), _) => Protocol::Http,
        (None, Some(base)) => base.origin().protocol,
        _ => Protocol::Https,
    }
}

/// The bytes of a file, or of standard input for `-`.
fn read(context: &mut RunContext, name: &str) -> Result<Vec<u8>> {
    match name {
        "-" => limited(&mut *context.stdin, "standard input"),
        // Nothing is fetched: a signed URL is a capture by itself. One that is
        // pasted may have white space around it.
        url if capture::is_url(url.trim()) => Ok(url.trim().as_bytes().to_vec()),
        path => read_file(path),
    }
}

fn read_file(path: &str) -> Result<Vec<u8>> {
    let shown = shown(path);
    let mut file = File::open(path).map_err(|error| {
        let why = format!("{shown}: cannot be read: {}", reason(&error));
        let told = Error::new(Kind::Read, why);
        match shown == path {
            true => told.hint(command_to_look_at(Path::new(path), error.kind())),
            false => told.hint(
                "a URL begins with http:// or https://; any other capture stands in a file, \
                 or comes on standard input",
            ),
        }
    })?;
    limited(&mut file, &shown)
}

/// A file's name as it may be told. What is no name may be a capture itself,
/// which holds a signature, or with PLAINTEXT the secret.
fn shown(path: &str) -> String {
    let masked = mask::form(&mask::url(path.trim(), Secrets::Masked));
    let is_capture =
        masked.contains(char::is_whitespace) && masked.contains(['=', ':', '"', '\'', '\n']);
    match masked.split_whitespace().next().filter(|_| is_capture) {
        Some(first) => format!("{first} …"),
        None if masked == path.trim() => path.to_owned(),
        None => masked,
    }
}

fn limited(reader: &mut dyn Read, name: &str) -> Result<Vec<u8>> {
    let fail = |why: String| Error::new(Kind::Read, format!("{name}: {why}"));
    let mut bytes = Vec::new();
    reader
        .take(CAPTURE_LIMIT + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| fail(format!("cannot be read: {}", reason(&error))))?;
    match bytes.len() as u64 > CAPTURE_LIMIT {
        true => Err(fail("is longer than 256 MiB".into()).into()),
        false => Ok(bytes),
    }
}

/// Writes to standard error. Where that is closed, nobody listens.
fn tell(
    context: &mut RunContext,
    write: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>,
) {
    let _ = write(&mut *context.stderr);
}
