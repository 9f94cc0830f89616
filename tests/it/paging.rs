//! `--paginate`: the pages of each system as one list, and servers whose pages
//! lead astray.

use crate::capture::Capture;
use crate::environment::{Pattern, TestEnvironment};

/// A list of the sandbox in small pages, the same list at once, and how many
/// pages it takes.
const LISTS: &[(&str, &str, usize)] = &[
    ("foreman get /api/v2/hosts per_page==7", "foreman get /api/v2/hosts per_page==all", 5),
    ("foreman get /api/v2/hosts per_page==15", "foreman get /api/v2/hosts per_page==all", 2),
    ("dci get /api/v1/jobs", "dci get /api/v1/jobs limit==200", 3),
    ("candlepin get /owners per_page==2", "candlepin get /owners page==1 per_page==100", 2),
    ("candlepin get /owners", "candlepin get /owners", 1),
    ("maas get /events/ op==query limit==100", "maas get /events/ op==query limit==1000", 4),
    ("maas get /machines/", "maas get /machines/", 1),
    (
        "ovh get /v2/iam/policy X-Pagination-Size:5",
        "ovh get /v2/iam/policy X-Pagination-Size:1000",
        0,
    ),
    (
        "ovh get /domain X-Pagination-Mode:CachedObjectList-Pages X-Pagination-Size:3",
        "ovh get /domain X-Pagination-Mode:CachedObjectList-Pages X-Pagination-Size:1000",
        2,
    ),
    ("s3 get /backups list-type==2 max-keys==2", "s3 get /backups list-type==2", 3),
    ("s3 get /backups max-keys==2", "s3 get /backups", 3),
    (
        "s3 get /backups max-keys==1 delimiter==/ encoding-type==url",
        "s3 get /backups delimiter==/ encoding-type==url",
        3,
    ),
];

/// What a list holds, however it is wrapped: a line an item.
fn items(document: &str) -> Vec<String> {
    if document.starts_with('<') {
        let keys = document.split("<Key>").skip(1).map(|rest| rest.split('<').next().unwrap());
        return keys.map(str::to_owned).collect();
    }
    let value: serde_json::Value = serde_json::from_str(document).unwrap();
    let list = match &value {
        serde_json::Value::Object(members) => {
            members.values().find(|member| member.is_array()).unwrap()
        }
        other => other,
    };
    list.as_array().unwrap().iter().map(ToString::to_string).collect()
}

#[test]
fn every_systems_pages_become_one_list() {
    let environment = TestEnvironment::new();
    for (paged, whole, pages) in LISTS {
        let run = |line: &str| {
            let ran = environment.shell(&format!("signreq --sandbox {line}"));
            ran.gives(0, Pattern::Something, Pattern::holds(&[]))
        };
        let output = run(&format!("-v {paged} --paginate"));
        let asked = output
            .stderr
            .lines()
            .filter(|line| line.starts_with("> GET") && !line.contains("/auth/time"));
        if *pages > 0 {
            assert_eq!(asked.count(), *pages, "{paged}");
        }
        let expected = items(&run(whole).stdout);
        assert!(!expected.is_empty(), "{whole}");
        assert_eq!(items(&output.stdout), expected, "{paged}");
        // S3 says whether there is more, the merged list has no more.
        assert!(!output.stdout.contains("IsTruncated"), "{paged}");
    }
}

#[test]
fn newer_events_are_followed_forwards() {
    let line = "signreq --sandbox maas get /events/ op==query limit==60 after==100 --paginate \
                --jq '[.events[].id] | length, min, max'";
    TestEnvironment::new().shell(line).gives(0, "150\n101\n250\n", "");
}

#[test]
fn what_stands_around_the_list_stays_but_not_what_tells_of_a_page() {
    let environment = TestEnvironment::new();
    let keys = "signreq --sandbox foreman get /api/v2/hosts per_page==20 --paginate \
                --jq 'keys_unsorted | join(\" \")'";
    environment.shell(keys).gives(0, "total subtotal search sort results\n", "");
    let count =
        "signreq --sandbox dci get /api/v1/jobs --paginate --jq '._meta.count, (.jobs|length)'";
    environment.shell(count).gives(0, "45\n45\n", "");
}

fn answer(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\n\r\n{body}").into_bytes()
}

fn page(headers: &str, body: &str) -> Vec<u8> {
    answer("200 OK", headers, body)
}

fn linked(target: &str, body: &str) -> Vec<u8> {
    page(&format!("Link: <{target}>; rel=\"next\"\r\n"), body)
}

fn answering(answers: &[Vec<u8>]) -> Capture {
    Capture::answering(&answers.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

/// Profiles of the systems at a server, and `p`, of no system.
fn environment(server: &Capture) -> TestEnvironment {
    let environment = TestEnvironment::new();
    let url = server.url();
    environment.config(&format!(
        "[profile.p]\nscheme = 'basic'\nurl = '{url}'\nuser = 'u'\npassword = 'geheim'\n\
         [profile.foreman]\nurl = '{url}'\nconsumer_key = 'k'\nconsumer_secret = 'geheim'\n\
         [profile.dci]\nurl = '{url}'\naccess_key = 'k'\nsecret_key = 'geheim'\n\
         [profile.candlepin]\nurl = '{url}'\nconsumer_key = 'k'\nconsumer_secret = 'geheim'\n\
         [profile.ovh]\nendpoint = '{url}'\naccess_token = 'geheim'\n\
         [profile.maas]\nurl = '{url}/MAAS'\nkey = 'a:b:geheim'\n\
         [profile.s3]\nurl = '{url}'\naccess_key = 'k'\nsecret_key = 'geheim'\n"
    ));
    environment
}

/// The first line of each request.
fn lines(server: &Capture) -> Vec<String> {
    let line = |request: &Vec<u8>| {
        String::from_utf8_lossy(request).lines().next().unwrap_or_default().to_owned()
    };
    server.requests().iter().map(line).collect()
}

#[test]
fn a_link_is_followed_and_items_stay_as_they_came() {
    let server = answering(&[
        linked("/list?page=2", "[ 1.10, {\"b\" : 1e2,\"a\":\"\\u00e9\"} ]\n"),
        linked("list?page=3#x", "[]"),
        page("Link: </list>; rel=prev\r\n", "[\n  null\n]"),
    ]);
    let words = ["p", "get", "/list", "--paginate"];
    let merged = "[1.10, {\"b\" : 1e2,\"a\":\"\\u00e9\"},null]\n";
    environment(&server).signreq(&words).gives(0, merged, "");
    let expected = ["GET /list HTTP/1.1", "GET /list?page=2 HTTP/1.1", "GET /list?page=3 HTTP/1.1"];
    assert_eq!(lines(&server), expected);
}

#[test]
fn a_link_to_another_host_gets_nothing() {
    let other = answering(&[page("", "[\"other\"]")]);
    let server = answering(&[linked(&format!("{}/next", other.url()), "[1,2]")]);
    let environment = environment(&server);
    let told = environment.signreq(&["p", "get", "/list", "--paginate"]).gives(
        65,
        "[1,2",
        Pattern::holds(&["page 2, after 2 items: ", &other.url(), "--allow-origin"]),
    );
    assert!(!told.stderr.contains("geheim"), "{}", told.stderr);
    assert!(other.requests().is_empty());
    // Unless that is said to be the same system.
    let words = ["p", "get", "/list", "--paginate", "--allow-origin", &other.url()];
    environment.signreq(&words).gives(0, "[1,2,\"other\"]", "");
}

#[test]
fn candlepins_pages_are_counted_whatever_host_its_links_name() {
    let body = |names: &str, link: &str| {
        page(&format!("X-total-count: 3\r\nLink: <{link}>; rel=\"next\"\r\n"), names)
    };
    let link = "https://candlepin.internal:8443/candlepin/owners?page=2";
    let server = answering(&[body("[1,2]", link), body("[3]", link)]);
    let words = ["candlepin", "get", "/owners", "per_page==2", "--paginate"];
    environment(&server).signreq(&words).gives(0, "[1,2,3]", "");
    assert_eq!(lines(&server)[1], "GET /owners?per_page=2&page=2 HTTP/1.1");
}

#[test]
fn pages_that_go_round_in_a_circle_end() {
    let cursor = |body: &str| page("X-Pagination-Cursor-Next: again\r\n", body);
    let server = answering(&[cursor("[1]"), cursor("[2]"), cursor("[3]")]);
    let words = ["ovh", "get", "/v2/iam/policy", "--paginate"];
    environment(&server).signreq(&words).gives(
        65,
        "[1,2",
        Pattern::holds(&["page 3, after 2 items: ", "circle"]),
    );
    assert_eq!(server.requests().len(), 3);
    let server = answering(&[linked("/b", "[1]"), linked("/a", "[2]")]);
    let ran = environment(&server).signreq(&["p", "get", "/a", "--paginate"]);
    ran.gives(65, "[1,2", Pattern::holds(&["page 3, after 2 items: ", "circle"]));
}

#[test]
fn a_server_that_turns_no_pages_is_told_of() {
    let server =
        answering(&[page("", "{\"subtotal\":9,\"page\":1,\"per_page\":2,\"results\":[1,2]}")]);
    let ran = environment(&server).signreq(&["foreman", "get", "/api/v2/hosts", "--paginate"]);
    ran.gives(
        65,
        "{\"subtotal\":9,\"results\":[1,2",
        Pattern::holds(&["page 2, after 2 items: ", "page before once more"]),
    );
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn endless_pages_end_where_max_pages_says() {
    let bodies: Vec<_> = (0..9).map(|at| linked(&format!("/{at}"), &format!("[{at}]"))).collect();
    let server = answering(&bodies);
    let words = ["p", "get", "/list", "--paginate", "--max-pages", "4"];
    environment(&server).signreq(&words).gives(
        0,
        "[0,1,2,3]",
        Pattern::holds(&["warning: 4 pages with 4 items were read", "more follow"]),
    );
    assert_eq!(server.requests().len(), 4);
}

#[test]
fn empty_pages_end_sometime() {
    let bodies: Vec<_> = (0..300).map(|at| linked(&format!("/{at}"), "[]")).collect();
    let server = answering(&bodies);
    environment(&server).signreq(&["p", "get", "/list", "--paginate"]).gives(
        65,
        "[",
        Pattern::holds(&["100 pages one after the other were empty"]),
    );
    assert_eq!(server.requests().len(), 101);
}

#[test]
fn a_total_that_lies_is_believed_less_than_the_pages() {
    // Too high: an empty page ends the list, and a warning says so.
    let jobs = |items: &str, total: u32| {
        page("", &format!("{{\"jobs\":[{items}],\"_meta\":{{\"count\":{total}}}}}"))
    };
    let words = ["dci", "get", "/api/v1/jobs", "limit==2", "--paginate", "--jq", ".jobs[]"];
    let server = answering(&[jobs("1,2", 50), jobs("3", 50), jobs("", 50)]);
    environment(&server).signreq(&words).gives(
        0,
        "1\n2\n3\n",
        Pattern::holds(&["warning: the server tells of 50 items, but its pages end after 3"]),
    );
    assert_eq!(lines(&server)[2], "GET /api/v1/jobs?limit=2&offset=3 HTTP/1.1");
    // Too low: full pages go on.
    let server = answering(&[jobs("1,2", 1), jobs("3,4", 1), jobs("5", 1)]);
    environment(&server).signreq(&words).gives(0, "1\n2\n3\n4\n5\n", "");
    // None at all, or none that is a number: it is the whole.
    for body in ["{\"jobs\":[1]}", "{\"jobs\":[1],\"_meta\":{\"count\":\"many\"}}"] {
        let server = answering(&[page("", body)]);
        environment(&server).signreq(&words).gives(0, "1\n", "");
    }
}

#[test]
fn an_error_in_the_middle_says_how_far_it_came() {
    let first = || linked("/b", "[1,2,3]");
    let environment_of = |second: Vec<u8>| {
        let server = answering(&[first(), second]);
        (environment(&server), server)
    };
    let words = ["p", "get", "/a", "--paginate"];
    for (second, code, told) in [
        (answer("500 Internal Server Error", "", "{\"x\":\"geheim\"}"), 5, "answered 500"),
        (answer("404 Not Found", "", ""), 4, "answered 404"),
        (answer("302 Found", "Location: /c\r\n", ""), 3, "answered 302"),
        (page("", "no JSON"), 65, "holds no list"),
        (page("", "{\"a\":1}"), 65, "holds no list"),
        (page("", "[1,2"), 65, "holds no list"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\n[1".to_vec(),
            18,
            "ended",
        ),
    ] {
        let (environment, _server) = environment_of(second);
        let place = "page 2, after 3 items: ";
        let output =
            environment.signreq(&words).gives(code, "[1,2,3", Pattern::holds(&[place, told]));
        assert!(!output.stderr.contains("geheim"), "{}", output.stderr);
    }
    // What a program gets of it is nothing, and of a file nothing is left.
    let (environment, _server) = environment_of(answer("500 Internal Server Error", "", ""));
    let output = ["p", "get", "/a", "--paginate", "-o", "list"];
    environment.signreq(&output).gives(5, "", Pattern::holds(&["page 2, after 3 items: "]));
    assert!(!environment.work().join("list").exists());
    let (environment, _server) = environment_of(answer("500 Internal Server Error", "", ""));
    let jq = ["p", "get", "/a", "--paginate", "--jq", ".[]"];
    environment.signreq(&jq).gives(5, "", Pattern::holds(&["page 2, after 3 items: "]));
}

#[test]
fn a_page_that_fails_is_asked_for_again_with_retry() {
    let server = answering(&[
        linked("/b", "[1]"),
        answer("503 Service Unavailable", "Retry-After: 0\r\n", ""),
        page("", "[2]"),
    ]);
    let words = ["p", "get", "/a", "--paginate", "--retry", "1"];
    let ran = environment(&server).signreq(&words);
    ran.gives(0, "[1,2]", Pattern::holds(&["answered 503", "trying again"]));
}

#[test]
fn an_error_answer_has_no_pages() {
    let server = answering(&[answer("403 Forbidden", "Link: </b>; rel=next\r\n", "[\"no\"]")]);
    let ran = environment(&server).signreq(&["p", "get", "/a", "--paginate"]);
    ran.gives(4, "[\"no\"]", Pattern::holds(&["answered 403"]));
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn what_is_no_page_is_printed_as_it_came() {
    for body in ["{ \"a\" : [1] }\n", "text\n", "<a><b/></a>", "\u{feff}[ 1 ]", ""] {
        let server = answering(&[page("", body)]);
        environment(&server).signreq(&["p", "get", "/a", "--paginate"]).gives(0, body, "");
    }
    // But not when there is more of it.
    let server = answering(&[linked("/b", "text\n")]);
    environment(&server).signreq(&["p", "get", "/a", "--paginate"]).gives(
        65,
        "",
        Pattern::holds(&["holds no list", "without --paginate"]),
    );
}

#[test]
fn hostile_lists_of_s3_end() {
    let list = |inner: &str| page("", &format!("<ListBucketResult>{inner}</ListBucketResult>"));
    let words = ["s3", "get", "/b", "list-type==2", "--paginate"];
    // More, but no token.
    let server = answering(&[list("<IsTruncated>true</IsTruncated>")]);
    let ran = environment(&server).signreq(&words);
    ran.gives(65, "<ListBucketResult>", Pattern::holds(&["not how to ask for it"]));
    // The same token for ever, in markup that hides another.
    let more = "<!-- <NextContinuationToken>no</NextContinuationToken> -->\
                <IsTruncated>true</IsTruncated>\
                <NextContinuationToken>a&amp;b</NextContinuationToken>\
                <Contents><Key><![CDATA[</Contents>]]></Key></Contents>";
    let server = answering(&[list(more)]);
    let item = "<Contents><Key><![CDATA[</Contents>]]></Key></Contents>";
    let ran = environment(&server).signreq(&words);
    ran.gives(65, format!("<ListBucketResult>{item}"), Pattern::holds(&["page before once more"]));
    let expected = "GET /b?list-type=2&continuation-token=a%26b HTTP/1.1";
    assert_eq!(lines(&server)[1], expected);
    // It says that this is all, whatever else it says.
    let done = "<IsTruncated>false</IsTruncated><NextContinuationToken>x</NextContinuationToken>";
    let server = answering(&[list(done)]);
    environment(&server).signreq(&words).gives(0, "<ListBucketResult></ListBucketResult>", "");
}

#[test]
fn what_cannot_have_pages_is_wrong_usage() {
    let environment = TestEnvironment::new();
    for (words, told) in [
        ("maas post /tags/ name=x --paginate", "POST gets none"),
        ("maas get /tags/ --paginate -I", "--head"),
        ("maas get /tags/ --paginate --nonce n", "--nonce"),
        ("maas get /tags/ --max-pages 2", "--paginate"),
        ("maas get /tags/ --paginate --max-pages 0", "--max-pages"),
        ("aws get / --paginate", "AWS"),
    ] {
        let ran = environment.shell(&format!("signreq --sandbox {words}"));
        ran.gives(2, "", Pattern::holds(&[told]));
    }
}
