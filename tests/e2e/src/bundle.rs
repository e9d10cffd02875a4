//! What other people's tools, and ours, say about an exported bundle.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use crate::process::output;
use crate::tools::{Tools, script};

const DEADLINE: Duration = Duration::from_mins(1);

/// What a verifier said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it accepts.
    pub valid: bool,
    /// All that it printed.
    pub report: String,
}

impl Verdict {
    /// Fails unless the bundle was accepted.
    pub fn accepted(self) -> Result<String> {
        ensure!(self.valid, "the bundle was refused:\n{}", self.report);
        Ok(self.report)
    }

    /// Fails unless the bundle was refused, and this is the one check that failed.
    pub fn refused_at(&self, check: &str) -> Result<()> {
        ensure!(!self.valid, "an altered bundle was accepted:\n{}", self.report);
        let failed = self.failed();
        ensure!(
            failed == [check],
            "refused at {failed:?} instead of {check}:\n{}",
            self.report
        );
        Ok(())
    }

    /// The checks that failed: `counterfoil verify` writes `NAME FAILED DETAIL` for each that it made, and
    /// `verify_bundle.py` ends with `invalid: NAME: DETAIL`.
    fn failed(&self) -> Vec<&str> {
        self.report
            .lines()
            .filter_map(|line| {
                if let Some(rest) = line.strip_prefix("invalid: ") {
                    return rest.split(':').next();
                }
                let mut columns = line.split_whitespace();
                let name = columns.next()?;
                (columns.next() == Some("FAILED")).then_some(name)
            })
            .collect()
    }
}

/// `counterfoil verify BUNDLE`.
pub async fn verify(tools: &Tools, bundle: &Path) -> Result<Verdict> {
    let mut command = Command::new(&tools.counterfoil);
    command.arg("verify").arg(bundle);
    verdict("counterfoil verify", command).await
}

/// `python/verify_bundle.py BUNDLE`: bagit, jwcrypto, cryptography, and the Merkle root computed anew.
pub async fn verify_independently(tools: &Tools, bundle: &Path) -> Result<Verdict> {
    let mut command = Command::new(&tools.verify_python);
    command.arg(script("verify_bundle.py")).arg(bundle);
    verdict("verify_bundle.py", command).await
}

/// `sha256sum -c` of both manifests of the unpacked bundle.
pub async fn check_sums(tools: &Tools, bundle: &Path) -> Result<String> {
    let folder = tempfile::tempdir()?;
    let mut unpack = Command::new(&tools.verify_python);
    unpack
        .args(["-m", "zipfile", "-e"])
        .arg(bundle)
        .arg(folder.path());
    verdict("unpacking", unpack).await?.accepted()?;
    let top: PathBuf = std::fs::read_dir(folder.path())?
        .next()
        .context("the bundle is empty")??
        .path();
    let mut report = String::new();
    for manifest in ["manifest-sha256.txt", "tagmanifest-sha256.txt"] {
        let mut command = Command::new("sha256sum");
        command.args(["--strict", "-c", manifest]).current_dir(&top);
        report.push_str(&verdict("sha256sum", command).await?.accepted()?);
    }
    Ok(report)
}

/// A copy in which one bit of `file` is different; with `mend` the manifests are made to match again.
pub async fn tampered(tools: &Tools, bundle: &Path, copy: &Path, file: &str, mend: bool) -> Result<()> {
    let mut command = Command::new(&tools.verify_python);
    command.arg(script("tamper.py")).arg(bundle).arg(copy).arg(file);
    if mend {
        command.arg("--mend");
    }
    verdict("tamper.py", command).await?.accepted().map(drop)
}

/// The records of a bundle, as JSON values in order.
pub async fn records(tools: &Tools, bundle: &Path) -> Result<Vec<serde_json::Value>> {
    let mut command = Command::new(&tools.verify_python);
    command.arg("-c").arg(
        "import sys,zipfile\n\
         archive=zipfile.ZipFile(sys.argv[1])\n\
         name=next(name for name in archive.namelist() if name.endswith('/data/records.jsonl'))\n\
         sys.stdout.buffer.write(archive.read(name))",
    );
    command.arg(bundle);
    let text = verdict("reading the records", command).await?.accepted()?;
    text.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
}

/// All verifiers on one bundle: the report that a person would keep. Fails at the first that refuses.
pub async fn verify_everywhere(tools: &Tools, bundle: &Path) -> Result<String> {
    let ours = verify(tools, bundle).await?.accepted()?;
    let theirs = verify_independently(tools, bundle).await?.accepted()?;
    let sums = check_sums(tools, bundle).await?;
    Ok(format!(
        "$ counterfoil verify\n{ours}\n$ python verify_bundle.py    # bagit, jwcrypto, cryptography, RFC 6962\n{theirs}\n\
         $ sha256sum --strict -c    # manifest, tagmanifest\n{sums}"
    ))
}

async fn verdict(name: &str, command: Command) -> Result<Verdict> {
    let (code, report) = output(name, command, DEADLINE).await?;
    match code {
        Some(0) => Ok(Verdict { valid: true, report }),
        Some(1) => Ok(Verdict { valid: false, report }),
        code => bail!("{name} failed with {code:?}:\n{report}"),
    }
}
