//! `docs/verify.md`: the commands of the page, run as they stand in it.

use std::env;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::Row;
use crate::given::Given;
use crate::process::{minutes, output};

const PAGE: &str = "docs/verify.md";

/// Runs the page from top to bottom as one session of a shell, from the root of the checkout.
///
/// # Errors
/// The page cannot be read or shows no commands.
pub(super) fn run(root: &Path, given: &Given) -> Result<Row> {
    let page = fs::read_to_string(root.join(PAGE)).with_context(|| format!("cannot read {PAGE}"))?;
    let blocks = blocks(&page);
    ensure!(!blocks.is_empty(), "{PAGE} shows no commands");
    let work = given.out.join("page");
    fs::create_dir_all(&work)?;
    let done = work.join("done");
    let mut script = "set -euo pipefail\n".to_owned();
    for (line, block) in &blocks {
        writeln!(script, "{block}\necho {line} >> \"$DONE\"")?;
    }
    fs::write(&done, "")?;
    let mut shell = Command::new("bash");
    shell
        .current_dir(root)
        .arg("-c")
        .arg(&script)
        .env("DONE", &done)
        .env("TMPDIR", &work)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PATH", path(given)?);
    let ended = output(&mut shell, minutes(5))?;
    fs::write(work.join("output.txt"), &ended.output)?;
    let done = fs::read_to_string(&done)?;
    let mut row = Row::new(
        PAGE,
        "every command of the page does what the page says, as it stands there",
    );
    // The shell stops at the first that fails: what it said belongs to that one.
    let mut said = Some(String::from_utf8_lossy(&ended.output).into_owned() + &ended.errors);
    for (line, _) in &blocks {
        let passed = done.lines().any(|found| found == line.to_string());
        row.case(passed, || match said.take() {
            Some(said) => format!("the block at line {line} failed:\n{said}"),
            None => format!("the block at line {line} was not reached"),
        });
    }
    Ok(row)
}

/// The contents of fenced blocks that are marked as shell, each with the line at which it begins.
fn blocks(page: &str) -> Vec<(usize, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (index, line) in page.lines().enumerate() {
        match &mut open {
            Some((_, block)) if line != "```" => {
                block.push_str(line);
                block.push('\n');
            }
            Some(_) => blocks.extend(open.take()),
            None if line == "```sh" => open = Some((index + 2, String::new())),
            None => {}
        }
    }
    blocks
}

/// The programs that the page expects to be installed come first.
fn path(given: &Given) -> Result<OsString> {
    let folders = [&given.python, &given.counterfoil]
        .map(|program| program.parent().map(Path::to_owned).unwrap_or_default());
    let others = env::var_os("PATH").unwrap_or_default();
    let all: Vec<PathBuf> = folders.into_iter().chain(env::split_paths(&others)).collect();
    env::join_paths(all).context("a folder of the PATH has a name that cannot be in it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_blocks_of_shell_are_found() {
        let page = "text\n```\nnot\n```\n```sh\none\ntwo\n```\n~~~\n```sh\nthree\n```\n";
        assert_eq!(
            blocks(page),
            [(6, "one\ntwo\n".to_owned()), (11, "three\n".to_owned())]
        );
    }
}
