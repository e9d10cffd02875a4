//! A file as a source of the verifier.

use std::cell::RefCell;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

use counterfoil_core::bundle::zip::{Source, SourceError};

/// A regular file, read piece by piece.
pub(crate) struct FileSource {
    // Its position is of no meaning between reads.
    file: RefCell<File>,
    length: u64,
}

impl FileSource {
    /// Opens the file; the error says what happened and what to do.
    pub(crate) fn open(path: &Path) -> Result<Self, String> {
        let reason = |error: &dyn std::fmt::Display| {
            format!(
                "cannot read {}: {error}. Give the path of a bundle, a counterfoil-….zip",
                path.display()
            )
        };
        let file = File::open(path).map_err(|error| reason(&error))?;
        let metadata = file.metadata().map_err(|error| reason(&error))?;
        if !metadata.is_file() {
            return Err(reason(&"it is not a regular file"));
        }
        Ok(Self {
            file: RefCell::new(file),
            length: metadata.len(),
        })
    }
}

impl Source for FileSource {
    fn len(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), SourceError> {
        let mut file = self.file.borrow_mut();
        file.seek(SeekFrom::Start(offset))
            .and_then(|_| file.read_exact(buffer))
            .map_err(|error| SourceError(error.to_string()))
    }
}
