use super::*;
use crate::error::{Kind, kind_of};
use crate::profile::document;
use std::ffi::OsString;
use std::time::{Duration, Instant};

fn environment(variables: &[(&str, &str)]) -> Environment {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let own = variables.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
    Environment::new(own.chain([(OsString::from("PATH"), path)]))
}

fn parse(value: &str) -> Result<Source> {
    let table = document::parse(Path::new("/conf/c.toml"), &format!("key = {value}\n"))?;
    Source::parse("key", table.get("key").unwrap(), &environment(&[("HOME", "/home/me")]))
}

fn read(value: &str) -> Result<String> {
    let source = parse(value)?;
    Ok(source
        .read("key", None, &environment(&[("TOKEN", "from env"), ("SIGNREQ_X", "geheim")]))?
        .expose()
        .to_owned())
}

fn refused(value: &str) -> String {
    let error = read(value).unwrap_err();
    assert_eq!(kind_of(&error), Kind::Config, "{value}");
    error.to_string()
}

#[test]
fn a_string_is_the_value_itself() {
    assert_eq!(read("'a b\\n'").unwrap(), "a b\\n");
    assert!(refused("''").contains("empty"));
}

#[test]
fn an_environment_variable_is_taken_as_it_is() {
    assert_eq!(read("{ env = 'TOKEN' }").unwrap(), "from env");
    assert!(refused("{ env = 'NOT_SET' }").contains("NOT_SET is not set"));
}

#[test]
fn of_a_file_one_trailing_line_break_is_dropped() {
    let directory = std::env::temp_dir().join(format!("signreq-source-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let path = directory.join("secret");
    let value = format!("{{ file = '{}' }}", path.display());
    for (content, expected) in
        [("a\n", "a"), ("a\r\n", "a"), ("a\n\n", "a\n"), ("a", "a"), ("a\r", "a\r"), (" a ", " a ")]
    {
        std::fs::write(&path, content).unwrap();
        assert_eq!(read(&value).unwrap(), expected, "{content:?}");
    }
    for (content, why) in
        [(&b"\n"[..], "empty"), (b"\xff", "UTF-8"), (&[b'x'; (1 << 20) + 1], "1 MiB")]
    {
        std::fs::write(&path, content).unwrap();
        assert!(refused(&value).contains(why), "{why}");
    }
    std::fs::remove_dir_all(&directory).unwrap();
    assert!(refused(&value).contains("secret: "), "the missing file is named");
}

#[test]
fn paths_are_relative_to_the_config_and_know_the_home_directory() {
    for (written, expected) in
        [("~/s", "/home/me/s"), ("s", "/conf/s"), ("/s", "/s"), ("~x/s", "/conf/~x/s")]
    {
        let Source::File(path) = parse(&format!("{{ file = '{written}' }}")).unwrap() else {
            panic!("{written} is a file");
        };
        assert_eq!(path, Path::new(expected));
    }
}

#[cfg(unix)]
#[test]
fn a_command_is_split_like_shell_words_but_expanded_by_nobody() {
    assert_eq!(
        read(r#"{ command = "printf '%s|' a 'b  c' $HOME *" }"#).unwrap(),
        "a|b  c|$HOME|*|"
    );
    assert_eq!(read(r#"{ command = ["printf", "%s\n", "a  b"] }"#).unwrap(), "a  b");
    assert_eq!(read(r#"{ command = "echo $((1+1)) | tr 2 3", shell = true }"#).unwrap(), "3");
    assert!(refused(r#"{ command = "echo 'a" }"#).contains("quote"));
    assert!(refused(r#"{ command = "echo geheim | tr -d x" }"#).contains("no shell runs"));
    assert_eq!(read(r#"{ command = ["echo", "|"] }"#).unwrap(), "|");
    assert!(refused(r#"{ command = "" }"#).contains("empty"));
    assert!(refused(r#"{ command = [] }"#).contains("empty"));
    assert!(refused(r#"{ command = ["x"], shell = true }"#).contains("one string"));
}

#[cfg(unix)]
#[test]
fn a_command_has_no_input_and_none_of_our_variables() {
    assert_eq!(read("{ command = 'cat; echo end', shell = true }").unwrap(), "end");
    let all = read("{ command = 'env' }").unwrap();
    assert!(all.contains("TOKEN=from env") && !all.contains("SIGNREQ_"), "{all}");
}

#[cfg(unix)]
#[test]
fn a_failing_command_tells_its_complaint_but_not_its_arguments() {
    let told = refused("{ command = 'echo no such entry >&2; exit 3 # geheim', shell = true }");
    assert!(told.contains("exit code 3: no such entry"), "{told}");
    assert!(!told.contains("geheim"), "{told}");
    let told = refused("{ command = '/no/such/program geheim' }");
    assert!(
        told.contains("'/no/such/program' cannot be run") && !told.contains("geheim"),
        "{told}"
    );
    assert!(refused("{ command = 'true' }").contains("empty value"));
}

#[cfg(unix)]
#[test]
fn a_command_that_prints_without_end_is_stopped_when_it_is_too_much() {
    assert_eq!(refused("{ command = \"yes\" }"), "command 'yes' printed more than 1 MiB");
}

#[cfg(unix)]
#[test]
fn a_command_that_does_not_end_is_killed() {
    let Source::Command(command) =
        parse("{ command = 'echo waiting >&2; exec sleep 600', shell = true }").unwrap()
    else {
        panic!("a command");
    };
    let start = Instant::now();
    let limit = Duration::from_millis(500);
    let error = super::command::read_within(&command, &environment(&[]), limit).unwrap_err();
    assert!(error.to_string().contains("did not end within 500 milliseconds: waiting"), "{error}");
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[cfg(unix)]
#[test]
fn a_process_left_behind_does_not_hold_the_value_back() {
    let start = Instant::now();
    assert_eq!(read("{ command = 'echo a; sleep 20 & exit 0', shell = true }").unwrap(), "a");
    assert!(start.elapsed() < Duration::from_secs(15));
}

#[test]
fn keyrings_and_prompts_are_parsed() {
    let key = |name: &str, keyring| keyring::Key { name: name.to_owned(), keyring };
    for (value, expected) in [
        ("{ keyring = 'ovh' }", key("ovh", keyring::Keyring::User)),
        ("{ keyring = 'ovh', kernel = false }", key("ovh", keyring::Keyring::User)),
        ("{ kernel = true, keyring = 'a b' }", key("a b", keyring::Keyring::Kernel)),
    ] {
        let Source::Keyring(parsed) = parse(value).unwrap() else { panic!("{value}") };
        assert_eq!(parsed, expected);
    }
    assert!(matches!(parse("{ prompt = true }").unwrap(), Source::Prompt));
}

#[test]
fn what_is_no_source_is_refused_with_its_place() {
    let told = refused("{ comand = 'x' }");
    assert!(told.contains("/conf/c.toml:1:9: ") && told.contains("'command'"), "{told}");
    assert!(refused("{ env = 'A', file = 'B' }").contains("exactly one"));
    assert!(refused("{ }").contains("exactly one"));
    assert!(refused("{ env = 'A', shell = true }").contains("belongs to command"));
    assert!(refused("{ command = 'a', shell = 'b' }").contains("true or false"));
    assert!(refused("{ env = 1 }").contains("must be a string"));
    assert!(refused("7").contains("not an integer"));
}
