//! How a profile's connections are made.

use crate::context::Environment;
use crate::error::Result;
use crate::model::certificates::Certificates;
use crate::model::secret::DeferredSecret;
use crate::profile::layers::Found;
use crate::profile::schema::{Field, FieldKind};
use crate::profile::values;
use std::path::PathBuf;
use std::time::Duration;

/// How a profile's connections are made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// How long a request may take from its start to its end.
    pub timeout: Option<Duration>,
    /// How long connecting may take.
    pub connect_timeout: Option<Duration>,
    /// How long the head of an answer may take once the request is sent.
    pub head_timeout: Option<Duration>,
    /// How long a body may stand still.
    pub idle_timeout: Option<Duration>,
    /// The certificates to trust in place of the system's.
    pub cacert: Option<Certificates>,
    /// Do not check the server's certificate.
    pub insecure: bool,
    /// A PEM file with the client's certificate.
    pub client_cert: Option<PathBuf>,
    /// A PEM file with its key, when it is not in the same file.
    pub client_key: Option<PathBuf>,
    /// What opens the key when it is encrypted.
    pub client_key_password: Option<DeferredSecret>,
    /// The keys of which the server must have one: `sha256//…`, or a file.
    pub pinnedpubkey: Option<String>,
    /// The oldest version of TLS to speak: `1.2` or `1.3`.
    pub tls_min: Option<String>,
    /// The newest version of TLS to speak.
    pub tls_max: Option<String>,
    /// The proxy to go through; empty for none, whatever the environment says.
    pub proxy: Option<String>,
    /// Who we are at the proxy.
    pub proxy_user: Option<String>,
    /// The password there.
    pub proxy_password: Option<DeferredSecret>,
    /// The hosts that no proxy is used for.
    pub noproxy: Option<String>,
    /// Addresses of hosts: `HOST:PORT:ADDRESS`.
    pub resolve: Vec<String>,
    /// Hosts connected to in the place of others: `HOST1:PORT1:HOST2:PORT2`.
    pub connect_to: Vec<String>,
    /// Use IPv4 addresses only.
    pub ipv4: bool,
    /// Use IPv6 addresses only.
    pub ipv6: bool,
    /// The address of this machine to connect from.
    pub interface: Option<String>,
    /// The Unix domain socket to connect to.
    pub unix_socket: Option<PathBuf>,
    /// S3's virtual-host style: a path's first segment, the bucket, goes into
    /// the host.
    pub bucket_in_host: bool,
    /// Do not warn of credentials that can be read on the way.
    pub cleartext: bool,
}

/// The fields that every profile can have for it.
pub(super) fn fields() -> Vec<Field> {
    use FieldKind::{Duration, Flag, List, Name, Path, Text};
    let field = Field::new;
    let secret = |field: Field| Field { secret: true, ..field };
    let version = |field: Field| Field { choices: vec!["1.2".into(), "1.3".into()], ..field };
    vec![
        field("timeout", "how long a request may take", Duration),
        field("connect_timeout", "how long connecting may take, 10s unless given", Duration),
        field("head_timeout", "how long the answer's head may take, 600s unless given", Duration),
        field("idle_timeout", "how long a body may stand still, 60s unless given", Duration),
        field("cacert", "the certificates to trust, a PEM file or what stands in one", Path),
        field("insecure", "do not check the server's certificate", Flag),
        field(
            "client_cert",
            "the certificate to show to servers that ask for one, a PEM file",
            Path,
        ),
        field("client_key", "its private key, a PEM file, when client_cert does not hold it", Path),
        secret(field("client_key_password", "what an encrypted client_key opens with", Text)),
        field(
            "pinnedpubkey",
            "the key that the server must have: sha256//HASH, several joined by ;, or a file",
            Text,
        ),
        version(field("tls_min", "the oldest version of TLS to speak", Name)),
        version(field("tls_max", "the newest version of TLS to speak", Name)),
        field("proxy", "the proxy to go through, as -x has it; empty for none", Text),
        field("proxy_user", "who you are at the proxy", Text),
        secret(field("proxy_password", "the password there", Text)),
        field("noproxy", "the hosts that no proxy is used for, as --noproxy has them", Text),
        field("resolve", "addresses of hosts, as --resolve has them, an array", List),
        field(
            "connect_to",
            "hosts connected to in the place of others, as --connect-to has them, an array",
            List,
        ),
        field("ipv4", "use IPv4 addresses only", Flag),
        field("ipv6", "use IPv6 addresses only", Flag),
        field("interface", "the address of this machine to connect from", Text),
        field("unix_socket", "the Unix domain socket to connect to", Path),
        field("cleartext", "do not warn of credentials over http", Flag),
    ]
}

impl Settings {
    /// Reads what was given, but for secrets.
    ///
    /// # Errors
    /// When a value is not of its field's kind.
    pub(super) fn read(found: &[(&Field, Found<'_>)], environment: &Environment) -> Result<Self> {
        let mut settings = Self::default();
        for (field, found) in found {
            let text = |may_be_empty| {
                let text = values::text(field, found, may_be_empty, environment)?;
                Ok::<_, anyhow::Error>(Some(text.expose().to_owned()))
            };
            let path = || values::path(field, found, environment).map(Some);
            let secret = || values::deferred(field, found, environment).map(Some);
            match field.name.as_str() {
                "timeout" => settings.timeout = values::duration(field, found)?,
                "connect_timeout" => settings.connect_timeout = values::duration(field, found)?,
                "head_timeout" => settings.head_timeout = values::duration(field, found)?,
                "idle_timeout" => settings.idle_timeout = values::duration(field, found)?,
                "cacert" => {
                    settings.cacert = Some(values::certificates(field, found, environment)?);
                }
                "insecure" => settings.insecure = values::flag(field, found)?,
                "client_cert" => settings.client_cert = path()?,
                "client_key" => settings.client_key = path()?,
                "client_key_password" => settings.client_key_password = secret()?,
                "pinnedpubkey" => {
                    settings.pinnedpubkey = text(false)?.filter(|key| key.starts_with("sha256//"));
                    if settings.pinnedpubkey.is_none() {
                        let file = path()?;
                        settings.pinnedpubkey = file.map(|it| it.to_string_lossy().into_owned());
                    }
                }
                "tls_min" => settings.tls_min = text(false)?,
                "tls_max" => settings.tls_max = text(false)?,
                "proxy" => settings.proxy = text(true)?,
                "proxy_user" => settings.proxy_user = text(false)?,
                "proxy_password" => settings.proxy_password = secret()?,
                "noproxy" => settings.noproxy = text(true)?,
                "resolve" => settings.resolve = values::list(field, found)?,
                "connect_to" => settings.connect_to = values::list(field, found)?,
                "ipv4" => settings.ipv4 = values::flag(field, found)?,
                "ipv6" => settings.ipv6 = values::flag(field, found)?,
                "interface" => settings.interface = text(false)?,
                "unix_socket" => settings.unix_socket = path()?,
                "path_style" => settings.bucket_in_host = !values::flag(field, found)?,
                "cleartext" => settings.cleartext = values::flag(field, found)?,
                _ => {}
            }
        }
        Ok(settings)
    }
}
