//! Where things are.
//!
//! Cargo's own output goes to `CARGO_TARGET_DIR` where that is set, else to `target`. What is made for a person
//! to use (`target/extension`, `target/package`, `target/demo`, `target/glue`) is always below the repository's
//! own `target`, so that documents can name it.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// A checkout, and the folders that are built into.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    /// The repository.
    pub(crate) root: PathBuf,
    /// Cargo's target folder for native code.
    pub(crate) native: PathBuf,
    /// Cargo's target folder for WebAssembly: apart, since its standard library may be of another compiler.
    pub(crate) wasm: PathBuf,
    /// Whether what is built speaks to collectors; else it knows files only, and lies in folders of its own.
    pub(crate) channel: bool,
}

impl Tree {
    /// The checkout that `cargo xtask` was called in.
    ///
    /// # Errors
    /// Called outside a checkout.
    pub(crate) fn find() -> Result<Self> {
        let here = env::current_dir().context("the current folder cannot be read")?;
        // Cargo tells where this crate is; a binary that is called by hand looks upward from where it stands.
        let start = env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| here.clone(), PathBuf::from);
        let root = start.ancestors().find(|folder| {
            folder.join("manifest.json").is_file() && folder.join("crate/xtask/Cargo.toml").is_file()
        });
        let Some(root) = root else {
            bail!(
                "{} is not inside a checkout of Counterfoil: change into one",
                start.display()
            );
        };
        let native = match env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => here.join(folder),
            None => root.join("target"),
        };
        Ok(Self {
            root: root.to_owned(),
            wasm: native.join("wasm-build"),
            native,
            channel: true,
        })
    }

    /// A file of the repository.
    pub(crate) fn at(&self, path: impl AsRef<Path>) -> PathBuf {
        self.root.join(path)
    }

    /// The extension, unpacked, in the form that both browsers take.
    pub(crate) fn extension(&self) -> PathBuf {
        self.built("extension")
    }

    /// The WebAssembly module and its JavaScript, as wasm-bindgen writes them.
    pub(crate) fn glue(&self) -> PathBuf {
        self.built("glue")
    }

    /// The packages.
    pub(crate) fn packages(&self) -> PathBuf {
        self.built("package")
    }

    fn built(&self, name: &str) -> PathBuf {
        let form = if self.channel { "" } else { "-file-only" };
        self.at(format!("target/{name}{form}"))
    }

    /// The one version, from the workspace's manifest.
    ///
    /// # Errors
    /// The manifest cannot be read or states no version.
    pub(crate) fn version(&self) -> Result<String> {
        let path = self.at("Cargo.toml");
        let manifest = read(&path)?;
        version_in(&manifest)
            .with_context(|| format!("{} states no version under [workspace.package]", path.display()))
    }
}

/// The version under `[workspace.package]`.
fn version_in(manifest: &str) -> Option<String> {
    manifest
        .lines()
        .skip_while(|line| line.trim() != "[workspace.package]")
        .skip(1)
        .take_while(|line| !line.trim_start().starts_with('['))
        .find_map(|line| {
            let (key, value) = line.split_once('=')?;
            (key.trim() == "version").then(|| value.trim().trim_matches('"').to_owned())
        })
}

/// A text file.
///
/// # Errors
/// It cannot be read; the error names it.
pub(crate) fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// A file.
///
/// # Errors
/// It cannot be read; the error names it.
pub(crate) fn read_bytes(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Writes a file and the folders above it.
///
/// # Errors
/// It cannot be written; the error names it.
pub(crate) fn write(path: &Path, content: impl AsRef<[u8]>) -> Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    }
    std::fs::write(path, content).with_context(|| format!("cannot write {}", path.display()))
}

/// Makes a folder, empty.
///
/// # Errors
/// What it held cannot be removed, or it cannot be made.
pub(crate) fn empty(folder: &Path) -> Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("cannot empty {}", folder.display()));
        }
        _ => {}
    }
    std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))
}

/// The files below a folder, as paths relative to it with `/`, sorted.
///
/// # Errors
/// A folder cannot be read.
pub(crate) fn files_below(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in walkdir::WalkDir::new(folder) {
        let entry = entry.with_context(|| format!("cannot read {}", folder.display()))?;
        if entry.file_type().is_file() {
            let path = entry.path().strip_prefix(folder)?;
            names.push(slashes(path)?);
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// What follows the last dot of a file's name; empty where there is none.
pub(crate) fn kind(name: &str) -> &str {
    name.rsplit('/')
        .next()
        .and_then(|name| name.rsplit_once('.'))
        .map_or("", |(_, kind)| kind)
}

/// A relative path written with `/`.
///
/// # Errors
/// The name is not UTF-8.
pub(crate) fn slashes(path: &Path) -> Result<String> {
    let parts: Option<Vec<&str>> = path.iter().map(|part| part.to_str()).collect();
    Ok(parts
        .with_context(|| format!("{} is not UTF-8", path.display()))?
        .join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_the_workspaces() {
        let manifest = "[workspace]\nversion = \"9\"\n[workspace.package]\nedition = \"2024\"\n\
                        version = \"0.1.0\"\n[workspace.dependencies]\nversion = \"7\"\n";
        assert_eq!(version_in(manifest).as_deref(), Some("0.1.0"));
        assert_eq!(
            version_in("[workspace.package]\n[other]\nversion = \"1\"\n"),
            None
        );
    }
}
