//! The fields of a profile that say how its connections are made.

use crate::error::Result;
use crate::profile::layers::Found;
use crate::profile::resolve::Resolution;
use crate::profile::schema::Field;
use crate::profile::{Settings, values};

/// How connections are made.
///
/// # Errors
/// When a value is not of the kind it has to be.
pub(super) fn read(resolution: &Resolution<'_>, found: &[(&Field, Found<'_>)]) -> Result<Settings> {
    let mut settings = Settings::default();
    let environment = resolution.environment();
    for (field, found) in found {
        let text = || Ok::<_, anyhow::Error>(resolution.read(field, found)?.expose().to_owned());
        let path = || values::path(field, found, environment);
        match field.name.as_str() {
            "timeout" => settings.timeout = values::duration(field, found)?,
            "connect_timeout" => settings.connect_timeout = values::duration(field, found)?,
            "cacert" => settings.cacert = Some(path()?),
            "insecure" => settings.insecure = values::flag(field, found)?,
            "client_cert" => settings.client_cert = Some(path()?),
            "client_key" => settings.client_key = Some(path()?),
            "client_key_password" => {
                settings.client_key_password = Some(values::deferred(field, found, environment)?);
            }
            "pinnedpubkey" => {
                let text = text()?;
                settings.pinnedpubkey = Some(match text.starts_with("sha256//") {
                    true => text,
                    false => path()?.to_string_lossy().into_owned(),
                });
            }
            "tls_min" => settings.tls_min = Some(text()?),
            "tls_max" => settings.tls_max = Some(text()?),
            "path_style" => {
                settings.bucket_in_host = !values::flag(field, found)?;
            }
            "cleartext" => settings.cleartext = values::flag(field, found)?,
            _ => {}
        }
    }
    Ok(settings)
}
