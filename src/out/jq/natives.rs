//! What an expression can reach besides its input.

use crate::out::values::wrong_with;
use jaq_core::box_iter::{BoxIter, box_once};
use jaq_core::data::HasLut;
use jaq_core::load::parse::Def;
use jaq_core::native::{self, Fun, bome, v};
use jaq_core::{DataT, Exn, Lut, RunPtr};
use jaq_json::{Val, ValX, bytes_valrs, read};
use jaq_std::ValT as _;
use jaq_std::input::{HasInputs, Inputs};
use std::cell::RefCell;

/// The kind of data that expressions run with.
#[derive(Debug)]
pub(super) struct Reach;

impl DataT for Reach {
    type V<'a> = Val;
    type Data<'a> = &'a Data<'a>;
}

/// What one run of an expression shares.
pub(super) struct Data<'a> {
    lut: &'a Lut<Reach>,
    inputs: Inputs<'a, Val>,
    tell: &'a dyn Fn(&str),
    /// What `halt_error` was given.
    pub(super) last_words: RefCell<Option<String>>,
}

impl<'a> Data<'a> {
    pub(super) fn new(
        lut: &'a Lut<Reach>,
        inputs: Inputs<'a, Val>,
        tell: &'a dyn Fn(&str),
    ) -> Self {
        Self { lut, inputs, tell, last_words: RefCell::new(None) }
    }
}

impl<'a> HasLut<'a, Reach> for &'a Data<'a> {
    fn lut(&self) -> &'a Lut<Reach> {
        self.lut
    }
}

impl<'a> HasInputs<'a, Val> for &'a Data<'a> {
    fn inputs(&self) -> Inputs<'a, Val> {
        self.inputs
    }
}

/// Definitions that come after those of the library and so replace them.
const DEFINITIONS: &str = "
def halt_error($exit_code): halt_telling($exit_code);
def halt_error: halt_error(5);
";

/// Ours of the functions that are written in jq.
pub(super) fn definitions() -> Vec<Def<&'static str>> {
    jaq_core::load::parse(DEFINITIONS, |parser| parser.defs()).unwrap_or_default()
}

/// All functions: the library's without those that would reach past this
/// program's streams or its environment, or nest without end, and ours.
pub(super) fn functions() -> impl Iterator<Item = Fun<Reach>> {
    const REPLACED: [&str; 4] = ["env", "debug_empty", "stderr_empty", "fromjson"];
    let library = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());
    let kept = library.filter(|(name, ..)| !REPLACED.contains(name));
    let inputs = jaq_std::input::funs::<Reach>().into_vec();
    kept.chain(inputs.into_iter().chain(ours()).map(native::run::<Reach>))
}

fn ours() -> [native::Filter<RunPtr<Reach>>; 4] {
    [
        ("debug_empty", v(0), |(context, value)| {
            (context.data().tell)(&format!("[\"DEBUG:\",{value}]"));
            Box::new(std::iter::empty())
        }),
        ("stderr_empty", v(0), |(context, value)| {
            (context.data().tell)(&words(&value));
            Box::new(std::iter::empty())
        }),
        ("halt_telling", v(1), |(mut context, value)| {
            let code = context.pop_var().as_isize().and_then(|code| i32::try_from(code).ok());
            *context.data().last_words.borrow_mut() = Some(words(&value));
            box_once(Err(Exn::halt(code.unwrap_or(5))))
        }),
        ("fromjson", v(0), |cv| from_json(cv.1)),
    ]
}

/// A string as it is, anything else as JSON.
pub(super) fn words(value: &Val) -> String {
    match value.as_bytes() {
        Some(text) => String::from_utf8_lossy(text).into_owned(),
        None => value.to_string(),
    }
}

fn from_json<'a>(value: Val) -> BoxIter<'a, ValX<'a>> {
    let text = match value.try_as_utf8_bytes_owned() {
        Ok(text) => text,
        Err(error) => return bome(Err(error)),
    };
    if let Some(fault) = wrong_with(&text) {
        let why =
            format!("cannot read a string as JSON at byte {}: {}", fault.offset, fault.reason);
        return bome(Err(jaq_json::Error::str(why)));
    }
    let values = bytes_valrs(text, |text| {
        Box::new(read::parse_many(text).map(|value| value.map_err(jaq_json::Error::str)))
    });
    Box::new(values.map(|value| value.map_err(Exn::from)))
}
