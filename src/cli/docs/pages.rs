//! The prose of the man pages: what the command line's definition cannot say.

mod doctor;
mod login;

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

use Block::{Code, Entry, Paragraph};

/// The page `signreq.1`.
pub const SENDING: Page = Page {
    command: "",
    before_options: &[("WORDS", WORDS), ("ITEMS", ITEMS)],
    after_options: &[
        ("ANSWERS", ANSWERS),
        ("FILES THAT ARE FETCHED", FETCHED),
        ("REDIRECTS", REDIRECTS),
        ("RETRIES", RETRIES),
        ("CLOCKS", CLOCKS),
        ("WRITE-OUT", WRITE_OUT),
        ("PROFILES", PROFILES),
        ("SECRETS", SECRETS),
        ("CONNECTIONS", CONNECTIONS),
        ("SAFETY", SAFETY),
        ("FILES", FILES),
        ("ENVIRONMENT", ENVIRONMENT),
    ],
    examples: &[
        Example { about: "Lists MAAS's machines:", line: "signreq maas get /machines/" },
        Example {
            about: "Searches Foreman's hosts; == makes a query parameter:",
            line: "signreq foreman get /api/v2/hosts search=='name ~ web' per_page==5",
        },
        Example {
            about: "Creates an OVHcloud DNS record from fields; := takes raw JSON:",
            line: "signreq ovh post /domain/zone/example.com/record fieldType=A target=192.0.2.1 ttl:=60",
        },
        Example {
            about: "Shows what would be sent, and sends nothing:",
            line: "signreq --dry-run dci post /api/v1/jobs comment=nightly",
        },
    ],
};

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
    Page {
        command: "profile",
        before_options: &[("PROFILES", PROFILE)],
        after_options: &[("FIELDS AND VALUES", PROFILE_WORDS), ("THE FILE", PROFILE_FILE)],
        examples: &[
            Example {
                about: "Shows what is used for maas and where each value comes from:",
                line: "signreq sandbox -- signreq profile show maas",
            },
            Example {
                about: "Adds a profile whose key a password manager has:",
                line: "signreq profile add maas url=https://maas.example/MAAS key.command='pass show maas'",
            },
            Example {
                about: "The same, with the key out of a pipe, for another name:",
                line: "echo a:b:c | signreq profile add rack --preset maas url=https://maas.example/MAAS key=-",
            },
        ],
    },
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

const WORDS: &[Block] = &[
    Paragraph(
        "The first word that is neither an option nor an option's value is a command or the \
         PROFILE; no later word is ever a command.",
    ),
    Entry(
        "PROFILE",
        "A profile of the config file, or the name of a preset: maas, foreman, candlepin, ovh, \
         dci, aws, s3.",
    ),
    Entry(
        "METHOD",
        "A known method in any case, or letters only when the next word starts with /, http:// \
         or https://. Left out, it is POST with a body and GET without one. With -X no METHOD is read.",
    ),
    Entry(
        "PATH",
        "Is joined to the profile's base URL; its leading slash may be left out. A path that \
         begins with the path of that URL is taken from the origin as it is, so that a \
         resource_uri copied from an answer works. Blanks, controls, non-ASCII and \
         \" < > \\ ^ ` [ ] { | } are encoded before signing, all else is sent byte for byte. \
         No trailing slash is added.",
    ),
    Entry("URL", "A full URL; it has to be of the profile's origin, see --allow-origin."),
];

const ITEMS: &[Block] = &[
    Paragraph(
        "The words after the path are items. The leftmost separator decides, at the same place the longest.",
    ),
    Entry("Name:value", "A header; Name: removes a default one, Name; sends an empty one."),
    Entry("name==value", "A query parameter."),
    Entry(
        "name=value",
        "A field of the body, as text. In JSON, names nest: a[b][c]=1, a[]=1, a[0]=x, []=1.",
    ),
    Entry("name:=json", "A field of the body, as raw JSON: ttl:=60, tags:='[\"a\"]'."),
    Entry(
        "name@path",
        "A part of a multipart body, from a file; ;type= and ;filename= set its type and name.",
    ),
    Entry("@path", "The whole body, from a file."),
    Paragraph(
        "Each of : == = := takes an @ behind it and then reads its value from a file, - being \
         standard input. A backslash escapes a separator character. Fields travel as JSON, \
         for MAAS as multipart; --as decides otherwise. Repeated query, header and form fields \
         are all sent, in order; of a repeated JSON name the last one counts.",
    ),
];

const ANSWERS: &[Block] = &[Paragraph(
    "Standard output holds data only, all else goes to standard error. To a terminal, JSON is \
     formatted, with keys in the server's order and numbers as the server wrote them; binary is \
     refused. To a pipe or a file go the body's bytes. The body of an error answer goes to \
     standard output, with -o too: the file stays untouched.",
)];

const FETCHED: &[Block] = &[
    Paragraph(
        "The file of --output or --remote-name appears under its name when it is whole; until \
         then it is a temporary file beside it, which goes when the transfer fails. \
         --remote-name takes the last part of the path as it is in the URL, encoded.",
    ),
    Paragraph(
        "With --continue-at - the file itself grows, and what is there is gone on with: what \
         follows is asked for. A server that sends the whole all the same has it put in the \
         file's place once it is whole. A file that is whole already ends with 0. Within a run \
         (--retry), the ETag or Last-Modified makes sure that both parts are of the same thing; \
         from an earlier run none is known.",
    ),
    Paragraph(
        "What goes to standard output is asked for compressed and decompressed: gzip, deflate, br \
         and zstd. A file gets the bytes as the server sends them, asked for without compression, \
         unless --compressed is given. A body that becomes more than 200 times as long as it came \
         is not decompressed to its end.",
    ),
    Paragraph(
        "Where standard error is a terminal, a transfer of more than half a second shows how far \
         it is, how fast, and how long it will take, unless --silent is given or the body goes to \
         the terminal too.",
    ),
];

const REDIRECTS: &[Block] = &[Paragraph(
    "With --location, 300, 301, 302, 303, 307 and 308 are followed; without it they end with 3. \
     303 asks for GET, and so do 301 and 302 after a POST, however the method was given; all \
     others keep it, and with it the body. On the profile's origin, and on those of \
     --allow-origin, every request is signed afresh. Another origin gets no signature, no body \
     and no header but those that say how to answer (Accept, Range, If-None-Match, User-Agent and \
     their like), and GET and HEAD only: what else would go there ends with 3. A profile whose \
     requests show a credential or a user to whoever reads them is led from https to http nowhere.",
)];

const RETRIES: &[Block] = &[
    Paragraph(
        "With --retry N a request is signed afresh and sent again, up to N times in a run, when it \
         could not be connected or its host not resolved, when the connection failed or a time \
         limit other than --max-time ran out, or when the answer is one that the system gives in \
         trouble: 408, 429, 500, 502, 503 and 504, unless its preset knows better (MAAS: 502, 503, \
         504; DCI: also 413; AWS and S3: also their throttling). A refused signature or credential \
         is never sent again, nor is anything of which a part has been printed.",
    ),
    Paragraph(
        "GET, HEAD, OPTIONS, TRACE, PUT and DELETE are sent again, which twice do no more than \
         once; any other only when it never left this machine, or with --retry-unsafe. Pauses are \
         those of Retry-After, else about 1s, 2s, 4s and so on, up to 10 minutes. A longer \
         Retry-After than that, or than the time left of --retry-max-time or --max-time, ends the \
         run at once. Each attempt is told of on standard error.",
    ),
];

const CLOCKS: &[Block] = &[Paragraph(
    "Where a signature holds a time, and a refusal may come from a clock that is wrong, and the \
     answer's Date is more than 30 seconds from the time that was signed, the request is signed \
     and sent once more with the server's time, and a warning tells so. This is safe for every \
     method, since the refused request was not carried out. Without a preset any 401 or 403 may \
     come from a wrong clock. The difference is remembered for a day, and forgotten when it proves \
     wrong; --no-clock-fix does none of this. OVHcloud is asked for its time before the first \
     request instead.",
)];

const WRITE_OUT: &[Block] = &[
    Paragraph(
        "In the FORMAT of --write-out, %{NAME} stands for one of these, as in curl, %header{NAME} \
         for a header of the answer, %% for %, and \\n, \\r and \\t for line breaks and tabs. What \
         stands behind %{stderr} goes to standard error, up to %{stdout}, and what stands behind \
         %{onerror} is written after an error only.",
    ),
    Paragraph(
        "http_code, http_version, content_type, header_json, num_headers, method, url, \
         url_effective, redirect_url, num_redirects, scheme, exitcode, errormsg, size_download, size_upload, \
         speed_download, speed_upload, remote_ip, remote_port, time_namelookup, time_connect, \
         time_appconnect, time_pretransfer, time_redirect, time_starttransfer, time_total.",
    ),
];

const PROFILES: &[Block] = &[
    Paragraph("The config file holds one table a profile, of a preset or of a bare scheme:"),
    Code(
        "[profile.maas]\n\
         preset = \"maas\"\n\
         url = \"https://maas.example:5240/MAAS\"\n\
         key = { command = \"pass show maas\" }\n\
         \n\
         [profile.shop]\n\
         scheme = \"oauth1\"\n\
         url = \"https://shop.example/api\"\n\
         signature_method = \"HMAC-SHA256\"\n\
         consumer_key = \"ck_1\"\n\
         consumer_secret = { env = \"SHOP_SECRET\" }",
    ),
    Paragraph(
        "The schemes are oauth1, ovh, sigv4, bearer, basic and none. Of a field's values the \
         first counts of: --set, the variable SIGNREQ_<PROFILE>_<FIELD>, the profile, \
         [defaults], the preset.",
    ),
];

const SECRETS: &[Block] = &[
    Paragraph(
        "A secret field holds the secret, or says where it is. It is looked up when a request \
         needs it, and once a run. A config file that holds a secret and that others may read is \
         refused. No option takes a secret as its value.",
    ),
    Entry("{ env = \"NAME\" }", "In an environment variable."),
    Entry(
        "{ file = \"path\" }",
        "In a file; ~/ is the home directory, and a relative path starts beside the config. One \
         line break at the end is no part of it.",
    ),
    Entry(
        "{ command = \"words\" }",
        "What a command prints, without one line break at its end. The words are split as a shell \
         does, but nothing is expanded and no shell runs, unless shell = true stands beside \
         command; an array of words is taken as it is. The command has no standard input and sees \
         no variable that begins with SIGNREQ_. After 30 seconds it is killed. What it says on \
         standard error is repeated when it fails.",
    ),
    Entry(
        "{ keyring = \"NAME\" }",
        "In the keyring: the Secret Service (GNOME's keyring, KDE's wallet, KeePassXC), the \
         keychain on macOS, the credential store on Windows. The entry's service is signreq and its \
         user NAME, so secret-tool store --label=signreq service signreq username NAME stores one. \
         A keyring that asks for its password is waited for 60 seconds, and not at all where there \
         is no screen. With kernel = true beside it, the entry signreq:NAME of the Linux kernel's \
         keyring, which forgets at reboot: keyctl padd user signreq:NAME @u.",
    ),
    Entry(
        "{ prompt = true }",
        "Asked at the terminal, which does not show what is typed; without one an error.",
    ),
];

const CONNECTIONS: &[Block] = &[
    Paragraph(
        "TLS 1.2 and 1.3 are spoken. What the system trusts is trusted, or with --cacert that \
         file alone, which may hold the server's own certificate. --pinnedpubkey asks for a key \
         besides, and with -k for nothing else.",
    ),
    Paragraph(
        "--cert and --key are PEM files, client_cert and client_key in a profile. One file may \
         hold both. A key that is encrypted as PKCS #8 is opened with the profile's \
         client_key_password, which is looked up only then, or asked for at the terminal; other encryption is undone with \
         openssl pkcs8 -topk8. No redirect takes the certificate to another origin.",
    ),
    Paragraph(
        "Proxies are those of -x, of the profile, or of http_proxy, https_proxy and all_proxy, as \
         with curl; --noproxy, noproxy or NO_PROXY list the hosts that are reached without. An \
         http target is forwarded, others and those with a Host of their own are tunnelled, so \
         what is signed arrives. User and password are the profile's proxy_user and \
         proxy_password, or stand in the variable's URL. -k does not extend to a proxy. What \
         fails at a proxy, 407 included, ends with 6, 7, 35 or 60.",
    ),
    Paragraph(
        "An address that does not answer is given 250 ms before the next is tried beside it. \
         Every option of the transport has a field of profiles that does the same, see FIELDS.",
    ),
];

const SAFETY: &[Block] = &[Paragraph(
    "A profile signs only for its own origin: scheme, host and port. The bytes of the URL that \
     are signed are those that are sent. Secrets are masked in every output but that of sign, \
     unless --show-secrets is given. Redirects are followed with --location only, and no cookies \
     are kept.",
)];

const FILES: &[Block] = &[
    Entry(
        "~/.config/signreq/config.toml",
        "The profiles; below $XDG_CONFIG_HOME when that is set, elsewhere with --config or \
         $SIGNREQ_CONFIG.",
    ),
    Entry(
        "~/.cache/signreq/clock-offsets.json",
        "How far the clocks of servers differ, kept for a day; below $XDG_CACHE_HOME \
         when that is set.",
    ),
];

const ENVIRONMENT: &[Block] = &[
    Entry("SIGNREQ_CONFIG", "The config file."),
    Entry(
        "SIGNREQ_<PROFILE>_<FIELD>",
        "A field of a profile, in upper case, with _ for all that is no letter or digit: SIGNREQ_MAAS_KEY.",
    ),
    Entry(
        "http_proxy, https_proxy, HTTPS_PROXY, all_proxy, ALL_PROXY, no_proxy, NO_PROXY",
        "Proxies by the scheme of the target, and the hosts that none is used for. --sandbox reads none.",
    ),
    Entry(
        "SSL_CERT_FILE, SSL_CERT_DIR",
        "Certificates to trust in the place of the system's, not on macOS and Windows.",
    ),
    Entry("NO_COLOR, CLICOLOR_FORCE", "Never colour, and colour though it is no terminal."),
    Entry("XDG_CONFIG_HOME, XDG_CACHE_HOME", "Where config and cache files are."),
];

const SIGN: &[Block] = &[Paragraph(
    "Takes the words and options that sending takes, and does not send the request; OVHcloud is \
     asked for its time when that is not known yet. Prints every header that the signature sets \
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
         out unless told to keep sensitive data.",
    ),
    Entry(
        "curl",
        "A command line, as browsers copy it and as sign --format curl prints it. Its files are \
         read; nothing is run or expanded, and -u is ignored. Multipart bodies (-F) cannot be \
         read: curl makes up their boundary.",
    ),
];

const FINDINGS: &[Block] = &[
    Paragraph(
        "The exit code is 0 when the signature holds, 77 when it does not, 65 when there is none \
         or the capture cannot be read. When it does not hold, the request is changed in the ways \
         in which clients and proxies are known to change it; the first change under which the \
         signature holds names the step that differs, and both sides of it are shown. Where no \
         change explains it, the secret is another one.",
    ),
    Paragraph(
        "An old signature is valid here and noted as old. With --theirs the exit code is also 77 \
         when the server signed something else than was captured.",
    ),
];

const PROFILE: &[Block] = &[Paragraph(
    "The profiles are those of the config file, and the presets whose fields the environment \
     gives. Nothing is looked up and nothing is sent: where a secret comes from a command, the \
     command is shown and not run; a secret that stands in the config or in the environment is \
     masked. What show prints is a part of a config file, with the origin of each value behind it.",
)];

const PROFILE_WORDS: &[Block] = &[
    Paragraph(
        "A name that is a preset's makes a profile of that preset; --preset or --scheme say it for \
         another name. At a terminal, add asks for the fields that are not given and that have no \
         default, for secrets without showing them, and offers to try the profile with the \
         preset's cheapest call; --try does so unasked, and the exit code is then that of sending. \
         Elsewhere, a field that is needed and missing is an error.",
    ),
    Entry(
        "field=value",
        "A value. A secret is refused here: others can see the words of a command.",
    ),
    Entry("field=-", "Reads the value from standard input, or asks for it at a terminal."),
    Entry("field=", "Takes the field away (set)."),
    Entry(
        "field.env=NAME, field.file=PATH, field.command=WORDS, field.shell=true",
        "Where the value is: see SECRETS in signreq(1). Nothing is looked up yet.",
    ),
    Entry("headers.Name=value", "A header of every request."),
    Paragraph(
        "What does not look like a value of its field, such as a MAAS key of two parts, quotes \
         that came along with a paste or a URL without /MAAS, is written all the same, with a \
         warning.",
    ),
];

const PROFILE_FILE: &[Block] = &[Paragraph(
    "A change keeps comments, order and line ends, and is checked before it is written: to a file \
     beside the config that then takes its name, so that at any moment the old or the new one is \
     there, whole. Of two changes at once the second waits, for five seconds at most. A symbolic \
     link stays one. The mode stays too, unless others could then read a secret; a new file is its \
     owner's alone. edit opens a private copy; what cannot be used is never put in the config's \
     place, and is kept beside the other temporary files.",
)];

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
