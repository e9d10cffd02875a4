//! Every page in every state, checked for barriers by axe-core: in a light and in a dark dress, and in a language that is
//! written from right to left.

use std::sync::Arc;

use anyhow::{Result, ensure};
use counterfoil_e2e::axe::{Axe, Table};
use counterfoil_e2e::browser::{Dress, Kind};
use counterfoil_e2e::tools::Tools;
use counterfoil_e2e::walk::walk;
use libtest_mimic::Trial;

use crate::lab::{Lab, ON, PATIENCE, Session, on_fresh, trial};

pub fn trials(lab: &Arc<Lab>, kind: Kind, trials: &mut Vec<Trial>) {
    trials.push(on_fresh(
        lab,
        kind,
        "every_state_is_without_barriers",
        async |session| checked(session, "", &["light", "dark"]).await,
    ));
    // Not every Firefox brings the language along; the pages are the same.
    if kind == Kind::Chromium {
        trials.push(trial(
            lab,
            kind,
            "every_state_is_without_barriers_in_arabic",
            async move |lab, name| {
                let tools = Tools {
                    dress: Dress::ARABIC,
                    ..lab.tools()?.clone()
                };
                lab.with_tools(kind, name, &tools, PATIENCE, async |session| {
                    checked(session, "-arabic", &["arabic"]).await
                })
                .await
            },
        ));
    }
}

async fn checked(session: &Session, suffix: &str, columns: &[&'static str]) -> Result<()> {
    session.browser.welcomed().await?;
    session.browser.tidy().await?;
    let axe = Axe::read(&session.tools.axe)?;
    let mut table = Table::new(columns);
    let arabic = session.tools.dress.arabic;
    walk(
        &session.browser,
        ON,
        &session.tools.collector,
        async |sight, state| {
            let written = sight
                .run("return [document.documentElement.lang.split('-')[0], document.documentElement.dir]")
                .await?;
            let due = if arabic { ["ar", "rtl"] } else { ["en", "ltr"] };
            ensure!(
                written == serde_json::json!(due),
                "{state} is written in {written}"
            );
            let mut found = vec![axe.check(sight).await?];
            if columns.len() > found.len() {
                found.push(axe.check_dark(sight).await?);
            }
            table.add(state, found);
            Ok(())
        },
    )
    .await?;
    let name = session.browser.kind.name();
    println!("\n{name}\n{table}");
    let file = format!("axe-{name}{suffix}.txt");
    std::fs::write(session.tools.out.join(file), table.to_string())?;
    let faults = table.faults();
    ensure!(
        faults.is_empty(),
        "{} violations:\n{}",
        faults.len(),
        faults.join("\n")
    );
    Ok(())
}
