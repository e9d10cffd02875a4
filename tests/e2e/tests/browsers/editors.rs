//! Editors from the registry, each on a page of its own (`tests/editors`): what is sent is recorded once, exactly.

use std::sync::Arc;

use anyhow::Result;
use counterfoil_e2e::browser::{Browser, Kind};
use counterfoil_e2e::case::{Expected, press};
use counterfoil_e2e::writing;
use libtest_mimic::Trial;

use crate::fixtures::exactly;
use crate::lab::{EDITORS, Lab, SETTLED, trial};

/// The editors, and where on its page each is written into.
const ALL: [(&str, &str); 9] = [
    ("tiptap", ".ProseMirror"),
    ("lexical", "#box"),
    ("quill", ".ql-editor"),
    ("slate", "[data-slate-editor]"),
    ("codemirror", ".cm-content"),
    ("ckeditor", ".ck-editor__editable"),
    ("trix", "trix-editor"),
    ("draft", ".public-DraftEditor-content"),
    ("deep-chat", "#text-input"),
];
/// Each editor has a site of its own: this port and up.
const FIRST_PORT: usize = 22_000;

pub fn trials(lab: &Arc<Lab>, kind: Kind, trials: &mut Vec<Trial>) {
    for (index, (editor, field)) in ALL.into_iter().enumerate() {
        let site = format!("{EDITORS}:{}", FIRST_PORT + index);
        trials.push(trial(
            lab,
            kind,
            &format!("editor::{editor}"),
            async move |lab, name| written(lab, kind, name, &site, editor, field).await,
        ));
    }
}

async fn written(lab: &Lab, kind: Kind, name: &str, site: &str, editor: &str, field: &str) -> Result<()> {
    let (since, tab) = lab
        .with_session(kind, name, async |session| {
            let browser = &session.browser;
            if browser.site_on(&format!("http://{site}")).await.is_err() {
                browser.add_site(&format!("http://{site}"), true).await?;
            }
            let since = browser.next_seq().await?;
            let tab = browser.open(&format!("http://{site}/{editor}.html")).await?;
            write(browser, field).await?;
            Ok((since, tab))
        })
        .await?;
    tokio::time::sleep(SETTLED).await;
    let expected: Vec<_> = writing::TEXTS
        .map(|text| Expected {
            text: text.to_owned(),
            kind: None,
            altered: false,
        })
        .into();
    lab.with_session(kind, name, async |session| {
        session.browser.close(&tab).await?;
        exactly(&session.browser, since, site, &expected).await
    })
    .await
}

/// Sends each text, by Enter and by the button in turn; what is written last stays a draft.
async fn write(browser: &Browser, field: &str) -> Result<()> {
    browser.find("html[data-ready]").await?;
    for (at, text) in writing::TEXTS.into_iter().enumerate() {
        writing::focus(browser, field).await?;
        writing::type_lines(browser, text).await?;
        if at % 2 == 0 {
            press(browser, "Enter").await?;
        } else {
            writing::send(browser).await?;
        }
        writing::sent(browser, at + 1).await?;
    }
    writing::focus(browser, field).await?;
    writing::type_lines(browser, "a draft that stays").await
}
