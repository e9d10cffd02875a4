//! The cases of `tests/pages/cases.json`: exactly what they say is recorded, once, and nothing else.

use std::sync::Arc;

use anyhow::{Context, Result, bail};
use counterfoil_e2e::browser::{Browser, Kind};
use counterfoil_e2e::case::{Case, Cases, Expected};
use counterfoil_e2e::person::Record;
use counterfoil_e2e::until::{SOON, until};
use libtest_mimic::Trial;

use crate::lab::{Lab, ON, SETTLED, trial};

/// Each case has a site of its own: this port and up.
const FIRST_PORT: usize = 21_000;

pub fn trials(lab: &Arc<Lab>, kind: Kind, trials: &mut Vec<Trial>) -> Result<()> {
    for (index, case) in Cases::read()?.cases.into_iter().enumerate() {
        let site = format!("{ON}:{}", FIRST_PORT + index);
        let title = format!("fixture::{}::{}", case.page.trim_end_matches(".html"), case.name);
        trials.push(trial(lab, kind, &title, async move |lab, name| {
            fixture(lab, kind, name, &site, &case).await
        }));
    }
    Ok(())
}

async fn fixture(lab: &Lab, kind: Kind, name: &str, site: &str, case: &Case) -> Result<()> {
    let (since, tab) = lab
        .with_session(kind, name, async |session| {
            let browser = &session.browser;
            browser.site_on(&format!("http://{site}")).await?;
            let since = browser.next_seq().await?;
            let tab = browser.open(&format!("http://{site}/{}", case.page)).await?;
            case.play(browser).await?;
            Ok((since, tab))
        })
        .await?;
    // The page stays open meanwhile, so that whatever could still come does come; others may have the browser.
    tokio::time::sleep(SETTLED).await;
    lab.with_session(kind, name, async |session| {
        session.browser.close(&tab).await?;
        exactly(&session.browser, since, site, &case.expect).await
    })
    .await
}

/// Fails unless the records of a site are these.
pub async fn exactly(browser: &Browser, since: u64, site: &str, expected: &[Expected]) -> Result<()> {
    let mut found = Vec::new();
    let arrived = until("the records", SOON / 4, async || {
        found = browser.records(since).await?;
        found.retain(|record: &Record| record.site == site);
        Ok((found.len() >= expected.len()).then_some(()))
    })
    .await;
    let same =
        found.len() == expected.len() && expected.iter().zip(&found).all(|(due, record)| due.is(record));
    if !same {
        let found: Vec<_> = found.iter().map(|it| (&it.kind, &it.text, it.altered)).collect();
        arrived.with_context(|| format!("expected {expected:#?}, found {found:#?}"))?;
        bail!("expected {expected:#?}, found {found:#?}");
    }
    Ok(())
}
