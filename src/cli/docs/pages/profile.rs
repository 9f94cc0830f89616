//! The page of `signreq profile`.

use super::{Block, Example, Page};
use Block::{Entry, Paragraph};

pub(super) const PAGE: Page = Page {
    command: "profile",
    before_options: &[("PROFILES", PROFILE), ("VENDORS' OWN TOOLS", VENDORS), ("IMPORT", IMPORT)],
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
        Example {
            about: "Takes over what Foreman's own settings say, on its server:",
            line: "sudo cat /etc/foreman/settings.yaml | signreq profile import foreman /dev/stdin --set url=https://foreman.example --set user=admin",
        },
    ],
};

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
        "field.env=NAME, field.file=PATH, field.command=WORDS, field.shell=true, field.keyring=NAME",
        "Where the value is: see SECRETS in signreq(1). Nothing is looked up yet.",
    ),
    Entry(
        "--keyring",
        "Secrets that are typed, or read from standard input, go into the keyring and not into \
         the file, as with profile set ovh application_secret --keyring; the file gets \
         { keyring = \"PROFILE.FIELD\" }. A field that names an entry keeps that one. With --kernel \
         it is the Linux kernel's keyring. An entry that is there with another value and that no \
         profile names is not replaced unasked.",
    ),
    Entry("headers.Name=value", "A header of every request."),
    Paragraph(
        "rename leaves entries of keyrings as they are, under their old names. remove asks whether \
         those go too that no other profile names; --keyring says yes. With --yes alone they stay, \
         which is told with the command that removes them, as it is when set takes a field out of \
         a keyring.",
    ),
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

const VENDORS: &[Block] = &[
    Paragraph(
        "Where the config has no profile of a preset's name, what the vendor's own tool has set up \
         is used in its place, as that tool reads it; a field that is set otherwise wins over it. \
         A profile of another name takes part of it by naming an account, as in preset = \"ovh\" \
         and ovh_profile = \"work\". Of several accounts one has to be chosen, by --set, \
         SIGNREQ_..., [defaults] or the vendor's own variable. The files are only read, and not \
         refused for their mode; doctor warns of it.",
    ),
    Entry(
        "aws, s3",
        "AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, else one profile of \
         ~/.aws/credentials and ~/.aws/config (AWS_SHARED_CREDENTIALS_FILE, AWS_CONFIG_FILE), \
         credential_process included: that of aws_profile, AWS_PROFILE, else [default]. Region \
         and server are AWS_REGION's or AWS_DEFAULT_REGION's, AWS_ENDPOINT_URL_S3's or \
         AWS_ENDPOINT_URL's, else the profile's. A profile that signs in (SSO) or assumes a role is an \
         error with the command by which AWS's own tools get its keys.",
    ),
    Entry("dci", "DCI_CLIENT_ID, DCI_API_SECRET and DCI_CS_URL, as a dcirc.sh exports them."),
    Entry(
        "maas",
        "~/.maascli.db, which maas login makes: URL, key and certificates of its one profile, or \
         of the one that maas_profile names; without it that of the snap. Where a stronger layer \
         gives the URL or the key, the other is not taken from there.",
    ),
    Entry(
        "ovh",
        "OVH_ENDPOINT, OVH_APPLICATION_KEY and their like, then ./ovh.conf, ~/.ovh.conf and \
         /etc/ovh.conf, key by key; the sections [profile:NAME] of ovhcloud-cli by ovh_profile or \
         OVH_PROFILE. Of an ./ovh.conf that names a server by its URL nothing but its own keys go \
         there.",
    ),
];

const IMPORT: &[Block] = &[
    Paragraph(
        "import writes a profile of the same values, which then no longer depends on the vendor's \
         files, and says what it took and what it left. FILE is read in the place of the usual \
         sources. Beside those of the vendors' own tools it knows the settings of servers:",
    ),
    Entry("dci", "A dcirc.sh: assignments, exports, setenv or YAML; no shell is run."),
    Entry(
        "foreman",
        "/etc/foreman/settings.yaml: oauth_consumer_key and oauth_consumer_secret. It does not \
         tell the URL: --set url=... does.",
    ),
    Entry(
        "candlepin",
        "/etc/candlepin/candlepin.conf, of whose consumers --account takes one, without the URL; or \
         the candlepin section of Katello's /etc/foreman/plugins/katello.yaml.",
    ),
    Paragraph(
        "With --secrets keep a profile names the account (ovh_profile, aws_profile, maas_profile) or \
         the variable, and the vendor's own place is read on each run; what no source of a profile can \
         read, such as a secret in a dcirc.sh, is not kept but refused. A profile that is there is \
         replaced with --force only.",
    ),
];
