//! Chromium: started here, so that it can be killed and started again; `WebDriver` and `DevTools` attach to it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use thirtyfour::common::command::FormatRequestData;
use thirtyfour::{RequestData, SessionId, WebDriver};

use super::{Browser, Screen, View};
use crate::cdp::{Cdp, Target};
use crate::desk::Picture;
use crate::driver;
use crate::process::{self, Process};
use crate::proxy::Proxy;
use crate::tools::Tools;
use crate::until::{SOON, START, until};

/// Quiet and repeatable. Nothing here changes what an extension may do.
const FLAGS: &[&str] = &[
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-component-extensions-with-background-pages",
    "--disable-default-apps",
    "--disable-client-side-phishing-detection",
    "--disable-domain-reliability",
    "--disable-extensions-http-throttling",
    "--allow-browser-signin=false",
    "--gaia-url=http://127.0.0.1:9/",
    "--component-updater=disable-background-downloads,url-source=http://127.0.0.1:9/",
    "--apps-gallery-update-url=http://127.0.0.1:9/",
    "--hide-crash-restore-bubble",
    "--disable-search-engine-choice-screen",
    "--disable-breakpad",
    "--disable-dev-shm-usage",
    "--password-store=basic",
    "--use-mock-keychain",
    "--lang=en-US",
    // Made-up hosts of the fixtures speak plain http; the bubble about unpacked extensions would take the keyboard.
    "--disable-features=DisableLoadExtensionCommandLineSwitch,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,\
     OptimizationHints,NetworkTimeServiceQuerying,AccountConsistency,MediaRouter,Translate,ExtensionDisableUnsupportedDeveloper,\
     PrivacySandboxSettings4,AutofillServerCommunication,InterestFeedContentSuggestions",
];

/// A running Chromium, its `chromedriver`, and the connection for what `WebDriver` does not reach.
#[derive(Debug)]
pub(super) struct Chromium {
    /// The extension's id.
    pub(super) extension: String,
    cdp: Cdp,
    /// Ended before the browser: it would report a lost connection otherwise.
    driver: Process,
    browser: Process,
}

impl Chromium {
    pub(super) async fn start(
        tools: &Tools,
        screen: &Screen,
        proxy: &Proxy,
        room: &Path,
        downloads: &Path,
    ) -> Result<(WebDriver, Self)> {
        let package = room.join("extension");
        unzip(tools, &tools.chrome_zip, &package).await?;
        let settings = room.join("profile").join("Default");
        std::fs::create_dir_all(&settings)?;
        let preferences = json!({
            "download": { "default_directory": downloads, "prompt_for_download": false },
            "browser": { "has_seen_welcome_page": true, "enable_spellchecking": false },
            "safebrowsing": { "enabled": false },
            "credentials_enable_service": false,
            "profile": { "password_manager_leak_detection": false },
            "extensions": { "ui": { "developer_mode": true } },
        });
        std::fs::write(settings.join("Preferences"), preferences.to_string())?;
        let (browser, cdp, port) = launch(tools, screen, proxy, room).await?;
        let extension = extension_id(&package)?;
        let prefix = format!("chrome-extension://{extension}/");
        until("the extension to be loaded", START, async || {
            Ok(cdp
                .targets()
                .await?
                .into_iter()
                .find(|target| target.url.starts_with(&prefix)))
        })
        .await?;
        let (driver, session) = attach(tools, screen, room, port).await?;
        Ok((
            session,
            Self {
                extension,
                cdp,
                driver,
                browser,
            },
        ))
    }

    pub(super) async fn crash_and_restart(
        &mut self,
        tools: &Tools,
        screen: &Screen,
        proxy: &Proxy,
        room: &Path,
    ) -> Result<WebDriver> {
        self.crash();
        // What a killed browser leaves behind to say that the profile is in use.
        for name in [
            "SingletonLock",
            "SingletonCookie",
            "SingletonSocket",
            "DevToolsActivePort",
        ] {
            let _ = std::fs::remove_file(room.join("profile").join(name));
        }
        let port;
        (self.browser, self.cdp, port) = launch(tools, screen, proxy, room).await?;
        let session;
        (self.driver, session) = attach(tools, screen, room, port).await?;
        Ok(session)
    }

    pub(super) fn crash(&mut self) {
        self.browser.kill();
        self.driver.kill();
    }

    pub(super) fn process(&self) -> u32 {
        self.browser.id()
    }

    pub(super) fn running(&mut self) -> bool {
        self.browser.running()
    }

    /// The service worker, while it runs.
    pub(super) async fn worker(&self) -> Result<Option<Target>> {
        let prefix = format!("chrome-extension://{}/", self.extension);
        let targets = self.cdp.targets().await?;
        Ok(targets
            .into_iter()
            .find(|target| target.kind == "service_worker" && target.url.starts_with(&prefix)))
    }

    /// Tells the service worker to stop where it stands; it may be woken again before this returns.
    pub(super) async fn close_worker(&self) -> Result<bool> {
        let Some(worker) = self.worker().await? else {
            return Ok(false);
        };
        // It may have ended by itself since.
        Ok(self
            .cdp
            .send(None, "Target.closeTarget", json!({ "targetId": worker.id }))
            .await
            .is_ok())
    }

    /// As [`close_worker`](Self::close_worker), where nothing wakes it: returns once it is gone.
    pub(super) async fn kill_worker(&self) -> Result<bool> {
        let closed = self.close_worker().await?;
        until("the service worker to be gone", SOON, async || {
            Ok(self.worker().await?.is_none().then_some(()))
        })
        .await?;
        Ok(closed)
    }

    pub(super) async fn in_worker(&self, expression: &str) -> Result<Value> {
        let worker = self
            .worker()
            .await?
            .context("the service worker is not running")?;
        self.in_target(&worker.id, expression).await
    }

    pub(super) async fn is_open(&self, url: &str) -> Result<bool> {
        Ok(self
            .cdp
            .targets()
            .await?
            .iter()
            .any(|target| target.kind == "page" && target.url == url))
    }

    /// Runs an async function body in the page with this address, whichever tab is selected.
    pub(super) async fn in_page(&self, url: &str, body: &str) -> Result<Value> {
        let targets = self.cdp.targets().await?;
        let page = targets
            .iter()
            .find(|target| target.url == url)
            .with_context(|| format!("{url} is not open"))?;
        self.in_target(&page.id, &format!("(async () => {{ {body} }})()"))
            .await
    }

    /// Runs an async function body in the popup while it is shown as to somebody who prefers [`DARK`].
    pub(super) async fn in_dark_popup(&self, path: &str, body: &str) -> Result<Value> {
        let popup = self.popup(path).await?.context("the popup is closed")?;
        let session = self.cdp.attach(&popup.id).await?;
        self.cdp
            .send(Some(&session), "Emulation.setEmulatedMedia", features(DARK))
            .await?;
        let value = self
            .cdp
            .evaluate(&session, &format!("(async () => {{ {body} }})()"))
            .await;
        // The dress ends with the session.
        self.cdp.detach(&session).await?;
        value
    }

    pub(super) async fn in_target(&self, target: &str, expression: &str) -> Result<Value> {
        let session = self.cdp.attach(target).await?;
        let value = self.cdp.evaluate(&session, expression).await;
        // A popup that closed itself took the session along.
        let _ = self.cdp.detach(&session).await;
        value
    }

    /// The popup's document, while it is shown: the only target with its address that is no tab.
    pub(super) async fn popup(&self, path: &str) -> Result<Option<Target>> {
        let address = format!("chrome-extension://{}/{path}", self.extension);
        let targets = self.cdp.targets().await?;
        Ok(targets.into_iter().find(|target| {
            ["page", "other"].contains(&target.kind.as_str())
                && target.url.split(['?', '#']).next() == Some(&address)
        }))
    }

    /// Through `chrome://extensions`, the page where a person does it.
    pub(super) async fn revoke(&self, browser: &Browser, matches: &str) -> Result<()> {
        let back = browser.driver.window().await?;
        let page = browser
            .open(&format!("chrome://extensions/?id={}", self.extension))
            .await?;
        let outcome = browser
            .run_async(
                "await chrome.developerPrivate.removeHostPermission(arguments[0], arguments[1]);",
                vec![self.extension.clone().into(), matches.into()],
            )
            .await;
        browser.close(&page).await?;
        browser.select(&back).await?;
        outcome.map(drop)
    }

    /// Asks for the permissions of all these match patterns at once, in the one prompt that the browser shows for them.
    pub(super) async fn permit(&self, browser: &Browser, matches: &[String]) -> Result<()> {
        let page = browser.open_page("app/app.html#sites").await?;
        browser
            .run(
                "const [origins] = arguments;
                 const button = document.createElement('button');
                 button.id = 'permit';
                 button.textContent = 'Permit';
                 button.onclick = () => (globalThis.browser ?? chrome).permissions.request({ origins });
                 document.body.prepend(button);",
                vec![matches.into()],
            )
            .await?;
        click_at_display(browser, "#permit").await?;
        answer_prompt(browser, self, true).await?;
        browser.close(&page).await
    }

    pub(super) async fn allowed_in_private(&self, browser: &Browser) -> Result<bool> {
        let back = browser.driver.window().await?;
        let page = browser.open("chrome://extensions/").await?;
        let info = browser
            .run_async(
                "return await chrome.developerPrivate.getExtensionInfo(arguments[0]);",
                vec![self.extension.clone().into()],
            )
            .await;
        browser.close(&page).await?;
        browser.select(&back).await?;
        let info = info?;
        let access = &info["incognitoAccess"];
        Ok(access["isEnabled"] == true || access["isActive"] == true)
    }
}

/// Light letters on a dark ground, and nothing that moves while they come.
pub(super) const DARK: &[(&str, &str)] = &[
    ("prefers-color-scheme", "dark"),
    ("prefers-reduced-motion", "reduce"),
];

/// Shows the selected page as to somebody who prefers this; nothing: as before.
pub(super) async fn prefer(driver: &WebDriver, preferred: &[(&str, &str)]) -> Result<()> {
    let command = DevTools("Emulation.setEmulatedMedia", features(preferred));
    driver.handle().cmd(command).await.map(drop)?;
    Ok(())
}

fn features(preferred: &[(&str, &str)]) -> Value {
    let features = preferred
        .iter()
        .map(|(name, value)| json!({ "name": name, "value": value }));
    json!({ "features": features.collect::<Vec<_>>() })
}

/// Shows the selected page in this size.
pub(super) async fn view(driver: &WebDriver, view: &View) -> Result<()> {
    let metrics = json!({
        "width": view.width / view.zoom,
        "height": view.height / view.zoom,
        "deviceScaleFactor": view.zoom,
        "mobile": false,
    });
    let command = DevTools("Emulation.setDeviceMetricsOverride", metrics);
    driver.handle().cmd(command).await.map(drop)?;
    Ok(())
}

/// `POST /session/{id}/goog/cdp/execute`: a command of the `DevTools` to the selected page, with its parameters.
#[derive(Debug)]
struct DevTools(&'static str, Value);

impl FormatRequestData for DevTools {
    fn format_request(&self, session: &SessionId) -> RequestData {
        RequestData::new(http::Method::POST, format!("session/{session}/goog/cdp/execute"))
            .add_body(json!({ "cmd": self.0, "params": self.1 }))
    }
}

/// Starts the browser and connects to it.
async fn launch(tools: &Tools, screen: &Screen, proxy: &Proxy, room: &Path) -> Result<(Process, Cdp, u16)> {
    let profile = room.join("profile");
    let mut command = Command::new(&tools.chromium);
    screen.furnish(&mut command, &room.join("home"));
    command
        .args(FLAGS)
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(format!("--load-extension={}", room.join("extension").display()))
        .arg(format!("--proxy-server=http://{}", proxy.address()))
        .arg("--proxy-bypass-list=<-loopback>")
        .arg("--remote-debugging-port=0");
    if let Some(key) = proxy.trusted() {
        command.arg(format!("--ignore-certificate-errors-spki-list={key}"));
    }
    if rustix::process::getuid().is_root() {
        command.arg("--no-sandbox").arg("--test-type");
    }
    if tools.dress.dark {
        command.arg("--force-dark-mode");
    }
    if matches!(screen, Screen::Desk(_)) {
        // On Linux the switch for the language is not heeded.
        command.env("LANGUAGE", if tools.dress.arabic { "ar" } else { "en_US" });
    }
    if matches!(screen, Screen::Desk(_)) {
        command
            .arg("--ozone-platform=x11")
            .arg("--window-position=0,0")
            .arg("--window-size=1280,960");
    }
    let mut browser = Process::start("Chromium", command.arg("about:blank"), &room.join("chromium.log"))?;
    let ports = profile.join("DevToolsActivePort");
    let (port, path) = until("Chromium to start", START, async || {
        browser.check()?;
        let Ok(text) = std::fs::read_to_string(&ports) else {
            return Ok(None);
        };
        let mut lines = text.lines();
        let (Some(port), Some(path)) = (lines.next(), lines.next()) else {
            return Ok(None);
        };
        Ok(Some((port.parse::<u16>()?, path.to_owned())))
    })
    .await?;
    let cdp = Cdp::connect(&format!("ws://127.0.0.1:{port}{path}")).await?;
    Ok((browser, cdp, port))
}

/// Starts `chromedriver` and attaches it to the running browser.
async fn attach(tools: &Tools, screen: &Screen, room: &Path, port: u16) -> Result<(Process, WebDriver)> {
    let mut command = Command::new(&tools.chromedriver);
    screen.furnish(&mut command, &room.join("home"));
    let capabilities = json!({
        "browserName": "chrome",
        "goog:chromeOptions": { "debuggerAddress": format!("127.0.0.1:{port}") },
    });
    driver::connect(
        "chromedriver",
        command,
        &room.join("chromedriver.log"),
        capabilities,
    )
    .await
}

/// The id of an unpacked extension: of the public key in its manifest, else of its folder's path; the first 16
/// bytes of the SHA-256, each hex digit as a letter from `a` to `p`.
fn extension_id(package: &Path) -> Result<String> {
    let manifest: Value = serde_json::from_slice(&std::fs::read(package.join("manifest.json"))?)?;
    let digest = match manifest["key"].as_str() {
        Some(key) => Sha256::digest(data_encoding::BASE64.decode(key.as_bytes())?),
        None => Sha256::digest(package.canonicalize()?.as_os_str().as_encoded_bytes()),
    };
    Ok(digest
        .iter()
        .take(16)
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|half| char::from(b'a' + half))
        .collect())
}

/// Unpacks the zip with Python's own module: Chromium loads folders only.
async fn unzip(tools: &Tools, zip: &Path, folder: &PathBuf) -> Result<()> {
    let mut command = Command::new(&tools.verify_python);
    command.args(["-m", "zipfile", "-e"]).arg(zip).arg(folder);
    let (code, text) = process::output("unpacking", command, START).await?;
    ensure!(
        code == Some(0),
        "cannot unpack {}: {}",
        zip.display(),
        text.trim()
    );
    Ok(())
}

/// The share of the display that the prompt darkens or covers, at least; a page that repaints itself stays below.
const DARKENED: f64 = 0.5;

/// How long the prompt may take to react to a key before the key is pressed again: one that has only just
/// appeared heeds none, lest it be answered by accident.
const HEED: Duration = Duration::from_secs(3);

/// The prompt is drawn inside the browser's window, where nothing can be asked about it. But it darkens the rest,
/// takes the focus from the document that called it up, and a popup away. Gives its picture once it is still.
pub(super) async fn prompt_shown(browser: &Browser, chromium: &Chromium) -> Result<Picture> {
    let desk = browser.desk()?;
    let calm = browser.calm();
    until("the browser's permission prompt", SOON, async || {
        let dark = calm.difference(&desk.picture()?) > DARKENED;
        let alone =
            dark && chromium.popup(super::popup::PAGE).await?.is_none() && !has_focus(browser).await?;
        Ok(alone.then_some(()))
    })
    .await?;
    desk.steady()
        .await?
        .bright_part()
        .context("the prompt cannot be seen")
}

async fn has_focus(browser: &Browser) -> Result<bool> {
    Ok(browser.run("return document.hasFocus()", vec![]).await? == true)
}

/// `Tab` moves from "Deny" to "Allow", which shows; `Return` presses.
pub(super) async fn answer_prompt(browser: &Browser, chromium: &Chromium, allow: bool) -> Result<()> {
    let before = prompt_shown(browser, chromium).await?;
    let desk = browser.desk()?;
    if allow {
        until("the prompt to heed Tab", SOON, async || {
            desk.press(&["Tab"]).await?;
            // Only the prompt is looked at: the page under the shade may go on painting.
            let moved = async || Ok((desk.picture()?.bright_part().as_ref() != Some(&before)).then_some(()));
            until("the focus to move", HEED, moved).await.map(Some)
        })
        .await?;
    }
    until("the prompt to heed Return", SOON, async || {
        desk.press(&["Return"]).await?;
        let gone = async || Ok(has_focus(browser).await?.then_some(()));
        until("the prompt to be gone", HEED, gone).await.map(Some)
    })
    .await
}

/// A real click at the display on an element of the selected tab; returns once the page has felt it, and so has
/// the focus.
pub(super) async fn click_at_display(browser: &Browser, selector: &str) -> Result<()> {
    browser.find(selector).await?;
    browser.remember_calm()?;
    let point = browser
        .run(
            "const element = document.querySelector(arguments[0]);
             element.scrollIntoView({ block: 'center' });
             window.felt = false;
             addEventListener('click', () => { window.felt = true; }, { capture: true, once: true });
             const box = element.getBoundingClientRect();
             return [Math.round(screenX + (outerWidth - innerWidth) / 2 + box.left + box.width / 2),
                     Math.round(screenY + outerHeight - innerHeight + box.top + box.height / 2)];",
            vec![selector.into()],
        )
        .await?;
    let (Some(x), Some(y)) = (point[0].as_i64(), point[1].as_i64()) else {
        bail!("no place for {selector}")
    };
    browser.desk()?.click_at(x, y).await?;
    until(&format!("a click on {selector}"), SOON, async || {
        Ok((browser.run("return window.felt", vec![]).await? == true).then_some(()))
    })
    .await
}
