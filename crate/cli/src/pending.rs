//! A file that appears under its name whole, or not at all.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// A file being written, beside the place where it will be. Only its owner may read it. Dropped, it is gone; a
/// process that is killed leaves it behind under a name that ends in [`SUFFIX`].
pub(crate) struct Pending {
    file: NamedTempFile,
    path: PathBuf,
    replace: bool,
}

const SUFFIX: &str = ".part";

impl Pending {
    /// Begins the file; refused if there is one, unless it may be replaced.
    pub(crate) fn begin(path: &Path, replace: bool) -> Result<Self, String> {
        vacant(path, replace)?;
        let directory = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let file = tempfile::Builder::new()
            .prefix(".counterfoil-")
            .suffix(SUFFIX)
            .tempfile_in(directory)
            .map_err(|error| unwritable(path, &plain(&error)))?;
        Ok(Self {
            file,
            path: path.to_owned(),
            replace,
        })
    }

    /// Appends to it.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), String> {
        self.file
            .write_all(bytes)
            .map_err(|error| unwritable(&self.path, &plain(&error)))
    }

    /// Gives it another name than it was begun for.
    pub(crate) fn named(mut self, path: PathBuf) -> Self {
        self.path = path;
        self
    }

    /// Forces it to the disk, then gives it its name. A file that came meanwhile is not replaced.
    pub(crate) fn finish(self) -> Result<(), String> {
        let Self { file, path, replace } = self;
        let refused = |error: &io::Error| match error.kind() {
            io::ErrorKind::AlreadyExists => occupied(&path),
            _ => unwritable(&path, &plain(error)),
        };
        file.as_file().sync_all().map_err(|error| refused(&error))?;
        let kept = if replace {
            file.persist(&path)
        } else {
            file.persist_noclobber(&path)
        };
        kept.map_err(|error| refused(&error.error))?;
        sync_directory(&path).map_err(|error| refused(&error))
    }
}

/// Refuses a name that is taken.
pub(crate) fn vacant(path: &Path, replace: bool) -> Result<(), String> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => Err(unwritable(path, "it is a directory")),
        Ok(_) if !replace => Err(occupied(path)),
        _ => Ok(()),
    }
}

fn occupied(path: &Path) -> String {
    format!(
        "there is a file {} already, it was left as it is: give another name",
        path.display()
    )
}

fn unwritable(path: &Path, reason: &str) -> String {
    format!(
        "cannot write {}: {reason}. Give a file in a directory where you may write and there is room",
        path.display()
    )
}

/// What the operating system said, without the temporary name that the library adds.
fn plain(error: &io::Error) -> String {
    let told = error.to_string();
    match told.split_once(" at path ") {
        Some((told, _)) => told.to_owned(),
        None => told,
    }
}

/// Forces the new name to the disk.
#[cfg(unix)]
fn sync_directory(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => fs::File::open(parent)?.sync_all(),
        _ => fs::File::open(".")?.sync_all(),
    }
}

/// Elsewhere directories cannot be opened, and names are written with the files.
#[cfg(not(unix))]
fn sync_directory(_path: &Path) -> io::Result<()> {
    Ok(())
}
