//! `GET /v1/account?after=`: what both sides agreed on so far, for the person alone.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use counterfoil_core::canonical::INTEGER_BOUND;
use counterfoil_core::collector::auth::{Auth, Expected};
use counterfoil_core::collector::problem::Problem;
use counterfoil_core::did::Did;

use crate::http::answer::{self, Entries, Refused};
use crate::http::{App, only};
use crate::refusal::Refusal;
use crate::store::Store;
use crate::system;

const PATH: &str = "/v1/account";
/// Most entries of one answer.
const PAGE: u32 = 64;
/// Bytes of entries after which an answer ends.
const BYTES: usize = 4 * 1024 * 1024;

pub(crate) async fn list<S: Store>(
    State(app): State<Arc<App<S>>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let from = match query.as_deref().filter(|query| !query.is_empty()) {
        None => 0,
        Some(query) => query
            .strip_prefix("after=")
            .and_then(|after| after.parse::<u64>().ok())
            .filter(|after| *after < INTEGER_BOUND)
            .and_then(|after| after.checked_add(1))
            .ok_or_else(|| {
                Refusal::new(
                    Problem::Malformed,
                    "the query is after= and the number of an entry",
                )
            })?,
    };
    let person = who(&app, &headers)?;
    let found = app.collector.store.entries(&person, from, PAGE + 1).await?;
    let (mut entries, mut bytes) = (Vec::new(), 0);
    let total = found.len();
    for entry in found.into_iter().take(PAGE as usize) {
        bytes += entry.len();
        if bytes > BYTES && !entries.is_empty() {
            break;
        }
        entries.push(entry);
    }
    let more = entries.len() < total;
    answer::json(&Entries { entries, more })
}

/// Who asks, as the token proves.
fn who<S: Store>(app: &App<S>, headers: &HeaderMap) -> Result<Did, Refusal> {
    let token = only(headers, header::AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer "));
    let token = token.ok_or_else(|| {
        Refusal::new(
            Problem::Unauthorized,
            "a bearer token signed with the share key is needed",
        )
    })?;
    let now = system::now();
    // Without an address of its own, the collector goes by the host that was asked; the token names the collector
    // in any case.
    let addresses = match &app.reach.public_url {
        Some(url) => vec![format!("{url}{PATH}")],
        None => {
            let host = only(headers, header::HOST).unwrap_or_default();
            ["http", "https"]
                .map(|scheme| format!("{scheme}://{host}{PATH}"))
                .to_vec()
        }
    };
    let opened = addresses.iter().map(|htu| {
        Auth::open(
            token,
            &Expected {
                aud: app.collector.did(),
                htm: "GET",
                htu,
                now,
            },
        )
    });
    let mut last = None;
    for opened in opened {
        match opened {
            Ok((person, auth)) => {
                let used = format!("{} {}", person.multibase(), auth.jti);
                return match app.tokens.take(&used, auth.exp, now) {
                    Ok(()) => Ok(person),
                    Err(problem) => Err(Refusal::new(problem, "a token is good for one request")),
                };
            }
            Err(error) => last = Some(error),
        }
    }
    Err(last.map_or_else(
        || Refusal::new(Problem::Unauthorized, "no address is known"),
        |error| Refusal::statement(Problem::Unauthorized, &error),
    ))
}
