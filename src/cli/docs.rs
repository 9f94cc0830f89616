//! The documents that the program carries: completion scripts and man pages.
//!
//! The man pages' synopses and options come from the same definition that
//! parses the command line; what only prose can say stands in [`pages`].

mod causes;
mod fields;
pub mod pages;
mod refusals;

use crate::cli::args;
use crate::error::{EXIT_CODES, Error, Result};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};
use pages::{Block, Example, Page};

/// The completion script of a shell of [`args::SHELLS`]. Each is small: it
/// asks the program itself, see [`crate::cli::complete`].
///
/// # Errors
/// Wrong usage for another shell.
pub fn completion_script(shell: &str) -> Result<&'static str> {
    Ok(match shell {
        "bash" => include_str!("../../completions/signreq.bash"),
        "zsh" => include_str!("../../completions/_signreq"),
        "fish" => include_str!("../../completions/signreq.fish"),
        "powershell" => include_str!("../../completions/_signreq.ps1"),
        "elvish" => include_str!("../../completions/signreq.elv"),
        "nushell" => include_str!("../../completions/signreq.nu"),
        other => {
            let known = args::SHELLS.join(", ");
            return Err(
                Error::usage(format!("no completions for '{other}', only for {known}")).into()
            );
        }
    })
}

/// Every man page: its file name and its text, `signreq.1` first, then one a
/// command. They hold no date, so that equal programs give equal pages.
///
/// # Errors
/// None but those of writing into memory.
pub fn man_pages() -> Result<Vec<(String, Vec<u8>)>> {
    let mut definition = args::full_command();
    definition.build();
    let mut pages = vec![man_page(&definition, &pages::SENDING)?];
    for command in definition.get_subcommands() {
        let page = pages::COMMANDS.iter().find(|page| page.command == command.get_name());
        pages.push(man_page(command, page.unwrap_or(&Page::EMPTY))?);
    }
    Ok(pages)
}

fn man_page(command: &clap::Command, page: &Page) -> Result<(String, Vec<u8>)> {
    let is_main = page.command.is_empty() && command.has_subcommands();
    let man = Man::new(command.clone())
        .source(concat!("signreq ", env!("CARGO_PKG_VERSION")))
        .manual("User Commands");
    let mut text = Vec::new();
    man.render_title(&mut text)?;
    man.render_name_section(&mut text)?;
    man.render_synopsis_section(&mut text)?;
    man.render_description_section(&mut text)?;
    let mut roff = Roff::new();
    sections(&mut roff, page.before_options);
    roff.to_writer(&mut text)?;
    if command.get_arguments().any(|argument| !argument.is_hide_set()) {
        man.render_options_section(&mut text)?;
    }
    if is_main {
        man.render_subcommands_section(&mut text)?;
    }
    let mut roff = Roff::new();
    if !is_main && command.has_subcommands() {
        subcommands(&mut roff, command);
    }
    sections(&mut roff, page.after_options);
    if is_main {
        fields::section(&mut roff)?;
        refusals::section(&mut roff);
    }
    if page.command == "verify" {
        causes::section(&mut roff);
    }
    examples(&mut roff, page.examples);
    exit_status(&mut roff, is_main);
    see_also(&mut roff, command, is_main);
    roff.to_writer(&mut text)?;
    Ok((man.get_filename(), text))
}

/// What stands below a command: each with its words and its own options.
fn subcommands(roff: &mut Roff, command: &clap::Command) {
    roff.control("SH", ["COMMANDS"]);
    for below in command.get_subcommands() {
        let usage = below.clone().render_usage().to_string();
        let usage = usage.trim_start_matches("Usage: ").trim();
        let about = below.get_about().map(ToString::to_string).unwrap_or_default();
        roff.control("TP", []).text([bold(usage)]).text([roman(format!("{about}."))]);
        let own = below.get_arguments().filter(|argument| {
            !argument.is_global_set() && !argument.is_hide_set() && argument.get_id() != "help"
        });
        roff.control("RS", []);
        for argument in own {
            let value = argument.get_value_names().map(|names| names[0].as_str());
            let term = match (argument.get_long(), value) {
                (Some(long), Some(value)) if argument.get_action().takes_values() => {
                    format!("--{long} {value}")
                }
                (Some(long), _) => format!("--{long}"),
                (None, value) => value.unwrap_or_default().to_owned(),
            };
            let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
            let values: Vec<String> =
                argument.get_possible_values().iter().map(|v| v.get_name().to_owned()).collect();
            let values = match values.is_empty() || !argument.get_action().takes_values() {
                true => String::new(),
                false => format!(": {}", values.join(", ")),
            };
            roff.control("TP", []).text([bold(term)]).text([roman(format!("{help}{values}."))]);
        }
        roff.control("RE", []);
    }
}

fn sections(roff: &mut Roff, sections: &[(&str, &[Block])]) {
    for (heading, blocks) in sections {
        roff.control("SH", [*heading]);
        for block in *blocks {
            match block {
                Block::Paragraph(text) => {
                    roff.control("PP", []).text([roman(*text)]);
                }
                Block::Entry(term, text) => {
                    roff.control("TP", []).text([bold(*term)]).text([roman(*text)]);
                }
                Block::Code(lines) => code(roff, lines),
            }
        }
    }
}

/// Lines that stay as they are.
fn code(roff: &mut Roff, lines: &str) {
    roff.control("PP", []).control("RS", ["4"]).control("nf", []);
    for line in lines.lines() {
        roff.text([roman(line)]);
    }
    roff.control("fi", []).control("RE", []);
}

fn examples(roff: &mut Roff, examples: &[Example]) {
    if !examples.is_empty() {
        roff.control("SH", ["EXAMPLES"]);
    }
    for example in examples {
        roff.control("PP", []).text([roman(example.about)]);
        code(roff, example.line);
    }
}

/// The whole table on the main page, which the others point to.
fn exit_status(roff: &mut Roff, whole: bool) {
    roff.control("SH", ["EXIT STATUS"]);
    if !whole {
        let rest =
            [roman("0 when all went well; else as listed in "), bold("signreq"), roman("(1).")];
        roff.text(rest);
        return;
    }
    let entry = |roff: &mut Roff, code: &str, when: &str| {
        roff.control("TP", ["6"]).text([bold(code)]).text([roman(when)]);
    };
    entry(roff, "0", "the server answered 2xx, or 304 to a conditional request");
    for (_, code, when) in EXIT_CODES {
        entry(roff, &code.to_string(), when);
    }
    roff.control("PP", []).text([roman(
        "77 wins over 3, 4 and 5, and over a 2xx status that hides a refusal. \
         Every code but 0 prints a line on standard error.",
    )]);
}

fn see_also(roff: &mut Roff, command: &clap::Command, is_main: bool) {
    let mut pages: Vec<String> = match is_main {
        true => command.get_subcommands().map(|it| format!("signreq-{}", it.get_name())).collect(),
        false => vec!["signreq".to_owned()],
    };
    pages.push("curl".to_owned());
    let mut line = Vec::new();
    for page in pages {
        if !line.is_empty() {
            line.push(roman(", "));
        }
        line.extend([bold(page), roman("(1)")]);
    }
    roff.control("SH", ["SEE ALSO"]).text(line);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shell_has_a_script_that_asks_the_program() {
        for shell in args::SHELLS {
            let script = completion_script(shell).unwrap();
            assert!(script.contains(crate::cli::complete::WORD), "{shell}");
        }
        assert!(completion_script("csh").is_err());
    }

    #[test]
    fn every_command_has_a_page_of_prose_and_no_page_is_left_over() {
        let definition = args::full_command();
        let commands: Vec<&str> =
            definition.get_subcommands().map(clap::Command::get_name).collect();
        let pages: Vec<&str> = pages::COMMANDS.iter().map(|page| page.command).collect();
        assert_eq!(pages, commands);
    }

    #[test]
    fn the_main_page_lists_every_field_of_every_preset_and_scheme() {
        let page = String::from_utf8(man_pages().unwrap().remove(0).1).unwrap();
        let fields = page.split_once("\n.SH FIELDS\n").unwrap().1;
        for entry in [
            "\\fBkey\\fR \\fIneeded, secret\\fR\n",
            "\\fBuser\\fR\nThe login to act as, sent as FOREMAN\\-USER.\n",
            "\\fBpassword\\fR \\fIneeded, secret\\fR\n",
            "\\fBtimeout\\fR\n",
        ] {
            assert!(fields.contains(entry), "{entry}{fields}");
        }
    }

    #[test]
    fn every_variable_of_the_man_page_exists() {
        let Some((_, [_, Block::Paragraph(names)])) =
            pages::SENDING.after_options.iter().find(|section| section.0 == "WRITE-OUT")
        else {
            panic!("the section has another shape");
        };
        let format: String =
            names.trim_end_matches('.').split(", ").map(|name| format!("%{{{name}}}")).collect();
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let style = crate::out::style::Style::PLAIN;
        let transfer = crate::out::write_out::Transfer::default();
        crate::out::write_out::write(&format, &transfer, &mut stdout, &mut stderr, style).unwrap();
        assert_eq!(String::from_utf8(stderr).unwrap(), "");
    }

    #[test]
    fn pages_are_named_after_their_commands_and_hold_the_exit_codes() {
        let pages = man_pages().unwrap();
        let names: Vec<&str> = pages.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names[..3], ["signreq.1", "signreq-sign.1", "signreq-presign.1"]);
        let text = String::from_utf8(pages[0].1.clone()).unwrap();
        for (_, code, when) in EXIT_CODES {
            let when = when.replace('\'', "\\*(Aq").replace('-', "\\-");
            assert!(text.contains(&format!("\\fB{code}\\fR\n{when}\n")), "{code} {when}");
        }
    }
}
