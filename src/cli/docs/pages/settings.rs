//! The page of `signreq` itself: what is set outside of the command's words.

use super::Block::{self, Code, Entry, Paragraph};

pub(super) const PROFILES: &[Block] = &[
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
        "The schemes are oauth1, oauth2, ovh, sigv4, bearer, basic and none. Of a field's values the \
         first counts of: --set, the variable SIGNREQ_<PROFILE>_<FIELD>, the profile, \
         [defaults], the preset.",
    ),
];

pub(super) const SECRETS: &[Block] = &[
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
         keychain on macOS, the credential store on Windows. profile set \
         PROFILE FIELD --keyring stores one. Its service is signreq and its user NAME, so \
         secret-tool store --label=signreq service signreq username NAME does too. \
         A keyring that asks for its password is waited for 60 seconds, and not at all where there \
         is no screen. With kernel = true beside it, the entry signreq:NAME of the Linux kernel's \
         keyring, which forgets at reboot: keyctl padd user signreq:NAME @u.",
    ),
    Entry(
        "{ prompt = true }",
        "Asked at the terminal, which does not show what is typed; without one an error.",
    ),
];

pub(super) const CONNECTIONS: &[Block] = &[
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

pub(super) const FILES: &[Block] = &[
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

pub(super) const ENVIRONMENT: &[Block] = &[
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
