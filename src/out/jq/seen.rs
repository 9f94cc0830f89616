//! Which members of its input an expression looks at: `.name`, `{id, name}` or
//! `select(.on) | .name` need nothing else of the objects in a long list, and
//! to read the rest of them would take most of the time.

use jaq_core::load::lex::StrPart;
use jaq_core::load::parse;
use jaq_core::load::parse::{BinaryOp, Pattern, Term};
use jaq_core::path::{Part, Path};

/// What a term gives when it is run on an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gives {
    /// Only what is made of members that were seen.
    Parts,
    /// The object itself, perhaps.
    Whole,
}

/// The names of all members that an expression may look at when its input is an
/// object; `None` when it may look at any, which is so of all that is not
/// plainly otherwise.
pub(super) fn members(expression: &str) -> Option<Vec<String>> {
    let term = parse(expression, |parser| parser.term())?;
    let mut names = Vec::new();
    match look(&term, &mut names)? {
        Gives::Parts => Some(names),
        Gives::Whole => None,
    }
}

/// Looks through a term whose input is the object.
fn look(term: &Term<&str>, names: &mut Vec<String>) -> Option<Gives> {
    match term {
        Term::Id => Some(Gives::Whole),
        Term::Num(_) | Term::Var(_) | Term::Arr(None) => Some(Gives::Parts),
        Term::Str(_, parts) => {
            for part in parts {
                if let StrPart::Term(term) = part {
                    look_inside(term, names)?;
                }
            }
            Some(Gives::Parts)
        }
        Term::Arr(Some(term)) | Term::Neg(term) => look_inside(term, names),
        Term::Obj(entries) => {
            for (key, value) in entries {
                match (key, value) {
                    (Term::Var(_), None) => {}
                    (key, None) => names.push(text(key)?),
                    (key, Some(value)) => {
                        look_inside(key, names)?;
                        look_inside(value, names)?;
                    }
                }
            }
            Some(Gives::Parts)
        }
        Term::BinOp(left, operator, right) => look_at_both(left, operator, right, names),
        // What is caught is a message.
        Term::TryCatch(term, _) => look(term, names),
        Term::IfThenElse(branches, otherwise) => {
            // Without an else the input is given.
            let mut gives = match otherwise {
                Some(term) => look(term, names)?,
                None => Gives::Whole,
            };
            for (condition, term) in branches {
                look(condition, names)?;
                gives = either(gives, look(term, names)?);
            }
            Some(gives)
        }
        Term::Call("select", condition) => {
            let [condition] = &condition[..] else { return None };
            look(condition, names)?;
            Some(Gives::Whole)
        }
        Term::Call("null" | "true" | "false" | "empty", arguments) if arguments.is_empty() => {
            Some(Gives::Parts)
        }
        Term::Path(head, path) => look_along(head, path, names),
        _ => None,
    }
}

/// Looks through a term of whose values all may be looked at.
fn look_inside(term: &Term<&str>, names: &mut Vec<String>) -> Option<Gives> {
    look(term, names).filter(|gives| *gives == Gives::Parts)
}

fn look_at_both(
    left: &Term<&str>,
    operator: &BinaryOp<&str>,
    right: &Term<&str>,
    names: &mut Vec<String>,
) -> Option<Gives> {
    match operator {
        BinaryOp::Pipe(None) => match look(left, names)? {
            Gives::Whole => look(right, names),
            // What comes behind sees nothing else of the object.
            Gives::Parts => Some(Gives::Parts),
        },
        BinaryOp::Pipe(Some(Pattern::Var(_))) => {
            look_inside(left, names)?;
            look(right, names)
        }
        BinaryOp::Comma | BinaryOp::Alt => Some(either(look(left, names)?, look(right, names)?)),
        BinaryOp::Or | BinaryOp::And | BinaryOp::Math(_) | BinaryOp::Cmp(_) => {
            look_inside(left, names)?;
            look_inside(right, names)
        }
        _ => None,
    }
}

/// `head.a.b[0]`, whose first key is that of a member when `head` is the object.
fn look_along(
    head: &Term<&str>,
    path: &Path<Term<&str>>,
    names: &mut Vec<String>,
) -> Option<Gives> {
    let mut parts = path.0.iter().map(|(part, _)| part);
    if look(head, names)? == Gives::Whole {
        match parts.next()? {
            Part::Index(key) => names.push(text(key)?),
            Part::Range(..) => return None,
        }
    }
    for part in parts {
        let (first, second) = match part {
            Part::Index(index) => (Some(index), None),
            Part::Range(from, to) => (from.as_ref(), to.as_ref()),
        };
        for index in first.into_iter().chain(second) {
            look_inside(index, names)?;
        }
    }
    Some(Gives::Parts)
}

fn either(one: Gives, other: Gives) -> Gives {
    if one == Gives::Whole { one } else { other }
}

/// A string that is written down as it is.
fn text(term: &Term<&str>) -> Option<String> {
    match term {
        Term::Str(None, parts) => match &parts[..] {
            [StrPart::Str(text)] => Some((*text).to_owned()),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_looked_at_is_known() {
        for (expression, names) in [
            (".a", &["a"][..]),
            (".a.b[0][1:]?", &["a"]),
            (".a[.b]", &["a", "b"]),
            (".\"a b\", .[\"c\"]", &["a b", "c"]),
            ("{a, b: .c, \"d\": 1, $x, \"\\(.e)\": 1}", &["a", "c", "e"]),
            ("\"\\(.a) \\(.b | length)\"", &["a", "b"]),
            ("[.a, .b] | @tsv", &["a", "b"]),
            ("select(.a == 1 and (.b | not)) | .c", &["a", "b", "c"]),
            ("select(.a).b", &["a", "b"]),
            ("if .a then .b else null end", &["b", "a"]),
            (".a as $x | .b + $x", &["a", "b"]),
            (".a // .b", &["a", "b"]),
            ("try .a catch .", &["a"]),
            (". | .a", &["a"]),
            ("-(.a) < 1", &["a"]),
        ] {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            let seen = members(expression).map(|mut seen| {
                seen.dedup();
                seen
            });
            assert!(
                seen.as_ref().is_some_and(|seen| names.iter().all(|name| seen.contains(name))
                    && seen.iter().all(|name| names.contains(name))),
                "{expression}: {seen:?}"
            );
        }
    }

    #[test]
    fn what_may_look_at_more_is_left_alone() {
        for expression in [
            ".",
            "..",
            ".[]",
            ".[0]",
            ".[.a]",
            ".a, .",
            "[.]",
            "{a: .}",
            "\"\\(.)\"",
            "keys",
            "select(.a)",
            "if .a then .b end",
            ". as $x | $x.a",
            ". as {a: $x} | $x",
            "to_entries",
            "def f: .a; f",
            ".a = 1",
            "del(.a)",
            "reduce .a as $x (0; . + $x)",
            ".a |= 1",
            ". == 1",
            "select(.a) | tojson",
            "first(.a)",
            "map(.a)",
            "$__loc__, .",
            ".a[length]",
            "{(.a): .}",
            "label $f | .a",
            "(",
            "not",
            "has(\"a\")",
            "error",
        ] {
            assert_eq!(members(expression), None, "{expression}");
        }
    }
}
