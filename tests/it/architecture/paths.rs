//! Which paths a Rust source names, found with a lexer that knows comments,
//! strings and `#[cfg(test)]`, and without a full parser.

/// Every path of two names or more in code that is not under `#[cfg(test)]`,
/// and every name that a `use` brings in. Groups are written out; `self` and
/// `super` are resolved, so that a path of this crate starts with `crate`.
/// `file` is the source's place below `src/`.
pub(crate) fn paths_of(file: &str, source: &str) -> Vec<Vec<String>> {
    let tokens = without_tests(&tokens_of(source));
    let mut module = module_path(file);
    let mut inline_modules = Vec::new();
    let (mut depth, mut at) = (0, 0);
    let mut paths = Vec::new();
    while at < tokens.len() {
        let mut found = Vec::new();
        match tokens[at].as_str() {
            "{" => depth += 1,
            "}" => {
                if inline_modules.last() == Some(&depth) {
                    inline_modules.pop();
                    module.pop();
                }
                depth -= 1;
            }
            "mod" if tokens.get(at + 2).is_some_and(|next| next == "{") => {
                module.push(tokens[at + 1].clone());
                inline_modules.push(depth + 1);
                at += 1;
            }
            "use" => at = read_tree(&tokens, at + 1, &[], &mut found) - 1,
            _ if starts_path(&tokens, at) => {
                at = read_tree(&tokens, at, &[], &mut found) - 1;
                found.retain(|path| path.len() > 1);
            }
            _ => {}
        }
        paths.extend(found.into_iter().map(|path| resolve(&module, path)));
        at += 1;
    }
    paths
}

/// The names from the crate's root to the module that a file holds.
fn module_path(file: &str) -> Vec<String> {
    let mut names: Vec<String> =
        file.trim_end_matches(".rs").split('/').map(ToOwned::to_owned).collect();
    if names.last().is_some_and(|last| ["mod", "main", "lib"].contains(&last.as_str())) {
        names.pop();
    }
    names
}

fn resolve(module: &[String], path: Vec<String>) -> Vec<String> {
    let ups = path.iter().take_while(|name| *name == "super").count();
    let selfs = path.iter().take_while(|name| *name == "self").count();
    if ups + selfs == 0 {
        return path;
    }
    let kept = &module[..module.len().saturating_sub(ups)];
    let rest = path.iter().skip(ups + selfs);
    std::iter::once("crate".to_owned()).chain(kept.iter().chain(rest).cloned()).collect()
}

fn is_name(token: &str) -> bool {
    token.starts_with(|letter: char| letter.is_alphabetic() || letter == '_')
}

/// Whether a path starts here: at a name that is no field, no macro variable
/// and not the continuation of a path.
fn starts_path(tokens: &[String], at: usize) -> bool {
    let before = |back: usize| at.checked_sub(back).map_or("", |index| tokens[index].as_str());
    let continues = before(1) == "::" && (is_name(before(2)) || before(2) == ">");
    is_name(&tokens[at]) && !continues && ![".", "$"].contains(&before(1))
}

/// Reads `a::b::{c, d as e, f::*}` from `at` on; gives where it ends.
fn read_tree(
    tokens: &[String],
    mut at: usize,
    prefix: &[String],
    found: &mut Vec<Vec<String>>,
) -> usize {
    let token = |index: usize| tokens.get(index).map_or("", String::as_str);
    let mut path = prefix.to_vec();
    if token(at) == "::" {
        at += 1;
    }
    loop {
        if token(at) == "{" {
            at += 1;
            while !matches!(token(at), "}" | "") {
                at = match token(at) {
                    "," => at + 1,
                    "as" => at + 2,
                    _ => read_tree(tokens, at, &path, found).max(at + 1),
                };
            }
            return at + 1;
        }
        if !is_name(token(at)) && token(at) != "*" {
            break;
        }
        path.push(token(at).to_owned());
        at += 1;
        if token(at) != "::" {
            break;
        }
        at += 1;
    }
    if path.len() > prefix.len() {
        found.push(path);
    }
    at
}

/// The tokens without the items under `#[cfg(test)]`.
fn without_tests(tokens: &[String]) -> Vec<String> {
    const ATTRIBUTE: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at..].iter().map(String::as_str).take(ATTRIBUTE.len()).eq(ATTRIBUTE) {
            at = end_of_item(tokens, at + ATTRIBUTE.len());
        } else {
            kept.push(tokens[at].clone());
            at += 1;
        }
    }
    kept
}

/// Where the item that starts at `at` ends: behind its `;` or its block.
fn end_of_item(tokens: &[String], mut at: usize) -> usize {
    let mut depth = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" => depth -= 1,
            "}" => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
            ";" if depth == 0 => break,
            _ => {}
        }
    }
    at
}

/// Names, `::` and single punctuation marks; no comments, literals, lifetimes.
fn tokens_of(source: &str) -> Vec<String> {
    let letters: Vec<char> = source.chars().collect();
    let letter = |index: usize| letters.get(index).copied().unwrap_or('\0');
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        match letter(at) {
            '/' if letter(at + 1) == '/' => {
                at += letters[at..].iter().take_while(|letter| **letter != '\n').count();
            }
            '/' if letter(at + 1) == '*' => at = end_of_comment(&letters, at),
            '"' => at = end_of_string(&letters, at + 1),
            '\'' => at = end_of_quote(&letters, at + 1),
            'r' if is_raw_string(&letters, at + 1) => at = end_of_raw_string(&letters, at + 1),
            first if first.is_alphanumeric() || first == '_' => {
                let name: String = letters[at..]
                    .iter()
                    .take_while(|letter| letter.is_alphanumeric() || **letter == '_')
                    .collect();
                at += name.chars().count();
                // The prefixes of literals: b"…", c"…", br#"…"#.
                let literal = match name.as_str() {
                    "b" | "c" if letter(at) == '"' => Some(end_of_string(&letters, at + 1)),
                    "b" if letter(at) == '\'' => Some(end_of_quote(&letters, at + 1)),
                    "br" | "cr" if is_raw_string(&letters, at) => {
                        Some(end_of_raw_string(&letters, at))
                    }
                    _ => None,
                };
                match literal {
                    Some(end) => at = end,
                    None => tokens.push(name),
                }
            }
            ':' if letter(at + 1) == ':' => {
                tokens.push("::".to_owned());
                at += 2;
            }
            other => {
                if !other.is_whitespace() {
                    tokens.push(other.to_string());
                }
                at += 1;
            }
        }
    }
    tokens
}

/// Behind a `/* … */`, which nests.
fn end_of_comment(letters: &[char], mut at: usize) -> usize {
    let mut depth = 0;
    while at < letters.len() {
        match letters[at..] {
            ['/', '*', ..] => (depth, at) = (depth + 1, at + 2),
            ['*', '/', ..] => {
                (depth, at) = (depth - 1, at + 2);
                if depth == 0 {
                    break;
                }
            }
            _ => at += 1,
        }
    }
    at
}

/// Behind the closing `"` of a string whose content starts at `at`.
fn end_of_string(letters: &[char], mut at: usize) -> usize {
    while at < letters.len() {
        match letters[at] {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    at
}

/// Behind a character literal or a lifetime whose `'` is before `at`.
fn end_of_quote(letters: &[char], at: usize) -> usize {
    match letters[at..] {
        // '\n', '\'', '\u{1f600}'
        ['\\', _, ..] => {
            let rest = &letters[(at + 2).min(letters.len())..];
            at + 3 + rest.iter().take_while(|letter| **letter != '\'').count()
        }
        [_, '\'', ..] => at + 2,
        _ => {
            let name = |letter: &&char| letter.is_alphanumeric() || **letter == '_';
            at + letters[at..].iter().take_while(name).count()
        }
    }
}

/// Whether `#…#"` or `"` stands here, as it does behind the `r` of a raw string.
fn is_raw_string(letters: &[char], at: usize) -> bool {
    letters[at..].iter().find(|letter| **letter != '#') == Some(&'"')
}

fn end_of_raw_string(letters: &[char], at: usize) -> usize {
    let hashes = letters[at..].iter().take_while(|letter| **letter == '#').count();
    let closing: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
    let content = at + hashes + 1;
    letters[content..]
        .windows(closing.len())
        .position(|window| window == closing)
        .map_or(letters.len(), |offset| content + offset + closing.len())
}
