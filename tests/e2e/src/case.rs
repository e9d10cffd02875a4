//! The fixture cases of `tests/pages/cases.json`, and how their steps are done with real input.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use thirtyfour::prelude::*;

use crate::browser::Browser;
use crate::person::Record;
use crate::tools::tests_dir;
use crate::until::{SOON, until};

/// All cases.
#[derive(Debug, Clone, Deserialize)]
pub struct Cases {
    /// In order.
    pub cases: Vec<Case>,
}

/// One case: what a person does on a page, and what is to be recorded of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// File in `tests/pages`.
    pub page: String,
    /// What it is about.
    pub name: String,
    /// What the person does.
    pub steps: Vec<Step>,
    /// Exactly what is recorded, in order.
    pub expect: Vec<Expected>,
}

/// A step. A selector may begin with that of a frame, followed by ` >>> `.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Clicks on the element.
    Click(String),
    /// Types into whatever has the focus, a key for each character.
    Type(String),
    /// Presses a key, with modifiers: `Enter`, `Shift+Enter`, `Control+a`.
    Press(String),
    /// Waits until such an element exists.
    Wait(String),
}

/// What a record must be.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// The exact text.
    pub text: String,
    /// The kind, where the case says.
    pub kind: Option<String>,
    /// Whether the page changed it.
    #[serde(default)]
    pub altered: bool,
}

impl Expected {
    /// Whether a record is this one.
    pub fn is(&self, record: &Record) -> bool {
        record.text == self.text
            && record.altered == self.altered
            && self.kind.as_ref().is_none_or(|kind| *kind == record.kind)
    }
}

impl Cases {
    /// Reads `tests/pages/cases.json`.
    pub fn read() -> Result<Self> {
        let file = tests_dir("pages").join("cases.json");
        let text =
            std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        serde_json::from_str(&text).with_context(|| format!("cannot understand {}", file.display()))
    }
}

impl Case {
    /// Does the steps in the selected tab, which shows the page.
    pub async fn play(&self, browser: &Browser) -> Result<()> {
        for (index, step) in self.steps.iter().enumerate() {
            step.play(browser)
                .await
                .with_context(|| format!("step {} of {:?}: {step:?}", index + 1, self.name))?;
        }
        browser.driver.enter_default_frame().await?;
        Ok(())
    }
}

impl TryFrom<&BTreeMap<String, String>> for Step {
    type Error = anyhow::Error;

    /// A step as the file of an adapter writes it: one action and what it is about.
    fn try_from(written: &BTreeMap<String, String>) -> Result<Self> {
        let step = serde_json::to_value(written)?;
        serde_json::from_value(step).with_context(|| format!("there is no step {written:?}"))
    }
}

impl Step {
    /// Does it.
    pub async fn play(&self, browser: &Browser) -> Result<()> {
        match self {
            Self::Click(selector) => {
                let selector = enter(browser, selector).await?;
                browser.click(selector).await
            }
            Self::Type(text) => browser.keys(text).await,
            Self::Press(keys) => press(browser, keys).await,
            Self::Wait(selector) => {
                let selector = enter(browser, selector).await?;
                until(&format!("{selector} to exist"), SOON, async || {
                    Ok(browser.driver.find(By::Css(selector)).await.ok().map(drop))
                })
                .await
            }
        }
    }
}

/// Goes into the frame that the selector begins with, or to the page itself, and gives the rest.
async fn enter<'s>(browser: &Browser, selector: &'s str) -> Result<&'s str> {
    browser.driver.enter_default_frame().await?;
    let Some((frame, inner)) = selector.split_once(" >>> ") else {
        return Ok(selector);
    };
    browser.find(frame).await?.enter_frame().await?;
    Ok(inner)
}

/// Presses a key with its modifiers, as [`Step::Press`] writes them.
pub async fn press(browser: &Browser, keys: &str) -> Result<()> {
    let mut modifiers = Vec::new();
    let mut rest = keys;
    while let Some((modifier, after)) = rest.split_once('+') {
        modifiers.push(match modifier {
            "Shift" => Key::Shift,
            "Control" => Key::Control,
            "Alt" => Key::Alt,
            other => bail!("there is no modifier {other} here"),
        });
        rest = after;
    }
    let key = match rest {
        "Enter" => char::from(Key::Enter),
        "Tab" => char::from(Key::Tab),
        "Backspace" => char::from(Key::Backspace),
        "Escape" => char::from(Key::Escape),
        "ArrowDown" => char::from(Key::Down),
        "End" => char::from(Key::End),
        single => match single.chars().collect::<Vec<_>>().as_slice() {
            [one] => *one,
            _ => bail!("there is no key {single} here"),
        },
    };
    let mut chain = browser.driver.action_chain();
    for modifier in &modifiers {
        chain = chain.key_down(char::from(modifier.clone()));
    }
    chain = chain.key_down(key).key_up(key);
    for modifier in modifiers.iter().rev() {
        chain = chain.key_up(char::from(modifier.clone()));
    }
    Ok(chain.perform().await?)
}
