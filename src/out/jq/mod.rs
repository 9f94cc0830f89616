//! `--jq`: what a jq expression makes of an answer.
//!
//! [`natives`] says what an expression can reach: all of jq's language, but
//! neither the environment, which may hold secrets, nor files. [`fault`] shows
//! where an expression is wrong, [`elements`] spares big lists the memory of a
//! whole document, [`print`] writes what comes out.

mod elements;
mod fault;
mod natives;
mod print;

pub use print::Printing;

use self::elements::{Elements, after_each};
use self::natives::{Data, Reach};
use self::print::Printer;
use crate::error::{Error, Kind, Result};
use crate::out::body::{self, Shown};
use crate::out::json::{Formatter, Layout};
use crate::out::style::Style;
use crate::out::written::Written;
use jaq_core::load::{Arena, File, Loader};
use jaq_core::{Compiler, Ctx, Vars};
use jaq_json::{Val, read};
use jaq_std::input::RcIter;
use std::io::{Read, Write};

type Filter = jaq_core::Filter<Reach>;

/// The named values that an expression can use: `--arg` and `--argjson`.
#[derive(Debug, Default)]
pub struct Variables {
    names: Vec<String>,
    values: Vec<Val>,
}

impl Variables {
    /// Adds the string `$name`.
    pub fn text(&mut self, name: &str, value: &str) {
        self.add(name, Val::from(value.to_owned()));
    }

    /// Adds `$name`, whose value is this JSON text.
    ///
    /// # Errors
    /// Wrong usage when it is none.
    pub fn json(&mut self, name: &str, text: &str) -> Result<()> {
        let refuse = |why: String| {
            let shown = format!("--argjson {name}: '{text}' is not JSON: {why}");
            Error::usage(shown).hint(format!("for a string: --arg {name} VALUE"))
        };
        if let Some(fault) = natives::wrong_with(text.as_bytes()) {
            return Err(refuse(format!("at byte {}: {}", fault.offset, fault.reason)).into());
        }
        let value = read::parse_single(text.as_bytes()).map_err(|why| refuse(why.to_string()))?;
        self.add(name, value);
        Ok(())
    }

    fn add(&mut self, name: &str, value: Val) {
        // The last of a name counts, as with every option.
        let name = format!("${name}");
        match self.names.iter().position(|known| *known == name) {
            Some(at) => self.values[at] = value,
            None => {
                self.names.push(name);
                self.values.push(value);
            }
        }
    }
}

/// An expression, ready to run.
pub struct Program {
    whole: Filter,
    /// What is done with each element of a list, when that is all it does.
    each: Option<Filter>,
    values: Vec<Val>,
}

impl Program {
    /// Compiles an expression.
    ///
    /// # Errors
    /// Wrong usage that shows the place.
    pub fn compile(expression: &str, variables: Variables) -> Result<Self> {
        let Variables { names, values } = variables;
        let whole = compile(expression, &names)?;
        let each = after_each(expression).and_then(|each| compile(each, &names).ok());
        Ok(Self { whole, each, values })
    }

    /// Reads a body and writes what the expression makes of it. `tell` gets
    /// what the expression has to say besides: `debug`, `stderr`.
    ///
    /// # Errors
    /// [`Kind::Unexpected`] when the body is not JSON or the expression fails
    /// on it, [`Kind::Write`] when the output cannot be written. An I/O error
    /// of the body is passed through as it is.
    pub fn run(
        &self,
        body: &mut dyn Read,
        printing: Printing,
        out: &mut dyn Write,
        tell: &dyn Fn(&str),
    ) -> Result<Shown> {
        let text = read_json(body)?;
        let length = text.len() as u64;
        let mut printer = Printer::new(printing, out);
        let mut rest = &text[..];
        if let Some(each) = &self.each
            && let Some(mut elements) = Elements::of(rest)
        {
            let inputs = elements.by_ref().map(|text| parsed(read::parse_single(text)));
            self.run_on(each, &mut { inputs }, &mut printer, tell)?;
            if printer.has_ended() {
                return Ok(Shown { length, written: printer.finish()?, fault: None });
            }
            rest = elements.rest();
        }
        self.run_on(&self.whole, &mut read::parse_many(rest).map(parsed), &mut printer, tell)?;
        let written = printer.finish()?;
        Ok(Shown { length, written, fault: None })
    }

    /// Runs `filter` on each input.
    fn run_on(
        &self,
        filter: &Filter,
        inputs: &mut dyn Iterator<Item = Result<Val, String>>,
        printer: &mut Printer<'_>,
        tell: &dyn Fn(&str),
    ) -> Result<()> {
        let inputs = RcIter::new(inputs);
        let data = Data::new(&filter.lut, &inputs, tell);
        for input in &inputs {
            let input = input.map_err(|why| {
                Error::new(Kind::Unexpected, format!("--jq: the body is not valid JSON: {why}"))
            })?;
            let context = Ctx::<Reach>::new(&data, Vars::new(self.values.iter().cloned()));
            for output in filter.id.run((context, input)) {
                match output {
                    Ok(value) if printer.print(&value)? == Written::Closed => return Ok(()),
                    Ok(_) => {}
                    Err(exception) => return fault::of_run(exception, &data, printer),
                }
            }
        }
        Ok(())
    }
}

fn compile(expression: &str, names: &[String]) -> Result<Filter> {
    let prelude = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
    let arena = Arena::default();
    let modules = Loader::new(prelude.chain(natives::definitions()))
        .load(&arena, File { code: expression, path: () })
        .map_err(|errors| fault::of_syntax(expression, errors))?;
    let filter = Compiler::default()
        .with_funs(natives::functions())
        .with_global_vars(names.iter().map(String::as_str))
        .compile(modules)
        .map_err(|errors| fault::of_names(expression, errors))?;
    Ok(filter)
}

fn parsed(value: std::result::Result<Val, read::Error>) -> Result<Val, String> {
    value.map_err(|why| why.to_string())
}

/// Reads a whole body and makes sure that it is JSON: the parser behind takes
/// more than that, and how deep it gets is up to the server.
fn read_json(body: &mut dyn Read) -> Result<Vec<u8>> {
    let mut check = Formatter::new(Style::PLAIN, Layout::Compact);
    let mut text = Vec::new();
    let mut chunk = vec![0; body::CHUNK];
    let mut is_blank = true;
    loop {
        let length = body::read(body, &mut chunk)?;
        if length == 0 {
            break;
        }
        let mut piece = &chunk[..length];
        // RFC 8259 section 8.1: a byte order mark may be ignored.
        if text.is_empty() {
            piece = piece.strip_prefix(b"\xef\xbb\xbf").unwrap_or(piece);
        }
        is_blank &= piece.iter().all(u8::is_ascii_whitespace);
        check.push(piece, &mut std::io::sink())?;
        text.extend_from_slice(piece);
    }
    let refuse = |why: String| {
        Error::new(Kind::Unexpected, format!("--jq: {why}"))
            .hint("without --jq the body is printed as it came")
    };
    if is_blank {
        return Err(refuse("the body is empty, not JSON".into()).into());
    }
    match check.finish(&mut std::io::sink())? {
        Some(fault) if fault.ends_formatting => {
            let (offset, reason) = (fault.offset, fault.reason);
            Err(refuse(format!("the body is not valid JSON at byte {offset}: {reason}")).into())
        }
        _ => Ok(text),
    }
}
