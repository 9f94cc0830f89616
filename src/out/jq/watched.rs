//! What of an answer a condition looks at: of `.status_name == "Deployed"` that
//! is `.status_name`, whose value says more than that the whole is false.

use crate::out::mask::is_telling_parameter;
use jaq_core::load::lex::{Lexer, Tok, Token};
use jaq_core::load::span;

/// What binds weaker than a comparison, or makes words of what stands around
/// it: an expression with one of these is looked at as a whole.
const WEAKER: &[&str] = &[
    ",", ";", "//", "=", "|=", "+=", "-=", "*=", "/=", "%=", "//=", "as", "catch", "def", "elif",
    "else", "end", "foreach", "if", "label", "reduce", "then", "try",
];

/// The expressions whose values decide whether `expression` is true: of each
/// comparison the side that is no constant, and what stands beside it. Those
/// that `and` and `or` join are several; an expression that cannot be taken
/// apart is the only one.
pub(super) fn watched(expression: &str) -> Vec<String> {
    parts(expression).unwrap_or_else(|| vec![expression.to_owned()])
}

fn parts(expression: &str) -> Option<Vec<String>> {
    let tokens = Lexer::new(expression).lex().ok()?;
    // `|` binds weakest: what stands behind the last one compares.
    let begins = tokens.iter().rposition(|token| token.0 == "|").map_or(0, |at| at + 1);
    let last = &tokens[begins..];
    if last.iter().any(|token| WEAKER.contains(&token.0)) {
        return None;
    }
    let before = &expression[..span(expression, last.first()?.0).start];
    let conditions = last.split(|token| matches!(token.0, "and" | "or"));
    conditions.map(|tokens| Some(format!("{before}{}", side(expression, tokens)?))).collect()
}

/// The side of a comparison that is no constant, or what is not compared.
fn side<'e>(expression: &'e str, tokens: &[Token<&'e str>]) -> Option<&'e str> {
    let is_comparison =
        |token: &Token<&str>| matches!(token.0, "==" | "!=" | "<" | "<=" | ">" | ">=");
    let side = match tokens.iter().position(is_comparison) {
        Some(at) if is_constant(&tokens[..at]) => &tokens[at + 1..],
        Some(at) => &tokens[..at],
        None => tokens,
    };
    let (first, last) = (side.first()?, side.last()?);
    Some(&expression[span(expression, first.0).start..span(expression, last.0).end])
}

fn is_constant(tokens: &[Token<&str>]) -> bool {
    match tokens {
        [Token(_, Tok::Num | Tok::Str(_) | Tok::Var)] => true,
        [Token(word, Tok::Word)] => matches!(*word, "true" | "false" | "null"),
        _ => false,
    }
}

/// Whether an expression names what sounds like a secret.
pub(super) fn holds_secret(expression: &str) -> bool {
    let words = expression.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    words.into_iter().any(is_telling_parameter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparisons_are_taken_apart() {
        for (expression, expected) in [
            (".a == 1", &[".a"][..]),
            ("1 < .a", &[".a"]),
            ("$want == .a.b[0]", &[".a.b[0]"]),
            (".a | .b != \"x|y\"", &[".a | .b"]),
            (".a + 1 > 3 and (.b == 2 or .c) and .d", &[".a + 1", "(.b == 2 or .c)", ".d"]),
            (
                ".[] | select(.a) | .b == 1 or .c == 2",
                &[".[] | select(.a) | .b", ".[] | select(.a) | .c"],
            ),
            (".a", &[".a"]),
        ] {
            assert_eq!(watched(expression), expected, "{expression}");
        }
    }

    #[test]
    fn what_cannot_be_taken_apart_stays_whole() {
        for expression in [
            ".a // 1 == 1",
            "if .a == 1 then true else false end",
            ".a == 1, .b",
            ". as $x | if $x == 1 then .a else .b end",
            "reduce .[] as $x (0; . + $x) == 1",
            "",
        ] {
            assert_eq!(watched(expression), [expression], "{expression}");
        }
    }

    #[test]
    fn what_is_named_like_a_secret_is_known() {
        assert!(holds_secret(".a.secret_key"));
        assert!(holds_secret(".[\"token\"]"));
        assert!(!holds_secret(".status_name"));
    }
}
