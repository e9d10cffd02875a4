//! What a person does with collectors in the extension's own pages, by its visible controls.

use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::until::{SOON, until};

/// The page of collectors.
pub const COLLECTORS: &str = "app/app.html#collectors";
/// Longest that a collector takes to answer.
const ANSWERED: Duration = Duration::from_secs(30);

impl Browser {
    /// The collectors as the extension tells them.
    pub async fn collectors(&self) -> Result<Vec<Value>> {
        let reply = self.ask(&json!({ "type": "collectors" })).await?;
        Ok(reply["view"]["collectors"]
            .as_array()
            .context("no collectors")?
            .clone())
    }

    /// One of them.
    pub async fn collector(&self, id: &str) -> Result<Value> {
        let all = self.collectors().await?;
        all.into_iter().find(|it| it["id"] == id).context("it is gone")
    }

    /// Looks at a collector by its address, in the page of collectors, which is in view. `asks` says whether the browser
    /// asks for its permission: one of a host covers its ports.
    pub async fn look_at_collector(&self, url: &str, asks: bool) -> Result<()> {
        self.type_into("[name=address]", url).await?;
        self.click_for_prompt("[data-action=look-collector]").await?;
        if asks {
            self.answer_prompt(true).await?;
        }
        self.find("[data-action=add-collector]").await.map(drop)
    }

    /// Keeps the collector that is looked at; gives its id, once its first offer is in view.
    pub async fn keep_collector(&self) -> Result<String> {
        let before = self.collectors().await?;
        self.click("[data-action=add-collector]").await?;
        let id = until("the collector to be there", SOON, async || {
            let now = self.collectors().await?;
            let new = now
                .iter()
                .find(|it| !before.iter().any(|old| old["id"] == it["id"]));
            Ok(new.and_then(|it| it["id"].as_str()).map(str::to_owned))
        })
        .await?;
        self.find(&format!("[data-collector='{id}'] [data-offer]"))
            .await?;
        Ok(id)
    }

    /// Approves the bundle that is in view. At the `first` time the browser asks whether such data may leave, where it
    /// asks for that.
    pub async fn approve_offer(&self, first: bool) -> Result<()> {
        let approve = "[data-action=approve-offer]";
        if first && self.asks_data() {
            self.click_for_prompt(approve).await?;
            self.answer_prompt(true).await?;
        } else {
            self.click(approve).await?;
        }
        self.find("[data-action=send-now]").await.map(drop)
    }

    /// Sends the bundle that waits, and waits for its receipt; gives the export.
    pub async fn send_now(&self) -> Result<String> {
        self.click("[data-action=send-now]").await?;
        let made = self
            .find_within("[data-share][data-state=receipted]", ANSWERED)
            .await?;
        made.attr("data-share").await?.context("no export")
    }

    /// Withdraws everything from a collector in the page of collectors, which is in view, and waits until it is done.
    pub async fn withdraw_all(&self, id: &str) -> Result<()> {
        self.click(&format!("[data-collector='{id}'] [data-action=withdraw-all]"))
            .await?;
        self.click("dialog[open] [data-action=withdraw-yes]").await?;
        let done = format!("[data-collector='{id}'] [data-withdrawal][data-state=done]");
        self.find_within(&done, ANSWERED).await.map(drop)
    }
}
