//! Reads Link headers (RFC 8288).

use crate::model::headers::Headers;

/// The target of the first link to the next page.
pub(super) fn next(headers: &Headers) -> Option<String> {
    let fields = headers.iter().filter(|header| header.is("link"));
    fields.map(|header| header.text()).find_map(|text| next_of(&text))
}

/// RFC 8288 appendix B.2; what is no link is passed over.
fn next_of(field: &str) -> Option<String> {
    let mut rest = field;
    loop {
        let (_, after) = rest.split_once('<')?;
        let (target, after) = after.split_once('>')?;
        let mut relation = None;
        // A link with an anchor is not one of this document (section 3.2).
        let mut is_elsewhere = false;
        rest = after.trim_start();
        while let Some(parameters) = rest.strip_prefix(';') {
            let (name, value, after) = parameter(parameters);
            match name.to_ascii_lowercase().as_str() {
                // Section 3.3: of several rels the first counts.
                "rel" => relation = relation.or(Some(value)),
                "anchor" => is_elsewhere = true,
                _ => {}
            }
            rest = after.trim_start();
        }
        let is_next = relation.is_some_and(|relation| {
            relation.split_ascii_whitespace().any(|one| one.eq_ignore_ascii_case("next"))
        });
        if is_next && !is_elsewhere {
            return Some(target.to_owned());
        }
    }
}

/// A parameter's name, its value and what follows it.
fn parameter(text: &str) -> (&str, String, &str) {
    let end = text.find(['=', ';', ',']).unwrap_or(text.len());
    let (name, rest) = (text[..end].trim(), text[end..].trim_start());
    let Some(value) = rest.strip_prefix('=') else { return (name, String::new(), rest) };
    let value = value.trim_start();
    let Some(quoted) = value.strip_prefix('"') else {
        let end = value.find([';', ',']).unwrap_or(value.len());
        return (name, value[..end].trim().to_owned(), &value[end..]);
    };
    // RFC 9110 section 5.6.4: a backslash quotes what follows it.
    let mut content = String::new();
    let mut letters = quoted.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return (name, content, &quoted[at + 1..]),
            '\\' => content.extend(letters.next().map(|(_, letter)| letter)),
            _ => content.push(letter),
        }
    }
    (name, content, "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::headers::Header;

    fn found(fields: &[&str]) -> Option<String> {
        next(&fields.iter().map(|text| Header::new("Link", *text)).collect())
    }

    #[test]
    fn the_next_page_is_found_in_any_spelling() {
        for field in [
            "</a?page=2>; rel=next",
            "</a?page=2>;rel=\"next\"",
            "</a?page=2> ; title=\"a, <b>; rel=prev\" ; REL = \"Last NEXT\"",
            "</z>; rel=\"prev\", </a?page=2>; rel=\"next\"; rel=\"prev\"",
            "</z>; rel=next; anchor=\"/other\", </a?page=2>; x; rel=next",
            "</z>; rel=\"a\\\"b\",</a?page=2>;rel=next",
        ] {
            assert_eq!(found(&[field]).as_deref(), Some("/a?page=2"), "{field}");
        }
        assert_eq!(found(&["</z>; rel=first", "</b>; rel=next"]).as_deref(), Some("/b"));
    }

    #[test]
    fn what_is_no_next_page_is_none() {
        for field in [
            "",
            "<",
            "</a>",
            "</a>; rel",
            "</a>; rel=\"nex",
            "</a>; rel=prev; rel=next",
            "a; rel=next",
        ] {
            assert_eq!(found(&[field]), None, "{field}");
        }
    }
}
