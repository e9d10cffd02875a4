//! Real applications from the registries: each thing written is recorded once, as what it is.

use std::sync::Arc;

use anyhow::{Context, Result};
use counterfoil_e2e::browser::{Browser, Kind};
use counterfoil_e2e::case::Expected;
use counterfoil_e2e::writing;
use libtest_mimic::Trial;

use crate::fixtures::exactly;
use crate::lab::{Lab, SETTLED, trial};

pub fn trials(lab: &Arc<Lab>, kind: Kind, trials: &mut Vec<Trial>) {
    trials.push(trial(
        lab,
        kind,
        "application::whoogle",
        async move |lab, name| {
            let origin = lab.applications().await?.whoogle.origin.clone();
            let texts = ["why do whales sing", "rye bread without yeast"];
            written(lab, kind, name, &origin, "search", &texts, async |browser| {
                for text in texts {
                    let tab = browser.open(&format!("{origin}/")).await?;
                    writing::search(browser, &origin, text).await?;
                    browser.close(&tab).await?;
                }
                Ok(())
            })
            .await
        },
    ));
    trials.push(trial(lab, kind, "application::gradio", async move |lab, name| {
        let origin = lab.applications().await?.gradio.origin.clone();
        let texts = ["Explain tides to a child, please.", "And now to a sailor."];
        written(lab, kind, name, &origin, "prompt", &texts, async |browser| {
            let tab = browser.open(&origin).await?;
            for (index, text) in texts.into_iter().enumerate() {
                writing::say(browser, text, index + 1).await?;
            }
            browser.close(&tab).await
        })
        .await
    }));
    trials.push(trial(
        lab,
        kind,
        "application::fossil_wiki",
        async move |lab, name| {
            let origin = lab.applications().await?.fossil.origin.clone();
            let text = "The pump was mended on Tuesday.";
            written(lab, kind, name, &origin, "post", &[text], async |browser| {
                let tab = browser.open(&format!("{origin}/wikiappend?name=Notes")).await?;
                // Only looked at, and then rewritten: nothing of it was sent.
                writing::preview(browser, "A thought that is not ready.").await?;
                browser.find("textarea[name=r]").await?.clear().await?;
                writing::append(browser, text).await?;
                browser.close(&tab).await
            })
            .await
        },
    ));
}

/// Switches an application on, lets `write` use it, and compares what was recorded in the end.
async fn written(
    lab: &Lab,
    kind: Kind,
    name: &str,
    origin: &str,
    what: &str,
    texts: &[&str],
    write: impl AsyncFnOnce(&Browser) -> Result<()>,
) -> Result<()> {
    let site = origin.split_once("://").context("an origin has a scheme")?.1;
    let since = lab
        .with_session(kind, name, async |session| {
            let browser = &session.browser;
            // One prompt covers all applications: they differ in their ports only.
            if browser.site_on(origin).await.is_err() {
                browser.add_site(origin, true).await?;
            }
            let since = browser.next_seq().await?;
            write(browser).await?;
            Ok(since)
        })
        .await?;
    tokio::time::sleep(SETTLED).await;
    let expected: Vec<_> = texts
        .iter()
        .map(|text| Expected {
            text: (*text).to_owned(),
            kind: Some(what.to_owned()),
            altered: false,
        })
        .collect();
    lab.with_session(kind, name, async |session| {
        exactly(&session.browser, since, site, &expected).await
    })
    .await
}
