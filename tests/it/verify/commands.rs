//! `verify` reads a curl command as bash and curl do: what they send for it is
//! compared with what is read from it.

use super::{signed, verify};
use crate::capture::{Capture, EMPTY_OK};
use crate::environment::{Pattern, TestEnvironment};
use signreq::flow::capture::{Form, Reading, read};
use signreq::model::request::Received;
use signreq::model::url::Protocol;

/// What curl itself sends for a command is what is read from it.
#[test]
fn a_command_is_read_as_curl_runs_it() {
    let environment = TestEnvironment::new();
    let server = Capture::answering(&[EMPTY_OK]);
    let url = server.url();
    let config = format!(
        "[profile.local]\nscheme = \"sigv4\"\nurl = \"{url}\"\naccess_key = \"AK\"\n\
         secret_key = \"geheim\"\nregion = \"r\"\nservice = \"s\"\n"
    );
    environment.config(&config);
    for words in [
        &["local", "get", "/a/../b/./c//d?x=[1]&y={a,b}"][..],
        &["local", "post", "/x", "--json", "{\"a\":\"it's \\\"x\\\" $y\\n\"}"],
        &["local", "delete", "/x y/é", "X-Team:ops", "X-Empty;"],
    ] {
        let command = signed(&environment, "curl", words);
        // bash has descriptors beyond 2 that programs can open by name.
        let ran = environment.program("bash", &["-c", &command]);
        ran.gives(0, "", Pattern::holds(&[]));
        let sent = String::from_utf8(server.requests().pop().unwrap()).unwrap();
        for capture in [&sent, &command] {
            let ran = verify(&environment, &["local"], capture);
            ran.gives(0, Pattern::holds(&["valid: sigv4 AWS4-HMAC-SHA256"]), Pattern::holds(&[]));
        }
    }
}

/// Commands as people and browsers write them: what bash and curl make of each
/// is what is read from it.
#[test]
fn commands_are_read_as_bash_and_curl_run_them() {
    let mut environment = TestEnvironment::new();
    // bash writes \u escapes in the encoding of the locale.
    environment.set("LC_ALL", "C.UTF-8");
    environment.file("data.txt", "a b\r\nc&d\n");
    let data = |name: &str| Ok(std::fs::read(environment.work().join(name))?);
    let read = |form, bytes: &[u8]| -> Received {
        let reading = Reading { form: Some(form), protocol: Protocol::Http, entry: None };
        read(bytes, reading, &data).unwrap().received
    };
    let fields = |received: &Received| {
        let mut fields: Vec<(String, String)> = received
            .headers
            .iter()
            .map(|header| (header.name.to_ascii_lowercase(), header.text()))
            // They tell curl's version and what it was built with.
            .filter(|(name, _)| !["user-agent", "accept-encoding"].contains(&name.as_str()))
            .collect();
        fields.sort();
        fields
    };
    for words in [
        "URL/a/./b/../c?d=1\\&e=2",
        "\"URL/a?b='c'\" -H \"X-A: \\\"\\$x\\\\\" -H 'X-B;' -H Accept:",
        "-sSL --compressed URL/x --data-raw $'{\"a\":\"\\u00e9\\x41\\101\\'\\n\"}'",
        "-X PATCH URL -d a=1 -d @data.txt --data-urlencode 'x=y z/~'",
        "--data-binary @data.txt -H 'Content-Type: text/plain' URL/ # remark",
        "--json '{\"a\"' --json ':1}' 'URL/x' | cat",
        "-G URL/x?y -d a=b -d c",
        "URL/x -d @- <<'E'\na\n  b $c\nE\n",
        "URL/x --data-binary @- -H 'X: 1' <<-E\n\ta\\$\\\\b\n\tE\n",
        "URL/x -K /dev/fd/3 -H @- <<'A' 3<<'B'\nX-A: 1\nX-B;\nA\ndata-raw = \"a\\n\\\"\"\nB\n",
        "-b 'a=b; c=d' -e from -r 0-9 --oauth2-bearer t URL/x",
        "URL/x \\\n  -H 'X-A: 1' \\\n  -H 'X-A:2'\nignored http://else/",
        "'URL/\\[1\\]?\\{a\\}'",
        "-g 'URL/[1]?{a}'",
        "--path-as-is URL/a/../b -I",
        "URL/é?é=%c3%a9",
    ] {
        let server = Capture::answering(&[EMPTY_OK]);
        let command = format!("curl -s {}", words.replace("URL", &server.url()));
        // One command only, as a paste of several lines is read.
        let script = command.replace("\nignored", "\nexit 0\nignored");
        environment.program("bash", &["-c", &script]).gives(0, Pattern::holds(&[]), "");
        let sent = server.requests().pop().unwrap();
        let (sent, told) = (read(Form::Http, &sent), read(Form::Curl, command.as_bytes()));
        assert_eq!(told.method, sent.method, "{command}");
        assert_eq!(told.url, sent.url, "{command}");
        assert_eq!(fields(&told), fields(&sent), "{command}");
        assert_eq!(told.body, sent.body, "{command}");
    }
}
