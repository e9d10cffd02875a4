//! `POST /v1/revocations`.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use counterfoil_core::collector::problem::Problem;
use http_body_util::{BodyExt as _, Limited};
use serde::Deserialize;
use tokio::time::timeout;

use crate::failure::Failure;
use crate::http::App;
use crate::http::answer::{self, Entries, Refused};
use crate::http::bundles::SILENCE;
use crate::refusal::Refusal;
use crate::store::Store;

/// Most bytes of the request: a withdrawal of a thousand ranges, and room.
const MOST: usize = 256 * 1024;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    revocation: String,
}

pub(crate) async fn take<S: Store>(State(app): State<Arc<App<S>>>, body: Body) -> Result<Response, Refused> {
    let malformed = || {
        Refusal::new(
            Problem::Malformed,
            "the body is {\"revocation\": a compact statement}",
        )
    };
    let collected = timeout(SILENCE, Limited::new(body, MOST).collect()).await;
    let collected =
        collected.map_err(|_| Refusal::new(Problem::Timeout, "the withdrawal took too long to arrive"))?;
    let bytes = collected.map_err(|error| {
        if error.is::<http_body_util::LengthLimitError>() {
            Refusal::new(Problem::TooLarge, "a withdrawal has 256 KiB at most")
        } else {
            malformed()
        }
    })?;
    let request: Request =
        counterfoil_core::canonical::from_slice(&bytes.to_bytes()).map_err(|_| malformed())?;
    // As with bundles: what was begun is brought to its end.
    let task = tokio::spawn(async move { app.collector.withdraw(&request.revocation).await });
    let entries = task
        .await
        .map_err(|error| Failure::new(format!("a withdrawal was not taken: {error}")))??;
    let status = if entries.len() > 1 {
        StatusCode::OK
    } else {
        StatusCode::ACCEPTED
    };
    Ok((status, answer::json(&Entries::all(entries))?).into_response())
}
