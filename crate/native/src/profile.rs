//! A log's directory, and how it is opened.

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;
use zeroize::Zeroizing;

use crate::path;
use crate::store::{self, DATABASE};

/// How long a writer waits for another one.
const PATIENCE: Duration = Duration::from_secs(10);

/// The ports over one directory.
#[derive(Debug)]
pub struct Profile {
    pub(crate) directory: PathBuf,
    pub(crate) connection: Connection,
    pub(crate) patience: Duration,
    pub(crate) session: RefCell<Option<Zeroizing<Vec<u8>>>>,
}

/// Why a directory could not be opened as a log.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// There is no log in it.
    #[error("there is no log in {}: make one there with `counterfoil init`, or name the right directory", .0.display())]
    Missing(PathBuf),
    /// There is a log in it already.
    #[error("there is a log in {} already: name another directory for a new one", .0.display())]
    Exists(PathBuf),
    /// A newer version wrote it. Nothing was touched.
    #[error("the log in {} was written by a newer version of counterfoil, and was not touched: update counterfoil", .0.display())]
    Newer(PathBuf),
    /// The database is not one, or cannot be used.
    #[error("the database {} cannot be opened ({told}): restore the log from a backup, or find out what holds it", .path.display())]
    Database {
        /// The database.
        path: PathBuf,
        /// What `SQLite` said.
        told: String,
    },
    /// The operating system refused.
    #[error("{} cannot be opened: {source}", .path.display())]
    System {
        /// What was to be opened.
        path: PathBuf,
        /// Why it was not.
        source: std::io::Error,
    },
}

impl Profile {
    /// Makes a new log's directory, and those above it, and opens it. The directory may be there, without a log in
    /// it.
    ///
    /// # Errors
    /// [`OpenError::Exists`], or the disk refuses.
    pub fn create(directory: &Path) -> Result<Self, OpenError> {
        let database = directory.join(DATABASE);
        path::make_directory(directory).map_err(system(directory))?;
        // Made empty and for the owner only before SQLite sees it; what SQLite puts beside it takes after it. An
        // empty one is what is left of a creation that was cut short.
        let file = path::open_or_make(&database).map_err(system(&database))?;
        let length = file.metadata().map_err(system(&database))?.len();
        drop(file);
        if length > 0 {
            return Err(OpenError::Exists(directory.to_owned()));
        }
        path::sync_directory(directory).map_err(system(directory))?;
        Self::over(directory)
    }

    /// Opens a log's directory.
    ///
    /// # Errors
    /// [`OpenError::Missing`], [`OpenError::Newer`], or what is there is damaged or refused.
    pub fn open(directory: &Path) -> Result<Self, OpenError> {
        let database = directory.join(DATABASE);
        match fs::metadata(&database) {
            Ok(found) if found.len() > 0 => Self::over(directory),
            Ok(_) => Err(OpenError::Missing(directory.to_owned())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Err(OpenError::Missing(directory.to_owned()))
            }
            Err(error) => Err(system(&database)(error)),
        }
    }

    /// How long [`exclusive`](counterfoil_app::ports::Exclusive::exclusive) waits for another writer: ten seconds,
    /// unless said otherwise here.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Where it lies.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Lets the database grow to this many bytes at most: past it, a commit is refused as when the disk is full.
    /// `None` lifts the limit. It holds for this handle, until it is closed.
    ///
    /// # Errors
    /// The database cannot be asked.
    pub fn limit_size(&self, bytes: Option<u64>) -> Result<(), OpenError> {
        store::limit(&self.connection, bytes).map_err(|error| OpenError::Database {
            path: self.directory.join(DATABASE),
            told: error.to_string(),
        })
    }

    fn over(directory: &Path) -> Result<Self, OpenError> {
        Ok(Self {
            directory: directory.to_owned(),
            connection: store::open(directory)?,
            patience: PATIENCE,
            session: RefCell::default(),
        })
    }
}

fn system(path: &Path) -> impl FnOnce(std::io::Error) -> OpenError + '_ {
    |source| OpenError::System {
        path: path.to_owned(),
        source,
    }
}
