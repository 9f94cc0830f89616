use super::*;
use serde_json::json;
use std::path::PathBuf;

struct World {
    directory: tempfile::TempDir,
}

impl World {
    fn new(text: &str) -> Self {
        let world = Self { directory: tempfile::tempdir().unwrap() };
        std::fs::write(world.path(), text).unwrap();
        world
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("c.toml")
    }

    fn open(&self) -> Result<Editor> {
        Editor::open(Config::File(&self.path()), &Environment::default())
    }

    fn text(&self) -> String {
        std::fs::read_to_string(self.path()).unwrap()
    }

    /// The text after a change.
    fn after(text: &str, change: impl FnOnce(&mut Editor) -> Result<()>) -> String {
        let world = Self::new(text);
        let mut editor = world.open().unwrap();
        change(&mut editor).unwrap();
        editor.save().unwrap();
        world.text()
    }
}

fn fields(pairs: &[(&str, Json)]) -> Vec<(String, Json)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

const CONFIG: &str = "\
# all of it

# for maas
[profile.maas]   # the rack
url = \"http://h/MAAS\"  # no TLS yet
key = { env = \"K\" }
# of maas

# about shop

# right above shop
[profile.shop]
scheme = \"none\"
url = \"http://shop\"

[profile.shop.headers]
X-A = \"1\"

[defaults]
timeout = \"1s\"
# the end
";

#[test]
fn a_new_profile_stands_behind_the_others_and_the_rest_stays() {
    let pairs = fields(&[("preset", json!("dci")), ("secret_key", json!({"command": "pass x"}))]);
    let after = World::after(CONFIG, |editor| editor.add("dci", &pairs));
    let new = "\n[profile.dci]\npreset = \"dci\"\nsecret_key = { command = \"pass x\" }\n";
    assert!(after.contains(new), "{after}");
    assert_eq!(after.replace(new, ""), CONFIG);
    assert_eq!(World::after("", |editor| editor.add("dci", &pairs)), new[1..]);
    let quoted = fields(&[("scheme", json!("none"))]);
    let after = World::after("", |editor| editor.add("a.b", &quoted));
    assert_eq!(after, "[profile.\"a.b\"]\nscheme = \"none\"\n");
}

#[test]
fn a_value_is_changed_in_its_place() {
    let pairs = fields(&[("url", json!("https://h/MAAS")), ("key", json!({"file": "k"}))]);
    let after = World::after(CONFIG, |editor| editor.set("maas", &pairs));
    let expected = CONFIG.replace("\"http://h/MAAS\"", "\"https://h/MAAS\"");
    assert_eq!(after, expected.replace("{ env = \"K\" }", "{ file = \"k\" }"));
    let taken = fields(&[("key", Json::Null), ("timeout", json!("2s"))]);
    let after = World::after(CONFIG, |editor| editor.set("maas", &taken));
    assert_eq!(after, CONFIG.replace("key = { env = \"K\" }\n", "timeout = \"2s\"\n"));
    let headers = fields(&[("headers", json!({"X-B": "2", "X-A": null}))]);
    let after = World::after(CONFIG, |editor| editor.set("shop", &headers));
    assert_eq!(after, CONFIG.replace("X-A = \"1\"", "X-B = \"2\""));
}

#[test]
fn another_name_changes_nothing_else() {
    let after = World::after(CONFIG, |editor| editor.rename("shop", "store"));
    assert_eq!(after, CONFIG.replace("[profile.shop", "[profile.store"));
    // The old name said which preset it is.
    let after = World::after(CONFIG, |editor| editor.rename("maas", "rack"));
    let expected = CONFIG.replace("[profile.maas]", "[profile.rack]");
    assert_eq!(after, expected.replace("\"K\" }\n", "\"K\" }\npreset = \"maas\"\n"));
    let dotted = "profile.a.scheme = \"none\"\nprofile.b.scheme = \"none\"\n";
    let after = World::after(dotted, |editor| editor.rename("a", "c"));
    assert_eq!(after, dotted.replace("profile.a", "profile.c"));
    let inline = "profile = { a = { scheme = \"none\" }, b = { scheme = \"none\" } }\n";
    let after = World::after(inline, |editor| editor.rename("a", "c"));
    assert_eq!(after, inline.replace("{ a =", "{ c ="));
}

#[test]
fn what_is_removed_takes_only_the_comments_right_above_it_along() {
    let after = World::after(CONFIG, |editor| editor.remove("shop"));
    let (before, rest) = CONFIG.split_once("\n# right above").unwrap();
    let defaults = &rest[rest.find("\n[defaults]").unwrap()..];
    assert_eq!(after, format!("{before}{defaults}"));
    let after = World::after(CONFIG, |editor| editor.remove("maas"));
    assert!(after.starts_with("# all of it\n") && !after.contains("for maas"), "{after}");
    assert!(after.contains("\n# of maas\n"), "{after}");
}

#[test]
fn line_ends_and_a_byte_order_mark_stay() {
    let crlf = format!("\u{feff}{}", CONFIG.replace('\n', "\r\n"));
    let pairs = fields(&[("url", json!("https://h/MAAS"))]);
    let after = World::after(&crlf, |editor| editor.set("maas", &pairs));
    assert_eq!(after, crlf.replace("\"http://h/MAAS\"", "\"https://h/MAAS\""));
    let after =
        World::after(&crlf, |editor| editor.add("p", &fields(&[("scheme", json!("none"))])));
    assert!(after.starts_with("\u{feff}# all"), "{after}");
    assert_eq!(after.matches('\n').count(), after.matches("\r\n").count());
}

#[test]
fn a_change_that_cannot_be_used_is_not_written() {
    for pairs in [
        fields(&[("kye", json!("x"))]),
        fields(&[("timeout", json!("soon"))]),
        fields(&[("key", json!({"env": "A", "file": "B"}))]),
        fields(&[("preset", json!("mass"))]),
    ] {
        let world = World::new(CONFIG);
        let mut editor = world.open().unwrap();
        editor.set("maas", &pairs).unwrap();
        assert!(editor.save().is_err(), "{pairs:?}");
        assert_eq!(world.text(), CONFIG);
    }
    let world = World::new(CONFIG);
    let mut editor = world.open().unwrap();
    for refused in [
        editor.add("shop", &[]),
        editor.add("sign", &[]),
        editor.add("a b", &[]),
        editor.set("shp", &[]),
        editor.rename("shop", "maas"),
        editor.rename("shop", "login"),
        editor.remove("nono"),
    ] {
        assert_eq!(crate::error::kind_of(&refused.unwrap_err()), Kind::Config);
    }
    drop(editor);
    assert_eq!(world.text(), CONFIG);
}

#[test]
fn a_file_that_was_not_there_is_not_left_behind() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("new/c.toml");
    let open = || Editor::open(Config::File(&path), &Environment::default()).unwrap();
    drop(open());
    assert!(!path.exists());
    let mut editor = open();
    editor.add("p", &fields(&[("scheme", json!("none"))])).unwrap();
    editor.save().unwrap();
    assert!(path.exists());
}

#[cfg(unix)]
#[test]
fn the_mode_is_kept_unless_others_could_read_a_secret() {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for (before, key, after) in [
        (0o644, json!({"env": "K"}), 0o644),
        (0o600, json!({"env": "K"}), 0o600),
        (0o400, json!("a:b:c"), 0o400),
        (0o644, json!("a:b:c"), 0o600),
        (0o660, json!("a:b:c"), 0o600),
    ] {
        let world = World::new(CONFIG);
        let permissions = std::fs::Permissions::from_mode(before);
        std::fs::set_permissions(world.path(), permissions).unwrap();
        let mut editor = world.open().unwrap();
        editor.set("maas", &fields(&[("key", key)])).unwrap();
        editor.save().unwrap();
        assert_eq!(mode(&world.path()), after, "{before:o}");
    }
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("d/c.toml");
    let mut editor = Editor::open(Config::File(&path), &Environment::default()).unwrap();
    editor.add("p", &fields(&[("scheme", json!("none"))])).unwrap();
    editor.save().unwrap();
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
}

#[cfg(unix)]
#[test]
fn what_a_killed_writer_left_is_removed_by_the_next() {
    let world = World::new(CONFIG);
    let left = world.directory.path().join(".c.toml.signreq-x1y2z3");
    let other = world.directory.path().join(".c.toml.swp");
    std::fs::write(&left, "geheim").unwrap();
    std::fs::write(&other, "of an editor").unwrap();
    let mut editor = world.open().unwrap();
    editor.remove("maas").unwrap();
    editor.save().unwrap();
    assert!(!left.exists() && other.exists());
}
