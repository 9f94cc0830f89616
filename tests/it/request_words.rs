//! The rules of the words `PROFILE [METHOD] PATH|URL [ITEM]...`, each sentence
//! of them, as a server sees what comes of it.

use crate::capture::{Capture, EMPTY_OK};
use crate::environment::{Pattern, TestEnvironment};

/// A server and a profile `p` for it that does not sign, so that what arrives
/// is what the words say.
pub(crate) struct World {
    pub(crate) environment: TestEnvironment,
    pub(crate) capture: Capture,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with_path("/base")
    }

    pub(crate) fn with_path(path: &str) -> Self {
        let capture = Capture::answering(&[EMPTY_OK]);
        let environment = TestEnvironment::new();
        environment.config(&format!(
            "[profile.p]\nscheme = \"none\"\nurl = \"{}{path}\"\n",
            capture.url()
        ));
        Self { environment, capture }
    }

    /// What arrived at the server for these words.
    #[track_caller]
    pub(crate) fn sent(&self, words: &[&str]) -> String {
        let before = self.capture.requests().len();
        self.environment.signreq(words).gives(0, "", "");
        let requests = self.capture.requests();
        assert_eq!(requests.len(), before + 1, "{words:?}");
        String::from_utf8_lossy(&requests[before]).into_owned()
    }

    /// The request line's method and target for these words.
    #[track_caller]
    pub(crate) fn line(&self, words: &[&str]) -> String {
        let sent = self.sent(words);
        sent.lines().next().unwrap().trim_end_matches(" HTTP/1.1").to_owned()
    }

    /// The body for these words.
    #[track_caller]
    pub(crate) fn body(&self, words: &[&str]) -> String {
        self.sent(words).split_once("\r\n\r\n").unwrap().1.to_owned()
    }

    /// The header of that name in what arrived for these words.
    #[track_caller]
    pub(crate) fn header(&self, name: &str, words: &[&str]) -> Vec<String> {
        let sent = self.sent(words);
        let head = sent.split_once("\r\n\r\n").unwrap().0;
        head.lines()
            .skip(1)
            .filter_map(|line| line.split_once(':'))
            .filter(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim().to_owned())
            .collect()
    }

    /// The message of a refusal to send.
    #[track_caller]
    pub(crate) fn refused(&self, words: &[&str], holds: &[&str]) {
        self.environment.signreq(words).gives(2, "", Pattern::holds(holds));
        assert!(self.capture.requests().is_empty(), "{words:?} was sent");
    }
}

#[test]
fn the_first_word_is_the_profile_and_no_later_word_is_a_command() {
    let world = World::new();
    assert_eq!(world.line(&["p", "get", "/sign"]), "GET /base/sign");
    assert_eq!(world.line(&["p", "sign"]), "GET /base/sign");
    assert_eq!(world.line(&["p", "explain", "/x"]), "EXPLAIN /base/x");
    assert_eq!(world.line(&["-s", "p", "man"]), "GET /base/man");
    assert_eq!(world.line(&["p", "-s", "sign"]), "GET /base/sign");
    // An option's value is not the first word.
    assert_eq!(world.line(&["-o", "sign", "p", "get", "/x"]), "GET /base/x");
    assert_eq!(world.line(&["-sSosign", "p", "get", "/x"]), "GET /base/x");
}

#[test]
fn the_first_word_is_a_command_behind_options_too() {
    let world = World::new();
    let head = Pattern::holds(&["> GET /base/x HTTP/1.1\n> Host: "]);
    world.environment.signreq(&["-v", "sign", "p", "get", "/x"]).gives(0, "", head);
    world.environment.signreq(&["--config", "explain", "sign", "p", "/x"]).gives(
        78,
        "",
        Pattern::holds(&["config file explain"]),
    );
    world.environment.signreq(&["--", "completions", "fish"]).gives(0, Pattern::Something, "");
    assert!(world.capture.requests().is_empty());
}

#[test]
fn a_known_method_in_any_case_is_the_method() {
    let world = World::new();
    for word in ["get", "DELETE", "Patch", "options", "head", "post", "pUT", "trace"] {
        let line = format!("{} /base/x", word.to_ascii_uppercase());
        assert_eq!(world.line(&["p", word, "x"]), line);
    }
}

#[test]
fn letters_before_a_path_or_url_are_a_method() {
    let world = World::new();
    assert_eq!(world.line(&["p", "purge", "/x"]), "PURGE /base/x");
    let url = format!("{}/base/y", world.capture.url());
    assert_eq!(world.line(&["p", "Propfind", &url]), "PROPFIND /base/y");
    // Not letters only, or nothing that starts like a path behind it: a PATH.
    assert_eq!(world.line(&["p", "v2", "x==/1"]), "GET /base/v2?x=%2F1");
    assert_eq!(world.line(&["p", "machines", "a==1"]), "GET /base/machines?a=1");
}

#[test]
fn with_request_no_method_word_is_read() {
    let world = World::new();
    assert_eq!(world.line(&["p", "-X", "put", "get"]), "PUT /base/get");
    assert_eq!(world.line(&["p", "--request", "Report", "/x"]), "REPORT /base/x");
    assert_eq!(world.line(&["p", "-X", "purge", "get", "a==1"]), "PURGE /base/get?a=1");
    let refused = World::new();
    let told = ["'/x'", "the PATH is 'get'", "with -X no METHOD is read"];
    refused.refused(&["p", "-X", "put", "get", "/x"], &told);
    refused.refused(&["p", "get", "v2", "/x"], &["'/x'", "the PATH is 'v2'"]);
    refused.refused(&["p", "-X", "a b", "/x"], &["'a b' is not an HTTP method"]);
}

#[test]
fn a_method_with_nothing_after_it_is_wrong_usage() {
    let world = World::new();
    world.refused(&["p", "get"], &["no PATH or URL", "/get"]);
    world.refused(&["p"], &["no PATH or URL", "hint: signreq p get /path"]);
    world.refused(&["sign", "p"], &["no PATH or URL", "hint: signreq sign p get /path"]);
    let told = ["no PATH or URL", "hint: signreq --sandbox maas get /path"];
    world.refused(&["--sandbox", "maas"], &told);
    assert_eq!(World::new().line(&["p", "/get"]), "GET /base/get");
}

#[test]
fn without_a_method_a_body_makes_it_post() {
    let world = World::new();
    world.environment.file("f", "x");
    assert_eq!(world.line(&["p", "/x"]), "GET /base/x");
    assert_eq!(world.line(&["p", "/x", "a==1", "H:1"]), "GET /base/x?a=1");
    for item in ["a=1", "a:=1", "a@f", "@f"] {
        assert_eq!(world.line(&["p", "/x", item]), "POST /base/x", "{item}");
    }
    assert_eq!(world.line(&["p", "/x", "-d", "x"]), "POST /base/x");
    assert_eq!(world.line(&["p", "/x", "-F", "a=1"]), "POST /base/x");
    assert_eq!(world.line(&["p", "/x", "-T", "f"]), "PUT /base/x");
    // Standard input never decides it.
    world.environment.signreq_reading(&["p", "/x"], "body").gives(0, "", "");
    let last = String::from_utf8(world.capture.requests().pop().unwrap()).unwrap();
    assert!(last.starts_with("GET /base/x HTTP/1.1\r\n") && last.ends_with("\r\n\r\n"), "{last}");
}

#[test]
fn a_path_is_joined_to_the_base_unless_it_begins_with_it() {
    let world = World::with_path("/MAAS/api");
    assert_eq!(world.line(&["p", "machines/"]), "GET /MAAS/api/machines/");
    assert_eq!(world.line(&["p", "/machines/"]), "GET /MAAS/api/machines/");
    assert_eq!(world.line(&["p", "/MAAS/api/machines/"]), "GET /MAAS/api/machines/");
    assert_eq!(world.line(&["p", "/MAAS/api?x"]), "GET /MAAS/api?x");
    assert_eq!(world.line(&["p", "/MAAS/apis/x"]), "GET /MAAS/api/MAAS/apis/x");
    let root = World::with_path("");
    assert_eq!(root.line(&["p", "x"]), "GET /x");
    assert_eq!(root.line(&["p", "/"]), "GET /");
}

#[test]
fn a_url_must_be_of_the_profiles_origin() {
    let world = World::new();
    let elsewhere = Capture::answering(&[EMPTY_OK]);
    let (own, other) = (world.capture.url(), elsewhere.url());
    world.refused(&["p", &format!("{other}/x")], &["origin", "--allow-origin"]);
    assert!(elsewhere.requests().is_empty());
    world
        .environment
        .signreq(&["p", "--allow-origin", &other, &format!("{other}/x")])
        .gives(0, "", "");
    assert_eq!(elsewhere.requests().len(), 1);
    assert_eq!(world.line(&["p", &format!("{own}/elsewhere")]), "GET /elsewhere");
    world.environment.signreq(&["p", &own.replace("http", "https")]).gives(
        2,
        "",
        Pattern::holds(&["origin"]),
    );
}

#[test]
fn what_may_not_stand_in_a_url_is_encoded_and_all_else_stays() {
    let world = World::with_path("");
    for (typed, target) in [
        ("/a b", "/a%20b"),
        ("/\t\u{7f}", "/%09%7F"),
        ("/\"<>\\^[]{|}`", "/%22%3C%3E%5C%5E%5B%5D%7B%7C%7D%60"),
        ("/é\u{1}", "/%C3%A9%01"),
        ("/100%", "/100%25"),
        ("/%zz%4", "/%25zz%254"),
        ("/%2f%2F%7e", "/%2f%2F%7e"),
        ("/a/./b/../c//d", "/a/./b/../c//d"),
        ("//a", "//a"),
        ("/../a", "/../a"),
        ("/;a=b,c:@!$&'()*+~", "/;a=b,c:@!$&'()*+~"),
        ("/x?b=2&a=1&&c&=v&q=a b", "/x?b=2&a=1&&c&=v&q=a%20b"),
        ("/x?", "/x?"),
        ("/x/", "/x/"),
    ] {
        assert_eq!(world.line(&["p", typed]), format!("GET {target}"));
    }
}

#[test]
fn a_fragment_is_refused() {
    World::new().refused(&["p", "/x#top"], &["#", "%23"]);
}

#[test]
fn query_items_are_encoded_strictly_and_kept_in_order() {
    let world = World::with_path("");
    assert_eq!(world.line(&["p", "/x", "a==1", "b==", "a==1"]), "GET /x?a=1&b=&a=1");
    assert_eq!(
        world.line(&["p", "/x?z", "b==2", "a==1 &=+é~", "b==", "os name==*"]),
        "GET /x?z&b=2&a=1%20%26%3D%2B%C3%A9~&b=&os%20name=%2A"
    );
}

#[test]
fn fields_travel_as_asked_or_as_the_profile_says() {
    let world = World::new();
    let words = ["p", "/x", "a=1", "b:=[1.10,2]", "c[d][]=é"];
    assert_eq!(world.body(&words), r#"{"a":"1","b":[1.10,2],"c":{"d":["é"]}}"#);
    assert_eq!(world.header("content-type", &words), ["application/json"]);
    assert_eq!(world.body(&["p", "/x", "007=x", "7=y"]), r#"{"007":"x","7":"y"}"#);
    let form = ["p", "--as", "form", "/x", "a=1", "a=2", "c[d]=x y"];
    assert_eq!(world.header("content-type", &form), ["application/x-www-form-urlencoded"]);
    let body = world.body(&form);
    assert!(["a=1&a=2&c%5Bd%5D=x+y", "a=1&a=2&c%5Bd%5D=x%20y"].contains(&body.as_str()), "{body}");
    let multipart = ["p", "--as=multipart", "/x", "a=1", "b:={\"c\":1}"];
    assert!(
        world.header("content-type", &multipart)[0].starts_with("multipart/form-data; boundary=")
    );
    let body = world.body(&multipart);
    assert!(body.contains("name=\"a\"\r\n\r\n1\r\n"), "{body}");
    assert!(body.contains("{\"c\":1}"), "{body}");
}

#[test]
fn fields_with_get_need_as() {
    let world = World::new();
    world.refused(&["p", "get", "/x", "a=1"], &["GET", "a==", "--as"]);
    world.refused(&["p", "HEAD", "/x", "a=1"], &["HEAD"]);
    assert_eq!(World::new().body(&["p", "get", "/x", "a=1", "--as", "json"]), r#"{"a":"1"}"#);
}

#[test]
fn data_is_sent_as_it_is() {
    let world = World::new();
    world.environment.file("f", "line 1\nline 2\n");
    assert_eq!(
        world.body(&["p", "/x", "-d", "a=1", "-d", "@f", "--data-raw", "@f"]),
        "a=1&line 1\nline 2\n&@f"
    );
    assert_eq!(world.header("content-type", &["p", "/x", "-d", "x"]), Vec::<String>::new());
    assert_eq!(
        world.header("content-type", &["p", "/x", "-d", "x", "--as", "form"]),
        ["application/x-www-form-urlencoded"]
    );
    assert_eq!(world.header("content-type", &["p", "/x", "-d", "x", "Content-Type:a/b"]), ["a/b"]);
    let json = ["p", "/x", "--json", "{}"];
    assert_eq!(world.header("content-type", &json), ["application/json"]);
    assert_eq!(world.header("accept", &json), ["application/json"]);
    world.environment.signreq_reading(&["p", "/x", "-d", "@-"], "from stdin\n").gives(0, "", "");
    let last = String::from_utf8(world.capture.requests().pop().unwrap()).unwrap();
    assert!(last.ends_with("\r\n\r\nfrom stdin\n"), "{last}");
    assert_eq!(world.body(&["p", "/x", "@f"]), "line 1\nline 2\n");
    assert_eq!(world.body(&["p", "put", "/x", "-T", "f"]), "line 1\nline 2\n");
}

#[test]
fn a_body_given_twice_is_wrong_usage() {
    let world = World::new();
    world.environment.file("f", "x");
    world.refused(&["p", "/x", "-d", "a", "b=1"], &["body is given twice"]);
    world.refused(&["p", "/x", "-T", "f", "b=1"], &["body is given twice"]);
    world.refused(&["p", "/x", "@f", "@f"], &["body is given twice"]);
    world.refused(&["p", "/x", "-d", "a", "-F", "b=1"], &["body is given twice"]);
    world.refused(&["p", "/x", "-d", "a", "@f"], &["body is given twice"]);
    world.refused(&["p", "/x", "a=@-", "b=@-"], &["standard input"]);
    world.refused(&["p", "/x", "-d", "@-", "-H", "@-"], &["standard input"]);
    world.refused(&["p", "/x", "-F", "a=1", "--as", "json"], &["--form", "--as"]);
    // What says how fields travel says nothing of a body without any.
    world.refused(&["p", "/x", "-d", "a", "--as", "multipart"], &["--as multipart", "-F"]);
    world.refused(&["p", "/x", "@f", "--as", "multipart"], &["--as multipart"]);
}

#[test]
fn header_items_add_remove_and_empty() {
    let world = World::new();
    assert_eq!(world.header("x-a", &["p", "/x", "X-A:1", "-H", "x-a: 2"]), ["2", "1"]);
    assert_eq!(world.header("accept", &["p", "/x", "Accept:"]), Vec::<String>::new());
    assert_eq!(world.header("accept", &["p", "/x", "accept:text/x"]), ["text/x"]);
    assert_eq!(world.header("x-e", &["p", "/x", "X-E;"]), [""]);
    assert_eq!(world.header("user-agent", &["p", "/x", "-A", "me/1"]), ["me/1"]);
    assert_eq!(world.header("host", &["p", "/x", "Host:other.example"]), ["other.example"]);
    world.environment.file("h", "X-A: from file\n\nX-B;\n");
    assert_eq!(world.header("x-a", &["p", "/x", "-H", "@h"]), ["from file"]);
    world.environment.file("v", "value\n");
    assert_eq!(world.header("x-v", &["p", "/x", "X-V:@v"]), ["value"]);
    // The case of a name stays.
    assert!(world.sent(&["p", "/x", "x-ODD-Case:1"]).contains("\r\nx-ODD-Case: 1\r\n"));
}

#[test]
fn items_may_follow_two_dashes_and_values_may_start_with_one() {
    let world = World::new();
    assert_eq!(world.line(&["p", "/x", "--", "-a==1"]), "GET /base/x?-a=1");
    assert_eq!(world.body(&["p", "/x", "-d", "-v"]), "-v");
    assert_eq!(world.line(&["p", "-o", "-v", "/x"]), "GET /base/x");
    assert!(world.environment.work().join("-v").exists());
    // Of every option, also where no value may start so.
    let world = World::new();
    world.refused(&["p", "/x", "-m", "-1"], &["--max-time: '-1'"]);
    world.refused(&["p", "/x", "--as", "-v"], &["'-v' for '--as"]);
    world.refused(&["p", "/x", "--allow-origin", "-v"], &["'-v'"]);
    world.refused(&["sign", "p", "/x", "--format", "-v"], &["'-v' for '--format"]);
    world.refused(&["profile", "show", "p", "--config"], &["value is required for '--config"]);
}

#[test]
fn head_prints_the_head_of_the_answer() {
    let world = World::new();
    world.environment.signreq(&["-I", "p", "/x"]).gives(
        0,
        Pattern::holds(&["HTTP/1.1 200 OK", "Content-Length: 0"]),
        "",
    );
    assert!(world.capture.request().starts_with("HEAD /base/x HTTP/1.1\r\n"));
    World::new().refused(&["-I", "p", "get", "/x"], &["--head"]);
    World::new().refused(&["-I", "p", "/x", "-d", "a"], &["--head sends no body", "METHOD HEAD"]);
}

#[test]
fn what_curl_offers_and_we_do_not_is_explained() {
    let world = World::new();
    world.refused(&["-u", "me:pw", "p", "/x"], &["-u", "profile"]);
    world.refused(&["-b", "a=b", "p", "/x"], &["cookies"]);
    world.refused(&["-c", "jar", "p", "/x"], &["cookies"]);
    world.refused(&["p", "/x", "nothing"], &["'nothing'", "^"]);
    world.refused(&["p", "/x", "Content-Length:5", "-d", "x"], &["Content-Length"]);
    world.refused(&["p", "/x", "Transfer-Encoding:chunked"], &["Transfer-Encoding"]);
    world.refused(&["p", "/x", "X-A:a\nb"], &["control character", "^"]);
}

#[test]
fn the_version_is_the_same_in_every_form() {
    let environment = TestEnvironment::new();
    let version = concat!("signreq ", env!("CARGO_PKG_VERSION"), "\n");
    for words in [&["--version"][..], &["-V"], &["-v", "--version"], &["maas", "-V"]] {
        environment.signreq(words).gives(0, version, "");
    }
}
