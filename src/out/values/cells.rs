//! Rows and columns of what is listed, as tables and CSV have them.

use super::json::append;
use crate::model::listing::{Column, Step, View};
use crate::model::nearest::nearest;
use jaq_json::Val;

/// The part of a value at the end of a path; `None` when there is none.
pub(super) fn part(value: &Val, path: &[Step]) -> Option<Val> {
    let Some((step, rest)) = path.split_first() else { return Some(value.clone()) };
    match (step, value) {
        (Step::Member(name), Val::Obj(members)) => {
            part(members.get(&Val::from(name.clone()))?, rest)
        }
        (Step::Element(at), Val::Arr(elements)) => part(elements.get(*at)?, rest),
        (Step::Each, Val::Arr(elements)) => {
            let parts: Vec<Val> =
                elements.iter().filter_map(|element| part(element, rest)).collect();
            Some(Val::Arr(parts.into()))
        }
        _ => None,
    }
}

/// Items until all are there, since only then it is known what they have.
pub(super) struct Rows {
    /// The columns that were asked for.
    chosen: Vec<Column>,
    items: Vec<Val>,
}

/// What a row is made of.
pub(super) struct Columns {
    pub(super) columns: Vec<Column>,
    /// Whether they have names worth a line.
    pub(super) have_titles: bool,
}

impl Rows {
    pub(super) fn new(chosen: Vec<Column>) -> Self {
        Self { chosen, items: Vec::new() }
    }

    pub(super) fn add(&mut self, item: &Val) {
        self.items.push(item.clone());
    }

    pub(super) fn items(&self) -> &[Val] {
        &self.items
    }

    /// The columns: those asked for, else those of the views that fit as far
    /// as any item has them, else the items' members, in the order in which
    /// they turn up; nested ones too if `all`.
    pub(super) fn columns(&self, views: &[View], all: bool) -> Columns {
        if !self.chosen.is_empty() {
            return Columns { columns: self.chosen.clone(), have_titles: true };
        }
        let mut columns: Vec<Column> = Vec::new();
        let mut have_titles = false;
        let mut positions = 0;
        for item in &self.items {
            match item {
                Val::Obj(members) => {
                    have_titles = true;
                    let view = views.iter().find(|view| {
                        let has = |name: &String| members.contains_key(&Val::from(name.clone()));
                        view.has.iter().all(has)
                    });
                    match view {
                        Some(view) => add(&mut columns, view.columns.iter().cloned()),
                        None => add(
                            &mut columns,
                            members
                                .iter()
                                .filter(|(_, member)| all || !is_nested(member))
                                .map(|(name, _)| Column::member(&text_of(name))),
                        ),
                    }
                }
                Val::Arr(elements) => positions = positions.max(elements.len()),
                _ => {
                    have_titles = true;
                    add(&mut columns, [Column { title: "value".to_owned(), path: Vec::new() }]);
                }
            }
        }
        columns.retain(|column| self.items.iter().any(|item| part(item, &column.path).is_some()));
        let position = |at: usize| Column { title: at.to_string(), path: vec![Step::Element(at)] };
        columns.extend((0..positions).map(position));
        Columns { columns, have_titles }
    }

    /// What to tell of columns that no item has.
    pub(super) fn complaints(&self) -> Vec<String> {
        if self.items.is_empty() {
            return Vec::new();
        }
        let is_nowhere =
            |column: &&Column| !self.items.iter().any(|item| part(item, &column.path).is_some());
        let mut complaints = Vec::new();
        let mut unlike = Vec::new();
        for column in self.chosen.iter().filter(is_nowhere) {
            let title = &column.title;
            match self.items.first().and_then(|item| near(item, &column.path)) {
                Some(near) => complaints.push(format!("no item has {title}; {near} is near to it")),
                None => unlike.push(title.as_str()),
            }
        }
        if !unlike.is_empty() {
            complaints.push(self.complaint(&unlike.join(", ")));
        }
        complaints
    }

    fn complaint(&self, titles: &str) -> String {
        let mut text = format!("no item has {titles}");
        if let Some(Val::Obj(members)) = self.items.first() {
            let names: Vec<String> = members.keys().map(text_of).collect();
            text.push_str(&format!("; the first has {}", names.join(", ")));
        }
        text
    }
}

/// The member that a path probably means where it leads on no further, with
/// those before it: `domain.name` for `domain.nmae`.
fn near(value: &Val, path: &[Step]) -> Option<String> {
    let (step, rest) = path.split_first()?;
    let (Step::Member(name), Val::Obj(members)) = (step, value) else { return None };
    match members.get(&Val::from(name.clone())) {
        Some(member) => near(member, rest).map(|below| format!("{name}.{below}")),
        // Of two letters any other name is one slip away: `id`, `ip`.
        None if name.chars().count() < 3 => None,
        None => {
            let names: Vec<String> = members.keys().map(text_of).collect();
            nearest(name, names.iter().map(String::as_str)).map(str::to_owned)
        }
    }
}

fn add(columns: &mut Vec<Column>, more: impl IntoIterator<Item = Column>) {
    for column in more {
        if !columns.contains(&column) {
            columns.push(column);
        }
    }
}

/// What stands where an item and a column meet; nothing where the item has no
/// such part.
pub(super) fn cell(item: &Val, column: &Column) -> Option<Val> {
    match (item, column.path.is_empty()) {
        // The column of bare values.
        (Val::Obj(_) | Val::Arr(_), true) => None,
        _ => part(item, &column.path).filter(|part| !matches!(part, Val::Null)),
    }
}

/// A string as it is, all else as JSON.
pub(super) fn text(value: &Val) -> Vec<u8> {
    let mut text = Vec::new();
    match value {
        Val::TStr(content) | Val::BStr(content) => text.extend_from_slice(content),
        other => append(other, &mut text),
    }
    text
}

fn text_of(name: &Val) -> String {
    String::from_utf8_lossy(&text(name)).into_owned()
}

/// Whether a value holds others.
pub(super) fn is_nested(value: &Val) -> bool {
    matches!(value, Val::Arr(_) | Val::Obj(_))
}
