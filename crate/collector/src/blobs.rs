//! Bundles as they came: on their way in `incoming/`, kept in `bundles/` under their SHA-256.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use counterfoil_core::bundle::zip::{Source, SourceError};
use counterfoil_core::encoding::to_hex;
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncWriteExt as _;

use crate::directory::{self, Directory};
use crate::failure::Failure;
use crate::system;

/// The two folders.
#[derive(Debug, Clone)]
pub(crate) struct Blobs {
    incoming: PathBuf,
    bundles: PathBuf,
}

impl Blobs {
    pub(crate) fn of(directory: &Directory) -> Self {
        Self {
            incoming: directory.incoming(),
            bundles: directory.bundles(),
        }
    }

    /// Begins a file.
    pub(crate) async fn begin(&self) -> Result<Writer, Failure> {
        let path = self.incoming.join(system::uuid()?);
        let mut options = OpenOptions::new();
        directory::private(options.create_new(true).write(true));
        let file = tokio::fs::OpenOptions::from(options)
            .open(&path)
            .await
            .map_err(|error| Failure::file("incoming", &error))?;
        Ok(Writer {
            file,
            digest: Sha256::new(),
            length: 0,
            incoming: Incoming { path: Some(path) },
        })
    }

    /// Keeps a file under its digest: its bytes and its name are on the disk when this returns.
    pub(crate) fn keep(&self, mut incoming: Incoming, sha256: &str) -> Result<(), Failure> {
        if let Some(from) = incoming.path.take() {
            let moved = fs::rename(&from, self.path(sha256));
            if moved.is_err() {
                incoming.path = Some(from);
            }
            moved.map_err(|error| Failure::file("bundles", &error))?;
            directory::sync(&self.bundles)?;
        }
        Ok(())
    }

    /// Removes the file of this digest, if it is there: its name is gone from the disk when this returns.
    pub(crate) fn remove(&self, sha256: &str) -> Result<(), Failure> {
        match fs::remove_file(self.path(sha256)) {
            Ok(()) => directory::sync(&self.bundles),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(Failure::file("bundles", &error)),
        }
    }

    /// Digests of the files that are kept.
    pub(crate) fn kept(&self) -> Result<BTreeSet<String>, Failure> {
        names(&self.bundles)
    }

    /// Removes what was on its way when the process before this one ended.
    pub(crate) fn clear_incoming(&self) -> Result<(), Failure> {
        for name in names(&self.incoming)? {
            fs::remove_file(self.incoming.join(name)).map_err(|error| Failure::file("incoming", &error))?;
        }
        Ok(())
    }

    fn path(&self, sha256: &str) -> PathBuf {
        self.bundles.join(sha256)
    }
}

fn names(folder: &Path) -> Result<BTreeSet<String>, Failure> {
    let failed = |error: std::io::Error| Failure::file(folder.display(), &error);
    fs::read_dir(folder)
        .map_err(failed)?
        .map(|entry| Ok(entry.map_err(failed)?.file_name().to_string_lossy().into_owned()))
        .collect()
}

/// A file that is being written.
#[derive(Debug)]
pub(crate) struct Writer {
    file: tokio::fs::File,
    digest: Sha256,
    length: u64,
    incoming: Incoming,
}

impl Writer {
    /// Bytes so far.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// Appends bytes.
    pub(crate) async fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.digest.update(bytes);
        self.length += bytes.len() as u64;
        self.file
            .write_all(bytes)
            .await
            .map_err(|error| Failure::file("incoming", &error))
    }

    /// Forces the bytes to the disk; gives the file and its SHA-256, lower-case hex.
    pub(crate) async fn finish(mut self) -> Result<(Incoming, String), Failure> {
        let failed = |error: std::io::Error| Failure::file("incoming", &error);
        self.file.flush().await.map_err(failed)?;
        self.file.sync_all().await.map_err(failed)?;
        Ok((self.incoming, to_hex(&self.digest.finalize())))
    }
}

/// A file that arrived and is not kept yet. Removed when dropped.
#[derive(Debug)]
pub(crate) struct Incoming {
    path: Option<PathBuf>,
}

impl Incoming {
    /// Opens it for reading.
    pub(crate) fn open(&self) -> Result<FileSource, Failure> {
        let path = self
            .path
            .as_deref()
            .ok_or_else(|| Failure::new("the file is kept already"))?;
        let failed = |error: std::io::Error| Failure::file("incoming", &error);
        let file = fs::File::open(path).map_err(failed)?;
        let length = file.metadata().map_err(failed)?.len();
        Ok(FileSource { file, length })
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        // What cannot be removed now is at the next start.
        if let Some(path) = self.path.take()
            && let Err(error) = fs::remove_file(path)
        {
            tracing::warn!(%error, "a file in incoming/ was not removed");
        }
    }
}

/// A file that is read at any place.
#[derive(Debug)]
pub(crate) struct FileSource {
    file: fs::File,
    length: u64,
}

impl Source for FileSource {
    fn len(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), SourceError> {
        use std::io::{Read as _, Seek as _, SeekFrom};
        let mut file = &self.file;
        file.seek(SeekFrom::Start(offset))
            .and_then(|_| file.read_exact(buffer))
            .map_err(|error| SourceError(error.to_string()))
    }
}
