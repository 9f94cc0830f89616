//! The grammar of JSON (RFC 8259), one byte at a time.

/// What may come next between lexemes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    /// A document, or the end of the text.
    Document,
    /// A value.
    Value,
    /// The first value of an array, or its end.
    ValueOrEnd,
    /// The first name of an object, or its end.
    NameOrEnd,
    /// A further name of an object.
    Name,
    /// The colon after a name.
    Colon,
    /// What follows a value inside an object or array.
    CommaOrEnd,
}

impl Expected {
    /// What is wrong with a byte that is not this.
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::Document | Self::Value => "a value is expected",
            Self::ValueOrEnd => "a value or ']' is expected",
            Self::NameOrEnd => "a name in quotes or '}' is expected",
            Self::Name => "a name in quotes is expected",
            Self::Colon => "':' is expected",
            Self::CommaOrEnd => "',' or the end of the object or array is expected",
        }
    }
}

/// Where in a number one is (section 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Number {
    Minus,
    Zero,
    Integer,
    Point,
    Fraction,
    Exponent,
    ExponentSign,
    ExponentDigits,
}

impl Number {
    /// The number that `byte` begins, if it does.
    pub(super) fn begin(byte: u8) -> Option<Self> {
        match byte {
            b'-' => Some(Self::Minus),
            b'0' => Some(Self::Zero),
            b'1'..=b'9' => Some(Self::Integer),
            _ => None,
        }
    }

    /// The number continued by `byte`, if it is.
    pub(super) fn next(self, byte: u8) -> Option<Self> {
        match (self, byte) {
            (Self::Minus, _) => Self::begin(byte).filter(|state| *state != Self::Minus),
            (Self::Integer, b'0'..=b'9') => Some(Self::Integer),
            (Self::Zero | Self::Integer, b'.') => Some(Self::Point),
            (Self::Point | Self::Fraction, b'0'..=b'9') => Some(Self::Fraction),
            (Self::Zero | Self::Integer | Self::Fraction, b'e' | b'E') => Some(Self::Exponent),
            (Self::Exponent, b'+' | b'-') => Some(Self::ExponentSign),
            (Self::Exponent | Self::ExponentSign | Self::ExponentDigits, b'0'..=b'9') => {
                Some(Self::ExponentDigits)
            }
            _ => None,
        }
    }

    /// Whether a number may end here.
    pub(super) fn is_complete(self) -> bool {
        matches!(self, Self::Zero | Self::Integer | Self::Fraction | Self::ExponentDigits)
    }
}

/// Where in a string one is (section 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Text {
    /// Between characters.
    Plain,
    /// After a backslash.
    Escape,
    /// In `\uXXXX`, with so many digits to come.
    Hex(u8),
}

impl Text {
    /// The string continued by `byte`, if it may be.
    pub(super) fn next(self, byte: u8) -> Option<Self> {
        match (self, byte) {
            (Self::Plain, b'\\') => Some(Self::Escape),
            (Self::Plain, _) => Some(Self::Plain),
            (Self::Escape, b'u') => Some(Self::Hex(4)),
            (Self::Escape, b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                Some(Self::Plain)
            }
            (Self::Hex(1), _) if byte.is_ascii_hexdigit() => Some(Self::Plain),
            (Self::Hex(left), _) if byte.is_ascii_hexdigit() => Some(Self::Hex(left - 1)),
            _ => None,
        }
    }
}

/// The rest of the literal that `byte` begins, if it does (section 3).
pub(super) fn literal_after(byte: u8) -> Option<&'static [u8]> {
    match byte {
        b't' => Some(b"rue"),
        b'f' => Some(b"alse"),
        b'n' => Some(b"ull"),
        _ => None,
    }
}
