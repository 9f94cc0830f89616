//! Reads the system's bundle of roots quickly: 140 certificates at every
//! start of an https request.
//!
//! The PEM reader of `rustls-pki-types` decodes in constant time, as private
//! keys need it: two thirds of the instructions of such a request were its.
//! Roots are public.

use crate::sign::digest::from_base64;
use rustls::pki_types::CertificateDer;

/// RFC 7468 section 5.1.
const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// The certificates of a PEM file that can be read; text between them, and
/// what is no certificate, is passed over.
pub(super) fn certificates(text: &str) -> impl Iterator<Item = CertificateDer<'static>> {
    let mut lines = text.lines().map(str::trim_ascii);
    let mut encoded = String::new();
    std::iter::from_fn(move || {
        loop {
            lines.find(|line| *line == BEGIN)?;
            encoded.clear();
            let ended = lines.by_ref().find(|line| {
                let is_end = *line == END;
                if !is_end {
                    encoded.push_str(line);
                }
                is_end
            });
            ended?;
            if let Some(bytes) = from_base64(&encoded) {
                return Some(CertificateDer::from(bytes));
            }
        }
    })
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
        assert_eq!(certificates(text).collect::<Vec<_>>(), theirs, "{text}");
        theirs.len()
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
    }

    #[test]
    fn what_is_broken_is_passed_over() {
        let one = "-----BEGIN CERTIFICATE-----\nAQID\n-----END CERTIFICATE-----\n";
        let broken = "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n";
        assert_eq!(certificates(&format!("{broken}{one}")).count(), 1);
        assert_eq!(certificates(&format!("{one}-----BEGIN CERTIFICATE-----\nAQID\n")).count(), 1);
    }
}
