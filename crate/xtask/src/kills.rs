//! `kills`: the collector killed again and again while people deal with it.

use anyhow::{Context, Result};

use crate::process::{self, minutes};
use crate::tree::Tree;

/// The test that kills.
const TEST: &str = "kill::nothing_that_was_answered_is_lost_and_nothing_is_doubled";

/// Kills a server so many times.
///
/// # Errors
/// Something that it had answered is lost, altered or doubled, or something that it had not is counted.
pub(crate) fn kill(tree: &Tree, count: u32) -> Result<()> {
    let mut command = process::cargo();
    command
        .current_dir(&tree.root)
        .args([
            "test",
            "--package",
            "counterfoil-collector",
            "--test",
            "collector",
        ])
        .args(["--", "--exact", TEST, "--nocapture"])
        .env("COUNTERFOIL_KILLS", count.to_string());
    process::run(&mut command, minutes(60)).context("the collector did not survive being killed")
}
