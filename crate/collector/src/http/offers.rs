//! `GET /.well-known/counterfoil-collector`, `GET /v1/offers`, `GET /v1/terms/{sha256}`.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use counterfoil_core::collector::problem::Problem;
use serde::Serialize;

use crate::http::App;
use crate::http::answer::{self, Refused};
use crate::refusal::Refusal;
use crate::store::Store;
use crate::system;

#[derive(Serialize)]
struct Description {
    collector: String,
}

#[derive(Serialize)]
struct Offers {
    offers: Vec<String>,
}

pub(crate) async fn metadata<S: Store>(State(app): State<Arc<App<S>>>) -> Result<Response, Refused> {
    let collector = app.collector.metadata().await?;
    answer::json(&Description { collector })
}

pub(crate) async fn list<S: Store>(State(app): State<Arc<App<S>>>) -> Result<Response, Refused> {
    let open = app.collector.open_offers(system::now()).await?;
    answer::json(&Offers {
        offers: open.into_iter().map(|(made, _)| made.compact).collect(),
    })
}

pub(crate) async fn terms<S: Store>(
    State(app): State<Arc<App<S>>>,
    sha256: Result<Path<String>, PathRejection>,
) -> Result<Response, Refused> {
    let found = match sha256 {
        Ok(Path(sha256)) => app.collector.store.terms(&sha256).await?,
        Err(_) => None,
    };
    let text = found.ok_or_else(|| Refusal::new(Problem::NotFound, "there are no terms with this digest"))?;
    Ok(answer::text("text/plain; charset=utf-8", text))
}
