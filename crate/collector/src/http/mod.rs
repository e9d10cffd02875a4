//! The interface over HTTP/1.1. Each answer is JSON, a page, or a refusal with a problem's document (RFC 9457).

mod account;
mod answer;
mod bundles;
mod limits;
mod offers;
mod page;
mod revocations;
pub(crate) mod server;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::{ConnectInfo, DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, get, post, put};
use counterfoil_core::collector::problem::Problem;
use tokio::sync::Semaphore;

use crate::collector::{Collector, UPLOADS_A_MINUTE};
use crate::http::answer::Refused;
use crate::http::limits::{Client, Rates, Tokens};
use crate::refusal::Refusal;
use crate::store::Store;

/// Requests a minute from one address.
const REQUESTS_A_MINUTE: u32 = 600;
/// Bundles that arrive at a time.
const UPLOADS: usize = 64;

/// The description of the interface.
pub(crate) const OPENAPI: &str = include_str!("openapi.json");

/// How the interface is reached.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reach {
    /// The address that people use, without a path, where it is known.
    pub(crate) public_url: Option<String>,
    /// Whether the address of a client stands in `X-Forwarded-For`, its last entry, put there by a proxy.
    pub(crate) is_behind_proxy: bool,
}

/// What the handlers share.
pub(crate) struct App<S> {
    pub(crate) collector: Collector<S>,
    pub(crate) reach: Reach,
    requests: Rates,
    uploads: Rates,
    /// One for each bundle that arrives; all of them are free when nothing is under way.
    pub(crate) arriving: Arc<Semaphore>,
    tokens: Tokens,
}

impl<S: Store> App<S> {
    pub(crate) fn new(collector: Collector<S>, reach: Reach) -> Self {
        Self {
            collector,
            reach,
            requests: Rates::new(REQUESTS_A_MINUTE),
            uploads: Rates::new(UPLOADS_A_MINUTE),
            arriving: Arc::new(Semaphore::new(UPLOADS)),
            tokens: Tokens::default(),
        }
    }

    /// Waits until no bundle is being taken.
    pub(crate) async fn idle(&self) {
        let all = u32::try_from(UPLOADS).unwrap_or(u32::MAX);
        // It is closed by nobody, and so this waits for every one.
        drop(self.arriving.acquire_many(all).await);
    }
}

/// A method, a path, and what answers there.
type Route<S> = (&'static str, &'static str, MethodRouter<Arc<App<S>>>);

/// The handlers by method and path: all that there is.
fn routes<S: Store>() -> [Route<S>; 10] {
    [
        ("get", "/", get(page::show::<S>)),
        ("get", "/style.css", get(page::style)),
        ("post", "/hand-over", post(page::hand_over::<S>)),
        ("get", "/openapi.json", get(openapi)),
        (
            "get",
            "/.well-known/counterfoil-collector",
            get(offers::metadata::<S>),
        ),
        ("get", "/v1/offers", get(offers::list::<S>)),
        ("get", "/v1/terms/{sha256}", get(offers::terms::<S>)),
        ("put", "/v1/bundles/{sha256}", put(bundles::take::<S>)),
        ("post", "/v1/revocations", post(revocations::take::<S>)),
        ("get", "/v1/account", get(account::list::<S>)),
    ]
}

/// The whole interface.
pub(crate) fn router<S: Store>(app: Arc<App<S>>) -> Router {
    routes()
        .into_iter()
        .fold(Router::new(), |router, (_, path, handlers)| {
            router.route(path, handlers)
        })
        .fallback(nothing)
        .method_not_allowed_fallback(no_method)
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn_with_state(app.clone(), guard::<S>))
        .with_state(app)
}

async fn openapi() -> Response {
    answer::text("application/json", OPENAPI.to_owned())
}

async fn nothing() -> Refused {
    Refusal::new(Problem::NotFound, "there is nothing at this address").into()
}

async fn no_method() -> Refused {
    Refusal::new(Problem::Method, "this address does not know that method").into()
}

/// Around every request: the rate of its sender before, one line of log and the headers of every answer after. The
/// line says what was asked and how it went, never who asked or what was sent.
async fn guard<S: Store>(
    State(app): State<Arc<App<S>>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let began = Instant::now();
    let client = Client::of(peer, request.headers(), app.reach.is_behind_proxy);
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map(|path| path.as_str().to_owned());
    let mut response = match app.requests.admit(client) {
        Ok(()) => {
            let mut request = request;
            request.extensions_mut().insert(client);
            next.run(request).await
        }
        Err(seconds) => Refused(limits::too_many(seconds)).into_response(),
    };
    let headers = response.headers_mut();
    let mut set = |name, value| headers.insert(name, HeaderValue::from_static(value));
    set(header::CACHE_CONTROL, "no-store");
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    set(
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    );
    let problem = response
        .extensions()
        .get::<Problem>()
        .map(|problem| problem.as_str());
    let milliseconds = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(
        method = method.as_str(),
        route = route.as_deref().unwrap_or("none"),
        status = response.status().as_u16(),
        problem,
        milliseconds,
        "answered"
    );
    response
}

/// A header that is there once and is text.
fn only(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;
    use crate::sqlite::Database;

    #[test]
    fn what_is_described_is_what_there_is() {
        let described: Value = serde_json::from_str(OPENAPI).unwrap();
        let mut found = BTreeSet::new();
        for (path, operations) in described["paths"].as_object().unwrap() {
            found.extend(
                operations
                    .as_object()
                    .unwrap()
                    .keys()
                    .map(|method| format!("{method} {path}")),
            );
        }
        let due = routes::<Database>().map(|(method, path, _)| format!("{method} {path}"));
        assert_eq!(found, BTreeSet::from(due));
    }

    #[test]
    fn every_problem_is_described() {
        use counterfoil_core::collector::problem::TYPE_PREFIX;
        let described: Value = serde_json::from_str(OPENAPI).unwrap();
        let types = &described["components"]["schemas"]["Problem"]["properties"]["type"]["enum"];
        let due: Vec<_> = Problem::ALL
            .iter()
            .map(|problem| format!("{TYPE_PREFIX}{}", problem.as_str()))
            .collect();
        assert_eq!(*types, serde_json::json!(due));
    }
}
