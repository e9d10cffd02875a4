//! Writing in the real applications, with the keys and clicks of a person.

use anyhow::Result;
use thirtyfour::prelude::*;

use crate::browser::Browser;
use crate::until::{START, until};

/// Searches in Whoogle with Enter, and waits for the page that answers.
pub async fn search(browser: &Browser, origin: &str, text: &str) -> Result<()> {
    browser.type_into("#search-bar", text).await?;
    browser.keys(String::from(char::from(Key::Enter))).await?;
    let home = format!("{origin}/");
    until("Whoogle's answer", START, async || {
        Ok((browser.driver.current_url().await?.as_str() != home).then_some(()))
    })
    .await
}

/// Says something in Gradio's chat, and waits for the answer to the `turn`th message, from 1.
pub async fn say(browser: &Browser, text: &str, turn: usize) -> Result<()> {
    // The interface is built by script some time after the page has loaded.
    until("Gradio's text field", START, async || {
        Ok(browser
            .driver
            .find(By::Css("textarea[data-testid=textbox]"))
            .await
            .ok()
            .map(drop))
    })
    .await?;
    browser.type_into("textarea[data-testid=textbox]", text).await?;
    browser.keys(String::from(char::from(Key::Enter))).await?;
    let answer = format!("this is turn {turn}.");
    until("Gradio's answer", START, async || {
        let said = browser.run("return document.body.innerText", vec![]).await?;
        Ok(said
            .as_str()
            .is_some_and(|said| said.contains(&answer))
            .then_some(()))
    })
    .await
}

/// Writes an addition to the wiki page in Fossil's form, which must be in view, and only previews it.
pub async fn preview(browser: &Browser, text: &str) -> Result<()> {
    browser.type_into("textarea[name=r]", text).await?;
    press_submit(browser, "input[name=preview]").await
}

/// Appends an addition to the wiki page in Fossil's form, which must be in view.
pub async fn append(browser: &Browser, text: &str) -> Result<()> {
    browser.type_into("textarea[name=r]", text).await?;
    press_submit(browser, "input[name=submit]").await
}

/// Presses a button that loads another page, and waits until it has.
pub async fn press_submit(browser: &Browser, selector: &str) -> Result<()> {
    browser.run("window.stillHere = true;", vec![]).await?;
    browser.click(selector).await?;
    until("the next page", START, async || {
        let loaded = browser
            .run(
                "return !window.stillHere && document.readyState === 'complete'",
                vec![],
            )
            .await?;
        Ok((loaded == true).then_some(()))
    })
    .await
}
