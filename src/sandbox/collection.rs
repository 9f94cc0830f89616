//! A list of JSON objects in memory, as most of the systems keep them.

use serde_json::{Map, Value};

/// Objects in the order they were added.
#[derive(Clone, Debug, Default)]
pub(super) struct Collection(Vec<Value>);

impl Collection {
    /// A collection of these objects.
    pub(super) fn new(items: impl IntoIterator<Item = Value>) -> Self {
        Self(items.into_iter().collect())
    }

    /// All objects.
    pub(super) fn all(&self) -> &[Value] {
        &self.0
    }

    /// The first object whose `field` is `wanted`, numbers compared by their
    /// text.
    pub(super) fn find(&self, field: &str, wanted: &str) -> Option<&Value> {
        self.0.iter().find(|item| field_text(item, field) == wanted)
    }

    /// The same, to be changed.
    pub(super) fn find_mut(&mut self, field: &str, wanted: &str) -> Option<&mut Value> {
        self.0.iter_mut().find(|item| field_text(item, field) == wanted)
    }

    /// Adds an object at the end.
    pub(super) fn add(&mut self, item: Value) {
        self.0.push(item);
    }

    /// Takes the object that [`Self::find`] finds out.
    pub(super) fn remove(&mut self, field: &str, wanted: &str) -> Option<Value> {
        let at = self.0.iter().position(|item| field_text(item, field) == wanted)?;
        Some(self.0.remove(at))
    }

    /// A number greater than the `id` of every object.
    pub(super) fn next_id(&self) -> u64 {
        self.0.iter().filter_map(|item| item.get("id")?.as_u64()).max().unwrap_or(0) + 1
    }
}

/// A field as text: a string's content, JSON otherwise, empty when it is not
/// there or null.
pub(super) fn field_text(item: &Value, field: &str) -> String {
    match item.get(field) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// Sets fields of an object.
pub(super) fn merge(item: &mut Value, changes: &Map<String, Value>) {
    if let Value::Object(object) = item {
        for (name, value) in changes {
            object.insert(name.clone(), value.clone());
        }
    }
}

/// Sets one field of an object.
pub(super) fn set(item: &mut Value, field: &str, value: impl Into<Value>) {
    if let Value::Object(object) = item {
        object.insert(field.to_owned(), value.into());
    }
}

/// The part of `items` that a page holds: `size` of them after `skip`.
pub(super) fn page<T: Clone>(items: &[T], skip: usize, size: usize) -> Vec<T> {
    items.iter().skip(skip).take(size).cloned().collect()
}
