//! Brings what the machine lacks, or names exactly what to install.
//!
//! Versions that no lock file holds are here and nowhere else. A program that is named by its environment
//! variable is taken as it is.

mod cache;
mod debian;
mod geckodriver;
pub(crate) mod npm;
mod python;
pub(crate) mod wasm_target;

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::tree::Tree;

/// Version of the driver of Firefox, from crates.io.
const GECKODRIVER: &str = "0.37.1";
/// Oldest Node.js that the npm packages run on.
const NODE: u32 = 20;
/// Debian's compiler with the sources of its standard library, for machines where rustup cannot download one.
const DEBIAN_RUST: [&str; 3] = ["rustc-web", "rust-web-src", "rust-web-clippy"];
/// Debian's packages that the pages' words are drawn with.
const DEBIAN_FONTS: [&str; 2] = ["fonts-noto-core", "fonts-noto-color-emoji"];
/// Debian's packages with the languages that its browsers are looked at in; other Chromiums bring theirs along.
const DEBIAN_LANGUAGES: [&str; 2] = ["chromium-l10n", "firefox-esr-l10n-ar"];

/// A browser that the extension is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Browser {
    /// Chromium, for Chrome and its relatives.
    Chromium,
    /// Firefox.
    Firefox,
}

/// A program that is driven.
struct Program {
    /// Environment variable that names its path to the tests, and that may name another one to us.
    variable: Option<&'static str>,
    /// Names under which it is found on the PATH, the first that is there.
    names: &'static [&'static str],
    /// Debian's package.
    package: &'static str,
}

const PROGRAMS: [Program; 7] = [
    Program {
        variable: Some("CHROMIUM"),
        names: &["chromium", "chromium-browser"],
        package: "chromium",
    },
    Program {
        variable: Some("CHROMEDRIVER"),
        names: &["chromedriver"],
        package: "chromium-driver",
    },
    Program {
        variable: Some("FIREFOX"),
        names: &["firefox-esr", "firefox"],
        package: "firefox-esr",
    },
    Program {
        variable: None,
        names: &["Xvfb"],
        package: "xvfb",
    },
    Program {
        variable: None,
        names: &["xdotool"],
        package: "xdotool",
    },
    Program {
        variable: None,
        names: &["openbox"],
        package: "openbox",
    },
    Program {
        variable: None,
        names: &["fossil"],
        package: "fossil",
    },
];

/// Outside programs that check what is written, each in a package of the same name.
pub(crate) const CHECKERS: [&str; 2] = ["age", "openssl"];
/// Programs that figures are measured beside, each in a package of the same name.
pub(crate) const MEASURES: [&str; 1] = ["unzip"];

/// Environment variables with what they name.
pub(crate) type Variables = Vec<(String, PathBuf)>;

/// Browsers, drivers, a display without a screen, and the applications that are typed into.
///
/// # Errors
/// Something is missing and cannot be brought; the error names all of it.
pub(crate) fn bring_driven(tree: &Tree) -> Result<Variables> {
    let mut packages: Vec<&str> = PROGRAMS
        .iter()
        .filter(|program| program.find().is_none())
        .map(|p| p.package)
        .collect();
    if !python::usable() {
        packages.push("python3-venv");
    }
    if debian::is() {
        let wanted = DEBIAN_FONTS.iter().chain(&DEBIAN_LANGUAGES);
        packages.extend(wanted.filter(|package| !debian::installed(package)));
    }
    debian::install(&packages).context("the browsers and the programs that drive them are not complete")?;
    let mut variables = Variables::new();
    for program in &PROGRAMS {
        let path = program.find().with_context(|| {
            format!(
                "{} is still not on the PATH: install it, then repeat the command",
                program.names.join(" or ")
            )
        })?;
        variables.extend(program.variable.map(|variable| (variable.to_owned(), path)));
    }
    variables.push(("GECKODRIVER".to_owned(), geckodriver::bring()?));
    variables.extend(python::bring(&tree.at("tests/e2e/python"))?);
    variables.extend(python::bring(&tree.at("tests/collector/python"))?);
    Ok(variables)
}

/// The outside tools that check what Counterfoil writes: programs, Python packages, npm packages.
///
/// # Errors
/// Something is missing and cannot be brought; the error names all of it.
pub(crate) fn bring_checkers(tree: &Tree) -> Result<Variables> {
    if !python::usable() {
        debian::install(&["python3-venv"]).context("the tools that check our files are not complete")?;
    }
    bring_programs(&CHECKERS)?;
    let mut variables = python::bring(&tree.at("tests/conformance/python"))?;
    variables.extend(python::bring(&tree.at("tests/collector/python"))?);
    let packages = npm::bring_apart(&tree.at("tests/conformance/node"))?;
    variables.push(("COUNTERFOIL_NPM_CONFORMANCE".to_owned(), packages));
    Ok(variables)
}

/// Programs, each in Debian's package of its name.
///
/// # Errors
/// One is missing and cannot be brought; the error names all of them.
pub(crate) fn bring_programs(names: &[&'static str]) -> Result<()> {
    let missing = || -> Vec<&str> {
        let names = names.iter().copied();
        names.filter(|name| on_path(name).is_none()).collect()
    };
    debian::install(&missing()).context("the programs that are called by name are not complete")?;
    match missing().as_slice() {
        [] => Ok(()),
        still => name_missing(still),
    }
}

impl Program {
    fn find(&self) -> Option<PathBuf> {
        self.variable
            .and_then(named)
            .or_else(|| self.names.iter().find_map(|name| on_path(name)))
    }
}

/// The file that an environment variable names.
fn named(variable: &str) -> Option<PathBuf> {
    env::var_os(variable)
        .map(PathBuf::from)
        .filter(|path| path.is_file())
}

/// A program of the PATH.
fn on_path(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(name))
        .find(|path| executable(path))
}

#[cfg(unix)]
fn executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata()
        .is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn executable(path: &Path) -> bool {
    path.is_file()
}

/// The other detectors, as `COUNTERFOIL_PEER_<NAME>`: the words that start each, apart by tabs.
///
/// # Errors
/// Python or Node.js is missing, or a package cannot be installed.
pub(crate) fn bring_detectors(tree: &Tree) -> Result<Vec<(String, OsString)>> {
    if !python::usable() {
        debian::install(&["python3-venv"]).context("Python cannot make environments")?;
    }
    let lists = tree.at("tests/bench/python");
    let python = python::bring(&lists)?
        .into_iter()
        .find_map(|(name, path)| (name == "COUNTERFOIL_VENV_DETECT").then_some(path))
        .context("tests/bench/python has no list for the detectors")?;
    let node = npm::bring_apart(&tree.at("tests/bench/node"))?;
    // Node.js looks for packages beside the script.
    let script = node.join("detect.mjs");
    std::fs::copy(tree.at("tests/bench/node/detect.mjs"), &script)
        .with_context(|| format!("cannot write {}", script.display()))?;
    let python_script = lists.join("detect.py");
    let start = |program: &OsStr, script: &Path, name: &str| {
        let mut words = OsString::from(program);
        for word in [script.as_os_str(), OsStr::new(name)] {
            words.push("\t");
            words.push(word);
        }
        let variable = format!("COUNTERFOIL_PEER_{}", name.to_ascii_uppercase().replace('-', "_"));
        (variable, words)
    };
    let mut peers = Vec::new();
    for name in ["presidio", "scrubadub", "datafog", "detect-secrets", "leakguard"] {
        peers.push(start(python.as_os_str(), &python_script, name));
    }
    for name in ["secretlint", "redact-pii"] {
        peers.push(start(OsStr::new("node"), &script, name));
    }
    Ok(peers)
}

/// Whether there is a screen to show something on.
pub(crate) fn display() -> bool {
    cfg!(any(windows, target_os = "macos"))
        || ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// Refuses to go on for want of things that a person has to install.
fn name_missing(what: &[&str]) -> Result<()> {
    bail!(
        "install {}, so that they are on the PATH; then repeat the command",
        what.join(", ")
    )
}
