//! What is exported: accepted by our command line and by other people's tools, and refused once altered.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use counterfoil_e2e::browser::Kind;
use counterfoil_e2e::bundle;
use libtest_mimic::Trial;

use crate::first_run::say;
use crate::lab::{Lab, ON, Session, on_session};

/// A file of the bundle, whether the forger also mends the manifests, and the check that must fail.
const ALTERED: [(&str, bool, &str); 9] = [
    ("data/records.jsonl", false, "bag"),
    ("data/records.jsonl", true, "key"),
    ("checkpoint", false, "bag"),
    ("checkpoint", true, "key"),
    ("frontier.json", false, "bag"),
    ("manifest-sha256.txt", false, "bag"),
    ("tagmanifest-sha256.txt", false, "bag"),
    ("bag-info.txt", false, "bag"),
    ("bundle.jws", false, "key"),
];

pub fn trials(lab: &Arc<Lab>, kind: Kind, trials: &mut Vec<Trial>) {
    trials.push(on_session(
        lab,
        kind,
        "exports_are_accepted_by_all_and_altered_ones_by_none",
        exports,
    ));
}

async fn exports(session: &Session) -> Result<()> {
    let (browser, tools) = (&session.browser, &session.tools);
    let name = format!("for {}", browser.kind.name());
    // The second export continues the first one's log: its frontier is not empty.
    for (round, texts) in [&["to be shared", "šárka & «søren» 🦊"][..], &["shared later"][..]]
        .into_iter()
        .enumerate()
    {
        let since = browser.next_seq().await?;
        let tab = browser.open(&format!("http://{ON}/chat-enter.html")).await?;
        let mut seqs = Vec::new();
        for text in texts {
            say(session, text).await?;
            seqs.push(browser.recorded(since, ON, text).await?.seq);
        }
        browser.close(&tab).await?;
        browser
            .ask(&serde_json::json!({ "type": "mark", "seqs": seqs }))
            .await?;

        let mut shown = String::new();
        let file = browser
            .export(&name, async |step| {
                if step == "export-review" {
                    browser.click("[data-action=exact-bytes]").await?;
                    let text = browser
                        .run("return document.querySelector('.lines').innerText", vec![])
                        .await?;
                    text.as_str().unwrap_or_default().clone_into(&mut shown);
                }
                Ok(())
            })
            .await?;
        let records = bundle::records(tools, &file).await?;
        let exported: Vec<_> = records
            .iter()
            .filter_map(|record| record["text"].as_str())
            .collect();
        for text in texts {
            ensure!(
                exported.contains(text),
                "{text:?} is not in the bundle: {exported:?}"
            );
            ensure!(
                shown.contains(text),
                "{text:?} was not shown before it was signed: {shown}"
            );
        }
        let report = bundle::verify_everywhere(tools, &file).await?;
        let kept = tools.out.join(format!(
            "{}-{}",
            browser.kind.name(),
            file.file_name().context("a name")?.display()
        ));
        std::fs::copy(&file, &kept)?;
        std::fs::write(kept.with_extension("txt"), report)?;
        for (victim, mend, check) in ALTERED {
            // The first export begins the log: its frontier is an empty list, in which no bit leaves a list.
            let copies = tempfile::tempdir()?;
            let copy = copies.path().join(file.file_name().context("a name")?);
            bundle::tampered(tools, &file, &copy, victim, mend).await?;
            let what = || format!("{victim} altered, mended: {mend}, in export {}", round + 1);
            bundle::verify(tools, &copy)
                .await?
                .refused_at(check)
                .with_context(what)?;
            bundle::verify_independently(tools, &copy)
                .await?
                .refused_at(check)
                .with_context(what)?;
        }
        browser
            .ask(&serde_json::json!({ "type": "keep", "seqs": seqs }))
            .await?;
    }
    Ok(())
}
