//! Media types of files by their names' endings.

/// What file parts commonly are. A server that cares is told by `;type=`.
const TYPES: &[(&str, &str)] = &[
    ("css", "text/css"),
    ("csv", "text/csv"),
    ("gif", "image/gif"),
    ("gz", "application/gzip"),
    ("htm", "text/html"),
    ("html", "text/html"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("js", "text/javascript"),
    ("json", "application/json"),
    ("md", "text/markdown"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("svg", "image/svg+xml"),
    ("tar", "application/x-tar"),
    ("tgz", "application/gzip"),
    ("txt", "text/plain"),
    ("webp", "image/webp"),
    ("xml", "application/xml"),
    ("yaml", "application/yaml"),
    ("yml", "application/yaml"),
    ("zip", "application/zip"),
];

/// The media type for a file of this name; `application/octet-stream` (RFC
/// 7578 section 4.4) when its ending tells nothing.
pub(super) fn of_file(name: &str) -> &'static str {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    TYPES
        .iter()
        .find(|(known, _)| ending.as_deref() == Some(known))
        .map_or("application/octet-stream", |(_, media_type)| media_type)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_tells_in_any_case() {
        assert_eq!(of_file("a.b.PNG"), "image/png");
        for unknown in ["disk.img", "json", "", "x."] {
            assert_eq!(of_file(unknown), "application/octet-stream");
        }
    }
}
