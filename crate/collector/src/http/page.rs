//! The page on which a person hands over a bundle as a file and takes the receipt as a file. Works without script;
//! loads nothing from elsewhere.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::Extension;
use axum::extract::multipart::{Field, MultipartRejection};
use axum::extract::{Multipart, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use counterfoil_core::collector::account::{Entry, Event};
use counterfoil_core::collector::offer::{Offer, Per, Precision};
use counterfoil_core::collector::problem::Problem;
use counterfoil_core::time;
use tokio::time::error::Elapsed;
use tokio::time::{Instant, timeout, timeout_at};

use crate::blobs::Incoming;
use crate::failure::Failure;
use crate::http::App;
use crate::http::answer::{self, Entries, Refused};
use crate::http::bundles::{self, ARRIVAL, SILENCE};
use crate::http::limits::Client;
use crate::refusal::Refusal;
use crate::store::{MadeOffer, Store};
use crate::system;

const HTML: &str = "text/html; charset=utf-8";
/// Name of the field of the form.
const FIELD: &str = "bundle";

pub(crate) async fn style() -> Response {
    answer::text("text/css; charset=utf-8", include_str!("style.css").to_owned())
}

pub(crate) async fn show<S: Store>(State(app): State<Arc<App<S>>>) -> Result<Response, Refused> {
    let (name, contact) = app.collector.names().await?;
    let mut main = format!(
        "<p>Here you hand over a bundle that you made for this collector, and get your receipt as a file. Take the \
         receipt back into Counterfoil: it proves what was accepted and what you are owed.</p>\n\
         <form method=\"post\" action=\"/hand-over\" enctype=\"multipart/form-data\">\n\
         <label for=\"bundle\">Your bundle, a file counterfoil-….zip of 64 MiB at most</label>\n\
         <input id=\"bundle\" name=\"{FIELD}\" type=\"file\" accept=\".zip,application/zip\" required>\n\
         <button type=\"submit\">Hand over and get the receipt</button>\n</form>\n\
         <h2>What is asked for</h2>\n"
    );
    let open = app.collector.open_offers(system::now()).await?;
    if open.is_empty() {
        main.push_str("<p>Nothing at the moment: there is no open offer.</p>\n");
    }
    for (made, offer) in &open {
        push_offer(&mut main, made, offer);
    }
    let written = write!(
        main,
        "<h2>Who this is</h2>\n<dl>\n<dt>Name</dt><dd>{}</dd>\n<dt>Contact</dt><dd>{}</dd>\n\
         <dt>Key</dt><dd><code>{}</code></dd>\n</dl>\n<p>Compare the key with the one that Counterfoil shows for this \
         collector. Who sees your bundle here learns your network address as well.</p>\n\
         <p>A Counterfoil that speaks to nobody takes both as files: first \
         <a href=\"/.well-known/counterfoil-collector\" download=\"counterfoil-collector.json\">who this is</a>, \
         then <a href=\"/v1/offers\" download=\"counterfoil-offers.json\">what is asked for</a>.</p>\n",
        escape(&name),
        escape(&contact),
        app.collector.did()
    );
    debug_assert!(written.is_ok());
    Ok(answer::text(HTML, document(&name, &name, &main)))
}

fn push_offer(main: &mut String, made: &MadeOffer, offer: &Offer) {
    let list = |items: &[String], none: &str| {
        if items.is_empty() {
            none.to_owned()
        } else {
            escape(&items.join(", "))
        }
    };
    let kinds: Vec<_> = offer.kinds.iter().map(|kind| kind.as_str()).collect();
    let prices: Vec<_> = offer
        .rules
        .iter()
        .map(|rule| {
            let unit = match rule.per {
                Per::Record => "records",
                Per::Codepoints => "characters",
            };
            format!(
                "{} {} (minor units) for {} {unit} of kind {}",
                rule.amount,
                offer.asset,
                rule.n,
                rule.kind.as_str()
            )
        })
        .collect();
    let times = match offer.time_precision {
        Precision::Day => "the day",
        Precision::Month => "the month",
        Precision::None => "none",
    };
    let rows = [
        ("Purposes", list(&offer.purposes, "none")),
        ("Kinds", kinds.join(", ")),
        ("Sites", list(&offer.sites, "any")),
        ("Languages", list(&offer.languages, "any")),
        ("Time of a record", times.to_owned()),
        (
            "People read it",
            if offer.human_review { "yes" } else { "no" }.to_owned(),
        ),
        ("Kept for", format!("{} days at most", offer.retention_days)),
        ("Kept in", list(&offer.regions, "not said")),
        ("Paid within", format!("{} days", offer.pay_within_days)),
        (
            "Price",
            if prices.is_empty() {
                "none".to_owned()
            } else {
                escape(&prices.join("; "))
            },
        ),
        ("Open until", time::rfc3339(offer.valid_until).unwrap_or_default()),
    ];
    let written = write!(main, "<section>\n<h3>{}</h3>\n<dl>\n", escape(&offer.title));
    debug_assert!(written.is_ok());
    for (name, value) in rows {
        let written = writeln!(main, "<dt>{name}</dt><dd>{value}</dd>");
        debug_assert!(written.is_ok());
    }
    let written = write!(
        main,
        "</dl>\n<p><a href=\"/v1/terms/{}\">The terms</a></p>\n<p>Offer <code>{}</code></p>\n</section>\n",
        offer.terms_sha256, made.sha256
    );
    debug_assert!(written.is_ok());
}

/// Takes the file of the form; the answer is the receipt as a file, or a page that says why not.
pub(crate) async fn hand_over<S: Store>(
    State(app): State<Arc<App<S>>>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Response {
    let taken = async {
        let turn = bundles::admit(&app, client, &headers)?;
        let form = form.map_err(|_| no_form())?;
        let (incoming, sha256) = receive(&app, form).await?;
        let answer = bundles::taken(app, incoming, sha256, turn).await?;
        Ok(receipt(answer.entry)?)
    };
    taken.await.unwrap_or_else(sorry)
}

async fn receive<S: Store>(app: &App<S>, mut form: Multipart) -> Result<(Incoming, String), Refusal> {
    let until = Instant::now() + ARRIVAL;
    let no_file = || Refusal::new(Problem::Malformed, "no file was chosen");
    let field = next_field(&mut form, until).await?;
    let mut field = field
        .filter(|field| field.name() == Some(FIELD))
        .ok_or_else(no_file)?;
    let mut writer = app.collector.blobs.begin().await?;
    loop {
        let piece = timeout_at(until, timeout(SILENCE, field.chunk()))
            .await
            .map_err(late)?
            .map_err(late)?;
        match piece.map_err(|_| bundles::cut_off())? {
            Some(bytes) => bundles::write(&mut writer, &bytes).await?,
            None if writer.length() == 0 => return Err(no_file()),
            None => break,
        }
    }
    drop(field);
    if next_field(&mut form, until).await?.is_some() {
        return Err(no_form());
    }
    Ok(writer.finish().await?)
}

async fn next_field(form: &mut Multipart, until: Instant) -> Result<Option<Field<'_>>, Refusal> {
    timeout_at(until, timeout(SILENCE, form.next_field()))
        .await
        .map_err(late)?
        .map_err(late)?
        .map_err(|_| bundles::cut_off())
}

fn late(_: Elapsed) -> Refusal {
    Refusal::new(Problem::Timeout, "the file took too long to arrive")
}

fn no_form() -> Refusal {
    Refusal::new(Problem::Malformed, "this is not the form of the page")
}

/// The receipt as a file to keep.
fn receipt(compact: String) -> Result<Response, Failure> {
    let name = match Entry::open(&compact)?.event {
        Event::Receipt(receipt) => format!("counterfoil-receipt-{}-{}.json", receipt.start, receipt.end),
        _ => "counterfoil-receipt.json".to_owned(),
    };
    let body = serde_json::to_string(&Entries::all(vec![compact]))?;
    let mut response = answer::text("application/json", body);
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

/// The refusal, with its words on a page.
fn sorry(refusal: Refusal) -> Response {
    let main = format!(
        "<p role=\"alert\">{}</p>\n<p>Code: <code>{}</code></p>\n<p><a href=\"/\">Back to the page</a></p>\n",
        escape(&refusal.detail),
        refusal.problem.as_str()
    );
    let mut response = Refused(refusal).into_response();
    *response.body_mut() = document("Not taken", "The bundle was not taken", &main).into();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(HTML));
    headers.remove(header::CONTENT_LENGTH);
    response
}

fn document(title: &str, heading: &str, main: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{}</title>\n\
         <link rel=\"icon\" href=\"data:,\">\n<link rel=\"stylesheet\" href=\"/style.css\">\n</head>\n<body>\n<main>\n\
         <h1>{}</h1>\n{main}</main>\n</body>\n</html>\n",
        escape(title),
        escape(heading)
    )
}

/// Text within HTML, in elements and in attributes.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_is_text_in_the_page() {
        let page = document("a<b", "\"&'", "");
        assert!(page.contains("<title>a&lt;b</title>") && page.contains("<h1>&quot;&amp;&#39;</h1>"));
    }
}
