//! What is in view of the extension: one face for its pages in tabs and for its popup.

use anyhow::Result;
use serde_json::Value;

use crate::browser::{Browser, Popup};
use crate::case::press;

/// What is in view: a page of the extension in the selected tab, or the popup over a site.
#[derive(Debug, Clone, Copy)]
pub enum Sight<'s> {
    /// The page in the selected tab.
    Page(&'s Browser),
    /// The real popup.
    Popup(&'s Popup<'s>),
}

impl Sight<'_> {
    /// Runs an async function body in the page, or in the popup, and gives its JSON value.
    pub async fn run(&self, body: &str) -> Result<Value> {
        match self {
            Self::Page(browser) => browser.run_async(body, vec![]).await,
            Self::Popup(popup) => popup.run(body).await,
        }
    }

    /// As [`run`](Self::run), while it is shown as to somebody who prefers light letters on a dark ground.
    pub async fn run_dark(&self, body: &str) -> Result<Value> {
        match self {
            Self::Page(browser) => browser.run_dark(None, body).await,
            Self::Popup(popup) => popup.browser().run_dark(Some(popup), body).await,
        }
    }

    /// Presses a key, as [`press`] names it, in whatever has the focus there.
    pub async fn key(&self, keys: &str) -> Result<()> {
        match self {
            Self::Page(browser) => press(browser, keys).await,
            Self::Popup(popup) => popup.key(keys).await,
        }
    }
}
