//! The pages of `login` and `logout`.

use super::Block::{Code, Entry, Paragraph};
use super::{Block, Page};

pub(super) const LOGIN: Page =
    Page { command: "login", before_options: &[("LOGINS", LOGINS)], ..Page::EMPTY };

pub(super) const LOGOUT: Page =
    Page { command: "logout", before_options: &[("LOGOUTS", LOGOUTS)], ..Page::EMPTY };

const LOGINS: &[Block] = &[
    Paragraph(
        "The page on which a login is allowed is told on standard error; with --open the desktop's \
         own command opens it too. What is got is stored in the profile in the config file, which \
         keeps all else as it is, unless --print is given; what the profile has \
         in a keyring is stored there, and a field with another source of its own is not replaced. What cannot be stored is printed: it is given once only.",
    ),
    Entry(
        "ovh",
        "Asks for a consumer key with application_key and application_secret, and waits until it \
         is allowed. Each --allow is METHOD /path with * for anything; without one the key may \
         read everything, GET /*.",
    ),
    Entry(
        "oauth1",
        "Needs the fields request_token_url, authorize_url and access_token_url (RFC 5849 section \
         2). The page shows a verifier, which is asked for; with --callback the browser brings it \
         to a port of 127.0.0.1.",
    ),
    Entry(
        "oauth2",
        "Fetches a token anew with client_id and client_secret, and says until when it holds. It \
         is kept in the cache, and --print prints it.",
    ),
    Code("signreq login ovh --open --allow 'GET /me*' --allow 'GET,POST /domain/*'"),
];

const LOGOUTS: &[Block] = &[Paragraph(
    "Ends an OVHcloud consumer key at the server and takes it out of the profile, or out of the \
     keyring that the profile names. A token of OAuth 2.0 is dropped from the cache and one of \
     OAuth 1.0 from the profile: neither has an end that a client could ask for.",
)];
