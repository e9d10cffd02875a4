//! The forms of answers.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use counterfoil_core::collector::problem::{MEDIA_TYPE, Problem};
use serde::Serialize;

use crate::failure::Failure;
use crate::refusal::Refusal;

/// A refusal as an answer.
#[derive(Debug)]
pub(crate) struct Refused(pub(crate) Refusal);

impl<E: Into<Refusal>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let Self(refusal) = self;
        let body = serde_json::to_string(&refusal.document()).unwrap_or_default();
        let mut response = text(MEDIA_TYPE, body);
        *response.status_mut() =
            StatusCode::from_u16(refusal.problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        if let Some(seconds) = refusal.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if matches!(refusal.problem, Problem::Unauthorized | Problem::Replayed) {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(refusal.problem);
        response
    }
}

/// An answer of this media type.
pub(crate) fn text(media_type: &'static str, body: String) -> Response {
    (
        [(header::CONTENT_TYPE, HeaderValue::from_static(media_type))],
        body,
    )
        .into_response()
}

/// An answer in JSON.
pub(crate) fn json(value: &impl Serialize) -> Result<Response, Refused> {
    let body = serde_json::to_string(value).map_err(Failure::from)?;
    Ok(text("application/json", body))
}

/// Entries of an account.
#[derive(Debug, Serialize)]
pub(crate) struct Entries {
    /// Compact statements, in the order of the account.
    pub(crate) entries: Vec<String>,
    /// Whether there are more after the last one.
    pub(crate) more: bool,
}

impl Entries {
    pub(crate) fn all(entries: Vec<String>) -> Self {
        Self { entries, more: false }
    }
}
