//! Debian's packages: installed where we may, else named in a command to copy.

use std::process::Command;

use anyhow::{Context, Result, bail};

use super::name_missing;
use crate::process::{self, minutes};

/// Whether this is Debian itself. Its relatives name packages otherwise, or ship browsers as snaps.
pub(crate) fn is() -> bool {
    std::fs::read_to_string("/etc/os-release").is_ok_and(|text| names_debian(&text))
}

fn names_debian(os_release: &str) -> bool {
    os_release.lines().any(|line| {
        line.strip_prefix("ID=")
            .is_some_and(|id| id.trim_matches('"') == "debian")
    })
}

/// Whether a package is installed.
pub(crate) fn installed(package: &str) -> bool {
    let mut command = Command::new("dpkg-query");
    command
        .args(["--show", "--showformat=${db:Status-Status}", package])
        .stderr(std::process::Stdio::null());
    process::attempt(&mut command, minutes(1))
        .is_ok_and(|(status, text)| status.success() && text == "installed")
}

/// Installs packages; nothing where there are none.
///
/// # Errors
/// This is not Debian, we are not root, or apt fails; the error names what to install, and how.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    if packages.is_empty() {
        return Ok(());
    }
    if !is() {
        return name_missing(packages);
    }
    if !root() {
        bail!(
            "run `sudo apt-get update && sudo apt-get install -y --no-install-recommends {}`, then repeat the command",
            packages.join(" ")
        );
    }
    println!("installing {}", packages.join(", "));
    process::run(apt().arg("update"), minutes(10))?;
    process::run(
        apt()
            .args(["install", "-y", "--no-install-recommends"])
            .args(packages),
        minutes(30),
    )
    .context("Debian's packages were not installed")
}

fn apt() -> Command {
    let mut command = Command::new("apt-get");
    // Another apt may be at work: wait for it rather than fail.
    command
        .env("DEBIAN_FRONTEND", "noninteractive")
        .args(["-q", "-o", "DPkg::Lock::Timeout=300"]);
    command
}

#[cfg(unix)]
fn root() -> bool {
    rustix::process::geteuid().is_root()
}

#[cfg(not(unix))]
fn root() -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::names_debian;

    #[test]
    fn only_debian_itself() {
        assert!(names_debian("NAME=\"Debian GNU/Linux\"\nID=debian\n"));
        assert!(!names_debian("ID=ubuntu\nID_LIKE=debian\n"));
        assert!(!names_debian(""));
    }
}
