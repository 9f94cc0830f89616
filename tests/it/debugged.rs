//! No type that can hold a secret shows it in its Debug output, which is what
//! a panic, a log line or a careless `{:?}` would print.

use signreq::context::Environment;
use signreq::model::body::Body;
use signreq::model::headers::{Header, Headers, Piece};
use signreq::model::method::Method;
use signreq::model::request::Draft;
use signreq::model::secret::{DeferredSecret, Secret};
use signreq::model::url::WireUrl;
use signreq::profile::edit::Editor;
use signreq::profile::{Config, Request, resolve};
use signreq::sign::{Params, Patch, Placement, Presented, Signed, Step, Trace, apply};
use std::fmt::Debug;

#[track_caller]
fn is_silent(value: &impl Debug) {
    for shown in [format!("{value:?}"), format!("{value:#?}")] {
        assert!(!shown.is_empty() && !shown.contains("geheim"), "{shown}");
        // The same as a list of bytes.
        assert!(!shown.replace([' ', '\n'], "").contains("103,101,104,101,105,109"), "{shown}");
    }
}

#[test]
fn what_holds_a_secret_does_not_debug_it() {
    is_silent(&Secret::new("geheim"));
    is_silent(&DeferredSecret::new(|| Ok(Secret::new("geheim"))));
    is_silent(&Piece::secret("geheim"));
    let mut params = Params::new();
    params.set("token", "geheim");
    is_silent(&params);
    let typed = Header::new("X-My", "geheim");
    is_silent(&typed);
    let signed = Header::from_pieces("Authorization", &[Piece::text("a"), Piece::secret("geheim")]);
    is_silent(&signed);
    let headers: Headers = [typed, signed.clone()].into_iter().collect();
    is_silent(&headers);
    let url = WireUrl::parse("https://h/x?oauth_signature=geheim").unwrap();
    is_silent(&url);
    let body = Body::bytes(&b"oauth_signature=geheim"[..]);
    is_silent(&body);
    let draft = Draft { method: Method::post(), url, headers, body: body.clone() };
    is_silent(&draft);
    let query = Some("oauth_signature=geheim".to_owned());
    let patch =
        Patch { headers: vec![signed], query: query.clone(), body: Some(body), ..Patch::default() };
    is_silent(&patch);
    let mut trace = Trace::default();
    trace.steps.push(Step { name: "key", section: "x", pieces: vec![Piece::secret("geheim")] });
    is_silent(&trace);
    let signed = Signed { patch, trace };
    is_silent(&signed);
    is_silent(&apply(&draft, &signed));
    is_silent(&Presented {
        key_id: "k".into(),
        token: Some("geheim".into()),
        time: None,
        nonce: None,
        chosen: Vec::new(),
        strip: Vec::new(),
        placement: Placement::Own,
        query,
        body: Some(b"geheim".to_vec()),
        signature: "geheim".into(),
    });
}

#[test]
fn neither_config_nor_environment_is_debugged() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("c.toml");
    let text = "[profile.p]\nscheme = 'bearer'\nurl = 'https://h'\ntoken = 'geheim'\n\
                proxy_password = 'geheim'\nheaders = { X-Key = 'geheim' }\n";
    std::fs::write(&path, text).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    let environment = Environment::new([("SIGNREQ_P_USER".into(), "geheim".into())]);
    is_silent(&environment);
    let config = Config::File(&path);
    let none = Environment::default();
    let request = Request { name: "p", config, sets: &[], environment: &environment };
    is_silent(&request);
    let profile = resolve(&Request { environment: &none, ..request }).unwrap();
    is_silent(&profile);
    is_silent(&profile.settings);
    is_silent(&profile.headers);
    is_silent(&Editor::open(config, &none).unwrap());
}
