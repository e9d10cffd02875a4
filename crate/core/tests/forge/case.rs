//! Cases of all formats but the bundle: a file each, and an index for each folder.

use miniz_oxide::deflate::compress_to_vec_zlib;
use serde_json::{Value, json};

use super::{age, backup, collector, json as text, key, line, log, note, sealed, statement, storage, tree};

/// Longest file that is stored as it is.
const LONGEST: usize = 16 * 1024;

/// The folders that `crate/app` reads: what they hold is above the core.
pub(crate) const ABOVE: [&str; 2] = ["backup", "storage"];

/// One file, and what a reader must make of it.
pub(crate) struct Case {
    /// Name of its file; that of a bad one begins with the error.
    pub(crate) file: String,
    /// What is particular about it.
    pub(crate) about: String,
    /// The error that is due, from the outer to the inner; `None` where the file is valid.
    pub(crate) error: Option<String>,
    /// What the reader needs besides the file.
    pub(crate) given: Value,
    /// What the reader gets out of it.
    pub(crate) gives: Value,
    /// The file, before it is compressed.
    pub(crate) bytes: Vec<u8>,
    /// Whether the file holds its bytes compressed: long ones that have little in them.
    pub(crate) compressed: bool,
}

/// A file that is accepted.
pub(crate) fn valid(name: &str, about: &str, bytes: impl Into<Vec<u8>>) -> Case {
    Case {
        file: format!("valid-{name}"),
        about: about.to_owned(),
        error: None,
        given: Value::Null,
        gives: Value::Null,
        bytes: bytes.into(),
        compressed: false,
    }
}

/// A file that is refused with this error, its words from the outer to the inner.
pub(crate) fn invalid(error: &str, name: &str, about: &str, bytes: impl Into<Vec<u8>>) -> Case {
    Case {
        file: format!("{}-{name}", error.replace([' ', '_'], "-")),
        error: Some(error.to_owned()),
        ..valid("", about, bytes)
    }
}

impl Case {
    pub(crate) fn given(self, given: Value) -> Self {
        Self { given, ..self }
    }

    pub(crate) fn gives(self, gives: Value) -> Self {
        Self { gives, ..self }
    }

    pub(crate) fn compressed(self) -> Self {
        Self {
            compressed: true,
            ..self
        }
    }

    /// As it is stored.
    pub(crate) fn stored(&self) -> Vec<u8> {
        if self.compressed {
            compress_to_vec_zlib(&self.bytes, 9)
        } else {
            self.bytes.clone()
        }
    }
}

/// The cases of one format.
pub(crate) struct Folder {
    pub(crate) name: &'static str,
    pub(crate) cases: Vec<Case>,
}

impl Folder {
    fn new(name: &'static str, ending: &str, mut cases: Vec<Case>) -> Self {
        for case in &mut cases {
            case.file = format!("{}.{ending}", case.file);
            if case.compressed {
                case.file += ".zlib";
            }
            let kept = case.stored().len();
            assert!(
                kept <= LONGEST || name == "age",
                "{name}/{}: {kept} bytes are not small",
                case.file
            );
        }
        Self { name, cases }
    }

    /// Its `index.json`.
    pub(crate) fn index(&self) -> String {
        let entries: Vec<_> = self
            .cases
            .iter()
            .map(|case| {
                let mut entry = json!({
                    "file": case.file,
                    "about": case.about,
                    "outcome": if case.error.is_some() { "invalid" } else { "valid" },
                    "error": case.error,
                });
                for (member, value) in [("given", &case.given), ("gives", &case.gives)] {
                    if !value.is_null() {
                        entry[member] = value.clone();
                    }
                }
                if case.compressed {
                    entry["compressed"] = json!("zlib");
                }
                entry
            })
            .collect();
        serde_json::to_string_pretty(&entries).unwrap() + "\n"
    }
}

/// A JSON file.
pub(crate) fn document(value: &Value) -> Vec<u8> {
    (serde_json::to_string_pretty(value).unwrap() + "\n").into()
}

/// Everything below `tests/vectors` but the bundles.
pub(crate) fn folders() -> Vec<Folder> {
    vec![
        Folder::new("note", "note", note::cases()),
        Folder::new("statement", "jws", statement::cases()),
        Folder::new("json", "json", text::cases()),
        Folder::new("line", "json", line::cases()),
        Folder::new("log", "json", log::cases()),
        Folder::new("tree", "json", tree::cases()),
        Folder::new("key", "json", key::cases()),
        Folder::new("age", "age", age::cases()),
        Folder::new("sealed", "sealed", sealed::cases()),
        Folder::new("collector", "json", collector::cases()),
        Folder::new("backup", "jsonl", backup::cases()),
        Folder::new("storage", "bin", storage::cases()),
    ]
}
