//! The config file is never half of anything: killed, shared, locked, linked,
//! or not to be written.

use super::{CONFIG, refused, text, world};
use crate::environment::{Pattern, TestEnvironment};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

#[test]
fn killed_at_any_point_the_old_or_the_new_file_is_there_whole() {
    let environment = world();
    // Later and later, until some were killed before the change and some after.
    let line = "old=0; new=0; n=0; \
        while [ $n -lt 60 ] || { [ $((old * new)) = 0 ] && [ $n -lt 500 ]; }; do n=$((n + 1)); \
        signreq profile set p timeout=${n}s & pid=$!; \
        sleep 0.$(printf %03d $((n % 12 + n / 60 * 10))); \
        kill -9 $pid 2>/dev/null; wait $pid 2>/dev/null; \
        now=$(signreq profile show p) || exit 9; \
        case $now in *\"\\\"${n}s\\\"\"*) new=1;; *) old=1;; esac; \
        case $now in *'token = { env'*) ;; *) exit 8;; esac; \
        done 2>/dev/null; echo $old $new; \
        signreq profile set p timeout=99s; ls -A $HOME/.config/signreq";
    environment.program("bash", &["-c", line]).gives(0, "1 1\nconfig.toml\n", "");
    let expected = format!("{CONFIG}timeout = \"99s\"\n");
    assert_eq!(text(&environment), expected);
}

#[test]
fn of_two_writers_at_once_the_second_waits() {
    let environment = world();
    let line = "for n in 1 2 3 4 5 6 7 8; do \
        signreq profile add q$n --scheme none url=http://h & done; wait";
    environment.shell(line).gives(0, "", Pattern::holds(&["profile q1 is in", "profile q8 is in"]));
    let text = text(&environment);
    assert!(text.starts_with(CONFIG), "{text}");
    for number in 1..=8 {
        assert!(text.contains(&format!("\n[profile.q{number}]\n")), "{text}");
    }
}

#[test]
fn a_lock_that_is_not_let_go_is_an_error_and_not_for_ever() {
    let environment = world();
    let line = "flock \"$HOME/.config/signreq/config.toml\" \
        signreq profile set p timeout=1s";
    environment.shell(line).gives(
        78,
        "",
        Pattern::holds(&["another signreq has been changing it", "nothing was changed"]),
    );
    assert_eq!(text(&environment), CONFIG);
}

#[test]
fn a_symbolic_link_stays_one() {
    let environment = TestEnvironment::new();
    let target = environment.file("dotfiles.toml", CONFIG);
    std::fs::create_dir_all(environment.config_path().parent().unwrap()).unwrap();
    std::os::unix::fs::symlink(&target, environment.config_path()).unwrap();
    environment.signreq(&["profile", "set", "p", "timeout=1s"]).gives(0, "", "");
    assert!(environment.config_path().is_symlink());
    let expected = format!("{CONFIG}timeout = \"1s\"\n");
    assert_eq!(std::fs::read_to_string(&target).unwrap(), expected);
    assert_eq!(std::fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o644);
    // One that leads nowhere yet: its target is made.
    std::fs::remove_file(&target).unwrap();
    environment.signreq(&["profile", "add", "n", "--scheme", "none", "url=http://h"]).gives(
        0,
        "",
        Pattern::Something,
    );
    assert!(environment.config_path().is_symlink() && target.exists());
}

#[test]
fn what_cannot_be_written_is_said_and_nothing_changes() {
    let environment = world();
    // A full disk: the first byte beyond the limit fails.
    let full = "trap '' XFSZ; ulimit -f 0; signreq profile set p timeout=1s";
    environment.shell(full).gives(
        78,
        "",
        Pattern::holds(&["config.toml: it cannot be changed: ", "hint: nothing was changed"]),
    );
    assert_eq!(text(&environment), CONFIG);
    // A directory that may not be written, for root too.
    let directory = environment.config_path().parent().unwrap().to_owned();
    let mode = |mode| {
        std::fs::set_permissions(&directory, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    mode(0o500);
    let bounded = "setpriv --bounding-set -dac_override,-dac_read_search";
    let line = format!("[ $(id -u) = 0 ] && as='{bounded}'; $as signreq profile set p timeout=1s");
    environment.shell(&line).gives(
        78,
        "",
        Pattern::holds(&["it cannot be changed: ", "ermission denied"]),
    );
    mode(0o700);
    assert_eq!(text(&environment), CONFIG);
    assert_eq!(std::fs::read_dir(&directory).unwrap().count(), 1);
    let words = ["profile", "add", "q", "--scheme", "none", "url=http://h", "--config"];
    for (path, why) in [("/dev/null", "no regular file"), (".", "directory"), ("/proc/x", "")] {
        environment.signreq(&[&words[..], &[path]].concat()).gives(
            78,
            "",
            Pattern::holds(&["config file ", why]),
        );
    }
    assert!(Path::new("/dev/null").exists());
}

#[test]
fn carriage_returns_and_a_byte_order_mark_are_read_and_kept() {
    let mut environment = TestEnvironment::new();
    environment.set("TOKEN", "t");
    let windows = format!("\u{feff}{}", CONFIG.replace('\n', "\r\n"));
    environment.config(&windows);
    environment.signreq(&["sign", "p", "/x"]).gives(0, "Authorization: Bearer t\n", "");
    environment.signreq(&["profile", "set", "p", "timeout=1s"]).gives(0, "", "");
    assert_eq!(text(&environment), format!("{windows}timeout = \"1s\"\r\n"));
    environment.signreq(&["sign", "p", "/x"]).gives(0, "Authorization: Bearer t\n", "");
}

#[test]
fn a_config_that_cannot_be_read_is_told_with_its_place_and_not_changed() {
    for (config, place) in [
        ("[profile.p\n", "config.toml:1:"),
        ("[profile.p]\nurl = \"a\n", "config.toml:2:"),
        ("[profil.p]\n", "config.toml:1:2: unknown key 'profil'"),
        ("[profile.p]\n[profile.p]\n", "config.toml:2:"),
        ("[profile.p]\nurl = \"a\"\nurl = \"b\"\n", "config.toml:3:1: duplicate key"),
        ("profile = 1\n", "config.toml:1:11: profile must be a table, not an integer"),
        ("profile.p = []\n", "config.toml:1:13: profile p must be a table, not an array"),
    ] {
        let environment = TestEnvironment::new();
        environment.config(config);
        for words in
            [&["set", "p", "timeout=1s"][..], &["list"], &["show", "p"], &["remove", "p", "--yes"]]
        {
            refused(&environment, words, 78, &[place]);
        }
        let words = ["add", "q", "--scheme", "none", "url=http://h"];
        refused(&environment, &words, 78, &[place]);
    }
    let environment = TestEnvironment::new();
    environment.config("");
    std::fs::write(environment.config_path(), b"# \xff\n").unwrap();
    refused(&environment, &["set", "p", "timeout=1s"], 78, &["it is not UTF-8 at byte 2"]);
}
