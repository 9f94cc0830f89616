//! Members of an object, without the others: what an expression does not look
//! at needs no memory.

use super::elements::{length, string_length};

/// Puts into `kept` an object with those members of `object` that have one of
/// these names. It is valid JSON without white space around it.
pub(in crate::out) fn keep(object: &[u8], names: &[String], kept: &mut Vec<u8>) {
    kept.clear();
    kept.push(b'{');
    let mut rest = object.get(1..).unwrap_or_default().trim_ascii_start();
    while rest.first() == Some(&b'"') {
        let name = &rest[1..string_length(&rest[1..])];
        let member = length(rest);
        // One that is written with escapes may be any.
        let is_named = names.iter().any(|known| known.as_bytes() == name);
        if is_named || name.contains(&b'\\') {
            if kept.len() > 1 {
                kept.push(b',');
            }
            kept.extend_from_slice(&rest[..member]);
        }
        rest = rest.get(member + 1..).unwrap_or_default().trim_ascii_start();
    }
    kept.push(b'}');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_that_are_named_stay_as_they_were() {
        let names = ["a".to_owned(), "é".to_owned()];
        for (object, expected) in [
            ("{}", "{}"),
            ("{ }", "{}"),
            (r#"{"a":1,"b":2}"#, r#"{"a":1}"#),
            (r#"{"b":{"a":"}"},"a":[{"a":1},"]"]}"#, r#"{"a":[{"a":1},"]"]}"#),
            ("{ \"b\" : [ ] ,\n\"a\"\t: 1.10 , \"c\":\",\\\"a\" }", "{\"a\"\t: 1.10 }"),
            (r#"{"a":1,"x\u0061":2,"a":3}"#, r#"{"a":1,"x\u0061":2,"a":3}"#),
            (r#"{"ab":1,"":2,"é":3}"#, r#"{"é":3}"#),
            (r#"{"b\\":1,"a":2}"#, r#"{"b\\":1,"a":2}"#),
        ] {
            let mut kept = b"before".to_vec();
            keep(object.as_bytes(), &names, &mut kept);
            assert_eq!(String::from_utf8(kept).unwrap(), expected, "{object}");
        }
    }
}
