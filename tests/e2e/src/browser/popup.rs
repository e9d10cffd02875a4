//! The extension's real popup, not a tab with the same page.

use std::path::Path;

use anyhow::{Result, bail};
use serde_json::Value;

use super::{Browser, Engine};
use crate::until::{SOON, until};

/// Where the popup's document lies in the package.
pub(super) const PAGE: &str = "popup/popup.html";

/// The command that opens the popup, as the manifest suggests it.
const COMMAND: &str = "alt+shift+k";

/// The browser element of Firefox's popup.
pub(super) const ELEMENT: &str = "Services.wm.getEnumerator('navigator:browser').getNext().document.querySelector('browser[webextension-view-type=popup]')";

/// An open popup. It closes as popups do: when it loses the focus, or by [`close`](Self::close).
#[derive(Debug)]
pub struct Popup<'b> {
    browser: &'b Browser,
}

impl<'b> Popup<'b> {
    /// Presses the command's keys and waits until the popup has loaded.
    pub(super) async fn open(browser: &'b Browser) -> Result<Self> {
        let popup = Self { browser };
        if popup.shown().await? {
            bail!("a popup is open already");
        }
        browser.desk()?.press(&[COMMAND]).await?;
        until("the popup", SOON, async || {
            let loaded = popup.shown().await? && popup.run("return document.readyState").await? == "complete";
            Ok(loaded.then_some(()))
        })
        .await?;
        Ok(popup)
    }

    /// The browser that it belongs to.
    pub(crate) fn browser(&self) -> &'b Browser {
        self.browser
    }

    /// Whether it is still there.
    pub async fn shown(&self) -> Result<bool> {
        match &self.browser.engine {
            Engine::Chromium(chromium) => Ok(chromium.popup(PAGE).await?.is_some()),
            Engine::Firefox(firefox) => {
                // A script that comes before the document has loaded is lost with the empty one before it.
                let loaded = format!(
                    "const popup = {ELEMENT};
                     return !!popup?.currentURI?.spec.endsWith('/{PAGE}') && !popup.webProgress.isLoadingDocument;"
                );
                Ok(firefox.chrome(&self.browser.driver, &loaded, vec![]).await? == true)
            }
        }
    }

    /// Runs an async function body in the popup and gives its JSON value.
    pub async fn run(&self, body: &str) -> Result<Value> {
        match &self.browser.engine {
            Engine::Chromium(chromium) => {
                let Some(target) = chromium.popup(PAGE).await? else {
                    bail!("the popup is closed")
                };
                chromium
                    .in_target(&target.id, &format!("(async () => {{ {body} }})()"))
                    .await
            }
            Engine::Firefox(firefox) => firefox.in_frame(&self.browser.driver, ELEMENT, body).await,
        }
    }

    /// Waits until the body returns something other than `null` and `false`.
    pub async fn wait(&self, what: &str, body: &str) -> Result<Value> {
        until(what, SOON, async || {
            let value = self.run(body).await?;
            Ok((!value.is_null() && value != false).then_some(value))
        })
        .await
    }

    /// Presses the control that a selector names, with a real key or click at the display: the browser counts
    /// that as the person's gesture.
    pub async fn press(&self, selector: &str) -> Result<()> {
        let ready = format!(
            "const control = document.querySelector({});
             if (!control || control.disabled || !document.hasFocus()) return false;
             control.scrollIntoView({{ block: 'nearest' }});
             control.focus();
             // What is in details that are about to open cannot have it yet: the key would go to what opens them.
             if (!control.matches(':focus')) return false;
             const box = control.getBoundingClientRect();
             return [box.left + box.width / 2, box.top + box.height / 2];",
            Value::from(selector)
        );
        let place = self
            .wait(&format!("{selector} in the popup to take the focus"), &ready)
            .await?;
        self.browser.remember_calm()?;
        match &self.browser.engine {
            Engine::Chromium(_) => self.browser.desk()?.press(&["space"]).await,
            // Keys do not reach the document of Firefox's popup under this display; the mouse does.
            Engine::Firefox(firefox) => {
                let corner = format!(
                    "const popup = {ELEMENT}; return popup ? [popup.screenX, popup.screenY] : [null, null];"
                );
                let corner = firefox.chrome(&self.browser.driver, &corner, vec![]).await?;
                let along = |axis: usize| -> Result<i64> {
                    let (Some(start), Some(inside)) = (corner[axis].as_f64(), place[axis].as_f64()) else {
                        bail!("the popup closed before {selector} was pressed");
                    };
                    #[expect(clippy::cast_possible_truncation, reason = "pixels of a display")]
                    Ok((start + inside).round() as i64)
                };
                self.browser.desk()?.click_at(along(0)?, along(1)?).await
            }
        }
    }

    /// Presses a key in whatever has the focus of the popup; the key and its modifiers are named as in
    /// [`press`](crate::case::press).
    pub async fn key(&self, keys: &str) -> Result<()> {
        // A key that comes before the browser has given the popup the focus is lost, or goes to the page below.
        self.wait("the popup to have the focus", "return document.hasFocus()")
            .await?;
        match &self.browser.engine {
            Engine::Chromium(_) => {
                self.browser.remember_calm()?;
                self.browser.desk()?.press(&[&at_display(keys)]).await
            }
            Engine::Firefox(firefox) => firefox.key(&self.browser.driver, ELEMENT, keys).await,
        }
    }

    /// What the popup says, as text.
    pub async fn text(&self) -> Result<String> {
        Ok(self
            .run("return document.body.innerText")
            .await?
            .as_str()
            .unwrap_or_default()
            .to_owned())
    }

    /// Saves a picture of the whole display with the popup on it.
    pub fn screenshot(&self, file: &Path) -> Result<()> {
        self.browser.desk()?.screenshot(file)
    }

    /// Closes it with the Escape key.
    pub async fn close(self) -> Result<()> {
        self.browser.desk()?.press(&["Escape"]).await?;
        until("the popup to close", SOON, async || {
            Ok((!self.shown().await?).then_some(()))
        })
        .await
    }
}

/// A key as X11 names it.
fn at_display(keys: &str) -> String {
    let (shift, key) = keys
        .strip_prefix("Shift+")
        .map_or(("", keys), |key| ("shift+", key));
    let key = match key {
        "Enter" => "Return",
        "ArrowDown" => "Down",
        "ArrowUp" => "Up",
        " " => "space",
        "?" => "question",
        other => other,
    };
    format!("{shift}{key}")
}
