//! The prose of the man pages: what the command line's definition cannot say.

mod doctor;
mod login;
mod profile;
mod sending;
mod settings;
mod upload;

pub use sending::SENDING;

/// What a man page says besides synopsis, options and exit status.
#[derive(Debug)]
pub struct Page {
    /// The command; empty for the page of `signreq` itself.
    pub command: &'static str,
    /// Sections between the description and the options, each with its heading.
    pub before_options: &'static [(&'static str, &'static [Block])],
    /// Sections behind the options.
    pub after_options: &'static [(&'static str, &'static [Block])],
    /// Lines that work, each against the sandbox too.
    pub examples: &'static [Example],
}

impl Page {
    /// A page that says nothing more.
    pub const EMPTY: Self =
        Self { command: "", before_options: &[], after_options: &[], examples: &[] };
}

/// A piece of a section.
#[derive(Debug)]
pub enum Block {
    /// Running text.
    Paragraph(&'static str),
    /// A term and what it means.
    Entry(&'static str, &'static str),
    /// Lines that stay as they are.
    Code(&'static str),
}

/// A line to type and what it does.
#[derive(Debug)]
pub struct Example {
    /// What it does, with a colon at its end.
    pub about: &'static str,
    /// The line, as typed in a POSIX shell.
    pub line: &'static str,
}

use Block::{Entry, Paragraph};

/// The pages of the commands, in the order of the help.
pub const COMMANDS: &[Page] = &[
    Page {
        command: "sign",
        before_options: &[("HEADERS", SIGN)],
        examples: &[
            Example {
                about: "Signs for curl, in a shell that knows <( ):",
                line: "curl -H @<(signreq sign maas get /machines/) http://maas.example:5240/MAAS/api/2.0/machines/",
            },
            Example {
                about: "Prints a curl command that holds no secret among its words:",
                line: "signreq sign --format curl maas get /machines/",
            },
        ],
        ..Page::EMPTY
    },
    Page {
        command: "presign",
        before_options: &[("THE URL", PRESIGN)],
        examples: &[Example {
            about: "Prints a URL by which anybody can read an object for an hour:",
            line: "signreq presign s3 get /backups/disk.img --expires 1h",
        }],
        ..Page::EMPTY
    },
    Page {
        command: "explain",
        before_options: &[("STEPS", EXPLAIN)],
        examples: &[Example {
            about: "Shows how the signature of a request comes about:",
            line: "signreq explain foreman get /api/v2/hosts per_page==5",
        }],
        ..Page::EMPTY
    },
    Page {
        command: "verify",
        before_options: &[("CAPTURES", CAPTURES), ("FINDINGS", FINDINGS)],
        examples: &[
            Example {
                about: "Verifies what signreq signs, with the profiles of the sandbox:",
                line: "signreq sandbox -- sh -c 'signreq sign --format http maas get /version/ | signreq verify maas'",
            },
            Example {
                about: "Verifies the third request of what a browser recorded:",
                line: "pbpaste | signreq verify foreman --entry 3",
            },
            Example {
                about: "Compares with the canonical request that S3 answered:",
                line: "cat answer.xml | signreq verify s3 request.http --theirs -",
            },
        ],
        ..Page::EMPTY
    },
    upload::PAGE,
    profile::PAGE,
    login::LOGIN,
    login::LOGOUT,
    doctor::PAGE,
    Page {
        command: "sandbox",
        before_options: &[("THE SERVER", SANDBOX)],
        examples: &[
            Example {
                about: "Runs one command against the server, its profiles ready:",
                line: "signreq sandbox -- signreq maas get /machines/",
            },
            Example {
                about: "The same in short, without config, environment or network:",
                line: "signreq --sandbox maas get /machines/",
            },
        ],
        ..Page::EMPTY
    },
    Page {
        command: "completions",
        before_options: &[("INSTALLATION", COMPLETIONS)],
        examples: &[Example {
            about: "Completes in this bash from now on:",
            line: "eval \"$(signreq completions bash)\"",
        }],
        ..Page::EMPTY
    },
    Page {
        command: "man",
        examples: &[Example {
            about: "Writes every page into the directory that man reads first:",
            line: "signreq man ~/.local/share/man/man1",
        }],
        ..Page::EMPTY
    },
    Page { command: "help", ..Page::EMPTY },
];

const SIGN: &[Block] = &[Paragraph(
    "Takes the words that sending takes and the options that shape a request, and does not send \
     it; OVHcloud is asked for its time, and OAuth 2.0 for a token, when that is not known yet. Prints every header that the signature sets \
     or covers, Host aside, and the headers that name a user, one a line and unmasked, nothing \
     else. The signature holds for this method, URL and body only, and not for long.",
)];

const PRESIGN: &[Block] = &[Paragraph(
    "The signature goes into the query: SigV4 signs AWS's and S3's URLs this way, for 15 minutes \
     unless --expires says otherwise and for a week at most; OAuth 1.0 any URL, for as long as \
     the server takes its timestamp for fresh, and once. Other schemes have no such form. Nothing \
     is sent. The URL is a secret for as long as it holds.",
)];

const EXPLAIN: &[Block] = &[Paragraph(
    "Takes the words and options that sending takes, and sends nothing. Shows each step in the \
     terms of the scheme's specification, the key masked, and then the request as it would go.",
)];

const CAPTURES: &[Block] = &[
    Paragraph("FILE holds one request as it was sent; nothing is sent again."),
    Entry(
        "http",
        "The bytes of the request, with LF or CR LF, or what curl -v shows of them. The scheme \
         of its URL is that of --scheme, else that of the profile's URL.",
    ),
    Entry(
        "har",
        "What browsers and proxies save: a log, of which --entry picks one request, an entry of \
         it, or a request alone, as sign --format json prints it. Browsers leave Authorization \
         out unless told to keep sensitive data; signreq --har masks secrets, and what is masked \
         cannot be verified, unless --show-secrets stands beside it.",
    ),
    Entry(
        "curl",
        "A command line, as browsers copy it and as sign --format curl prints it. Its files are \
         read; nothing is run or expanded, and -u is ignored. Multipart bodies (-F) cannot be \
         read: curl makes up their boundary.",
    ),
    Entry(
        "url",
        "A signed URL, as presign prints it, which may stand in the place of FILE: a GET of it, \
         with no header but Host. One for another method is verified as a curl command: \
         curl -X PUT 'URL'.",
    ),
];

const FINDINGS: &[Block] = &[
    Paragraph(
        "The exit code is 0 when the signature holds, 77 when it does not, 65 when there is none, \
         the capture cannot be read or secrets in it are masked. When it does not hold, the request is changed in the ways \
         in which clients, proxies and settings are known to change it (see CAUSES); the first \
         change under which the signature holds is the cause, and both sides of the step that \
         differs are shown. A hint says what mends it. Where no change explains it, the secret is \
         another one. The hash of the body, where the signature covers one, and the date of a \
         SigV4 scope must be right too.",
    ),
    Paragraph(
        "An old signature is valid here and noted as old, and so is a signed URL whose time is \
         over; a region, service or method other than the profile's is noted too. With --theirs the exit code is also 77 \
         when the server signed something else than was captured.",
    ),
];

const SANDBOX: &[Block] = &[Paragraph(
    "Listens on loopback only, verifies every scheme as the real systems do, and answers like \
     MAAS, Foreman, Candlepin, OVHcloud, DCI, AWS and S3. A signature that does not hold is \
     answered with the step that differs. What is changed stays in memory until the server ends. \
     Without a COMMAND it runs until it is interrupted, and ends with 0 then. \
     Signals that signreq gets while a COMMAND runs are passed on to it.",
)];

const COMPLETIONS: &[Block] = &[
    Entry("bash", "Write the script to ~/.local/share/bash-completion/completions/signreq."),
    Entry("zsh", "Write it as _signreq into a directory of $fpath."),
    Entry("fish", "Write it to ~/.config/fish/completions/signreq.fish."),
    Entry("powershell", "Dot-source it in $PROFILE."),
    Entry(
        "elvish",
        "Write it to ~/.config/elvish/lib/signreq.elv and add `use signreq` to rc.elv.",
    ),
    Entry("nushell", "Source it in config.nu."),
    Paragraph("The scripts ask the signreq that is being typed, and need not be renewed with it."),
];
