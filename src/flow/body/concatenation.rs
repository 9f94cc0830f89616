//! Several bodies one after the other.

use super::inputs::Inputs;
use crate::error::Result;
use crate::model::body::{Body, BodySource};
use crate::model::fields::Value;
use std::io::{self, Read};

/// The values' bytes as they are, `separator` between them: `&`, as curl's
/// repeated `-d` has it. No values are no body.
///
/// # Errors
/// Those of [`Inputs::body`].
pub fn join(values: &[Value], separator: &str, inputs: &mut Inputs<'_>) -> Result<Body> {
    let mut parts = Vec::new();
    for value in values {
        if !parts.is_empty() {
            parts.push(Body::bytes(separator));
        }
        parts.push(match value {
            Value::Text(text) => Body::bytes(text.as_str()),
            Value::From(input) => inputs.body(input)?,
        });
    }
    Ok(match parts.pop() {
        None => Body::none(),
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            concatenate(parts)
        }
    })
}

/// One body of all `parts`.
pub(super) fn concatenate(parts: Vec<Body>) -> Body {
    Body::source(Concatenation(parts))
}

struct Concatenation(Vec<Body>);

impl BodySource for Concatenation {
    fn length(&self) -> u64 {
        self.0.iter().map(Body::length).sum()
    }

    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(Chain { left: self.0.clone().into_iter(), current: Box::new(io::empty()) }))
    }
}

/// Opens each part when it is its turn: a hundred files need one descriptor.
struct Chain {
    left: std::vec::IntoIter<Body>,
    current: Box<dyn Read + Send>,
}

impl Read for Chain {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            let count = self.current.read(buffer)?;
            if count > 0 {
                return Ok(count);
            }
            match self.left.next() {
                Some(part) => self.current = part.open()?,
                None => return Ok(0),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fields::Input;

    fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    #[test]
    fn values_are_joined_and_can_be_read_again() {
        let mut stdin = &b"from\nstdin\n"[..];
        let mut inputs = Inputs::new(&mut stdin, None);
        let values = [text("a=1"), Value::From(Input::Stdin), text("")];
        let body = join(&values, "&", &mut inputs).unwrap();
        assert_eq!(body.read_all().unwrap(), b"a=1&from\nstdin\n&");
        assert_eq!(body.read_all().unwrap(), b"a=1&from\nstdin\n&");
        assert_eq!(body.length(), 16);
    }

    #[test]
    fn an_empty_value_is_a_body_and_no_value_is_none() {
        let mut stdin = io::empty();
        let mut inputs = Inputs::new(&mut stdin, None);
        let empty = join(&[text("")], "&", &mut inputs).unwrap();
        assert!(!empty.is_none() && empty.length() == 0);
        assert!(join(&[], "&", &mut inputs).unwrap().is_none());
    }
}
