//! The browser as a host: each port in its own file.

use crate::keyring::WrappedKey;
use crate::store::Database;

/// All ports, over one database.
#[derive(Default)]
pub(crate) struct Browser {
    pub(crate) database: Database,
    pub(crate) key: WrappedKey,
}
