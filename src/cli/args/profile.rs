//! The words of `signreq profile`.

use crate::profile::preset;
use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// Lists, shows and changes profiles.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "profile",
    override_usage = "signreq profile COMMAND ...",
    subcommand_value_name = "COMMAND",
    disable_help_subcommand = true
)]
pub struct ProfileArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: ProfileCommand,

    /// Use this config file
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
}

/// What `signreq profile` does.
#[derive(Clone, Debug, Subcommand)]
pub enum ProfileCommand {
    /// Prints each profile: its name, preset or scheme, URL, and where it is from
    #[command(override_usage = "signreq profile list [--format FORMAT]")]
    List(ListArgs),

    /// Prints a profile's values, secrets masked, each with where it comes from
    #[command(override_usage = "signreq profile show NAME [--format FORMAT]")]
    Show(ShowArgs),

    /// Adds a profile, asking at a terminal for what the words do not give
    #[command(
        override_usage = "signreq profile add NEW [FIELD=VALUE]... [--preset PRESET | --scheme SCHEME] [--keyring] [--try]"
    )]
    Add(AddArgs),

    /// Writes what a vendor's own tool or server has set up into the config
    #[command(override_usage = "signreq profile import [VENDOR] [FILE] [OPTION]...")]
    Import(ImportArgs),

    /// Gives fields of a profile other values
    #[command(override_usage = "signreq profile set NAME FIELD[=VALUE]... [--keyring]")]
    Set(SetArgs),

    /// Opens the config file in $VISUAL or $EDITOR and checks what is saved
    #[command(override_usage = "signreq profile edit [NAME]")]
    Edit(EditArgs),

    /// Gives a profile another name
    #[command(override_usage = "signreq profile rename NAME NEW")]
    Rename(RenameArgs),

    /// Removes a profile
    #[command(override_usage = "signreq profile remove NAME [--yes] [--keyring]")]
    Remove(RemoveArgs),

    /// Prints where the config file is
    #[command(override_usage = "signreq profile path")]
    Path,
}

/// The words of `signreq profile list`.
#[derive(Args, Clone, Debug)]
pub struct ListArgs {
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = PossibleValuesParser::new(["text", "json"]))]
    pub format: String,
}

/// The words of `signreq profile show`.
#[derive(Args, Clone, Debug)]
pub struct ShowArgs {
    /// The profile, or a preset
    #[arg(value_name = "NAME")]
    pub name: String,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "toml", value_parser = PossibleValuesParser::new(["toml", "json"]))]
    pub format: String,

    /// Set a field of the profile for this run; no secrets
    #[arg(long, value_name = "FIELD=VALUE")]
    pub set: Vec<String>,
}

/// The words of `signreq profile add`.
#[derive(Args, Clone, Debug)]
pub struct AddArgs {
    /// The new profile's name; a preset's name is a profile of that preset
    #[arg(value_name = "NEW")]
    pub name: String,

    /// A field and its value; field=- reads it from standard input,
    /// field.env=NAME, field.file=PATH and field.command=WORDS say where it is
    #[arg(value_name = "FIELD=VALUE")]
    pub words: Vec<String>,

    /// The system it is for
    #[arg(long, value_name = "PRESET", conflicts_with = "scheme")]
    pub preset: Option<String>,

    /// How it signs, without a preset
    #[arg(long, value_name = "SCHEME")]
    pub scheme: Option<String>,

    /// Where secrets go.
    #[command(flatten)]
    pub keyring: KeyringArgs,

    /// Try it once it is written
    #[arg(long = "try")]
    pub try_it: bool,
}

/// The words of `signreq profile import`.
#[derive(Args, Clone, Debug)]
pub struct ImportArgs {
    /// Whose tool it is, by the preset; may be left out where only one is set up
    #[arg(value_name = "VENDOR", value_parser = PossibleValuesParser::new(preset::names()))]
    pub vendor: Option<String>,

    /// The file to read in the place of the usual ones
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,

    /// Which account, where there are several
    #[arg(long, value_name = "NAME")]
    pub account: Option<String>,

    /// Where secrets go: file copies them into the config, keyring into the
    /// keyring, keep leaves them where they are and refers to them
    #[arg(long, value_name = "WHERE", default_value = "file", value_parser = PossibleValuesParser::new(["file", "keyring", "keep"]))]
    pub secrets: String,

    /// The profile's name, when not the preset's
    #[arg(long = "as", value_name = "NEW")]
    pub name: Option<String>,

    /// Replace a profile of that name
    #[arg(long)]
    pub force: bool,

    /// A field that is not told there and its value, as for add
    #[arg(long, value_name = "FIELD=VALUE")]
    pub set: Vec<String>,
}

/// The words of `signreq profile set`.
#[derive(Args, Clone, Debug)]
pub struct SetArgs {
    /// The profile
    #[arg(value_name = "NAME")]
    pub name: String,

    /// A field and its value, as for add; field= takes the field away, a field
    /// alone is asked for or read from standard input
    #[arg(value_name = "FIELD=VALUE", required = true)]
    pub words: Vec<String>,

    /// Where secrets go.
    #[command(flatten)]
    pub keyring: KeyringArgs,
}

/// Where the secrets go that are typed or read from standard input.
#[derive(Args, Clone, Copy, Debug)]
pub struct KeyringArgs {
    /// Put secrets into the keyring; the config file says where they are
    #[arg(long)]
    pub keyring: bool,

    /// With --keyring: the Linux kernel's keyring, which forgets at reboot
    #[arg(long, requires = "keyring")]
    pub kernel: bool,
}

/// The words of `signreq profile edit`.
#[derive(Args, Clone, Debug)]
pub struct EditArgs {
    /// The profile to begin at
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
}

/// The words of `signreq profile rename`.
#[derive(Args, Clone, Debug)]
pub struct RenameArgs {
    /// The profile
    #[arg(value_name = "NAME")]
    pub old: String,

    /// Its new name
    #[arg(value_name = "NEW")]
    pub new: String,
}

/// The words of `signreq profile remove`.
#[derive(Args, Clone, Debug)]
pub struct RemoveArgs {
    /// The profile
    #[arg(value_name = "NAME")]
    pub name: String,

    /// Do not ask
    #[arg(long)]
    pub yes: bool,

    /// Remove its secrets from the keyring too
    #[arg(long)]
    pub keyring: bool,
}
