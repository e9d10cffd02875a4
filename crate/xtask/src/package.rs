//! The packages of the two stores, byte for byte the same from the same sources.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::archive::{self, Files};
use crate::digest::sha256;
use crate::manifest::{self, Form};
use crate::process::{self, minutes};
use crate::provision::npm;
use crate::tree::{self, Tree, files_below, read, read_bytes, write};

/// The packages that were made.
pub(crate) struct Packages {
    /// Path of the Chrome package.
    pub(crate) chrome: std::path::PathBuf,
    /// Path of the Firefox package.
    pub(crate) firefox: std::path::PathBuf,
}

/// Builds the extension, packs it for both stores and lints the Firefox form.
///
/// # Errors
/// The build fails, or the linter reports an error.
pub(crate) fn package(tree: &Tree) -> Result<Packages> {
    let made = pack(tree)?;
    lint(tree)?;
    Ok(made)
}

/// What a package without the channel to collectors may hold nowhere: the addresses that it asks, the call that sends,
/// and the permission that the call needs.
const CHANNEL: [&str; 4] = [
    "/v1/bundles",
    "/v1/revocations",
    "declarativeNetRequest",
    "credentials: \"omit\"",
];

/// Builds and packs the extension without the channel to collectors, and proves that nothing of it is in the packages.
///
/// # Errors
/// The build fails, the linter reports an error, or something of the channel is in a package.
pub(crate) fn file_only(tree: &Tree) -> Result<()> {
    let without = Tree {
        channel: false,
        ..tree.clone()
    };
    package(&without)?;
    let left = channel_in(&without)?;
    if !left.is_empty() {
        bail!(
            "the packages without the channel hold parts of it: {}",
            left.join(", ")
        );
    }
    // A search that finds nothing anywhere would prove nothing.
    if tree.extension().exists() && channel_in(tree)?.is_empty() {
        bail!("the whole extension seems to have no channel either: the search looks for the wrong things");
    }
    println!("nothing of the channel to collectors is in these packages");
    Ok(())
}

/// Where something of the channel is in an unpacked extension.
fn channel_in(tree: &Tree) -> Result<Vec<String>> {
    let mut left = Vec::new();
    for name in files_below(&tree.packages())? {
        // Only what is unpacked can be searched.
        if !name.contains('/') {
            continue;
        }
        let content = read_bytes(&tree.packages().join(&name))?;
        for part in CHANNEL {
            let part = part.as_bytes();
            if content.windows(part.len()).any(|window| window == part) {
                left.push(format!("{name}: {}", String::from_utf8_lossy(part)));
            }
        }
        if name.ends_with("manifest.json") {
            let manifest = String::from_utf8_lossy(&content).into_owned();
            if !manifest.contains("connect-src 'self';") {
                left.push(format!("{name}: a policy that lets it connect"));
            }
        }
    }
    Ok(left)
}

/// Makes the packages twice, from this checkout and from a copy of it at another path with compiler output of its
/// own, and compares them.
///
/// # Errors
/// A byte differs; the error names the files that do.
pub(crate) fn reproduce(tree: &Tree) -> Result<()> {
    let here = package(tree)?;
    let again = tree.native.join("again");
    let copy = Tree {
        root: again.join("tree"),
        native: again.join("native"),
        wasm: again.join("wasm-build"),
        channel: tree.channel,
    };
    println!(
        "\nthe same again, from a copy of the sources in {}",
        copy.root.display()
    );
    replicate(tree, &copy.root)?;
    let there = pack(&copy)?;
    for (one, other) in [(&here.chrome, &there.chrome), (&here.firefox, &there.firefox)] {
        if read_bytes(one)? != read_bytes(other)? {
            let unequal = differing(&tree.extension(), &copy.extension())?;
            bail!(
                "{} and {} differ: {}. Find what of the machine gets in, and keep it out",
                one.display(),
                other.display(),
                if unequal.is_empty() {
                    "in the archive only".to_owned()
                } else {
                    unequal.join(", ")
                }
            );
        }
    }
    println!("both packages are the same, byte for byte");
    Ok(())
}

/// The packages that an earlier stage made.
///
/// # Errors
/// The version cannot be read.
pub(crate) fn made(tree: &Tree) -> Result<Packages> {
    let version = tree.version()?;
    let form = if tree.channel { "" } else { "-file-only" };
    let path = |store: &str| {
        tree.packages()
            .join(format!("counterfoil-{version}-{store}{form}.zip"))
    };
    Ok(Packages {
        chrome: path("chrome"),
        firefox: path("firefox"),
    })
}

fn pack(tree: &Tree) -> Result<Packages> {
    crate::build::build(tree)?;
    let version = tree.version()?;
    let source = read(&tree.at("manifest.json"))?;
    let out = tree.packages();
    tree::empty(&out)?;
    let mut files = Files::new();
    for name in files_below(&tree.extension())? {
        let content = read_bytes(&tree.extension().join(&name))?;
        files.insert(name, content);
    }
    let made = made(tree)?;
    for (name, form, path) in [
        ("chrome", Form::Chrome, &made.chrome),
        ("firefox", Form::Firefox, &made.firefox),
    ] {
        files.insert(
            "manifest.json".to_owned(),
            manifest::derive(&source, &version, form, tree.channel)?.into_bytes(),
        );
        for (path, content) in &files {
            write(&out.join(name).join(path), content)?;
        }
        let packed = archive::zip(&files)?;
        write(path, &packed)?;
        println!("{}  {}  {} bytes", sha256(&packed), path.display(), packed.len());
    }
    Ok(made)
}

/// Runs the linter of Firefox's store over what is in the Firefox package.
fn lint(tree: &Tree) -> Result<()> {
    let mut command = npm::tool(tree, "web-ext");
    command.args(["lint", "--no-config-discovery", "--output=json", "--source-dir"]);
    command.arg(tree.packages().join("firefox"));
    let (_, report) = process::attempt(&mut command, minutes(5))?;
    let (errors, lines) = findings(&report)
        .with_context(|| format!("`{}` reported nothing readable", process::line(&command)))?;
    for line in &lines {
        println!("{line}");
    }
    if errors > 0 {
        bail!("Firefox's linter reports {errors} error(s), listed above: the store would refuse the package");
    }
    println!(
        "Firefox's linter: 0 errors, {} warning(s) and notice(s)",
        lines.len()
    );
    Ok(())
}

/// The number of errors of a report, and each finding as a line.
fn findings(report: &str) -> Result<(usize, Vec<String>)> {
    let report: serde_json::Value =
        serde_json::from_str(report).context("the linter's report is not JSON")?;
    let mut lines = Vec::new();
    for kind in ["errors", "warnings", "notices"] {
        let found = report[kind]
            .as_array()
            .with_context(|| format!("the linter's report has no {kind}"))?;
        for finding in found {
            let text = |key: &str| finding[key].as_str().unwrap_or_default();
            lines.push(format!(
                "{} {} {}:{} {}",
                kind.trim_end_matches('s'),
                text("code"),
                text("file"),
                finding["line"].as_u64().unwrap_or_default(),
                text("message"),
            ));
        }
    }
    Ok((report["errors"].as_array().map_or(0, Vec::len), lines))
}

/// Makes a folder hold exactly the sources of a checkout. Files that are the same already are left alone, so that
/// cargo compiles only what changed; what was installed or built there stays.
fn replicate(tree: &Tree, copy: &Path) -> Result<()> {
    let names = crate::check::sources(tree)?;
    for name in &names {
        let content = read_bytes(&tree.at(name))?;
        if read_bytes(&copy.join(name)).is_ok_and(|there| there == content) {
            continue;
        }
        write(&copy.join(name), content)?;
    }
    let entries = walkdir::WalkDir::new(copy).into_iter().filter_entry(|entry| {
        entry.depth() != 1
            || !["target", "node_modules"]
                .iter()
                .any(|kept| entry.file_name() == *kept)
    });
    for entry in entries {
        let entry = entry?;
        if entry.file_type().is_file() {
            let name = tree::slashes(entry.path().strip_prefix(copy)?)?;
            if names.binary_search(&name).is_err() {
                std::fs::remove_file(entry.path()).with_context(|| format!("cannot remove {name}"))?;
            }
        }
    }
    Ok(())
}

/// Names of the files that differ between two folders.
fn differing(one: &Path, other: &Path) -> Result<Vec<String>> {
    let mut names = files_below(one)?;
    names.extend(files_below(other)?);
    names.sort_unstable();
    names.dedup();
    names.retain(|name| read_bytes(&one.join(name)).ok() != read_bytes(&other.join(name)).ok());
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_linters_report_is_counted_and_told() {
        let report = r#"{"errors": [{"code": "E", "file": "a.js", "line": 3, "message": "no"}],
                         "warnings": [{"code": "W", "message": "hm"}], "notices": []}"#;
        let (errors, lines) = findings(report).unwrap();
        assert_eq!(errors, 1);
        assert_eq!(lines, ["error E a.js:3 no", "warning W :0 hm"]);
        assert!(findings("").is_err());
        assert!(findings("{}").is_err());
    }

    #[test]
    fn differing_files_are_named() {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for (folder, text) in [(&one, "1"), (&other, "2")] {
            write(&folder.path().join("same"), "").unwrap();
            write(&folder.path().join("x/changed"), text).unwrap();
        }
        write(&other.path().join("more"), "").unwrap();
        assert_eq!(
            differing(one.path(), other.path()).unwrap(),
            ["more", "x/changed"]
        );
    }
}
