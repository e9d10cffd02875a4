//! Takes a picture of every page of the extension in every state that a person can bring it into, in both browsers, light
//! and dark and in Arabic, wide, narrow and enlarged, and puts them on one sheet: to be looked at. Everything lies in
//! `COUNTERFOIL_OUT`.
//!
//! `screens [NAME]`: only with a browser and a dress whose name holds this.

mod sheet;

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use counterfoil_e2e::browser::{Browser, Dress, Kind, Screen, View};
use counterfoil_e2e::desk::Desk;
use counterfoil_e2e::process;
use counterfoil_e2e::proxy::Proxy;
use counterfoil_e2e::sight::Sight;
use counterfoil_e2e::site::Site;
use counterfoil_e2e::tools::{Tools, tests_dir};
use counterfoil_e2e::walk::walk;

use crate::sheet::Sheet;

/// What the pictures of one run of a browser have in common.
const DRESSES: [(&str, Dress); 3] = [
    ("light", Dress::LIGHT),
    ("dark", Dress::DARK),
    ("arabic", Dress::ARABIC),
];
/// Widths in CSS pixels, and how much is enlarged.
const VIEWS: [View; 3] = [
    View {
        width: 1280,
        height: 900,
        zoom: 1,
    },
    View {
        width: 480,
        height: 900,
        zoom: 1,
    },
    View {
        width: 1280,
        height: 900,
        zoom: 2,
    },
];

#[tokio::main]
async fn main() -> Result<()> {
    process::end_all_on_signal()?;
    let outcome = take().await;
    process::end_all();
    outcome
}

async fn take() -> Result<()> {
    let tools = Tools::from_env()?;
    let only = std::env::args().nth(1);
    let mut sheet = Sheet::default();
    for kind in Kind::ALL {
        for (dress, clothes) in DRESSES {
            let name = format!("{}-{dress}", kind.name());
            if only.as_ref().is_some_and(|only| !name.contains(only)) {
                continue;
            }
            println!("{name}");
            let dressed = Tools {
                dress: clothes,
                ..tools.clone()
            };
            let studio = Studio::open(kind, &dressed, &name).await?;
            let mut taken = Vec::new();
            let outcome = walk(&studio.browser, HOST, &tools.collector, async |sight, state| {
                taken.extend(studio.take(sight, state).await?);
                Ok(())
            });
            let outcome = outcome.await;
            if outcome.is_err() {
                drop(studio.desk.screenshot(&studio.out.join("failed.png")));
            }
            outcome.with_context(|| format!("the pictures of {name} broke off"))?;
            studio.browser.quit().await;
            sheet.add(&name, taken);
        }
    }
    ensure!(sheet.count() > 0, "no browser and dress has such a name");
    let page = sheet.write(&tools.out)?;
    println!("{} pictures: {}", sheet.count(), page.display());
    Ok(())
}

/// Where the pages of `tests/pages` are reached.
const HOST: &str = "pages.test";

/// One browser whose pictures are taken.
struct Studio {
    browser: Browser,
    desk: Arc<Desk>,
    out: PathBuf,
    language: &'static str,
    _pages: Site,
}

impl Studio {
    async fn open(kind: Kind, tools: &Tools, name: &str) -> Result<Self> {
        let out = tools.out.join(name);
        std::fs::create_dir_all(&out)?;
        let desk = Arc::new(Desk::start().await?);
        let proxy = Arc::new(Proxy::start().await?);
        let pages = Site::start(tests_dir("pages")).await?;
        proxy.name(HOST, pages.address());
        let browser = Browser::start(kind, tools, Screen::Desk(Arc::clone(&desk)), proxy).await?;
        browser.welcomed().await?;
        Ok(Self {
            browser,
            desk,
            out,
            language: if tools.dress.arabic { "ar" } else { "en" },
            _pages: pages,
        })
    }

    /// Takes what is in view: a page in every size, the popup with the whole display. Gives the names of the files.
    async fn take(&self, sight: Sight<'_>, state: &str) -> Result<Vec<String>> {
        let language = sight.run("return document.documentElement.lang").await?;
        let language = language.as_str().unwrap_or_default();
        ensure!(
            language.starts_with(self.language),
            "{state} is in `{language}`, not in `{}`: install that language of the browser",
            self.language
        );
        let mut taken = Vec::new();
        match sight {
            Sight::Page(browser) => {
                for view in VIEWS {
                    let file = format!("{state}-{}.png", view.name());
                    browser.view(&view).await?;
                    browser.still().await?;
                    browser.screenshot(&self.out.join(&file)).await?;
                    taken.push(file);
                }
                browser.view(&VIEWS[0]).await?;
            }
            Sight::Popup(popup) => {
                self.desk.steady().await?;
                let file = format!("{state}.png");
                popup.screenshot(&self.out.join(&file))?;
                taken.push(file);
            }
        }
        Ok(taken)
    }
}
