//! A table for people: columns side by side, none wider than it has to be.

use super::cells::{Rows, cell, is_nested, text};
use super::output::Writer;
use crate::error::Result;
use crate::model::listing::{Column, View};
use crate::out::columns::cut;
use crate::out::style::{Role, Style};
use crate::out::visible::line;
use jaq_json::Val;
use unicode_width::UnicodeWidthStr as _;

/// What separates two columns.
const GAP: &str = "  ";

/// No column is cut to less.
const NARROWEST: usize = 8;

/// Writes items as rows, all of them at the end, when widths are known.
pub(super) struct Table<'a> {
    rows: Rows,
    views: &'a [View],
    width: Option<usize>,
    style: Style,
}

impl<'a> Table<'a> {
    pub(super) fn new(
        columns: Vec<Column>,
        views: &'a [View],
        width: Option<usize>,
        style: Style,
    ) -> Self {
        Self { rows: Rows::new(columns), views, width, style }
    }
}

impl Writer for Table<'_> {
    fn value(&mut self, value: &Val, _held: &mut Vec<u8>) -> Result<()> {
        self.rows.add(value);
        Ok(())
    }

    fn makes_rows(&self) -> bool {
        true
    }

    fn end(&mut self, held: &mut Vec<u8>) -> Vec<String> {
        let items = self.rows.items();
        if items.is_empty() {
            return vec!["nothing is listed".to_owned()];
        }
        let mut shown = self.rows.columns(self.views, false);
        if shown.columns.is_empty() {
            // They hold nothing but objects and arrays.
            shown = self.rows.columns(self.views, true);
        }
        let columns: Vec<Shown> = shown
            .columns
            .iter()
            .map(|column| Shown::new(column, items, shown.have_titles))
            .collect();
        let widths = fitting(with_titles(&columns, self.width), self.width);
        let mut told = self.rows.complaints();
        if let Some(left_out) = columns.get(widths.len()..).filter(|rest| !rest.is_empty()) {
            let names: Vec<&str> = left_out.iter().map(|column| column.title.as_str()).collect();
            told.push(format!("no room for {}: --columns chooses", names.join(", ")));
        }
        if shown.have_titles {
            let titles = columns.iter().map(|column| column.title.as_str());
            row(titles, &columns, &widths, self.style, held);
        }
        for at in 0..items.len() {
            let cells = columns.iter().map(|column| column.cells[at].as_str());
            row(cells, &columns, &widths, Style::PLAIN, held);
        }
        told
    }
}

/// A column as it is shown.
struct Shown {
    title: String,
    cells: Vec<String>,
    /// How wide the widest cell is.
    width: usize,
    /// Numbers stand below each other by their ends.
    is_numeric: bool,
}

impl Shown {
    fn new(column: &Column, items: &[Val], has_title: bool) -> Self {
        let mut is_numeric = false;
        let mut others = false;
        let cells: Vec<String> = items
            .iter()
            .map(|item| {
                let Some(value) = cell(item, column) else { return String::new() };
                let text = line(&shown(&value));
                // In XML all is text.
                let is_number =
                    matches!(value, Val::Num(_)) || text.bytes().all(|byte| byte.is_ascii_digit());
                is_numeric |= is_number;
                others |= !is_number;
                text
            })
            .collect();
        let title = if has_title { line(column.title.as_bytes()) } else { String::new() };
        let width = cells.iter().map(|cell| cell.width()).max().unwrap_or_default();
        Self { width, title, cells, is_numeric: is_numeric && !others }
    }
}

/// As [`text`], with lists of simple values as people write them.
fn shown(value: &Val) -> Vec<u8> {
    match value {
        Val::Arr(elements) if !elements.iter().any(is_nested) => {
            let texts: Vec<Vec<u8>> = elements.iter().map(text).collect();
            texts.join(&b", "[..])
        }
        value => text(value),
    }
}

/// How wide columns are with their titles. Where that is more than `width`,
/// titles give way before what stands below them, the longest first.
fn with_titles(columns: &[Shown], width: Option<usize>) -> Vec<usize> {
    let with = |limit: usize| -> Vec<usize> {
        let title = |column: &Shown| column.title.width().min(limit);
        columns.iter().map(|column| column.width.max(title(column))).collect()
    };
    let longest = columns.iter().map(|column| column.title.width()).max().unwrap_or_default();
    let gaps = GAP.len() * columns.len().saturating_sub(1);
    let fits =
        |widths: &[usize]| width.is_none_or(|width| widths.iter().sum::<usize>() + gaps <= width);
    let fitting = (NARROWEST..=longest).rev().map(with).find(|widths| fits(widths));
    fitting.unwrap_or_else(|| with(NARROWEST))
}

/// The widths at which columns of these widths fit into `width`: the widest
/// give first. Columns that find no room at all are left out from the end.
fn fitting(mut widths: Vec<usize>, width: Option<usize>) -> Vec<usize> {
    let Some(width) = width else { return widths };
    let least = |widths: &[usize]| -> usize {
        widths.iter().map(|width| (*width).min(NARROWEST) + GAP.len()).sum::<usize>() - GAP.len()
    };
    while widths.len() > 1 && least(&widths) > width {
        widths.pop();
    }
    let available = width.saturating_sub(GAP.len() * widths.len().saturating_sub(1));
    let mut limit = widths.iter().copied().max().unwrap_or_default();
    let total = |limit: usize| widths.iter().map(|width| (*width).min(limit)).sum::<usize>();
    while limit > 1 && total(limit) > available {
        limit -= 1;
    }
    // What is left over by cutting all alike goes to the first that were cut.
    let mut spare = available.saturating_sub(total(limit));
    for width in &mut widths {
        if *width > limit {
            let more = usize::from(spare > 0);
            *width = limit + more;
            spare -= more;
        }
    }
    widths
}

fn row<'c>(
    cells: impl Iterator<Item = &'c str>,
    columns: &[Shown],
    widths: &[usize],
    style: Style,
    held: &mut Vec<u8>,
) {
    let mut blanks = 0;
    for ((cell, column), width) in cells.zip(columns).zip(widths) {
        let cell = cut(cell, *width);
        let padding = width.saturating_sub(cell.width());
        let (before, behind) = if column.is_numeric { (padding, 0) } else { (0, padding) };
        blanks += before;
        if !cell.is_empty() {
            // Only what something follows: no blanks at the end of a line.
            held.resize(held.len() + blanks, b' ');
            blanks = 0;
            held.extend_from_slice(style.paint(Role::Title, &cell).as_bytes());
        }
        blanks += behind + GAP.len();
    }
    held.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_give_way_before_what_stands_below_them() {
        let column = |title: &str, width: usize| Shown {
            title: title.to_owned(),
            cells: Vec::new(),
            width,
            is_numeric: false,
        };
        let columns = [
            column("id", 2),
            column("name", 20),
            column("operatingsystem_name", 12),
            column("global_status_label", 2),
        ];
        for (width, expected) in [
            (None, [2, 20, 20, 19]),
            (Some(67), [2, 20, 20, 19]),
            (Some(60), [2, 20, 16, 16]),
            (Some(50), [2, 20, 12, 10]),
            (Some(30), [2, 20, 12, 8]),
        ] {
            assert_eq!(with_titles(&columns, width), expected, "{width:?}");
        }
        assert_eq!(with_titles(&[column("", 3)], Some(2)), [3]);
    }

    #[test]
    fn the_widest_columns_give_way() {
        for (widths, width, expected) in [
            (vec![5, 30, 10], None, vec![5, 30, 10]),
            (vec![5, 30, 10], Some(80), vec![5, 30, 10]),
            (vec![5, 30, 10], Some(39), vec![5, 20, 10]),
            (vec![5, 30, 30], Some(40), vec![5, 16, 15]),
            // The last finds no room.
            (vec![20, 20, 20], Some(20), vec![9, 9]),
            (vec![20], Some(5), vec![5]),
        ] {
            assert_eq!(fitting(widths.clone(), width), expected, "{widths:?} in {width:?}");
        }
    }
}
