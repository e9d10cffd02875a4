//! The zip writer of the packages. The same files give the same bytes: names are sorted, times and permissions
//! are fixed, nothing of the machine goes in.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};

use anyhow::{Context, Result};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

/// Files by their path within the package, with `/`.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// A zip of the files.
///
/// # Errors
/// A name or a file is longer than a zip can hold.
pub(crate) fn zip(files: &Files) -> Result<Vec<u8>> {
    // The earliest time that a zip can state: no file of a package has a time of its own.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(9))
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644)
        .system(System::Unix);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        writer
            .start_file(name.as_str(), options)
            .with_context(|| format!("cannot pack {name}"))?;
        writer
            .write_all(content)
            .with_context(|| format!("cannot pack {name}"))?;
    }
    Ok(writer.finish().context("cannot finish the package")?.into_inner())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn files(names: &[&str]) -> Files {
        names
            .iter()
            .map(|name| {
                (
                    (*name).to_owned(),
                    format!("this is {name}\n").repeat(9).into_bytes(),
                )
            })
            .collect()
    }

    #[test]
    fn the_same_files_give_the_same_bytes_in_any_order() {
        let one = zip(&files(&["manifest.json", "a/b.js", "a.js"])).unwrap();
        let two = zip(&files(&["a.js", "manifest.json", "a/b.js"])).unwrap();
        assert_eq!(one, two);
        assert_ne!(one, zip(&files(&["a.js", "manifest.json", "a/c.js"])).unwrap());
    }

    #[test]
    fn the_bytes_are_these_on_every_machine() {
        let packed = zip(&Files::from([("a.txt".to_owned(), b"counterfoil".to_vec())])).unwrap();
        assert_eq!(
            crate::digest::sha256(&packed),
            "cd59a6d1ad8338bfa55edd66e2b5ec8276a7c8e1f21a59b9d7dfac4c0cf813a1"
        );
    }

    #[test]
    fn names_are_sorted_times_and_permissions_fixed_and_contents_whole() {
        let packed = zip(&files(&["b.js", "a/z.js", "a.js"])).unwrap();
        let mut archive = zip::ZipArchive::new(Cursor::new(packed)).unwrap();
        let names: Vec<_> = archive
            .file_names()
            .map(|name| name.unwrap().into_owned())
            .collect();
        assert_eq!(names, ["a.js", "a/z.js", "b.js"]);
        for index in 0..archive.len() {
            let mut file = archive.by_index(index).unwrap();
            assert_eq!(file.last_modified(), Some(DateTime::default()));
            assert_eq!(file.unix_mode(), Some(0o100_644));
            let mut content = String::new();
            file.read_to_string(&mut content).unwrap();
            assert_eq!(content, format!("this is {}\n", file.name().unwrap()).repeat(9));
        }
    }
}
