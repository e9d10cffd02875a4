//! The archive through its own module: it finds what was said, follows what other parts of the extension do, and is shut
//! with the profile.

use std::sync::Arc;

use anyhow::{Result, ensure};
use counterfoil_e2e::browser::{Browser, Kind};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::keys::record;
use crate::lab::{Lab, Session, on_fresh};

pub fn trials(lab: &Arc<Lab>, kind: Kind, trials: &mut Vec<Trial>) {
    trials.push(on_fresh(
        lab,
        kind,
        "the_archive_finds_and_is_shut_with_the_profile",
        found,
    ));
}

fn find(query: &str) -> Value {
    json!({ "type": "find", "query": query, "before": null })
}

/// The excerpts of what a query finds.
async fn excerpts(browser: &Browser, query: &str) -> Result<Vec<String>> {
    let told = browser.ask(&find(query)).await?;
    let view = &told["view"];
    ensure!(told["type"] == "searched" && view["next"].is_null(), "{told}");
    let items = view["items"].as_array().into_iter().flatten();
    Ok(items
        .filter_map(|item| item["excerpt"].as_str().map(str::to_owned))
        .collect())
}

async fn found(session: &mut Session) -> Result<()> {
    session.make_ready().await?;
    let seqs = record(session, &["tea in Curaçao", "coffee at the lighthouse"]).await?;
    let browser = &session.browser;
    ensure!(excerpts(browser, "curac").await? == ["tea in Curaçao"]);
    ensure!(excerpts(browser, "house").await?.is_empty());
    let told = browser.ask(&find("light")).await?;
    ensure!(
        told["view"]["items"][0]["matches"] == json!([{ "start": 14, "end": 19 }]),
        "{told}"
    );
    // What comes later, and after the background was ended.
    record(session, &["a second lighthouse"]).await?;
    ensure!(excerpts(browser, "light").await? == ["a second lighthouse", "coffee at the lighthouse"]);
    ensure!(browser.kill_background().await?, "there was no background to end");
    ensure!(excerpts(browser, "\"second light").await? == ["a second lighthouse"]);
    let counted = browser
        .ask(&json!({ "type": "count", "query": "light", "before": null }))
        .await?;
    ensure!(counted["view"]["total"] == 2, "{counted}");
    // Deciding there shows in the list, and the other way round.
    let decide = json!({
        "type": "decide_all", "query": "light", "except": [], "decision": "delete", "before": null,
    });
    let decided = browser.ask(&decide).await?;
    ensure!(decided["view"]["changed"] == 2, "{decided}");
    browser
        .ask(&json!({ "type": "undo", "seqs": decided["view"]["seqs"] }))
        .await?;
    browser.ask(&json!({ "type": "mark", "seqs": [seqs[0]] })).await?;
    ensure!(excerpts(browser, "is:marked").await? == ["tea in Curaçao"]);
    let conversation = browser
        .ask(&json!({ "type": "conversation", "seq": seqs[0] }))
        .await?;
    ensure!(
        conversation["view"]["items"][0]["text"] == "tea in Curaçao",
        "{conversation}"
    );
    // Shut, and opened.
    let words = "seven quiet lighthouses";
    browser
        .ask(&json!({ "type": "passphrase", "current": null, "new": words }))
        .await?;
    ensure!(excerpts(browser, "tea").await?.len() == 1);
    browser.ask(&json!({ "type": "lock" })).await?;
    let refused = browser.answer_to(&find("tea")).await?;
    ensure!(
        refused["failure"]["code"] == "locked",
        "a locked profile answered {refused}"
    );
    browser
        .ask(&json!({ "type": "unlock", "passphrase": words }))
        .await?;
    ensure!(excerpts(browser, "tea").await?.len() == 1);
    Ok(())
}
