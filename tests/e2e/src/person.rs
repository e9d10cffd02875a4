//! What a person does in the extension's own pages, by its visible controls.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::until::{SOON, until};

/// The path of the welcome in the package.
pub const WELCOME: &str = "welcome/welcome.html";

/// A record as the extension tells it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Record {
    /// Its place in the log.
    pub seq: u64,
    /// `search`, `prompt`, `post`, …
    pub kind: String,
    /// Host and port.
    pub site: String,
    /// The exact text.
    #[serde(default)]
    pub text: String,
    /// Whether the page changed it after the last keystroke.
    pub altered: bool,
    /// How it stands: `{"state": "private"}`, …
    pub review: Value,
    /// Name and version of the adapter that saw it.
    #[serde(default)]
    pub adapter: String,
    /// The model that it was said to, where the page named one.
    #[serde(default)]
    pub model: String,
}

impl Browser {
    /// Waits for the welcome that opens by itself: until then it may come before whatever else is opened.
    pub async fn welcomed(&self) -> Result<()> {
        let url = format!("{}{WELCOME}", self.base);
        until("the welcome page to open by itself", SOON, async || {
            Ok(self.is_open(&url).await?.then_some(()))
        })
        .await
    }

    /// Reads the welcome page, ticks the box and starts.
    pub async fn give_consent(&self) -> Result<()> {
        let tab = self.open_page(WELCOME).await?;
        self.click("[data-action=agree]").await?;
        self.click("[data-action=consent]:not(:disabled)").await?;
        self.find("[data-consented=true]").await?;
        self.close(&tab).await
    }

    /// Adds a site by its address in the full tab, and answers the browser's prompt.
    pub async fn add_site(&self, origin: &str, allow: bool) -> Result<()> {
        let tab = self.open_page("app/app.html#sites").await?;
        self.type_into("[data-action=site-address]", origin).await?;
        self.click_for_prompt("[data-action=add-site]").await?;
        self.answer_prompt(allow).await?;
        let state = if allow { "on" } else { "off" };
        until(&format!("{origin} to be {state}"), SOON, async || {
            Ok((self.site_state(origin).await? == state).then_some(()))
        })
        .await?;
        self.close(&tab).await
    }

    /// How a site stands: `on`, `off`, `unpermitted`, …; `off` where it was never heard of.
    pub async fn site_state(&self, origin: &str) -> Result<String> {
        let reply = self.ask(&json!({ "type": "sites" })).await?;
        let sites = reply["view"]["sites"].as_array().context("no list of sites")?;
        let site = sites.iter().find(|site| site["origin"] == origin);
        Ok(site
            .and_then(|site| site["state"].as_str())
            .unwrap_or("off")
            .to_owned())
    }

    /// Switches on a site whose host has the browser's permission already: another port of it.
    pub async fn site_on(&self, origin: &str) -> Result<()> {
        self.ask(&json!({ "type": "site_on", "url": origin })).await?;
        let state = self.site_state(origin).await?;
        ensure!(state == "on", "{origin} is {state}");
        Ok(())
    }

    /// The records from `since` on, oldest first, each with its exact text.
    pub async fn records(&self, since: u64) -> Result<Vec<Record>> {
        self.records_of(since, |_| true).await
    }

    /// As [`records`](Self::records), of some sites only.
    pub async fn records_of(&self, since: u64, wanted: impl Fn(&str) -> bool) -> Result<Vec<Record>> {
        let mut records = Vec::new();
        let mut before = Value::Null;
        'pages: loop {
            let request =
                json!({ "type": "list", "filter": { "text": "", "marked": false }, "before": before });
            let view = self.ask(&request).await?["view"].take();
            for item in view["items"].as_array().context("no list of records")? {
                let mut record: Record = serde_json::from_value(item.clone())?;
                if record.seq < since {
                    break 'pages;
                }
                if !wanted(&record.site) {
                    continue;
                }
                let whole = self.ask(&json!({ "type": "record", "seq": record.seq })).await;
                // Deleted since the list was asked for: what it began with will do.
                let view = match whole {
                    Ok(mut whole) => whole["view"].take(),
                    Err(_) => json!({ "text": item["preview"] }),
                };
                let said = |name: &str| view[name].as_str().unwrap_or_default().to_owned();
                record.text = said("text");
                record.adapter = said("adapter");
                record.model = said("model");
                records.push(record);
            }
            before = view["next"].clone();
            if before.is_null() {
                break;
            }
        }
        records.reverse();
        Ok(records)
    }

    /// The sequence number that the next record will have, at least.
    pub async fn next_seq(&self) -> Result<u64> {
        let request = json!({ "type": "list", "filter": { "text": "", "marked": false }, "before": null });
        let reply = self.ask(&request).await?;
        Ok(reply["view"]["items"][0]["seq"].as_u64().map_or(0, |seq| seq + 1))
    }

    /// Waits until a record with this text and site is there, and gives it.
    pub async fn recorded(&self, since: u64, site: &str, text: &str) -> Result<Record> {
        until(&format!("{text:?} to be recorded"), SOON, async || {
            let records = self.records(since).await?;
            Ok(records
                .into_iter()
                .find(|record| record.site == site && record.text == text))
        })
        .await
    }

    /// Presses a control of a record in the full tab's list, which must be in view.
    pub async fn press_on_record(&self, seq: u64, action: &str) -> Result<()> {
        self.click(&format!("article[data-seq='{seq}'] [data-action={action}]"))
            .await
    }

    /// Waits until a record in the list in view stands so: `private`, `marked`, `deleting`.
    pub async fn record_stands(&self, seq: u64, state: &str) -> Result<()> {
        self.find(&format!("article[data-seq='{seq}'][data-review={state}]"))
            .await
            .map(drop)
    }

    /// Exports what is marked, through the three steps of the full tab, and gives the file that was saved.
    /// `look` is called at every step, to take pictures or to read what is shown.
    pub async fn export(&self, name: &str, mut look: impl AsyncFnMut(&str) -> Result<()>) -> Result<PathBuf> {
        let before = self.downloaded("zip")?;
        let tab = self.open_page("app/app.html#export").await?;
        let field = self.find("[data-action=export-name]").await?;
        field.clear().await?;
        field.send_keys(name).await?;
        look("export-choose").await?;
        self.click("[data-action=draft]").await?;
        self.find("[data-digest]").await?;
        look("export-review").await?;
        self.click("[data-action=approve]").await?;
        self.find("[data-saved]").await?;
        let file = self.saved("zip", &before).await?;
        look("export-saved").await?;
        self.close(&tab).await?;
        Ok(file)
    }

    /// Waits until a file with this extension is saved that was not among those `before`.
    pub async fn saved(&self, extension: &str, before: &[PathBuf]) -> Result<PathBuf> {
        until(&format!("a .{extension} file to be saved"), SOON, async || {
            Ok(self
                .downloaded(extension)?
                .into_iter()
                .find(|file| !before.contains(file)))
        })
        .await
    }

    /// The files with this extension in the downloads folder that are saved whole.
    pub fn downloaded(&self, extension: &str) -> Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        for entry in std::fs::read_dir(&self.downloads)? {
            let path = entry?.path();
            // Both browsers write under another name, or beside a `.part`, until the file is whole.
            let partial = path.with_extension(format!("{extension}.part")).exists();
            if path.extension().is_some_and(|it| it == extension) && !partial && path.metadata()?.len() > 0 {
                files.push(path);
            }
        }
        Ok(files)
    }
}
