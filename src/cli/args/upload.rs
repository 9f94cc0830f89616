//! The words and options of `upload`.

use super::RequestArgs;
use clap::Parser;

/// Uploads an image to MAAS in signed pieces, and goes on where it was broken off.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "upload",
    override_usage = "signreq upload [OPTIONS] PROFILE PATH name=NAME architecture=ARCH [ITEM]... content@FILE",
    args_override_self = true
)]
pub struct UploadArgs {
    /// The request that announces the image.
    #[command(flatten)]
    pub request: RequestArgs,

    /// Begin anew, though a part of the image is there already
    #[arg(long, help_heading = "Upload")]
    pub restart: bool,

    /// Go on up to N times where trouble may pass, counted anew with each piece
    #[arg(long, value_name = "N", default_value = "3", help_heading = "Upload")]
    pub retry: u32,

    /// Send no more than RATE bytes a second: 500, 10k, 5M, 1G
    #[arg(long, value_name = "RATE", help_heading = "Upload")]
    pub limit_rate: Option<String>,

    /// Show the heads of requests and answers, secrets masked
    #[arg(short, long, help_heading = "Output")]
    pub verbose: bool,
}
