//! The few facts of an X.509 certificate that messages and named certificates
//! need (RFC 5280 section 4.1). Trust is never decided by it alone.

use std::ops::RangeInclusive;

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const OBJECT_IDENTIFIER: u8 = 0x06;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const VERSION: u8 = 0xa0;
/// id-at-commonName, 2.5.4.3 (RFC 5280 appendix A.1).
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
/// id-at-organizationName, 2.5.4.10.
const ORGANIZATION: &[u8] = &[0x55, 0x04, 0x0a];

/// What was read of a certificate.
#[derive(Debug)]
pub(in crate::net) struct Certificate<'a> {
    issuer: &'a [u8],
    subject: &'a [u8],
    /// From notBefore to notAfter, in seconds since the epoch.
    validity: RangeInclusive<i64>,
    /// The SubjectPublicKeyInfo, with its tag and length.
    public_key: &'a [u8],
}

impl<'a> Certificate<'a> {
    /// Reads a DER certificate; `None` when it is none.
    pub(in crate::net) fn read(der: &'a [u8]) -> Option<Self> {
        let (certificate, _) = Element::first(der)?;
        let (to_be_signed, _) = Element::first(certificate.inside(SEQUENCE)?)?;
        let mut fields = Elements(to_be_signed.inside(SEQUENCE)?);
        // Version 1 certificates do not say so.
        let first = fields.next()?;
        if first.tag == VERSION {
            fields.next()?;
        }
        let _signature_algorithm = fields.next()?;
        let issuer = fields.next()?.inside(SEQUENCE)?;
        let mut validity = Elements(fields.next()?.inside(SEQUENCE)?);
        let validity = time(&validity.next()?)?..=time(&validity.next()?)?;
        let subject = fields.next()?.inside(SEQUENCE)?;
        let (_, after) = Element::first(fields.0)?;
        let public_key = &fields.0[..fields.0.len() - after.len()];
        Some(Self { issuer, subject, validity, public_key })
    }

    /// Whether `moment`, in seconds since the epoch, lies in its validity.
    pub(in crate::net) fn is_valid_at(&self, moment: u64) -> bool {
        i64::try_from(moment).is_ok_and(|moment| self.validity.contains(&moment))
    }

    /// Whether it names itself as its issuer.
    pub(in crate::net) fn is_self_signed(&self) -> bool {
        self.issuer == self.subject
    }

    /// When it ends, in seconds since the epoch.
    pub(in crate::net) fn not_after(&self) -> i64 {
        *self.validity.end()
    }

    /// When it begins, in seconds since the epoch.
    pub(in crate::net) fn not_before(&self) -> i64 {
        *self.validity.start()
    }

    /// Its subject's common name, else its organization.
    pub(in crate::net) fn subject_name(&self) -> Option<String> {
        name(self.subject)
    }

    /// The issuer's common name, else its organization.
    pub(in crate::net) fn issuer_name(&self) -> Option<String> {
        name(self.issuer)
    }

    /// Who issued the last certificate of the chain that starts with this one
    /// and goes on in `others`, in any order.
    pub(in crate::net) fn last_issuer(&self, others: &[Certificate<'_>]) -> Option<String> {
        let mut last = self;
        // A chain is no longer than the certificates there are.
        for _ in others {
            let next = others.iter().find(|other| other.subject == last.issuer);
            match next.filter(|next| !next.is_self_signed()) {
                Some(next) => last = next,
                None => break,
            }
        }
        last.issuer_name()
    }

    /// The SubjectPublicKeyInfo in DER (RFC 5280 section 4.1.2.7).
    pub(in crate::net) fn public_key(&self) -> &'a [u8] {
        self.public_key
    }
}

fn name(distinguished: &[u8]) -> Option<String> {
    attribute(distinguished, COMMON_NAME).or_else(|| attribute(distinguished, ORGANIZATION))
}

/// The last value of an attribute in a distinguished name.
fn attribute(name: &[u8], wanted: &[u8]) -> Option<String> {
    let attributes = Elements(name).filter_map(|set| set.inside(SET)).flat_map(Elements);
    let values = attributes.filter_map(|pair| {
        let mut pair = Elements(pair.inside(SEQUENCE)?);
        let kind = pair.next()?.inside(OBJECT_IDENTIFIER)?;
        (kind == wanted).then(|| pair.next())?
    });
    let value = values.last()?;
    let text: String = String::from_utf8_lossy(value.content)
        .chars()
        .filter(|letter| !letter.is_control())
        .collect();
    (!text.is_empty()).then_some(text)
}

/// RFC 5280 section 4.1.2.5: `YYMMDDHHMMSSZ` of 1950 to 2049, or
/// `YYYYMMDDHHMMSSZ`.
fn time(element: &Element<'_>) -> Option<i64> {
    let text = std::str::from_utf8(element.content).ok()?;
    let (date, clock) = match element.tag {
        UTC_TIME => {
            let (date, clock) = text.split_at_checked(6)?;
            let century = if date < "50" { "20" } else { "19" };
            (format!("{century}{date}"), clock)
        }
        GENERALIZED_TIME => {
            let (date, clock) = text.split_at_checked(8)?;
            (date.to_owned(), clock)
        }
        _ => return None,
    };
    crate::model::time::Time::parse_iso8601_basic(&format!("{date}T{clock}"))
        .map(crate::model::time::Time::epoch)
}

/// A DER element (X.690 section 8.1).
#[derive(Clone, Copy, Debug)]
struct Element<'a> {
    tag: u8,
    content: &'a [u8],
}

impl<'a> Element<'a> {
    /// The first element of `bytes`, and what follows it.
    fn first(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (&[tag, length], rest) = bytes.split_first_chunk()?;
        let (length, rest) = match length {
            0..=0x7f => (usize::from(length), rest),
            // The long form: so many bytes of length follow.
            0x81..=0x84 => {
                let (digits, rest) = rest.split_at_checked(usize::from(length & 0x7f))?;
                let length = digits.iter().fold(0, |sum, digit| sum << 8 | usize::from(*digit));
                (length, rest)
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        Some((Self { tag, content }, rest))
    }

    /// Its content, when it has this tag.
    fn inside(self, tag: u8) -> Option<&'a [u8]> {
        (self.tag == tag).then_some(self.content)
    }
}

/// The elements that follow one another in some bytes.
struct Elements<'a>(&'a [u8]);

impl<'a> Iterator for Elements<'a> {
    type Item = Element<'a>;

    fn next(&mut self) -> Option<Element<'a>> {
        let (element, rest) = Element::first(self.0)?;
        self.0 = rest;
        Some(element)
    }
}

impl<'a> IntoIterator for Element<'a> {
    type Item = Element<'a>;
    type IntoIter = Elements<'a>;

    fn into_iter(self) -> Elements<'a> {
        Elements(self.content)
    }
}
