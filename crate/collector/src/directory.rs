//! The directory of a collector, open to its owner only:
//!
//! ```text
//! collector.sqlite   offers, accounts, records (and -wal, -shm while it is open)
//! bundles/           each bundle as it came, named after its SHA-256
//! incoming/          what is on its way; emptied at every start
//! keys/              the two secrets: of statements, of cosignatures
//! lock               locked by the one that serves
//! ```

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use counterfoil_core::encoding::{from_hex, to_hex};
use counterfoil_core::keys::{Root, SigningKey};
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::system;

const STATEMENTS: &str = "statements.key";
const COSIGNATURES: &str = "cosignatures.key";

/// The directory.
#[derive(Debug, Clone)]
pub(crate) struct Directory {
    path: PathBuf,
}

/// The keys of a collector.
#[derive(Debug)]
pub(crate) struct Keys {
    /// Signs its statements; its identity.
    pub(crate) statements: SigningKey,
    /// Cosigns checkpoints.
    pub(crate) cosignatures: SigningKey,
}

impl Directory {
    /// Opens the directory, made where there is none.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let directory = Self {
            path: path.to_owned(),
        };
        for folder in [
            path.to_owned(),
            directory.bundles(),
            directory.incoming(),
            directory.path.join("keys"),
        ] {
            make(&folder)?;
        }
        Ok(directory)
    }

    /// Opens a directory that is there.
    pub(crate) fn open_existing(path: &Path) -> Result<Self, Failure> {
        if !path.join("keys").join(STATEMENTS).is_file() {
            return Err(Failure::new(format!(
                "{} is not the directory of a collector: `serve` or `offer add` makes one",
                path.display()
            )));
        }
        Self::open(path)
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.path.join("collector.sqlite")
    }

    pub(crate) fn bundles(&self) -> PathBuf {
        self.path.join("bundles")
    }

    pub(crate) fn incoming(&self) -> PathBuf {
        self.path.join("incoming")
    }

    /// Holds the directory for the one that serves, until what is given back is dropped.
    pub(crate) fn lock(&self) -> Result<File, Failure> {
        let path = self.path.join("lock");
        let file = private(OpenOptions::new().create(true).truncate(false).write(true))
            .open(&path)
            .map_err(|error| Failure::file(path.display(), &error))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(fs::TryLockError::WouldBlock) => {
                Err(Failure::new(format!("{} is served already", self.path.display())))
            }
            Err(fs::TryLockError::Error(error)) => Err(Failure::file(path.display(), &error)),
        }
    }

    /// The keys, made where there are none.
    pub(crate) fn keys(&self) -> Result<Keys, Failure> {
        let none = |_| Failure::new("no key can be derived");
        Ok(Keys {
            statements: self.root(STATEMENTS)?.collector_key().map_err(none)?,
            cosignatures: self.root(COSIGNATURES)?.cosigner_key().map_err(none)?,
        })
    }

    fn root(&self, name: &str) -> Result<Root, Failure> {
        let folder = self.path.join("keys");
        let path = folder.join(name);
        let failed = |error: &std::io::Error| Failure::file(path.display(), error);
        let text = match fs::read_to_string(&path) {
            Ok(text) => Zeroizing::new(text),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let text = Zeroizing::new(format!("{}\n", to_hex(&system::random::<32>()?)));
                // Under another name until it is whole; a link never replaces the key of another process.
                let made = folder.join(format!("{name}.{}", system::uuid()?));
                let mut file = private(OpenOptions::new().create_new(true).write(true))
                    .open(&made)
                    .map_err(|error| failed(&error))?;
                file.write_all(text.as_bytes())
                    .and_then(|()| file.sync_all())
                    .map_err(|error| failed(&error))?;
                let linked = fs::hard_link(&made, &path);
                fs::remove_file(&made).map_err(|error| failed(&error))?;
                match linked {
                    Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(failed(&error)),
                    _ => sync(&folder)?,
                }
                Zeroizing::new(fs::read_to_string(&path).map_err(|error| failed(&error))?)
            }
            Err(error) => return Err(failed(&error)),
        };
        let entropy = from_hex(text.trim_end())
            .ok()
            .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        let entropy = entropy.ok_or_else(|| Failure::new(format!("{}: not a key", path.display())))?;
        Ok(Root::from_entropy(entropy))
    }
}

/// Makes a directory (`rwx------`) and those above it.
fn make(path: &Path) -> Result<(), Failure> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(path)
        .map_err(|error| Failure::file(path.display(), &error))
}

/// Files that are made are `rw-------`.
pub(crate) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// Forces the names in a directory to the disk.
pub(crate) fn sync(folder: &Path) -> Result<(), Failure> {
    #[cfg(unix)]
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| Failure::file(folder.display(), &error))?;
    Ok(())
}
