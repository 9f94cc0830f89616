//! `signreq profile show`.

use crate::cli::args::profile::ShowArgs;
use crate::cli::{cmd, session};
use crate::context::RunContext;
use crate::error::Result;
use crate::profile::describe::{Described, Description};
use crate::profile::{self, Config, Provenance, Request, toml_text};
use serde_json::{Value, json};

/// Prints a profile's values and where each comes from; nothing is looked up.
pub(super) fn run(
    context: &mut RunContext,
    config: Config<'_>,
    arguments: &ShowArgs,
) -> Result<u8> {
    let description = profile::describe(&Request {
        name: &arguments.name,
        config,
        sets: &session::settings(&arguments.set)?,
        environment: &context.environment,
    })?;
    for warning in &description.warnings {
        super::warn(context, warning);
    }
    let text = match arguments.format.as_str() {
        "json" => format!("{:#}\n", object(&description)),
        _ => toml_text::profile(&description),
    };
    cmd::print(context, &text)?;
    Ok(0)
}

fn object(description: &Description) -> Value {
    let fields: Vec<Value> = description.values.iter().map(field).collect();
    let missing: Vec<&str> = description.missing.iter().map(|field| field.name.as_str()).collect();
    json!({
        "name": description.name,
        "preset": description.preset.as_ref().map(|preset| preset.name),
        "scheme": description.scheme.id(),
        "fields": fields,
        "missing": missing,
    })
}

fn field(described: &Described) -> Value {
    let mut object = json!({
        "name": described.field.name,
        "value": described.value,
        "masked": described.is_masked,
    });
    let origin = match &described.provenance {
        Provenance::CommandLine => "command line",
        Provenance::Environment(name) => {
            object["variable"] = json!(name);
            "environment"
        }
        Provenance::File { path, line } | Provenance::Defaults { path, line } => {
            object["file"] = json!(path.to_string_lossy());
            object["line"] = json!(line);
            match described.provenance {
                Provenance::Defaults { .. } => "defaults",
                _ => "profile",
            }
        }
        Provenance::Vendor(place) => {
            object["file"] = json!(place.path.to_string_lossy());
            if let Some(line) = place.line {
                object["line"] = json!(line);
            }
            "vendor"
        }
        Provenance::Name => "name",
        Provenance::Preset => "preset",
    };
    object["origin"] = json!(origin);
    object
}
