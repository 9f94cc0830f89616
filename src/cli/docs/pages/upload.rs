//! The page of `upload`.

use super::Block::Paragraph;
use super::{Block, Example, Page};

pub(super) const PAGE: Page = Page {
    command: "upload",
    before_options: &[("UPLOADS", UPLOADS)],
    examples: &[Example {
        about: "Uploads a disk image:",
        line: "echo image > disk.img; signreq --sandbox upload maas /boot-resources/ name=web architecture=amd64/generic filetype=ddraw content@disk.img",
    }],
    ..Page::EMPTY
};

const UPLOADS: &[Block] = &[
    Paragraph(
        "MAAS takes an image in pieces: a POST announces it with its size and SHA-256, which are \
         computed here, and each 4 MiB of it follow in a PUT that is signed for itself. The fields \
         are those of MAAS's API: name and architecture, and if wanted title, filetype (tgz unless \
         given) and base_image. content@- is standard input. Printed is how MAAS describes the \
         image in the end.",
    ),
    Paragraph(
        "MAAS appends what it gets. So after a failure it is asked how much it has, and the rest \
         is sent: by the same run where trouble may pass (--retry), else by the same command when \
         it is run again, on any machine. An image that is there whole is not sent again. An \
         image that changes while it is uploaded ends the upload with 26. Versions before 3.5 do \
         not say reliably how much they have; with them an upload begins anew.",
    ),
    Paragraph(
        "Other systems take a file of any size in one request: signreq s3 put /bucket/key -T FILE.",
    ),
];
