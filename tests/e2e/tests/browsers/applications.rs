//! Real applications from the registries: each thing written is recorded once, as what it is.

use std::sync::Arc;

use anyhow::{Context, Result};
use counterfoil_e2e::application::Application;
use counterfoil_e2e::browser::{Browser, Kind};
use counterfoil_e2e::case::{Expected, press};
use counterfoil_e2e::writing;
use libtest_mimic::Trial;

use crate::fixtures::exactly;
use crate::lab::{Applications, Lab, SETTLED, trial};

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
    for chat in &CHATS {
        trials.push(trial(lab, kind, chat.name, async move |lab, name| {
            chat.talk(lab, kind, name).await
        }));
    }
    trials.push(trial(lab, kind, "application::trac", async move |lab, name| {
        trac(lab, kind, name).await
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

/// A chat in which Enter sends, and which answers with the number of the turn.
struct Chat {
    name: &'static str,
    field: &'static str,
    /// Which of the applications it is.
    of: fn(&Applications) -> &Application,
}

const CHATS: [Chat; 4] = [
    Chat {
        name: "application::gradio",
        field: "textarea[data-testid=textbox]",
        of: |all| &all.gradio,
    },
    Chat {
        name: "application::chainlit",
        field: "#chat-input",
        of: |all| &all.chainlit,
    },
    Chat {
        name: "application::streamlit",
        field: "[data-testid=stChatInputTextArea]",
        of: |all| &all.streamlit,
    },
    Chat {
        name: "application::panel",
        field: "textarea",
        of: |all| &all.panel,
    },
];

impl Chat {
    /// Says every text and a long one; what stands in the field in the end is only a draft.
    async fn talk(&self, lab: &Lab, kind: Kind, name: &str) -> Result<()> {
        let origin = (self.of)(lab.applications().await?).origin.clone();
        let mut texts: Vec<String> = writing::TEXTS.map(str::to_owned).into();
        let long = writing::LONG.repeat(LONGEST.div_ceil(writing::LONG.len()).next_power_of_two());
        texts.push(long);
        let due: Vec<&str> = texts.iter().map(String::as_str).collect();
        written(lab, kind, name, &origin, "prompt", &due, async |browser| {
            let tab = browser.open(&origin).await?;
            for turn in 1..=texts.len() {
                writing::focus(browser, self.field).await?;
                match writing::TEXTS.get(turn - 1) {
                    Some(text) => writing::type_lines(browser, text).await?,
                    None => writing::write_long(browser, LONGEST).await?,
                }
                press(browser, "Enter").await?;
                writing::shown(browser, &format!("this is turn {turn}.")).await?;
                writing::at_rest(browser).await?;
            }
            writing::focus(browser, self.field).await?;
            writing::type_lines(browser, "a draft that stays").await?;
            browser.close(&tab).await
        })
        .await
    }
}

/// Length that a long text has at least, in characters.
const LONGEST: usize = 10_000;

/// A wiki page and a ticket, each looked at before it is saved.
async fn trac(lab: &Lab, kind: Kind, name: &str) -> Result<()> {
    let origin = lab.applications().await?.trac.origin.clone();
    // Both browsers write at once.
    let notes = format!("Notes-{}", kind.name());
    let page = "= Notes =\nThe pump was mended 🚢.";
    let ticket = "The pump leaks again.\nשלום";
    written(
        lab,
        kind,
        name,
        &origin,
        "post",
        &[page, ticket],
        async |browser| {
            let tab = browser
                .open(&format!("{origin}/wiki/{notes}?action=edit"))
                .await?;
            browser.find("#text").await?.clear().await?;
            writing::focus(browser, "#text").await?;
            writing::type_lines(browser, "Not what is meant").await?;
            writing::press_submit(browser, "input[name=preview]").await?;
            browser.find("#text").await?.clear().await?;
            writing::focus(browser, "#text").await?;
            writing::type_lines(browser, page).await?;
            writing::press_submit(browser, "input[name=save]").await?;
            browser.close(&tab).await?;
            let tab = browser.open(&format!("{origin}/newticket")).await?;
            browser.type_into("#field-summary", "Pump").await?;
            writing::focus(browser, "#field-description").await?;
            writing::type_lines(browser, ticket).await?;
            writing::press_submit(browser, "input[name=submit]").await?;
            browser.close(&tab).await
        },
    )
    .await
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
