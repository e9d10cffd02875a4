//! Writing in the real applications, with the keys and clicks of a person.

use anyhow::Result;
use thirtyfour::prelude::*;

use crate::browser::Browser;
use crate::case::press;
use crate::until::{SOON, START, until};

/// The first element that a CSS selector names, in the page or in any open shadow root of it.
const DEEP: &str = "
    const within = (root) => {
      const found = root.querySelector(arguments[0]);
      if (found) return found;
      for (const element of root.querySelectorAll('*')) {
        const inner = element.shadowRoot && within(element.shadowRoot);
        if (inner) return inner;
      }
      return null;
    };
    return within(document);";

/// Texts that every composer must give back as they were written: several lines, characters past the first plane,
/// letters from right to left.
pub const TEXTS: [&str; 3] = [
    "First a line,\nthen another.",
    "A ship 🚢 and a crew 👩🏽‍🚀 — done",
    "שלום לכולם، مرحبا بكم",
];

/// Waits until an element is there, also in a shadow root, and clicks on it.
pub async fn focus(browser: &Browser, selector: &str) -> Result<()> {
    until(&format!("a click on {selector}"), START, async || {
        let found = browser.driver.execute(DEEP, vec![selector.into()]).await?;
        found.element()?.click().await?;
        Ok(Some(()))
    })
    .await
}

/// Types into what has the focus: a key for each character, Shift+Enter for a new line.
pub async fn type_lines(browser: &Browser, text: &str) -> Result<()> {
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            press(browser, "Shift+Enter").await?;
        }
        browser.keys(line).await?;
    }
    Ok(())
}

/// What a long text repeats.
pub const LONG: &str = "words and no end ";

/// Writes [`LONG`] so often that it has `length` characters, or up to twice as many, as a person does who copies what
/// they wrote: it is typed once, then all is copied and pasted after itself.
pub async fn write_long(browser: &Browser, length: usize) -> Result<()> {
    browser.keys(LONG).await?;
    let mut written = LONG.len();
    while written < length {
        press(browser, "Control+a").await?;
        press(browser, "Control+c").await?;
        press(browser, "Control+End").await?;
        press(browser, "Control+v").await?;
        written *= 2;
    }
    Ok(())
}

/// Waits until the page, with its shadow roots, shows this.
pub async fn shown(browser: &Browser, words: &str) -> Result<()> {
    let read = "
        const read = (root) => [...root.querySelectorAll('*')].reduce(
          (text, element) => element.shadowRoot ? text + read(element.shadowRoot) : text,
          root.body ? root.body.innerText : [...root.children].map((child) => child.innerText ?? '').join(' '));
        return read(document);";
    until(&format!("{words:?} to be shown"), START, async || {
        let text = browser.run(read, vec![]).await?;
        Ok(text
            .as_str()
            .is_some_and(|text| text.contains(words))
            .then_some(()))
    })
    .await
}

/// Waits until the page in view is done with what it does: nothing in it changed for half a second. Pages that never
/// rest are waited for 10 seconds.
///
/// An application may show an answer before it is through with its turn, and empty its field once more then.
pub async fn at_rest(browser: &Browser) -> Result<()> {
    let rest = "
        await new Promise((rested) => {
          let still = setTimeout(rested, 500);
          setTimeout(rested, 10_000);
          new MutationObserver(() => {
            clearTimeout(still);
            still = setTimeout(rested, 500);
          }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
        });";
    browser.run_async(rest, vec![]).await.map(drop)
}

/// Presses the button that sends on the page of an editor; one that has none sends by Enter alone.
pub async fn send(browser: &Browser) -> Result<()> {
    if browser.driver.find(By::Css("#send")).await.is_ok() {
        browser.click("#send").await
    } else {
        press(browser, "Enter").await
    }
}

/// Waits until the page of an editor believes that so many texts were sent.
pub async fn sent(browser: &Browser, count: usize) -> Result<()> {
    let selector = format!("#sent[data-count='{count}']");
    until(&format!("{selector} to exist"), SOON, async || {
        Ok(browser.driver.find(By::Css(&*selector)).await.ok().map(drop))
    })
    .await
}

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
