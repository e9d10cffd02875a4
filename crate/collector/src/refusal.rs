//! What a request is answered that is not carried out.

use counterfoil_core::collector::StatementError;
use counterfoil_core::collector::problem::{Document, Problem};

use crate::failure::Failure;

/// A refusal: one problem of the closed set, and what happened in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) problem: Problem,
    pub(crate) detail: String,
    /// The check of the bundle that failed.
    pub(crate) check: Option<&'static str>,
    /// After how many seconds it is worth trying again.
    pub(crate) retry_after: Option<u64>,
}

impl Refusal {
    pub(crate) fn new(problem: Problem, detail: impl Into<String>) -> Self {
        Self {
            problem,
            detail: detail.into(),
            check: None,
            retry_after: None,
        }
    }

    /// The document that is sent.
    pub(crate) fn document(&self) -> Document {
        Document {
            check: self.check.map(str::to_owned),
            ..Document::new(self.problem, self.detail.clone())
        }
    }

    /// A statement that is not accepted.
    pub(crate) fn statement(problem: Problem, error: &StatementError) -> Self {
        Self::new(problem, error.to_string())
    }
}

/// What failed here is for the log of the operator; the other side is told that nothing was taken.
impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        tracing::error!(cause = %failure, "a request failed");
        if failure.is_full() {
            Self::new(
                Problem::Full,
                "there is no room left; nothing was taken, and the same can be sent again later",
            )
        } else {
            Self::new(
                Problem::Internal,
                "something failed here; nothing was taken, and the same can be sent again",
            )
        }
    }
}
