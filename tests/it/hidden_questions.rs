//! Questions at a terminal that shows nothing of what is typed.

use crate::environment::TestEnvironment;

const CONFIG: &str =
    "[profile.p]\nscheme = \"bearer\"\nurl = \"https://h\"\ntoken = { prompt = true }\n";

/// What is run, with which config, and asks.
const ASKING: [(&str, &str); 2] =
    [("profile add maas url=https://h/MAAS", ""), ("sign p /x", CONFIG)];

const TOLD: &str = "\r\n\u{1b}[1;31msignreq:\u{1b}[0m interrupted\r\n";

/// Runs `signreq` and the shell's lines `then` once it asks, and gives what the
/// terminal shows. Its exit code has to be `code`, and the terminal has to show
/// again what is typed.
#[track_caller]
fn asked(line: &str, config: &str, then: &str, code: i32) -> String {
    let environment = TestEnvironment::new();
    environment.config(config);
    environment.file(
        "ask",
        format!(
            "tty > terminal; sh -c 'echo $$ > process; exec signreq {line}'\n\
             echo $? > ended; stty -a > modes\n"
        ),
    );
    let script = format!(
        "mkfifo keys; script -qefc 'sh ask' told < keys > /dev/null & exec 3> keys\n\
         until stty -F \"$(cat terminal)\" -a | grep -q -- ' -echo '; do sleep 0.01; done\n\
         {then}; wait $!; cat ended; grep -o ' -*icanon\\| -*echo ' modes"
    );
    let ran = environment.program("bash", &["-c", &format!("{{ {script}\n}} 2> /dev/null")]);
    ran.gives(0, format!("{code}\n icanon\n echo \n"), "");
    std::fs::read_to_string(environment.work().join("told")).unwrap()
}

#[test]
fn what_is_typed_after_a_signal_is_shown_again() {
    for (line, config) in ASKING {
        for signal in ["INT", "TERM"] {
            let told = asked(line, config, &format!("kill -{signal} $(cat process)"), 130);
            assert!(told.contains(TOLD), "{told}");
        }
    }
}

#[test]
fn ctrl_c_is_told_as_any_interrupt_is_and_once() {
    for (line, config) in ASKING {
        for keys in ["\\003", "half\\003", "\\003\\003"] {
            let told = asked(line, config, &format!("printf '{keys}' >&3"), 130);
            assert!(told.contains(TOLD), "{told}");
            assert_eq!(told.matches("interrupted").count(), 1, "{told}");
        }
    }
}

#[test]
fn other_control_keys_are_no_signals() {
    let told = asked("sign p /x", CONFIG, "printf 'ge\\032\\034heim\\n' >&3", 0);
    assert!(told.contains("token: \r\nAuthorization: Bearer geheim\r\n"), "{told}");
}

#[test]
fn the_end_of_input_ends_the_line_of_the_question() {
    let told = asked("sign p /x", CONFIG, "printf '\\004' >&3", 130);
    let ended = "token: \r\n\u{1b}[1;31msignreq:\u{1b}[0m profile p: token: interrupted\r\n";
    assert!(told.contains(ended), "{told}");
}

#[test]
fn a_line_may_be_longer_than_the_terminals_own() {
    let told = asked("sign p /x", CONFIG, "printf '%06000d\\n' 7 >&3", 0);
    let token = format!("Bearer {}7\r\n", "0".repeat(5999));
    assert!(told.contains(&token), "{} bytes", told.len());
}
