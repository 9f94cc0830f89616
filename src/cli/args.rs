//! The command line's definition: what `--help`, completions and man pages
//! are made from. No logic; see [`crate::cli::words`] for how the first word
//! picks a parser and [`crate::cli::plan`] for what the words mean.

mod bare;
pub mod doctor;
pub mod login;
pub mod profile;
pub mod upload;

use crate::cli::conduct::ConductArgs;
use crate::cli::download::DownloadArgs;
use crate::cli::filter::FilterArgs;
use crate::cli::format::FormatArgs;
use crate::cli::paging::PagingArgs;
use crate::cli::transport::TransportArgs;
use crate::cli::until::UntilArgs;
use crate::model::time::Time;
use clap::builder::PossibleValuesParser;
use clap::{ArgGroup, Args, Command, CommandFactory as _, Parser};
use std::path::PathBuf;

/// The words `PROFILE [METHOD] PATH|URL [ITEM]...` and every option that
/// shapes a request.
#[derive(Args, Clone, Debug, Default)]
pub struct RequestArgs {
    /// The profile, then an optional method, the path or URL, and items:
    /// Name:value header, k==v query, k=v field, k:=json raw JSON field,
    /// k@path file, @path whole body
    #[arg(value_name = "WORD", required = true, num_args = 1..)]
    pub words: Vec<String>,

    /// How fields travel [default: the preset's]
    #[arg(long = "as", value_name = "KIND", value_parser = PossibleValuesParser::new(["json", "form", "multipart"]), help_heading = "Body")]
    pub fields_as: Option<String>,

    /// Send DATA as the body, line breaks kept; @FILE reads a file, @- standard input
    #[arg(short, long, value_name = "DATA", help_heading = "Body")]
    pub data: Vec<String>,

    /// Send DATA as the body; a leading @ is no file
    #[arg(long, value_name = "DATA", help_heading = "Body")]
    pub data_raw: Vec<String>,

    /// The same as --data
    #[arg(long, value_name = "DATA", help_heading = "Body")]
    pub data_binary: Vec<String>,

    /// Send DATA as a JSON body, with the headers for it
    #[arg(long, value_name = "DATA", help_heading = "Body")]
    pub json: Vec<String>,

    /// Send a multipart field: name=text, name=@file, name=<file
    #[arg(short = 'F', long, value_name = "FIELD", help_heading = "Body")]
    pub form: Vec<String>,

    /// Send FILE as the body, with PUT unless a method is given; - is standard input
    #[arg(short = 'T', long, value_name = "FILE", help_heading = "Body")]
    pub upload_file: Option<String>,

    /// Add a header; 'Name:' removes a default one, 'Name;' sends it empty, @FILE reads lines
    #[arg(short = 'H', long, value_name = "HEADER", help_heading = "Request")]
    pub header: Vec<String>,

    /// Use METHOD; no METHOD word is read then
    #[arg(short = 'X', long, value_name = "METHOD", help_heading = "Request")]
    pub request: Option<String>,

    /// Send a HEAD request and print the head of the answer
    #[arg(short = 'I', long, help_heading = "Request")]
    pub head: bool,

    /// Send NAME as the User-Agent
    #[arg(short = 'A', long, value_name = "NAME", help_heading = "Request")]
    pub user_agent: Option<String>,

    /// Sign with this time, in seconds since 1970 [default: now, by the server's clock where known]
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(i64).range(0..=Time::LATEST),
        help_heading = "Signing"
    )]
    pub timestamp: Option<i64>,

    /// Sign with this nonce
    #[arg(long, value_name = "WORD", help_heading = "Signing")]
    pub nonce: Option<String>,

    /// Set a field of the profile for this run; no secrets
    #[arg(long, value_name = "FIELD=VALUE", help_heading = "Profile")]
    pub set: Vec<String>,

    /// Read this config file
    #[arg(long, value_name = "FILE", help_heading = "Profile")]
    pub config: Option<PathBuf>,

    /// Sign for this origin too, besides the profile's own
    #[arg(long, value_name = "ORIGIN", help_heading = "Profile")]
    pub allow_origin: Vec<String>,

    /// Run against a built-in server; PROFILE is a preset's name
    #[arg(long, help_heading = "Profile")]
    pub sandbox: bool,

    /// Show secrets where they are masked
    #[arg(long, help_heading = "Output")]
    pub show_secrets: bool,

    /// When to colour
    #[arg(long, value_name = "WHEN", default_value = "auto", value_parser = PossibleValuesParser::new(["auto", "always", "never"]), help_heading = "Output")]
    pub color: String,

    /// How connections are made.
    #[command(flatten)]
    pub transport: TransportArgs,

    /// Refused: credentials live in profiles
    #[arg(short = 'u', long = "user", value_name = "USER", hide = true)]
    pub refused_user: Option<String>,

    /// Refused: no cookies are sent
    #[arg(short = 'b', long = "cookie", value_name = "COOKIE", hide = true)]
    pub refused_cookie: Option<String>,

    /// Refused: no cookies are kept
    #[arg(short = 'c', long = "cookie-jar", value_name = "FILE", hide = true)]
    pub refused_cookie_jar: Option<String>,
}

/// What `--help` ends with.
const EXAMPLES: &str = "\
Examples:
  signreq --sandbox maas get /machines/               No account, config or network needed
  signreq foreman get /api/v2/hosts per_page==5       A query parameter
  signreq maas post /tags/ name=rack comment='A b'    Fields of the body
  signreq s3 put /bucket/key -T disk.img              A file as the body
  signreq --dry-run dci get /api/v1/jobs              Shows the request, sends nothing

Profiles stand in ~/.config/signreq/config.toml. All else, with the fields of
profiles and the exit codes: signreq man | man -l -";

/// Sends a request: what runs when the first word is no command.
#[derive(Clone, Debug, Default, Parser)]
#[command(
    name = "signreq",
    version,
    about = "An HTTP client for APIs that want every request signed",
    long_about = "An HTTP client for APIs that want every request signed: \
        MAAS, Foreman, Candlepin, OVHcloud, DCI, AWS, S3, and any API with the same schemes.",
    override_usage = "signreq [OPTIONS] PROFILE [METHOD] PATH|URL [ITEM]...\n       signreq COMMAND ...",
    after_help = EXAMPLES,
    disable_help_subcommand = true,
    args_override_self = true,
    group = ArgGroup::new("expression").args(["jq", "until"]).multiple(true)
)]
pub struct SendArgs {
    /// The request.
    #[command(flatten)]
    pub request: RequestArgs,

    /// Print the request as it would go, secrets masked, and send nothing
    #[arg(long, help_heading = "Output")]
    pub dry_run: bool,

    /// Where the body goes.
    #[command(flatten)]
    pub download: DownloadArgs,

    /// What is made of the answer's JSON.
    #[command(flatten)]
    pub filter: FilterArgs,

    /// In which form it is printed.
    #[command(flatten)]
    pub format: FormatArgs,

    /// Print the head of the answer before its body
    #[arg(short, long, help_heading = "Output")]
    pub include: bool,

    /// Show the heads of request and answer, secrets masked
    #[arg(short, long, help_heading = "Output")]
    pub verbose: bool,

    /// Print nothing but data, not even errors
    #[arg(short, long, help_heading = "Output")]
    pub silent: bool,

    /// Print errors though --silent
    #[arg(short = 'S', long, help_heading = "Output")]
    pub show_error: bool,

    /// Print no body of an error answer
    #[arg(short, long, help_heading = "Output")]
    pub fail: bool,

    /// What is done with answers on the way.
    #[command(flatten)]
    pub conduct: ConductArgs,

    /// How much of a list is wanted.
    #[command(flatten)]
    pub paging: PagingArgs,

    /// What the answer is waited to be.
    #[command(flatten)]
    pub until: UntilArgs,

    /// Write all that is sent and received into FILE, an HTTP Archive, secrets masked
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run", help_heading = "Output")]
    pub har: Option<PathBuf>,

    /// Print FORMAT after the transfer, %{http_code} and others of curl's filled in; @FILE reads it
    #[arg(short, long, value_name = "FORMAT", help_heading = "Output")]
    pub write_out: Option<String>,
}

/// Prints the headers that sign a request.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "sign",
    override_usage = "signreq sign [OPTIONS] PROFILE [METHOD] PATH|URL [ITEM]...",
    args_override_self = true
)]
pub struct SignArgs {
    /// The request.
    #[command(flatten)]
    pub request: RequestArgs,

    /// Show the head of the request, and of all that is asked before, secrets masked
    #[arg(short, long, help_heading = "Output")]
    pub verbose: bool,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "headers", value_parser = PossibleValuesParser::new(["headers", "curl", "http", "json"]), help_heading = "Output")]
    pub format: String,
}

/// Prints a URL that is signed: whoever has it can send the request.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "presign",
    override_usage = "signreq presign [OPTIONS] PROFILE [METHOD] PATH|URL [ITEM]..."
)]
pub struct PresignArgs {
    /// The request.
    #[command(flatten)]
    pub request: RequestArgs,

    /// How long the URL is to hold, up to 168h: 500s, 15m, 2h [SigV4's default: 15m]
    #[arg(long, value_name = "TIME", help_heading = "Signing")]
    pub expires: Option<String>,
}

/// Shows each step from a request to its signature; sends nothing.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "explain",
    override_usage = "signreq explain [OPTIONS] PROFILE [METHOD] PATH|URL [ITEM]...",
    args_override_self = true
)]
pub struct ExplainArgs {
    /// The request.
    #[command(flatten)]
    pub request: RequestArgs,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = PossibleValuesParser::new(["text", "json"]), help_heading = "Output")]
    pub format: String,
}

/// Tells whether the signature of a captured request holds, and what differs.
#[derive(Clone, Debug, Parser)]
#[command(name = "verify", override_usage = "signreq verify [OPTIONS] PROFILE [FILE]")]
pub struct VerifyArgs {
    /// The profile whose secrets it is verified with
    #[arg(value_name = "PROFILE")]
    pub profile: String,

    /// The request: raw HTTP, HAR, a curl command or a signed URL [default: standard input]
    #[arg(value_name = "FILE")]
    pub file: Option<String>,

    /// What FILE holds [default: what its content shows]
    #[arg(long, value_name = "KIND", value_parser = PossibleValuesParser::new(["http", "har", "curl", "url"]), help_heading = "Request")]
    pub input: Option<String>,

    /// Verify entry N of a HAR, the first being 1
    #[arg(long, value_name = "N", help_heading = "Request")]
    pub entry: Option<usize>,

    /// The scheme that a raw request was sent with [default: that of the profile's URL]
    #[arg(long, value_name = "SCHEME", value_parser = PossibleValuesParser::new(["http", "https"]), help_heading = "Request")]
    pub scheme: Option<String>,

    /// Compare with what the server signed: its answer, or a base string,
    /// canonical request or string to sign from it
    #[arg(long, value_name = "FILE", help_heading = "Request")]
    pub theirs: Option<String>,

    /// Set a field of the profile for this run; no secrets
    #[arg(long, value_name = "FIELD=VALUE", help_heading = "Profile")]
    pub set: Vec<String>,

    /// Read this config file
    #[arg(long, value_name = "FILE", help_heading = "Profile")]
    pub config: Option<PathBuf>,

    /// Verify with the secrets of the built-in server; PROFILE is a preset's name
    #[arg(long, help_heading = "Profile")]
    pub sandbox: bool,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = PossibleValuesParser::new(["text", "json"]), help_heading = "Output")]
    pub format: String,

    /// Show secrets where they are masked
    #[arg(long, help_heading = "Output")]
    pub show_secrets: bool,

    /// When to colour
    #[arg(long, value_name = "WHEN", default_value = "auto", value_parser = PossibleValuesParser::new(["auto", "always", "never"]), help_heading = "Output")]
    pub color: String,
}

/// Runs a loopback server that verifies every scheme and answers like each system.
#[derive(Clone, Debug, Parser)]
#[command(name = "sandbox", override_usage = "signreq sandbox [--listen ADDR] [-- COMMAND...]")]
pub struct SandboxArgs {
    /// Listen on this loopback address
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    pub listen: String,

    /// A command to run against the server, with profiles ready; its exit code is ours
    #[arg(value_name = "COMMAND", last = true)]
    pub command: Vec<std::ffi::OsString>,
}

/// Prints the completion script of a shell.
#[derive(Clone, Debug, Parser)]
#[command(name = "completions")]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL", value_parser = PossibleValuesParser::new(SHELLS))]
    pub shell: String,
}

/// Prints the man page for man -l -, or writes all man pages into a directory.
#[derive(Clone, Debug, Parser)]
#[command(name = "man")]
pub struct ManArgs {
    /// Where to write one page a command
    #[arg(value_name = "DIR")]
    pub directory: Option<PathBuf>,
}

/// Shows the help of a command.
#[derive(Clone, Debug, Parser)]
#[command(name = "help")]
pub struct HelpArgs {
    /// The command, and the one below it
    #[arg(value_name = "COMMAND")]
    pub command: Vec<String>,
}

/// The shells that completions are made for.
pub const SHELLS: [&str; 6] = ["bash", "zsh", "fish", "powershell", "elvish", "nushell"];

/// Every command that works, in the order of the help.
pub fn commands() -> Vec<Command> {
    vec![
        SignArgs::command(),
        PresignArgs::command(),
        ExplainArgs::command(),
        VerifyArgs::command(),
        upload::UploadArgs::command(),
        profile::ProfileArgs::command(),
        login::LoginArgs::command(),
        login::LogoutArgs::command(),
        doctor::DoctorArgs::command(),
        SandboxArgs::command(),
        CompletionsArgs::command(),
        ManArgs::command(),
        HelpArgs::command(),
    ]
}

/// Sending and every command as one definition: what help, completions and
/// man pages are generated from.
pub fn full_command() -> Command {
    SendArgs::command()
        .subcommands(commands())
        .args_conflicts_with_subcommands(true)
        .subcommand_negates_reqs(true)
        .subcommand_value_name("COMMAND")
}
