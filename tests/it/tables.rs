//! `--format ndjson|yaml|csv|table`, `--table` and `--columns`.

use crate::capture::Capture;
use crate::environment::{Pattern, Ran, TestEnvironment};

/// Prints a server's answer with these options.
fn on(body: &str, words: &[&str]) -> Ran {
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let capture = Capture::answering(&[format!("{head}{body}").as_bytes()]);
    let environment = TestEnvironment::new();
    let config = format!("[profile.p]\nscheme = \"none\"\nurl = \"{}\"\n", capture.url());
    environment.config(&config);
    environment.signreq(&[&["p", "/"], words].concat())
}

/// Prints what the sandbox of a system answers.
fn sandbox(words: &[&str]) -> Ran {
    TestEnvironment::new().signreq(&[&["--sandbox"], words].concat())
}

#[test]
fn a_table_has_a_row_for_each_item() {
    let body = r#"[{"id":7,"name":"a","tags":["x","y"],"on":true,"at":{"b":1.10}},
                   {"id":1000,"name":"長い","tags":[],"on":null}]"#;
    // Two columns of a terminal for each of the wide characters.
    on(body, &["-t"]).gives(0, "  id  name  on\n   7  a     true\n1000  長い\n", "");
    on(body, &["--columns", "name,tags,at,tags[1],at.b"]).gives(
        0,
        "name  tags  at          tags[1]  at.b\na     x, y  {\"b\":1.10}  y        1.10\n長い\n",
        "",
    );
    on(r#"[{"if":[{"m":1},{"m":2}]},{"if":[]}]"#, &["--columns", "if[].m"]).gives(
        0,
        "if[].m\n1, 2\n\n",
        "",
    );
    // No text makes more lines, or steers a terminal.
    on(r#"[{"a":"x\ny\u001b[2J"}]"#, &["-t"]).gives(0, "a\nx^Jy^[[2J\n", "");
    on(r#"["a","b"]"#, &["-t"]).gives(0, "value\na\nb\n", "");
    on(r#"{"a":1,"b":"c"}"#, &["-t"]).gives(0, "a  b\n1  c\n", "");
    on("[]", &["-t"]).gives(0, "", "signreq: nothing is listed\n");
    on(r#"[{"a":1}]"#, &["--columns", "a,n"]).gives(
        0,
        "a  n\n1\n",
        "signreq: no item has n; the first has a\n",
    );
}

/// Rows without it are blank, and may be right: a member may be left out where
/// nobody has it. So they are printed, and the slip is told.
#[test]
fn a_column_that_no_item_has_is_told_with_the_nearest() {
    let body = r#"[{"hostname":"a","domain":{"name":"x"},"ip":[1]},{"hostname":"b","extra":1}]"#;
    for (columns, told) in [
        ("hostnam", "no item has hostnam; hostname is near to it"),
        ("hostname,domain.nmae", "no item has domain.nmae; domain.name is near to it"),
        ("foo,extra,bar", "no item has foo, bar; the first has hostname, domain, ip"),
        ("id", "no item has id; the first has hostname, domain, ip"),
        ("ip.x,ip[1]", "no item has ip.x, ip[1]; the first has hostname, domain, ip"),
    ] {
        for format in ["table", "csv"] {
            let words = ["--format", format, "--columns", columns];
            let told = format!("signreq: {told}\n");
            on(body, &words).gives(0, Pattern::Something, told.as_str());
        }
    }
}

#[test]
fn a_list_is_found_inside_an_answer() {
    for body in [
        r#"{"total":2,"results":[{"a":1},{"a":2}]}"#,
        r#"{"items":[{"a":1},{"a":2}],"next":null}"#,
        r#"[{"a":1},{"a":2}]"#,
        "{\"a\":1}\n{\"a\":2}",
    ] {
        on(body, &["--format", "ndjson"]).gives(0, "{\"a\":1}\n{\"a\":2}\n", "");
        on(body, &["--format", "csv"]).gives(0, "a\r\n1\r\n2\r\n", "");
    }
    on(r#"{"results":[]}"#, &["--format", "ndjson"]).gives(0, "", "");
}

#[test]
fn each_preset_knows_its_lists_and_their_columns() {
    for (words, first) in [
        (&["maas", "/machines/"][..], "hostname    system_id  status_name"),
        (&["maas", "/events/?op=query"], "created  "),
        (&["foreman", "/api/v2/hosts"], "id  name  "),
        (&["candlepin", "/owners"], "key    displayName  "),
        (&["candlepin", "/owners/admin/pools"], "id  "),
        (&["dci", "/api/v1/jobs"], "name        id  "),
        (&["ovh", "/domain"], "value\nexample.com\n"),
        (&["s3", "/"], "Name     CreationDate\nbackups  "),
        (&["s3", "/backups"], "Key                       Size  LastModified"),
        (&["s3", "/backups?delimiter=/"], "Prefix  Key  "),
    ] {
        let shown = sandbox(&[words, &["-t"]].concat()).gives(0, Pattern::Something, "").stdout;
        assert!(shown.starts_with(first), "{words:?}: {shown}");
        let lines: Vec<&str> = shown.lines().collect();
        assert!(lines.len() > 2, "{shown}");
        assert!(lines.iter().all(|line| *line == line.trim_end()), "{shown}");
    }
    sandbox(&["s3", "/empty", "-t"]).gives(0, "", "signreq: nothing is listed\n");
}

#[test]
fn csv_is_that_of_rfc_4180() {
    // Section 2, rules 1 and 5 to 7.
    let body = r#"[{"a":"x,y","b":"say \"no\"","c":"1\r\n2","d":" e","n":1.10,"o":{"p":[null]}},
                   {"a":null,"d":false,"z":"é"}]"#;
    on(body, &["--format", "csv"]).gives(
        0,
        "a,b,c,d,n,o,z\r\n\"x,y\",\"say \"\"no\"\"\",\"1\r\n2\",\" e\",1.10,\"{\"\"p\"\":[null]}\",\r\n\
         ,,,false,,,é\r\n",
        "",
    );
    on(body, &["--format", "csv", "--columns", "n,a"]).gives(0, "n,a\r\n1.10,\"x,y\"\r\n,\r\n", "");
    on(r#"[{"a":""}]"#, &["--format", "csv"]).gives(0, "a\r\n\"\"\r\n", "");
}

#[test]
fn yaml_takes_no_text_for_anything_else() {
    let body = r##"{"n":12345678901234567890,"f":1.10,"s":"1.10","b":"no","t":"True","d":"2025-01-01",
        "p":"plain text, no: not","u":"http://h/x","e":"","l":[[1,[]],{"k":{}},"- x"],"m":"a\nb\u0085",
        "yes":null,"#: ":"~","c":"a:","w":"é b","v":" x"}"##;
    on(body, &["--format", "yaml"]).gives(
        0,
        "\"n\": 12345678901234567890\nf: 1.10\ns: \"1.10\"\nb: \"no\"\nt: \"True\"\nd: \"2025-01-01\"\n\
         p: \"plain text, no: not\"\nu: http://h/x\ne: \"\"\nl:\n  - - 1\n    - []\n  - k: {}\n  - \"- x\"\n\
         m: \"a\\nb\\u0085\"\n\"yes\": null\n\"#: \": \"~\"\nc: \"a:\"\nw: é b\nv: \" x\"\n",
        "",
    );
    on("1 [2]", &["--format", "yaml"]).gives(0, "1\n---\n- 2\n", "");
    let key = "k".repeat(1500);
    on(&format!("[{{\"{key}\":[1]}}]"), &["--format", "yaml"]).gives(
        0,
        format!("- ? {key}\n  :\n    - 1\n"),
        "",
    );
}

#[test]
fn what_an_expression_gives_is_printed_alike() {
    let body = r#"[{"a":"x","b":1},{"a":"y","b":2}]"#;
    for (words, expected) in [
        (["--jq", ".[] | {a}", "-t"], "a\nx\ny\n"),
        (["--jq", ". | map({a})", "-t"], "a\nx\ny\n"),
        (["--jq", ".[] | [.b, .a]", "-t"], "1  x\n2  y\n"),
        (["--jq", ".[] | [.b, .a]", "--format=csv"], "1,x\r\n2,y\r\n"),
        (["--jq", ".[].a", "--format=ndjson"], "\"x\"\n\"y\"\n"),
        (["--jq", "map(.a)", "--format=ndjson"], "[\"x\",\"y\"]\n"),
        (["--jq", ".[].a", "--format=yaml"], "x\n---\n\"y\"\n"),
        (["--jq", ".[].a", "-t"], "value\nx\ny\n"),
    ] {
        on(body, &words).gives(0, expected, "");
    }
    // What came before an error is printed.
    on(body, &["--jq", ".[] | if .b > 1 then error(\"no\") else . end", "-t"]).gives(
        65,
        "a  b\nx  1\n",
        "signreq: --jq: no\n",
    );
}

#[test]
fn xml_is_read_as_values() {
    let body = "<?xml version=\"1.0\"?>\n<!-- c --><r xmlns=\"u\"><a>1</a><b k=\"v\"><c>x &amp; &#x79;</c></b>\
                <d/><e><![CDATA[<z>]]></e><a>2</a></r>";
    on(body, &["--format", "yaml"]).gives(
        0,
        "a:\n  - \"1\"\n  - \"2\"\nb:\n  \"@k\": v\n  c: \"x & y\"\nd: \"\"\ne: \"<z>\"\n",
        "",
    );
    for (body, why) in [
        ("<a><b></a>", "not valid XML: at byte"),
        ("<a>", "it ends before"),
        ("<a>&b;</a>", "nobody says what &b; is"),
        (&"<a>".repeat(600), "nest more than 512 deep"),
    ] {
        on(body, &["-t"]).gives(65, "", Pattern::holds(&["--table: the body is", why]));
    }
}

#[test]
fn what_is_no_list_of_anything_ends_with_65() {
    on("oops", &["-t"]).gives(
        65,
        "",
        "signreq: --table: the body is not valid JSON at byte 0: a value is expected\n\
         hint: without --table the body is printed as it came\n",
    );
    on("", &["--format", "csv"]).gives(65, "", Pattern::holds(&["the body is empty, not JSON"]));
    // What an error answer says is shown as it is.
    sandbox(&["foreman", "/api/v2/hosts/0", "-t"]).gives(
        4,
        Pattern::holds(&["{"]),
        Pattern::holds(&["answered 404"]),
    );
}

#[test]
fn what_does_not_fit_together_is_wrong_usage() {
    for (words, why) in [
        (&["-t", "-o", "x"][..], "cannot be used with"),
        (&["-t", "--format", "csv"], "cannot be used with"),
        (&["--format", "csv", "-o", "x"], "a file gets the body's bytes"),
        (&["--format", "yaml", "--columns", "a"], "--columns is for tables and csv"),
        (&["--columns", "a[x]"], "\n   ^ [ takes a number"),
        (&["--jq", ".", "--join-output", "-t"], "--join-output does not go with"),
    ] {
        on("1", words).gives(2, "", Pattern::holds(&[why]));
    }
}
