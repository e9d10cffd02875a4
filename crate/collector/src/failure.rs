//! What can go wrong here, apart from what a request does wrong.

use std::fmt;

use counterfoil_core::collector::StatementError;
use counterfoil_core::collector::account::ChainError;
use counterfoil_core::collector::amount::AmountError;

/// Something failed that the other side cannot help: what, and where it is known what to do about it.
///
/// Its text is for the operator: it names files and causes, never what a person wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    text: String,
    is_full: bool,
}

impl Failure {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            is_full: false,
        }
    }

    /// Whether there is no room left.
    pub(crate) fn is_full(&self) -> bool {
        self.is_full
    }

    /// A failure of a file.
    pub(crate) fn file(what: impl fmt::Display, error: &std::io::Error) -> Self {
        Self {
            text: format!("{what}: {error}"),
            is_full: is_full(error),
        }
    }
}

fn is_full(error: &std::io::Error) -> bool {
    use std::io::ErrorKind;
    matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Failure {}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        // 13 is SQLITE_FULL.
        let is_full =
            matches!(&error, sqlx::Error::Database(error) if error.code().is_some_and(|code| code == "13"));
        Self {
            text: format!("the database: {error}"),
            is_full,
        }
    }
}

impl From<ChainError> for Failure {
    fn from(error: ChainError) -> Self {
        Self::new(error.to_string())
    }
}

impl From<StatementError> for Failure {
    fn from(error: StatementError) -> Self {
        Self::new(error.to_string())
    }
}

impl From<AmountError> for Failure {
    fn from(error: AmountError) -> Self {
        Self::new(error.to_string())
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::new(error.to_string())
    }
}
