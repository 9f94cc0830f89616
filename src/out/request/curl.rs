//! `sign --format curl`: a command to paste into a shell.

use crate::error::Result;
use crate::out::request::headers::line;
use crate::out::request::short_text;
use crate::out::written::{STANDARD_OUTPUT, Written, written};
use crate::sign::Wire;
use std::io::Write;
use std::path::Path;

/// Bodies beyond this are not put into the command.
const BODY_LIMIT: u64 = 64 * 1024;

/// Writes a command for a POSIX shell that sends the request with curl.
///
/// Header fields come on curl's standard input and a body of text on a
/// descriptor of its own, so that no other user of the machine reads a secret
/// in the list of processes. `file` is the file that the body is read from,
/// when it is one; a body that is neither a file nor short text has to be
/// saved first, which a remark says.
///
/// # Errors
/// Wrong usage when a header value holds a line break,
/// [`crate::error::Kind::Write`] when the output cannot be written,
/// [`crate::error::Kind::Read`] when the body cannot be read.
pub fn write(out: &mut dyn Write, wire: &Wire, file: Option<&Path>) -> Result<Written> {
    let body = Data::of(wire, file)?;
    let mut command = Vec::new();
    if let Data::Elsewhere = body {
        let remark = format!("# save the body ({} bytes) as BODY first\n", wire.body().length());
        command.extend_from_slice(remark.as_bytes());
    }
    // curl would read [ ] { } in a URL as patterns and remove dot segments.
    command.extend_from_slice(b"curl -g --path-as-is");
    command.extend_from_slice(method(wire, &body).as_bytes());
    command.extend_from_slice(b" -H @-");
    match &body {
        Data::None => {}
        Data::Text(_) => command.extend_from_slice(b" --config /dev/fd/3"),
        Data::File(name) => {
            command.extend_from_slice(b" --data-binary ");
            command.extend_from_slice(quoted(&format!("@{name}")).as_bytes());
        }
        Data::Elsewhere => command.extend_from_slice(b" --data-binary @BODY"),
    }
    command.push(b' ');
    command.extend_from_slice(quoted(&wire.url().to_string()).as_bytes());
    command.extend_from_slice(b" <<'HEADERS'");
    if let Data::Text(_) = body {
        command.extend_from_slice(b" 3<<'BODY'");
    }
    command.push(b'\n');
    header_lines(wire, &mut command)?;
    command.extend_from_slice(b"HEADERS\n");
    if let Data::Text(text) = &body {
        let option = format!("data-raw = \"{}\"\nBODY\n", escaped(text));
        command.extend_from_slice(option.as_bytes());
    }
    written(out.write_all(&command), STANDARD_OUTPUT)
}

/// Where curl takes the body from.
enum Data {
    None,
    Text(String),
    File(String),
    Elsewhere,
}

impl Data {
    fn of(wire: &Wire, file: Option<&Path>) -> Result<Self> {
        if wire.body().is_none() {
            return Ok(Self::None);
        }
        Ok(match (file, short_text(wire, BODY_LIMIT)?) {
            // To curl, `@-` is standard input.
            (Some(path), _) if path == Path::new("-") => Self::File("./-".into()),
            (Some(path), _) => Self::File(path.display().to_string()),
            (None, Some(text)) => Self::Text(text),
            (None, None) => Self::Elsewhere,
        })
    }
}

/// The option that sets the method, where curl would not choose it itself.
fn method(wire: &Wire, body: &Data) -> String {
    match (wire.method().as_str(), body) {
        ("GET", Data::None) => String::new(),
        // `-X HEAD` would wait for a body.
        ("HEAD", Data::None) => " --head".into(),
        ("POST", Data::Text(_) | Data::File(_) | Data::Elsewhere) => String::new(),
        (method, _) => format!(" -X {method}"),
    }
}

fn header_lines(wire: &Wire, lines: &mut Vec<u8>) -> Result<()> {
    let authority = wire.url().origin().authority();
    let has_body = !wire.body().is_none();
    for header in wire.headers() {
        let is_curls_own = match header.name.to_ascii_lowercase().as_str() {
            "host" => header.value == authority.as_bytes(),
            "content-length" => has_body,
            _ => false,
        };
        if !is_curls_own {
            line(header, lines)?;
        }
    }
    // What curl would add. It calls every body a form, which OAuth1 would
    // then cover.
    let additions = [("User-Agent", true), ("Accept", true), ("Content-Type", has_body)];
    for (name, is_added) in additions {
        if is_added && !wire.headers().has(name) {
            lines.extend_from_slice(format!("{name}:\n").as_bytes());
        }
    }
    Ok(())
}

/// A word for a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// The inside of a quoted value in a curl config file.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{b}' => out.push_str("\\v"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::body::Body;
    use crate::model::headers::Header;
    use crate::out::request::sample;

    fn command(wire: &Wire, file: Option<&str>) -> String {
        let mut out = Vec::new();
        write(&mut out, wire, file.map(Path::new)).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn headers_come_on_standard_input() {
        let expected = "curl -g --path-as-is -H @- 'https://api.example/a' <<'HEADERS'\n\
                        Authorization: Scheme id=7, proof=geheim\n\
                        User-Agent:\n\
                        Accept:\n\
                        HEADERS\n";
        assert_eq!(command(&sample::get(), None), expected);
    }

    #[test]
    fn text_comes_on_its_own_descriptor() {
        let body = "{\"a\":\"'\\\"\n\t}";
        let wire = sample::wire("PUT", "http://h/a?b='c'", None, Body::bytes(body.as_bytes()));
        let expected = "curl -g --path-as-is -X PUT -H @- --config /dev/fd/3 \
                        'http://h/a?b='\\''c'\\''' <<'HEADERS' 3<<'BODY'\n\
                        Authorization: Scheme id=7, proof=geheim\n\
                        User-Agent:\n\
                        Accept:\n\
                        Content-Type:\n\
                        HEADERS\n\
                        data-raw = \"{\\\"a\\\":\\\"'\\\\\\\"\\n\\t}\"\n\
                        BODY\n";
        assert_eq!(command(&wire, None), expected);
    }

    #[test]
    fn files_and_binary_are_named() {
        let wire = || sample::wire("POST", "http://h/", None, Body::bytes(b"\xff".to_vec()));
        let from_file = command(&wire(), Some("my disk.img"));
        assert!(from_file.starts_with(
            "curl -g --path-as-is -H @- --data-binary '@my disk.img' 'http://h/' <<'HEADERS'\n"
        ));
        assert!(command(&wire(), Some("-")).contains(" '@./-' "));
        let binary = command(&wire(), None);
        assert!(binary.starts_with("# save the body (1 bytes) as BODY first\ncurl "), "{binary}");
        assert!(binary.contains(" --data-binary @BODY "), "{binary}");
    }

    #[test]
    fn methods_are_set_where_curl_would_choose_another() {
        let of = |method, body| command(&sample::wire(method, "http://h/", None, body), None);
        assert!(of("HEAD", Body::none()).starts_with("curl -g --path-as-is --head -H @- "));
        assert!(of("DELETE", Body::none()).starts_with("curl -g --path-as-is -X DELETE -H @- "));
        let empty_post = of("POST", Body::none());
        assert!(empty_post.contains(" -X POST ") && empty_post.contains("\nContent-Length: 0\n"));
    }

    #[test]
    fn a_host_other_than_the_urls_is_kept() {
        assert!(!command(&sample::get(), None).contains("Host:"));
        let other = sample::with_headers([Header::new("Host", "other.example")]);
        assert!(command(&other, None).contains("\nHost: other.example\n"));
    }
}
