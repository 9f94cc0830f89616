//! Options of curl and HTTPie that are not here, and what stands for them.
//!
//! Whoever types one knows what it is to do, so the refusal says how that is
//! done here, or that it is not.

/// What to do instead of an option of another program, as a hint; `None` for
/// an option that none is known to have. `option` is as typed: `-L`, `--location`.
pub(super) fn instead_of(option: &str) -> Option<&'static str> {
    TABLE.iter().find(|(options, _)| options.contains(&option)).map(|(_, instead)| *instead)
}

const TABLE: &[(&[&str], &str)] = &[
    (
        &["-G", "--get", "--data-urlencode", "--url-query"],
        "write a query parameter as an item, name==value; a form's field as name=value with \
         --as form. Both are encoded",
    ),
    (&["--data-ascii"], "--data DATA"),
    (&["--raw"], "--data-raw DATA"),
    (&["--form-string"], "-F name=text"),
    (&["-j"], "JSON is the default of most presets; else --as json"),
    (&["--multipart"], "--as multipart"),
    (
        &["--location-trusted"],
        "-L, and --allow-origin ORIGIN for each origin that may get the signature",
    ),
    (&["--follow"], "-L"),
    (&["--all"], "-v shows every answer on the way"),
    (&["--max-redirects"], "--max-redirs N"),
    (&["--post301", "--post302", "--post303"], "leave it out: only 307 and 308 keep POST"),
    (
        &["-J", "--remote-header-name", "--output-dir"],
        "name the file: -o FILE, or -O for the name in the URL",
    ),
    (&["-r", "--range"], "name the range in a header: Range:bytes=0-99"),
    (&["--download"], "-O"),
    (&["--continue"], "--continue-at, with -o FILE or -O"),
    (
        &["--compressed-ssh", "--tr-encoding", "--no-compressed"],
        "an item sets or removes the header: Accept-Encoding:identity, Accept-Encoding:",
    ),
    (
        &["-a", "--auth", "--auth-type", "-n", "--netrc", "--netrc-file"],
        "put the credential into a profile; scheme = \"basic\" for a password",
    ),
    (
        &["--basic", "--digest", "--ntlm", "--negotiate", "--anyauth"],
        "put the credential into a profile; scheme = \"basic\" for a password",
    ),
    (&["--oauth2-bearer"], "put the token into a profile with scheme = \"bearer\""),
    (&["--aws-sigv4"], "put the key into a profile with preset = \"aws\" or \"s3\""),
    (&["--session", "--session-read-only"], "leave it out: cookies are neither sent nor kept"),
    (&["-e", "--referer"], "write the header as an item: Referer:URL"),
    (&["-z", "--time-cond"], "write the header as an item: If-Modified-Since:DATE"),
    (&["--oauth2"], "put the token into a profile with scheme = \"bearer\""),
    (&["--url"], "the URL or PATH is a word of its own, behind the PROFILE"),
    (&["-D", "--dump-header"], "-i prints the head before the body, -v on standard error"),
    (&["-p", "--print", "--headers", "--body", "--meta"], "-i adds the head, -v both heads"),
    (&["--trace", "--trace-ascii", "--debug"], "-v shows both heads; signreq explain, the steps"),
    (&["--pretty", "--style", "--format-options"], "--color WHEN, --format FORMAT"),
    (&["--offline"], "--dry-run"),
    (&["--timeout"], "--max-time TIME"),
    (&["--verify"], "-k for --verify=no, --cacert FILE for a file"),
    (&["--capath"], "--cacert FILE"),
    (&["-q", "--quiet"], "-s"),
    (
        &["--fail-with-body", "--fail-early", "--check-status"],
        "leave it out: the exit code says whether the answer is an error, the body is printed",
    ),
    (
        &["-N", "--no-buffer", "--stream", "-#", "--progress-bar", "--no-progress-meter"],
        "leave it out: output is not held back, and no progress is shown",
    ),
    (
        &["-g", "--globoff", "--path-as-is"],
        "leave it out: a path is sent as it is, without globbing",
    ),
    (&["--ignore-stdin"], "leave it out: only @- reads standard input"),
    (
        &["-0", "--http1.0", "--http1.1", "--http2", "--http3", "--http2-prior-knowledge"],
        "leave it out: HTTP/1.1 is spoken",
    ),
    (
        &["--ssl", "-1", "--ciphers"],
        "leave it out: TLS 1.2 and 1.3 are spoken, with safe ciphers only",
    ),
    (&["--ssl-version"], "--tlsv1.2 or --tlsv1.3, and --tls-max"),
    (&["--cert-key"], "--key FILE"),
    (&["--pass"], "client_key_password in the profile: no option takes a secret"),
    (&["--cert-type", "--key-type"], "leave it out: certificates and keys are PEM"),
    (&["--retry-delay"], "leave it out: pauses double, and follow the server's Retry-After"),
    (&["--retry-all-errors"], "--retry N, and --retry-unsafe where a thing may be done twice"),
    (&["--retry-connrefused"], "leave it out: --retry tries again to connect too"),
    (&["--socks5"], "-x socks5://HOST:PORT"),
    (&["--socks5-hostname"], "-x socks5h://HOST:PORT"),
    (
        &["-U", "--proxy-user"],
        "proxy_user and proxy_password in the profile: no option takes a secret",
    ),
    (&["--proxytunnel"], "leave it out: https targets are always tunnelled"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args;
    use std::collections::BTreeSet;

    /// Every option that some command has, hidden ones too.
    fn ours() -> BTreeSet<String> {
        let commands = args::commands().into_iter().chain([args::full_command()]);
        let mut options = BTreeSet::new();
        for argument in commands
            .flat_map(|command| command.get_arguments().cloned().collect::<Vec<clap::Arg>>())
        {
            options.extend(argument.get_long().map(|name| format!("--{name}")));
            options.extend(argument.get_short().map(|letter| format!("-{letter}")));
        }
        options
    }

    #[test]
    fn no_option_is_listed_twice() {
        let all: Vec<&str> =
            TABLE.iter().flat_map(|(options, _)| options.iter().copied()).collect();
        let distinct: BTreeSet<&str> = all.iter().copied().collect();
        assert_eq!(all.len(), distinct.len());
        let known = ours();
        let had: Vec<_> = distinct.iter().filter(|option| known.contains(**option)).collect();
        // `login` has --print, sending does not.
        assert_eq!(had, [&"--print"]);
    }

    #[test]
    fn what_stands_for_an_option_exists() {
        let known = ours();
        for (options, instead) in TABLE {
            let named = instead
                .split([' ', ',', ';', ':'])
                .filter(|word| word.starts_with('-') && !word.starts_with("--verify"));
            for option in named {
                assert!(known.contains(option), "{options:?}: {option}");
            }
        }
    }
}
