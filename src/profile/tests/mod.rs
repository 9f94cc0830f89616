//! Whole profiles, from a config file, variables and `--set` to what is sent.

mod layers;
mod systems;
mod targets;

use super::{Config, Profile, Request, resolve};
use crate::context::Environment;
use crate::error::{Kind, Result, hints_of, kind_of, one_line};
use crate::model::url::Origin;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A config file of its own, a `--set` list and an environment.
struct World {
    path: PathBuf,
    sets: Vec<(String, String)>,
    variables: Vec<(OsString, OsString)>,
}

impl World {
    fn new(config: &str) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let directory =
            std::env::temp_dir().join(format!("signreq-resolve-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        let path = directory.join("c.toml");
        std::fs::write(&path, config).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        }
        let home = (OsString::from("HOME"), directory.into_os_string());
        let search = (OsString::from("PATH"), std::env::var_os("PATH").unwrap_or_default());
        Self { path, sets: Vec::new(), variables: vec![home, search] }
    }

    fn empty() -> Self {
        Self::new("")
    }

    fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    fn set(mut self, name: &str, value: &str) -> Self {
        self.sets.push((name.into(), value.into()));
        self
    }

    fn resolve(&self, name: &str) -> Result<Profile> {
        let environment = Environment::new(self.variables.clone());
        let config = Config::File(&self.path);
        resolve(&Request { name, config, sets: &self.sets, environment: &environment })
    }

    /// The profile, which must be usable.
    #[track_caller]
    fn profile(&self, name: &str) -> Profile {
        match self.resolve(name) {
            Ok(profile) => profile,
            Err(error) => panic!("{}", one_line(&error)),
        }
    }

    /// The error's kind, line and hints; it must be one.
    #[track_caller]
    fn refusal(&self, name: &str) -> (Kind, String) {
        let error = self.resolve(name).unwrap_err();
        let told = format!("{} | {}", one_line(&error), hints_of(&error).join(" | "));
        assert!(!told.contains("geheim"), "a secret is shown: {told}");
        (kind_of(&error), told.replace(self.path.to_str().unwrap(), "c.toml"))
    }

    #[track_caller]
    fn config_error(&self, name: &str) -> String {
        let (kind, told) = self.refusal(name);
        assert_eq!(kind, Kind::Config, "{told}");
        told
    }
}

impl Drop for World {
    fn drop(&mut self) {
        std::fs::remove_dir_all(self.path.parent().unwrap()).unwrap();
    }
}

const MAAS: &str = "[profile.maas]\npreset = 'maas'\nurl = 'http://maas.example:5240/MAAS'\nkey = 'ck:tk:geheim'\n";

fn origin(text: &str) -> Origin {
    crate::model::url::WireUrl::parse(text).unwrap().origin().clone()
}

fn target(profile: &Profile, word: &str) -> String {
    profile.target(word, &[]).unwrap().to_string()
}
