//! A visible browser with the extension, for a person to try: `play --browser chromium|firefox`.

use std::sync::Arc;

use anyhow::{Context, Result, bail};
use counterfoil_e2e::browser::{Browser, Kind, Screen};
use counterfoil_e2e::process;
use counterfoil_e2e::proxy::Proxy;
use counterfoil_e2e::site::Site;
use counterfoil_e2e::tools::{Tools, tests_dir};

/// How often it is looked whether the person has closed the browser.
const LOOK: std::time::Duration = std::time::Duration::from_millis(500);

#[tokio::main]
async fn main() -> Result<()> {
    process::end_all_on_signal()?;
    let mut arguments = std::env::args().skip(1);
    let kind = match (arguments.next().as_deref(), arguments.next()) {
        (None, _) => Kind::Chromium,
        (Some("--browser"), Some(name)) => name.parse()?,
        _ => bail!("usage: play [--browser chromium|firefox]"),
    };
    let display = ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some());
    if !display {
        bail!("there is no display to show a browser on: `cargo xtask run --demo` plays by itself");
    }
    let tools = Tools::from_env()?;
    let pages = Site::start(tests_dir("pages")).await?;
    let proxy = Arc::new(Proxy::open().await?);
    let mut browser = Browser::start(kind, &tools, Screen::Theirs, proxy).await?;
    browser
        .open(&format!("http://{}/practice.html", pages.address()))
        .await
        .context("the practice page did not open")?;
    browser
        .open_page(counterfoil_e2e::person::WELCOME)
        .await
        .context("the welcome page did not open")?;
    println!(
        "{} is open in a throw-away profile, with the extension in it.",
        kind.name()
    );
    println!(
        "Close it, or press Ctrl+C here, to end. Downloads go to {}",
        browser.downloads.display()
    );
    while browser.open_still().await {
        tokio::time::sleep(LOOK).await;
    }
    Ok(())
}
