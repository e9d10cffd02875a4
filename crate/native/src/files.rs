//! The small files, in `keys/`. They are overwritten where they lie: a new file in place of the old one would leave the
//! old bytes on the disk.
//!
//! A file system that copies on write, or a disk that moves what it writes, may keep them all the same; that is not
//! in the hands of a program.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Seek, SeekFrom, Write};
use std::path::PathBuf;

use counterfoil_app::ports::{Files, StoreError};

use crate::path;
use crate::profile::Profile;

/// Name of the directory.
const FOLDER: &str = "keys";

impl Files for Profile {
    async fn read_file(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let path = self
            .place(name)
            .map_err(|error| StoreError::Unreadable(error.to_string()))?;
        match fs::read(path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(StoreError::Unreadable(format!("{FOLDER}/{name}: {error}"))),
        }
    }

    async fn write_file(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        self.write(name, bytes).map_err(|error| unwritable(name, &error))
    }

    async fn remove_file(&self, name: &str) -> Result<(), StoreError> {
        self.remove(name).map_err(|error| unwritable(name, &error))
    }
}

impl Profile {
    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.place(name)?;
        let folder = self.directory.join(FOLDER);
        if !folder.is_dir() {
            path::make_directory(&folder)?;
        }
        let is_new = !path.exists();
        let mut file = path::open_or_make(&path)?;
        overwrite(&mut file, bytes)?;
        if is_new {
            path::sync_directory(&folder)?;
        }
        Ok(())
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let path = self.place(name)?;
        match File::options().write(true).open(&path) {
            Ok(mut file) => overwrite(&mut file, &[])?,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        }
        fs::remove_file(&path)?;
        path::sync_directory(&self.directory.join(FOLDER))
    }

    /// The path of a file. Names are ours; one that would lead elsewhere is refused.
    fn place(&self, name: &str) -> io::Result<PathBuf> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if name.is_empty() || !name.bytes().all(plain) {
            return Err(io::Error::new(ErrorKind::InvalidInput, "not a name of a file"));
        }
        Ok(self.directory.join(FOLDER).join(name))
    }
}

/// Puts the bytes over those of the file and forces them to the disk. What the file has beyond them is zeroed there
/// before it is cut off.
fn overwrite(file: &mut File, bytes: &[u8]) -> io::Result<()> {
    let length = bytes.len() as u64;
    let old = file.metadata()?.len();
    file.seek(SeekFrom::Start(0))?;
    file.write_all(bytes)?;
    if old > length {
        io::copy(&mut io::Read::take(io::repeat(0), old - length), file)?;
        file.sync_all()?;
        file.set_len(length)?;
    }
    file.sync_all()
}

fn unwritable(name: &str, error: &io::Error) -> StoreError {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StoreError::Full,
        _ => StoreError::Unwritable(format!("{FOLDER}/{name}: {error}")),
    }
}
