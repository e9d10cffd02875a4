//! The files of adapters: read, checked, compiled. For builds and tests.

mod check;
mod compile;
mod schema;

use std::fs;
use std::path::Path;

pub use check::Fault;
pub use compile::{answers, families, page, table};
pub use schema::{
    Composer, Data, Expected, Family, File, Fixture, Keys, KindAtFile, Model, PageCase, Rating, Response,
    SearchFile, Skip, Thread,
};

/// A file that is no adapter, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {fault}")]
pub struct Invalid {
    /// Its name.
    pub file: String,
    /// What is wrong with it.
    pub fault: Fault,
}

/// Reads and checks one adapter; `stem` is the name of its file without `.toml`.
///
/// # Errors
/// The text is no TOML of the schema, or a value is not allowed: the fault names the field.
pub fn one(stem: &str, text: &str) -> Result<File, Invalid> {
    let invalid = |fault| Invalid {
        file: format!("{stem}.toml"),
        fault,
    };
    let file: File = toml::from_str(text).map_err(|error| invalid(Fault::Unreadable(error.to_string())))?;
    file.check(stem).map_err(invalid)?;
    Ok(file)
}

/// Reads and checks a folder of adapters; gives them by id.
///
/// # Errors
/// The folder cannot be read, a file in it is no adapter, or two of them claim the same host.
pub fn folder(folder: &Path) -> Result<Vec<File>, Invalid> {
    let unreadable = |file: String, error: std::io::Error| Invalid {
        file,
        fault: Fault::Unreadable(error.to_string()),
    };
    let name = folder.display().to_string();
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| unreadable(name.clone(), error))? {
        let path = entry.map_err(|error| unreadable(name.clone(), error))?.path();
        if path.extension().is_none_or(|kind| kind != "toml") {
            continue;
        }
        let stem = path
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned())
            .unwrap_or_default();
        let text = fs::read_to_string(&path).map_err(|error| unreadable(format!("{stem}.toml"), error))?;
        files.push(one(&stem, &text)?);
    }
    files.sort_by(|left, right| left.id.cmp(&right.id));
    check::together(&files)?;
    Ok(files)
}

#[cfg(test)]
mod tests;
