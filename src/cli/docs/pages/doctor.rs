//! The page of `doctor`.

use super::Block::{Entry, Paragraph};
use super::{Block, Example, Page};

pub(super) const PAGE: Page = Page {
    command: "doctor",
    before_options: &[("CHECKS", CHECKS)],
    examples: &[
        Example {
            about: "Tries a profile, and says what mends what is wrong:",
            line: "signreq doctor maas",
        },
        Example {
            about: "The same for a program to read:",
            line: "signreq doctor ovh --format json",
        },
    ],
    ..Page::EMPTY
};

const CHECKS: &[Block] = &[
    Paragraph(
        "Each line is pass, warn or fail, what was checked, the fact seen, and below it what \
         mends it. No secret is printed. The exit code is the one that sending would give: that \
         of the first failure. What can be checked behind a failure is checked, so a broken \
         config hides nothing of the network.",
    ),
    Entry(
        "config",
        "Whether the file is found and can be read, and who else may read or replace it.",
    ),
    Entry(
        "fields",
        "Where the value of each is from, and whether it looks like one: white space, line breaks \
         and quotes that came along, keys of another length, parts in another order.",
    ),
    Entry("proxy", "Whether the environment or the answer names one."),
    Entry(
        "name, tcp, tls",
        "Whether the host has an address, the port answers, and the certificate is trusted: by whom, its name, its chain, its end.",
    ),
    Entry("clock", "How far this clock is from the server's."),
    Entry("credential", "The preset's cheapest call that needs a credential; it changes nothing."),
    Paragraph(
        "Without a PROFILE the config and the fields of each of its profiles are checked; then no \
         command is run, nobody is asked, and nothing is sent.",
    ),
];
