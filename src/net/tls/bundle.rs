//! Reads the system's bundle of roots quickly: 140 certificates at every
//! start of an https request.
//!
//! The PEM reader of `rustls-pki-types` decodes in constant time, as private
//! keys need it: two thirds of the instructions of such a request were its.
//! Roots are public.

use crate::sign::digest::from_base64;
use rustls::pki_types::CertificateDer;
use std::io::{BufRead, Result};

/// RFC 7468 section 5.1.
const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----";
const END: &[u8] = b"-----END CERTIFICATE-----";

/// The certificates of a PEM file that can be read; text between them, and
/// what is no certificate, is passed over. The file is never in memory whole.
pub(super) fn certificates(
    mut file: impl BufRead,
) -> impl Iterator<Item = Result<CertificateDer<'static>>> {
    let (mut line, mut encoded) = (Vec::new(), String::new());
    std::iter::from_fn(move || next(&mut file, &mut line, &mut encoded).transpose())
}

/// The next certificate; `line` and `encoded` are room to work in.
fn next(
    file: &mut impl BufRead,
    line: &mut Vec<u8>,
    encoded: &mut String,
) -> Result<Option<CertificateDer<'static>>> {
    let mut is_within = false;
    loop {
        line.clear();
        if file.read_until(b'\n', line)? == 0 {
            return Ok(None);
        }
        match line.trim_ascii() {
            BEGIN if !is_within => {
                is_within = true;
                encoded.clear();
            }
            END if is_within => {
                is_within = false;
                if let Some(bytes) = from_base64(encoded) {
                    return Ok(Some(CertificateDer::from(bytes)));
                }
            }
            // What is not ASCII is no base64 either, and spoils the rest.
            text if is_within => encoded.push_str(std::str::from_utf8(text).unwrap_or("!")),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::certificates;
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject as _;

    /// Ours and the library's readers find the same in it.
    fn agree(text: &str) -> usize {
        let theirs: Vec<CertificateDer<'static>> =
            CertificateDer::pem_slice_iter(text.as_bytes()).filter_map(Result::ok).collect();
        assert_eq!(ours(text.as_bytes()), theirs, "{text}");
        theirs.len()
    }

    fn ours(bytes: &[u8]) -> Vec<CertificateDer<'static>> {
        certificates(bytes).map(Result::unwrap).collect()
    }

    #[test]
    fn the_library_finds_the_same_certificates() {
        let one = "-----BEGIN CERTIFICATE-----\nAQID\nBAUG\n-----END CERTIFICATE-----\n";
        assert_eq!(agree(one), 1);
        assert_eq!(agree(&one.replace('\n', "\r\n")), 1);
        assert_eq!(agree(&format!("# Ä comment\n\n{one}\n# another\n{one}{one}")), 3);
        assert_eq!(agree(one.trim_end()), 1);
        let key = "-----BEGIN PRIVATE KEY-----\nAQID\n-----END PRIVATE KEY-----\n";
        assert_eq!(agree(&format!("{key}{one}")), 1);
        assert_eq!(agree(""), 0);
        assert_eq!(ours(&[b"# \xe4\n", one.as_bytes()].concat()).len(), 1, "Latin-1");
    }

    #[test]
    fn what_is_broken_is_passed_over() {
        let one = "-----BEGIN CERTIFICATE-----\nAQID\n-----END CERTIFICATE-----\n";
        let broken = "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n";
        assert_eq!(ours(format!("{broken}{one}").as_bytes()).len(), 1);
        assert_eq!(ours(format!("{one}-----BEGIN CERTIFICATE-----\nAQID\n").as_bytes()).len(), 1);
    }
}
