//! A page as a document: where its items stand, and what stands around them.

use super::xml;
use crate::profile::preset::paging::Paging;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::HashMap;

/// A page that was read.
pub(super) struct Document<'a> {
    content: Content<'a>,
    /// What is written before the items of the whole list, taken from its
    /// first page.
    pub(super) before: String,
    /// The items, as they came.
    pub(super) items: Cow<'a, str>,
    /// How many they are.
    pub(super) count: u64,
    /// What is written behind them.
    pub(super) after: String,
    /// What stands between two items.
    pub(super) separator: &'static str,
    /// Whether something of the page is written nowhere.
    pub(super) leaves_out: bool,
}

enum Content<'a> {
    None,
    Json(HashMap<String, &'a RawValue>),
    Xml(Vec<xml::Element<'a>>),
}

impl<'a> Document<'a> {
    /// Finds the list in a page; `None` when there is none.
    pub(super) fn read(text: &'a str, paging: &Paging) -> Option<Self> {
        // RFC 8259 section 8.1: a byte order mark may be ignored.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        match text.trim_start().as_bytes().first()? {
            b'[' => Self::array(text),
            b'{' => Self::object(text, paging),
            b'<' => Self::elements(text, paging),
            _ => None,
        }
    }

    /// A page in which no list was found.
    pub(super) fn of_no_list() -> Self {
        Self {
            content: Content::None,
            before: String::new(),
            items: "".into(),
            count: 0,
            after: String::new(),
            separator: "",
            leaves_out: false,
        }
    }

    fn array(text: &'a str) -> Option<Self> {
        let items: Vec<&RawValue> = serde_json::from_str(text).ok()?;
        let behind = &text[text.trim_end().len()..];
        Some(Self::json(text, HashMap::new(), &items, "[".into(), format!("]{behind}")))
    }

    fn object(text: &'a str, paging: &Paging) -> Option<Self> {
        let members: HashMap<String, &RawValue> = serde_json::from_str(text).ok()?;
        // In the order of the text.
        let mut ordered: Vec<(&String, &&RawValue)> = members.iter().collect();
        ordered.sort_by_key(|(_, value)| value.get().as_ptr().addr());
        let is_list = |at: &usize| ordered[*at].1.get().starts_with('[');
        let named = (0..ordered.len()).find(|at| paging.items.contains(ordered[*at].0));
        let mut lists = (0..ordered.len()).filter(is_list);
        let only = lists.next().filter(|_| lists.next().is_none());
        let at = match named {
            None if paging.items.is_empty() => only,
            named => named.filter(is_list),
        }?;
        let items: Vec<&RawValue> = serde_json::from_str(ordered[at].1.get()).ok()?;
        let member = |(name, value): &(&String, &&RawValue)| {
            let is_kept = !paging.left_out.contains(name);
            // A text becomes JSON without fail.
            let name = serde_json::to_string(name).unwrap_or_default();
            is_kept.then(|| format!("{name}:{}", value.get()))
        };
        let before: String =
            ordered[..at].iter().filter_map(member).map(|member| member + ",").collect();
        let after: String = ordered[at + 1..]
            .iter()
            .filter_map(member)
            .map(|member| format!(",{member}"))
            .collect();
        let name = serde_json::to_string(ordered[at].0).unwrap_or_default();
        let behind = &text[text.trim_end().len()..];
        let (before, after) = (format!("{{{before}{name}:["), format!("]{after}}}{behind}"));
        let leaves_out = ordered.iter().any(|(name, _)| paging.left_out.contains(name));
        Some(Self { leaves_out, ..Self::json(text, members, &items, before, after) })
    }

    fn json(
        text: &'a str,
        members: HashMap<String, &'a RawValue>,
        items: &[&'a RawValue],
        before: String,
        after: String,
    ) -> Self {
        // The items are pieces of the text.
        let place = |piece: &str| piece.as_ptr().addr() - text.as_ptr().addr();
        let all = match (items.first(), items.last()) {
            (Some(first), Some(last)) => {
                &text[place(first.get())..place(last.get()) + last.get().len()]
            }
            _ => "",
        };
        Self {
            content: Content::Json(members),
            before,
            items: all.into(),
            count: items.len() as u64,
            after,
            separator: ",",
            leaves_out: false,
        }
    }

    fn elements(text: &'a str, paging: &Paging) -> Option<Self> {
        let root = xml::Root::read(text)?;
        let is_item = |element: &&xml::Element<'_>| paging.items.iter().any(|n| n == element.name);
        let items: Vec<&xml::Element<'_>> = root.children.iter().filter(is_item).collect();
        let is_left_out =
            |element: &&xml::Element<'_>| paging.left_out.iter().any(|name| name == element.name);
        let around = root.children.iter().filter(|element| !is_item(element));
        let kept: String =
            around.filter(|element| !is_left_out(element)).map(|element| element.text).collect();
        Some(Self {
            before: format!("{}{kept}", root.before),
            items: items.iter().map(|element| element.text).collect::<String>().into(),
            count: items.len() as u64,
            after: root.after.to_owned(),
            separator: "",
            leaves_out: root.children.iter().any(|element| is_left_out(&element)),
            content: Content::Xml(root.children),
        })
    }

    /// The items alone as a JSON document; `None` where they are no JSON.
    pub(super) fn list(&self) -> Option<String> {
        matches!(self.content, Content::Json(_)).then(|| format!("[{}]\n", self.items))
    }

    /// A member of the JSON document as text; `None` where there is none, or
    /// null.
    pub(super) fn member(&self, path: &[String]) -> Option<String> {
        let Content::Json(members) = &self.content else { return None };
        let (first, rest) = path.split_first()?;
        let mut value: serde_json::Value = serde_json::from_str(members.get(first)?.get()).ok()?;
        for name in rest {
            value = value.get_mut(name)?.take();
        }
        match value {
            serde_json::Value::String(text) => Some(text),
            serde_json::Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// The text of the first XML element of this name.
    pub(super) fn element(&self, name: &str) -> Option<String> {
        let Content::Xml(children) = &self.content else { return None };
        children.iter().find(|element| element.name == name)?.content()
    }

    /// The text of an element within the last item of this name.
    pub(super) fn of_last(&self, item: &str, name: &str) -> Option<String> {
        let Content::Xml(children) = &self.content else { return None };
        let last = children.iter().rfind(|element| element.name == item)?;
        let inner = xml::Root::read(last.text)?;
        inner.children.iter().find(|element| element.name == name)?.content()
    }
}
