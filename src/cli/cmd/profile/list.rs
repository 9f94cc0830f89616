//! `signreq profile list`.

use crate::cli::args::profile::ListArgs;
use crate::cli::cmd;
use crate::context::RunContext;
use crate::error::{Result, one_line};
use crate::out::mask::{self, Secrets};
use crate::profile::{self, Config, Listed};
use serde_json::{Value, json};

/// Prints the profiles; what is wrong with one is told on standard error.
pub(super) fn run(
    context: &mut RunContext,
    config: Config<'_>,
    arguments: &ListArgs,
) -> Result<u8> {
    let mut warnings = Vec::new();
    let listed = profile::overview(config, &context.environment, &mut warnings)?;
    for warning in warnings {
        super::warn(context, &warning);
    }
    for problem in listed.iter().filter_map(|listed| listed.system.as_ref().err()) {
        super::warn(context, &one_line(problem));
    }
    let text = match arguments.format.as_str() {
        "json" => {
            let rows: Vec<Value> = listed.iter().map(object).collect();
            format!("{:#}\n", Value::from(rows))
        }
        _ => table(&listed.iter().map(row).collect::<Vec<_>>()),
    };
    cmd::print(context, &text)?;
    Ok(0)
}

/// Name, system, URL and where it is from.
fn row(listed: &Listed) -> [String; 4] {
    let (system, url) = match &listed.system {
        Err(_) => ("cannot be used".to_owned(), "-".to_owned()),
        Ok(system) => {
            let what = match system.preset {
                Some(preset) => format!("preset {preset}"),
                None => format!("scheme {}", system.scheme),
            };
            let default = if system.is_default_url { " (default)" } else { "" };
            let url = system.url.as_deref().map(|url| mask::url(url, Secrets::Masked));
            (what, url.map_or("-".to_owned(), |url| format!("{url}{default}")))
        }
    };
    let whence = match (&listed.place, &listed.vendor) {
        (Some(place), _) => format!("{}:{}", place.path.display(), place.line),
        (None, Some(file)) => file.display().to_string(),
        (None, None) if listed.system.is_err() => "-".to_owned(),
        (None, None) => "environment".to_owned(),
    };
    [listed.name.clone(), system, url, whence]
}

fn object(listed: &Listed) -> Value {
    let mut object = json!({ "name": listed.name });
    match &listed.system {
        Ok(system) => {
            object["preset"] = json!(system.preset);
            object["scheme"] = json!(system.scheme);
            let url = system.url.as_deref().map(|url| mask::url(url, Secrets::Masked));
            object["url"] = json!(url);
            object["url_is_default"] = json!(system.url.is_some() && system.is_default_url);
            object["missing"] = json!(system.missing);
        }
        Err(problem) => object["problem"] = json!(one_line(problem)),
    }
    match (&listed.place, &listed.vendor) {
        (Some(place), _) => {
            object["origin"] = json!("profile");
            object["file"] = json!(place.path.to_string_lossy());
            object["line"] = json!(place.line);
        }
        (None, Some(file)) => {
            object["origin"] = json!("vendor");
            object["file"] = json!(file.to_string_lossy());
        }
        (None, None) => object["origin"] = json!("environment"),
    }
    object
}

/// Columns under each other, two blanks between them.
fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |column: usize| {
        rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..N).map(width).collect();
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}
