//! `PUT /v1/bundles/{sha256}`: a bundle under the digest of its bytes, streamed to the disk.

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use bytes::Bytes;
use counterfoil_core::bundle::MAX_PACKED;
use counterfoil_core::collector::problem::Problem;
use counterfoil_core::encoding::from_hex;
use http_body_util::BodyExt as _;
use tokio::time::{Instant, timeout, timeout_at};

use crate::blobs::{Incoming, Writer};
use crate::failure::Failure;
use crate::http::answer::{self, Entries, Refused};
use crate::http::limits::{self, Client};
use crate::http::{App, only};
use crate::intake::Answer;
use crate::refusal::Refusal;
use crate::store::Store;

/// How long a sender may be silent.
pub(crate) const SILENCE: Duration = Duration::from_secs(30);
/// How long a bundle may take to arrive.
pub(crate) const ARRIVAL: Duration = Duration::from_mins(15);

pub(crate) async fn take<S: Store>(
    State(app): State<Arc<App<S>>>,
    Extension(client): Extension<Client>,
    sha256: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refused> {
    let sha256 = sha256
        .ok()
        .map(|Path(sha256)| sha256)
        .filter(|sha256| sha256.len() == 64 && from_hex(sha256).is_ok());
    let sha256 = sha256.ok_or_else(|| {
        Refusal::new(
            Problem::Malformed,
            "the address ends in a SHA-256, lower-case hex",
        )
    })?;
    let turn = admit(&app, client, &headers)?;
    let (incoming, found) = receive(&app, body).await?;
    if found != sha256 {
        return Err(Refusal::new(
            Problem::Digest,
            "the bytes that arrived are not those that the address names",
        )
        .into());
    }
    let answer = taken(app, incoming, found, turn).await?;
    answer::json(&Entries::all(vec![answer.entry]))
}

/// A place among those that send bundles.
pub(crate) type Turn = tokio::sync::OwnedSemaphorePermit;

/// Lets a client send a bundle.
pub(crate) fn admit<S: Store>(app: &App<S>, client: Client, headers: &HeaderMap) -> Result<Turn, Refusal> {
    if headers.contains_key(header::CONTENT_ENCODING) {
        let detail = "a bundle is sent as it is, without a content encoding";
        return Err(Refusal::new(Problem::Malformed, detail));
    }
    let length = only(headers, header::CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
    if length.is_some_and(|length| length > MAX_PACKED + FORM) {
        return Err(too_large());
    }
    app.uploads.admit(client).map_err(limits::too_many)?;
    app.arriving.clone().try_acquire_owned().map_err(|_| Refusal {
        retry_after: Some(BUSY),
        ..Refusal::new(
            Problem::Busy,
            "too many bundles are arriving: send it again in a moment",
        )
    })
}

fn too_large() -> Refusal {
    Refusal::new(Problem::TooLarge, "a bundle has 64 MiB at most")
}

/// After how many seconds it is worth trying again when too many bundles are arriving.
const BUSY: u64 = 5;
/// What the form of the page may add to a bundle.
const FORM: u64 = 64 * 1024;

/// Takes the body into a file; gives the file and its SHA-256.
async fn receive<S: Store>(app: &App<S>, mut body: Body) -> Result<(Incoming, String), Refusal> {
    let mut writer = app.collector.blobs.begin().await?;
    let until = Instant::now() + ARRIVAL;
    loop {
        let frame = timeout_at(until, timeout(SILENCE, body.frame())).await;
        let Ok(Ok(frame)) = frame else {
            return Err(Refusal::new(
                Problem::Timeout,
                "the bundle took too long to arrive",
            ));
        };
        match frame {
            None => return Ok(writer.finish().await?),
            Some(Err(_)) => return Err(cut_off()),
            Some(Ok(frame)) => {
                if let Ok(bytes) = frame.into_data() {
                    write(&mut writer, &bytes).await?;
                }
            }
        }
    }
}

/// Appends a piece, within the limit.
pub(crate) async fn write(writer: &mut Writer, bytes: &Bytes) -> Result<(), Refusal> {
    if writer.length() + bytes.len() as u64 > MAX_PACKED {
        return Err(too_large());
    }
    Ok(writer.write(bytes).await?)
}

pub(crate) fn cut_off() -> Refusal {
    Refusal::new(Problem::Malformed, "the bundle did not arrive whole")
}

/// Takes a bundle to its end, also where its sender goes away meanwhile: then it gets the same answer when it asks
/// again.
pub(crate) async fn taken<S: Store>(
    app: Arc<App<S>>,
    incoming: Incoming,
    sha256: String,
    turn: Turn,
) -> Result<Answer, Refusal> {
    let task = tokio::spawn(async move {
        let answer = app.collector.take(incoming, &sha256).await;
        drop(turn);
        answer
    });
    task.await
        .map_err(|error| Failure::new(format!("a bundle was not taken: {error}")))?
}
