//! What the words of a curl command add up to.

use super::config;
use super::options::{self, Data, Meaning};
use super::url::{self, UrlRules};
use crate::error::Result;
use crate::flow::capture::{Files, Form, field_value, is_field_name, unreadable};
use crate::model::headers::{Header, Headers};
use crate::model::method::Method;
use crate::model::request::Received;
use crate::sign::encode::encode_strict;

/// Config files that name each other, or one many times over, would never end.
const CONFIG_FILES: usize = 16;

/// A curl command, as far as its words have been taken.
pub(super) struct Invocation<'a> {
    inputs: &'a [(u32, Vec<u8>)],
    files: Files<'a>,
    /// How many config files were read.
    config_files: usize,
    url: Option<String>,
    method: Option<String>,
    /// Each header that `-H` gives, as a line.
    lines: Vec<Vec<u8>>,
    /// Header fields that other options set.
    fields: Vec<(&'static str, String)>,
    data: Option<Vec<u8>>,
    is_json: bool,
    upload: Option<Vec<u8>>,
    query: Vec<String>,
    puts_data_into_query: bool,
    is_head: bool,
    rules: UrlRules,
}

fn fail(why: impl AsRef<str>) -> anyhow::Error {
    unreadable(Form::Curl, why.as_ref())
}

fn text(bytes: &[u8]) -> Result<String> {
    String::from_utf8(bytes.to_vec()).map_err(|_| fail("one of its words is not UTF-8"))
}

impl<'a> Invocation<'a> {
    /// curl without any words. `inputs` is what its descriptors give.
    pub(super) fn new(inputs: &'a [(u32, Vec<u8>)], files: Files<'a>) -> Self {
        Self {
            inputs,
            files,
            config_files: 0,
            url: None,
            method: None,
            lines: Vec::new(),
            fields: Vec::new(),
            data: None,
            is_json: false,
            upload: None,
            query: Vec::new(),
            puts_data_into_query: false,
            is_head: false,
            rules: UrlRules::default(),
        }
    }

    /// Takes the words after the program's name.
    ///
    /// # Errors
    /// What is wrong with them; those of reading a file.
    pub(super) fn take(&mut self, words: &[Vec<u8>]) -> Result<()> {
        let mut words = words.iter();
        let mut only_urls = false;
        while let Some(word) = words.next() {
            if only_urls || !word.starts_with(b"-") || word == b"-" {
                self.apply(Meaning::Url, "URL", word)?;
                continue;
            }
            if word == b"--" {
                only_urls = true;
                continue;
            }
            let option = text(word)?;
            if let Some(name) = option.strip_prefix("--") {
                self.option(&option, options::long(name), &mut words)?;
                continue;
            }
            self.letters(&option, &mut words)?;
        }
        Ok(())
    }

    /// `-sS`, `-XPOST`, `-o file`.
    fn letters<'w>(
        &mut self,
        word: &str,
        words: &mut impl Iterator<Item = &'w Vec<u8>>,
    ) -> Result<()> {
        let mut letters = word.get(1..).unwrap_or_default().chars();
        while let Some(letter) = letters.next() {
            let name = format!("-{letter}");
            let meaning = options::short(letter);
            let attached = letters.as_str();
            if meaning.is_some_and(Meaning::takes_value) && !attached.is_empty() {
                let value = attached.as_bytes().to_vec();
                return self.option(&name, meaning, &mut std::iter::once(&value));
            }
            self.option(&name, meaning, words)?;
        }
        Ok(())
    }

    fn option<'w>(
        &mut self,
        name: &str,
        meaning: Option<Meaning>,
        words: &mut impl Iterator<Item = &'w Vec<u8>>,
    ) -> Result<()> {
        let shown = name.escape_default();
        let Some(meaning) = meaning else {
            return Err(fail(format!("curl's option {shown} is not known here")));
        };
        let value = match meaning.takes_value() {
            false => &Vec::new(),
            true => words.next().ok_or_else(|| fail(format!("{shown} has no value")))?,
        };
        self.apply(meaning, name, value)
    }

    fn apply(&mut self, meaning: Meaning, name: &str, value: &[u8]) -> Result<()> {
        match meaning {
            Meaning::Url if self.url.is_some() => return Err(fail("it has several URLs")),
            Meaning::Url => self.url = Some(text(value)?),
            Meaning::Method => self.method = Some(text(value)?),
            Meaning::Header => self.header(value)?,
            Meaning::Field(field) => self.fields.push((field, text(value)?)),
            Meaning::Range => self.fields.push(("Range", format!("bytes={}", text(value)?))),
            // Without a `=` it names a file of cookies.
            Meaning::Cookie if !value.contains(&b'=') => {}
            Meaning::Cookie => self.fields.push(("Cookie", text(value)?)),
            Meaning::Bearer => {
                self.fields.push(("Authorization", format!("Bearer {}", text(value)?)));
            }
            Meaning::Data(kind) => self.add_data(kind, value)?,
            Meaning::Upload => {
                let name = text(value)?;
                let name = if name == "." { "-" } else { &name };
                self.upload = Some(self.file(name)?);
            }
            Meaning::Get => self.puts_data_into_query = true,
            Meaning::UrlQuery => {
                let part = match value.strip_prefix(b"+") {
                    Some(raw) => raw.to_vec(),
                    None => self.url_encoded(value)?,
                };
                self.query.push(text(&part)?);
            }
            Meaning::Head => self.is_head = true,
            Meaning::Config => self.config(&text(value)?)?,
            Meaning::PathAsIs => self.rules.path_as_is = true,
            Meaning::GlobOff => self.rules.glob_off = true,
            Meaning::Flag | Meaning::Setting => {}
            Meaning::Refused { why, .. } => {
                return Err(fail(format!("{}: {why}", name.escape_default())));
            }
        }
        Ok(())
    }

    fn header(&mut self, value: &[u8]) -> Result<()> {
        match value.strip_prefix(b"@") {
            None => self.lines.push(value.to_vec()),
            Some(name) => {
                let file = self.file(&text(name)?)?;
                let lines = file.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
                self.lines.extend(lines.filter(|line| !line.is_empty()).map(<[u8]>::to_vec));
            }
        }
        Ok(())
    }

    fn add_data(&mut self, kind: Data, value: &[u8]) -> Result<()> {
        let part = match (kind, value.strip_prefix(b"@")) {
            (Data::UrlEncoded, _) => self.url_encoded(value)?,
            (Data::Raw, _) | (_, None) => value.to_vec(),
            (Data::Text, Some(name)) => {
                // curl's manual: carriage returns, newlines and null bytes of
                // the file are dropped.
                let mut bytes = self.file(&text(name)?)?;
                bytes.retain(|byte| !b"\r\n\0".contains(byte));
                bytes
            }
            (Data::Binary | Data::Json, Some(name)) => self.file(&text(name)?)?,
        };
        self.is_json |= kind == Data::Json;
        match &mut self.data {
            None => self.data = Some(part),
            Some(data) => {
                if kind != Data::Json {
                    data.push(b'&');
                }
                data.extend_from_slice(&part);
            }
        }
        Ok(())
    }

    /// `content`, `=content`, `name=content`, `@file` or `name@file`.
    fn url_encoded(&self, value: &[u8]) -> Result<Vec<u8>> {
        // As forms are: a space becomes `+`.
        let encoded = |content: &[u8]| encode_strict(content).replace("%20", "+");
        let Some(at) = value.iter().position(|byte| matches!(byte, b'=' | b'@')) else {
            return Ok(encoded(value).into_bytes());
        };
        let (name, content) = (&value[..at], &value[at + 1..]);
        let content = match value[at] {
            b'@' => encoded(&self.file(&text(content)?)?),
            _ => encoded(content),
        };
        let separator: &[u8] = if name.is_empty() { b"" } else { b"=" };
        Ok([name, separator, content.as_bytes()].concat())
    }

    /// The bytes of a file, or of what the command's shell puts on a descriptor.
    fn file(&self, name: &str) -> Result<Vec<u8>> {
        let descriptor = match name {
            "-" | "/dev/stdin" => Some(0),
            _ => name
                .strip_prefix("/dev/fd/")
                .or_else(|| name.strip_prefix("/proc/self/fd/"))
                .and_then(|number| number.parse().ok()),
        };
        let Some(descriptor) = descriptor else { return (self.files)(name) };
        let given = self.inputs.iter().rev().find(|(other, _)| *other == descriptor);
        given.map(|(_, bytes)| bytes.clone()).ok_or_else(|| {
            fail(format!("it reads {}, and no here-document gives it", name.escape_default()))
        })
    }

    fn config(&mut self, name: &str) -> Result<()> {
        self.config_files += 1;
        if self.config_files > CONFIG_FILES {
            let why =
                format!("it reads more than {CONFIG_FILES} config files, or they name each other");
            return Err(fail(why));
        }
        let words = config::words(&self.file(name)?).map_err(fail)?;
        self.take(&words)
    }

    /// The request that curl would send.
    ///
    /// # Errors
    /// What is wrong with the command.
    pub(super) fn received(mut self) -> Result<Received> {
        let typed = self.url.take().ok_or_else(|| fail("it has no URL"))?;
        if self.puts_data_into_query
            && let Some(data) = self.data.take()
        {
            self.query.push(text(&data)?);
        }
        let url = url::read(&typed, self.rules, &self.query).map_err(fail)?;
        let method = match &self.method {
            Some(method) => method.as_str(),
            None if self.is_head => "HEAD",
            None if self.upload.is_some() => "PUT",
            None if self.data.is_some() => "POST",
            None => "GET",
        };
        let method = Method::parse(method)
            .map_err(|_| fail(format!("'{}' is no method", method.escape_default())))?;
        let headers = self.headers(&url.origin().authority())?;
        let body = self.upload.or(self.data).unwrap_or_default();
        Ok(Received { method, url, headers, body })
    }

    /// curl's own header fields and those given. The one for the user agent
    /// holds the version of whichever curl runs, and is left out.
    fn headers(&self, authority: &str) -> Result<Headers> {
        let mut own = vec![("Host", authority.to_owned())];
        own.extend(self.fields.iter().cloned());
        if self.is_json {
            own.push(("Content-Type", "application/json".into()));
            own.push(("Accept", "application/json".into()));
        }
        own.push(("Accept", "*/*".into()));
        if self.data.is_some() {
            own.push(("Content-Type", "application/x-www-form-urlencoded".into()));
        }
        if let Some(body) = self.upload.as_ref().or(self.data.as_ref()) {
            own.push(("Content-Length", body.len().to_string()));
        }
        let mut headers = Headers::new();
        for (name, value) in own {
            if !headers.has(name) {
                let value = field_value(value.as_bytes()).map_err(fail)?.trim_ascii();
                headers.push(Header::new(name, value));
            }
        }
        let mut given = Vec::new();
        for line in &self.lines {
            let (name, value) = field(line)?;
            headers.remove(&name);
            given.extend(value.map(|value| Header::new(name, value)));
        }
        given.into_iter().for_each(|header| headers.push(header));
        // `-H Host:` makes curl send none, which is no request of HTTP/1.1.
        if !headers.has("host") {
            return Err(fail("it removes the Host header"));
        }
        Ok(headers)
    }
}

/// `Name: value`; `Name;` is an empty field, `Name:` none at all.
fn field(line: &[u8]) -> Result<(String, Option<Vec<u8>>)> {
    let at = line.iter().position(|byte| matches!(byte, b':' | b';'));
    let at = at.ok_or_else(|| fail("a header has no colon"))?;
    let name = String::from_utf8_lossy(&line[..at]).into_owned();
    if !is_field_name(&name) {
        return Err(fail(format!("'{}' is no header name", name.escape_default())));
    }
    let value = line[at + 1..].trim_ascii();
    match (line[at], value.is_empty()) {
        (b':', true) => Ok((name, None)),
        (b';', false) => Err(fail(format!("header {name} has no colon"))),
        _ => Ok((name, Some(field_value(value).map_err(fail)?.to_vec()))),
    }
}
