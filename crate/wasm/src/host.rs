//! The browser as a host: each port in its own file.

use crate::database::Database;
use crate::session::Session;

/// Name of the profile: of its database, and in that of its lock.
const NAME: &str = "counterfoil";
/// The folder of its files.
const FOLDER: &str = "keys";

/// All ports, over one database and one folder.
pub(crate) struct Browser {
    pub(crate) database: Database,
    pub(crate) folder: String,
    pub(crate) lock: String,
    pub(crate) session: Session,
}

impl Browser {
    /// The one profile of this extension.
    #[cfg(any(feature = "archive", feature = "collectors", feature = "search"))]
    pub(crate) fn new(session: Session) -> Self {
        Self::named(NAME, FOLDER, session)
    }

    pub(crate) fn named(name: &str, folder: &str, session: Session) -> Self {
        Self {
            database: Database::new(name),
            folder: folder.to_owned(),
            lock: format!("{name}-log"),
            session,
        }
    }
}
