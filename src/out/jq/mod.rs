//! `--jq`: what a jq expression makes of an answer, and `--until`: whether one
//! holds for it.
//!
//! [`natives`] says what an expression can reach: all of jq's language, but
//! neither the environment, which may hold secrets, nor files. [`fault`] shows
//! where an expression is wrong, [`seen`] tells what of a list it looks at.
//! [`condition`] and [`watched`] are what an answer is waited for with. What
//! comes out is written as [`crate::out::values`] are.

mod condition;
mod fault;
mod natives;
mod seen;
mod watched;

pub use condition::{Condition, Seen};

use self::natives::{Data, Reach};
use crate::context::interrupt;
use crate::error::{Error, Kind, Result};
use crate::out::body::Shown;
use crate::out::values::{
    Elements, Output, Values, after_each, keep, parsed, read_json, wrong_with,
};
use crate::out::written::Written;
use jaq_core::load::{Arena, File, Loader};
use jaq_core::{Compiler, Ctx, Vars};
use jaq_json::{Val, read};
use jaq_std::input::RcIter;
use std::cell::RefCell;
use std::io::Read;
use std::iter;

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
        if let Some(fault) = wrong_with(text.as_bytes()) {
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
    /// What asked for it, for messages.
    option: &'static str,
    whole: Filter,
    /// What is done with each element of a list, when that is all it does.
    each: Option<Each>,
    values: Vec<Val>,
}

/// What is done with each element of a list.
struct Each {
    filter: Filter,
    /// Which members of an object it looks at, when not at any.
    members: Option<Vec<String>>,
}

/// Takes what an expression gives, and says whether more is wanted.
type Give<'g> = dyn FnMut(&Val) -> Result<Written> + 'g;

impl Program {
    /// Compiles an expression, which `option` has.
    ///
    /// # Errors
    /// Wrong usage that shows the place.
    pub fn compile(option: &'static str, expression: &str, variables: &Variables) -> Result<Self> {
        // What it does it may do for ever.
        interrupt::attend();
        let Variables { names, values } = variables;
        let whole = compile(option, expression, names)?;
        let each = after_each(expression).and_then(|each| {
            let filter = compile(option, each, names).ok()?;
            Some(Each { filter, members: seen::members(each) })
        });
        Ok(Self { option, whole, each, values: values.clone() })
    }

    /// Reads a body and writes what the expression makes of it; what it has to
    /// say besides (`debug`, `stderr`) is told through `output`, too.
    ///
    /// # Errors
    /// [`Kind::Unexpected`] when the body is not JSON or the expression fails
    /// on it, [`Kind::Write`] when the output cannot be written. An I/O error
    /// of the body is passed through as it is.
    pub fn run(&self, body: &mut dyn Read, output: &mut Output<'_>) -> Result<Shown> {
        let text = read_json(body, self.option)?;
        let length = text.len() as u64;
        let ran = self.evaluate(&text, output.teller(), &mut |value| output.value(value));
        // What came out before an error is not lost.
        let written = output.finish()?;
        ran.map(|()| Shown { length, written, fault: None })
    }

    /// Writes what the expression makes of each item of the lists in a body of
    /// JSON or XML, as they come.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub fn run_on_items(&self, body: &mut dyn Read, output: &mut Output<'_>) -> Result<Shown> {
        let (tell, listing) = (output.teller(), output.listing());
        let mut values = Values::new(body, self.option, Some(listing));
        let mut failure = None;
        let output = RefCell::new(output);
        let mut items = iter::from_fn(|| match values.next(&mut || output.borrow_mut().flush()) {
            Ok(value) => value.map(Ok),
            Err(error) => {
                failure = Some(error);
                None
            }
        });
        let give = &mut |value: &Val| output.borrow_mut().value(value);
        let ran = self.run_on(&self.whole, &mut items, tell, give);
        // What came out before an error is not lost.
        let written = output.into_inner().finish()?;
        ran?;
        match failure {
            Some(error) => Err(error),
            None => Ok(Shown { length: values.length(), written, fault: None }),
        }
    }

    /// Gives what the expression makes of a text of JSON documents.
    fn evaluate(&self, text: &[u8], tell: &dyn Fn(&str), give: &mut Give<'_>) -> Result<()> {
        let mut rest = text;
        if let Some(each) = &self.each
            && let Some(mut elements) = Elements::of(rest)
        {
            let mut kept = Vec::new();
            let inputs = elements.by_ref().map(|element| match &each.members {
                Some(names) if element.first() == Some(&b'{') => {
                    keep(element, names, &mut kept);
                    parsed(read::parse_single(&kept))
                }
                _ => parsed(read::parse_single(element)),
            });
            if self.run_on(&each.filter, &mut { inputs }, tell, give)? == Written::Closed {
                return Ok(());
            }
            rest = elements.rest();
        }
        let documents = &mut read::parse_many(rest).map(parsed);
        self.run_on(&self.whole, documents, tell, give).map(|_| ())
    }

    /// Runs `filter` on each input, until no more is wanted.
    fn run_on(
        &self,
        filter: &Filter,
        inputs: &mut dyn Iterator<Item = Result<Val, String>>,
        tell: &dyn Fn(&str),
        give: &mut Give<'_>,
    ) -> Result<Written> {
        let option = self.option;
        let inputs = RcIter::new(inputs);
        let data = Data::new(&filter.lut, &inputs, tell);
        for input in &inputs {
            let input = input.map_err(|why| {
                Error::new(Kind::Unexpected, format!("{option}: the body is not valid JSON: {why}"))
            })?;
            let context = Ctx::<Reach>::new(&data, Vars::new(self.values.iter().cloned()));
            for value in filter.id.run((context, input)) {
                match value {
                    Ok(value) if give(&value)? == Written::Closed => return Ok(Written::Closed),
                    Ok(_) => {}
                    Err(exception) => {
                        fault::of_run(option, exception, &data)?;
                        return Ok(Written::Closed);
                    }
                }
            }
        }
        Ok(Written::Whole)
    }
}

fn compile(option: &str, expression: &str, names: &[String]) -> Result<Filter> {
    let prelude = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
    let arena = Arena::default();
    let modules = Loader::new(prelude.chain(natives::definitions()))
        .load(&arena, File { code: expression, path: () })
        .map_err(|errors| fault::of_syntax(option, expression, errors))?;
    let filter = Compiler::default()
        .with_funs(natives::functions())
        .with_global_vars(names.iter().map(String::as_str))
        .compile(modules)
        .map_err(|errors| fault::of_names(option, expression, errors))?;
    Ok(filter)
}
