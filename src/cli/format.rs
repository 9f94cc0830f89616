//! The options that say in which form an answer is printed.

use crate::error::{Error, Result};
use crate::model::listing::Column;
use crate::out::json::Layout;
use crate::out::style::Style;
use crate::out::values::{Form, Printing};
use clap::Args;
use clap::builder::PossibleValuesParser;

const FORMATS: [&str; 9] =
    ["auto", "raw", "json", "compact", "xml", "ndjson", "yaml", "csv", "table"];

/// Options under the heading Output.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Output")]
pub struct FormatArgs {
    /// How to print the body: json and xml are indented, compact is a document a line, ndjson an item a line, raw as it came; auto is json or xml, as the answer is, for a terminal, raw for a pipe
    #[arg(long, value_name = "FORMAT", default_value = "auto", conflicts_with = "dry_run", value_parser = PossibleValuesParser::new(FORMATS))]
    pub format: String,

    /// Print a list as a table; short for --format table
    #[arg(short, long, conflicts_with_all = ["format", "output", "remote_name", "head", "dry_run"])]
    pub table: bool,

    /// What of each item a table or csv shows: name,domain.name,tags[0]
    #[arg(
        long,
        value_name = "LIST",
        allow_hyphen_values = true,
        conflicts_with_all = ["output", "remote_name", "head", "dry_run"]
    )]
    pub columns: Option<String>,
}

/// What reads standard output.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader {
    /// Whether it is a terminal.
    pub(super) is_terminal: bool,
    /// How wide that is.
    pub(super) width: Option<usize>,
    /// Whether to colour.
    pub(super) style: Style,
}

impl FormatArgs {
    /// What is asked for by name; both of the short ways to a table count.
    pub(super) fn name(&self) -> &str {
        match self.format.as_str() {
            "auto" if self.table || self.columns.is_some() => "table",
            format => format,
        }
    }

    /// The option that asks for it, for messages.
    pub(super) fn option(&self) -> String {
        match (self.format.as_str(), self.table) {
            ("auto", true) => "--table".to_owned(),
            ("auto", false) => "--columns".to_owned(),
            (format, _) => format!("--format {format}"),
        }
    }

    /// The layout of JSON that was asked for.
    pub(super) fn json_layout(&self) -> Option<Layout> {
        match self.name() {
            "json" => Some(Layout::Indented),
            "compact" => Some(Layout::Compact),
            _ => None,
        }
    }

    /// Whether the body has to be what was named: JSON or XML.
    pub(super) fn names_language(&self) -> bool {
        self.json_layout().is_some() || self.name() == "xml"
    }

    /// The form for which the body is read as values, if it is one.
    ///
    /// # Errors
    /// Wrong usage when columns are named wrongly or for a form without any,
    /// or when the form is for a file.
    pub(super) fn form(&self, reader: Reader, has_file: bool) -> Result<Option<Form>> {
        let columns = self.columns.as_deref().map(Column::parse_list).transpose()?;
        let name = self.name();
        if columns.is_some() && !matches!(name, "csv" | "table") {
            let why = format!("--columns is for tables and csv, not for --format {name}");
            return Err(Error::usage(why).hint("leave one of them out").into());
        }
        let columns = columns.unwrap_or_default();
        let Reader { is_terminal, width, style } = reader;
        let form = match name {
            "ndjson" => Form::Lines { style, is_terminal },
            "yaml" => Form::Yaml,
            "csv" => Form::Csv { columns, is_terminal },
            "table" => Form::Table { columns, width: width.filter(|_| is_terminal), style },
            _ => return Ok(None),
        };
        if has_file {
            let why =
                format!("--format {name} is for standard output, a file gets the body's bytes");
            return Err(Error::usage(why).hint("write > FILE in place of -o FILE").into());
        }
        Ok(Some(form))
    }

    /// How what an expression gives is printed, unless as rows or in YAML.
    pub(super) fn printing(&self, reader: Reader, is_joined: bool) -> Printing {
        let is_for_person = reader.is_terminal && self.format != "raw";
        let asked = self.json_layout();
        Printing {
            raw_strings: asked.is_none(),
            joined: is_joined,
            layout: asked.unwrap_or(match is_for_person {
                true => Layout::Indented,
                false => Layout::Compact,
            }),
            style: if asked.is_some() || is_for_person { reader.style } else { Style::PLAIN },
            is_terminal: is_for_person,
        }
    }
}
