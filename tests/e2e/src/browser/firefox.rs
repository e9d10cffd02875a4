//! Firefox: started by `geckodriver`. What `WebDriver` hides is reached in the chrome context, the browser's own.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use thirtyfour::common::command::FormatRequestData;
use thirtyfour::extensions::addons::firefox::FirefoxTools;
use thirtyfour::{RequestData, SessionId, WebDriver, WindowHandle};

use super::{Dress, Screen, View};
use crate::driver;
use crate::process::{self, Process};
use crate::proxy::Proxy;
use crate::tools::Tools;
use crate::until::{SOON, START, until};

/// The address under which the extension's pages lie in every run; an ordinary profile draws it at random.
const UUID: &str = "6f4c1c86-5b0e-4f0e-9c56-2b8d34c09a11";

/// The browser element of the page in view.
pub(super) const SELECTED: &str =
    "Services.wm.getMostRecentWindow('navigator:browser').gBrowser.selectedBrowser";

/// A running Firefox.
#[derive(Debug)]
pub(super) struct Firefox {
    /// The host of the extension's pages.
    pub(super) uuid: String,
    /// The extension's id, from its manifest.
    pub(super) extension: String,
    /// The driver; the browser runs in its process group and ends with it.
    driver: Process,
}

/// `POST /session/{id}/moz/context`: whose scripts the session runs, the page's or the browser's.
#[derive(Debug)]
struct Whose(&'static str);

impl FormatRequestData for Whose {
    fn format_request(&self, session: &SessionId) -> RequestData {
        RequestData::new(http::Method::POST, format!("session/{session}/moz/context"))
            .add_body(json!({ "context": self.0 }))
    }
}

impl Firefox {
    pub(super) async fn start(
        tools: &Tools,
        screen: &Screen,
        proxy: &Proxy,
        room: &Path,
        downloads: &Path,
    ) -> Result<(WebDriver, Self)> {
        let extension = extension_id(tools).await?;
        let mut command = Command::new(&tools.geckodriver);
        screen.furnish(&mut command, &room.join("home"));
        // Without it a release build ignores the preference that turns its settings service off.
        command.env("MOZ_REMOTE_SETTINGS_DEVTOOLS", "1");
        command
            .arg("--allow-system-access")
            .arg(format!("--profile-root={}", room.display()));
        // Marionette's port and the one of the remote protocol are chosen anew for each run.
        command.arg(format!("--marionette-port={}", driver::free_port()?));
        command.arg(format!("--websocket-port={}", driver::free_port()?));
        let capabilities = json!({
            "browserName": "firefox",
            // It cannot be told to believe one key alone; whatever it believes, it reaches this machine only.
            "acceptInsecureCerts": proxy.trusted().is_some(),
            "moz:firefoxOptions": {
                "binary": tools.firefox,
                "args": ["--width=1280", "--height=960"],
                "prefs": preferences(&extension, proxy, downloads, tools.dress)?,
            },
        });
        let (driver, session) = driver::connect(
            "geckodriver",
            command,
            &room.join("geckodriver.log"),
            capabilities,
        )
        .await?;
        let package: PathBuf = tools.firefox_zip.canonicalize()?;
        FirefoxTools::new(session.handle().clone())
            .install_addon(&package.to_string_lossy(), Some(true))
            .await
            .context("Firefox did not take the package")?;
        let firefox = Self {
            uuid: UUID.to_owned(),
            extension,
            driver,
        };
        firefox.loaded(&session).await?;
        Ok((session, firefox))
    }

    async fn loaded(&self, session: &WebDriver) -> Result<()> {
        until("the extension to be loaded", START, async || {
            let ready = self.chrome(
                session,
                "return !!WebExtensionPolicy.getByID(arguments[0])?.extension",
                vec![self.extension.clone().into()],
            );
            Ok((ready.await? == true).then_some(()))
        })
        .await
    }

    /// Ends the extension, its pages with it, and starts it again.
    pub(super) async fn reload_extension(&self, session: &WebDriver) -> Result<()> {
        self.chrome(
            session,
            "const { AddonManager } = ChromeUtils.importESModule('resource://gre/modules/AddonManager.sys.mjs');
             return AddonManager.getAddonByID(arguments[0]).then((addon) => addon.reload()).then(() => true);",
            vec![self.extension.clone().into()],
        )
        .await?;
        self.loaded(session).await
    }

    /// Shows the selected page in this size: the window is what changes, and the browser's own zoom.
    pub(super) async fn view(&self, session: &WebDriver, view: &View) -> Result<()> {
        self.chrome(
            session,
            "const window = Services.wm.getMostRecentWindow('navigator:browser');
             const page = window.gBrowser.selectedBrowser;
             page.fullZoom = arguments[2];
             const box = page.getBoundingClientRect();
             window.resizeBy(arguments[0] - box.width, arguments[1] - box.height);",
            vec![view.width.into(), view.height.into(), view.zoom.into()],
        )
        .await
        .map(drop)
    }

    /// The driver, which started the browser.
    pub(super) fn process(&self) -> u32 {
        self.driver.id()
    }

    /// Tells the document of a browser element that a dark dress is preferred, or nothing.
    pub(super) async fn prefer_dark(&self, session: &WebDriver, element: &str, dark: bool) -> Result<()> {
        self.chrome(
            session,
            &format!("({element}).browsingContext.prefersColorSchemeOverride = arguments[0];"),
            vec![if dark { "dark" } else { "none" }.into()],
        )
        .await
        .map(drop)
    }

    /// Presses a key in what has the focus in the document of a browser element. Keys of the display do not reach a popup;
    /// its document is handed them where it takes those of the system.
    pub(super) async fn key(&self, session: &WebDriver, element: &str, keys: &str) -> Result<()> {
        let (shift, key) = keys
            .strip_prefix("Shift+")
            .map_or((false, keys), |key| (true, key));
        let frame = format!(
            "{{
               const [key, shift] = {};
               const input = Cc['@mozilla.org/text-input-processor;1'].createInstance(Ci.nsITextInputProcessor);
               if (!input.beginInputTransactionForTests(content)) throw new Error('the document takes no keys');
               const code = {{ Tab: 9, Enter: 13, Escape: 27, ' ': 32, End: 35, ArrowUp: 38, ArrowDown: 40 }}[key]
                 ?? key.toUpperCase().charCodeAt(0);
               const pressed = new content.KeyboardEvent('', {{ key, keyCode: code }});
               const shifted = new content.KeyboardEvent('', {{ key: 'Shift', keyCode: 16 }});
               if (shift) input.keydown(shifted);
               input.keydown(pressed);
               input.keyup(pressed);
               if (shift) input.keyup(shifted);
             }}",
            json!([key, shift])
        );
        let script = format!(
            "const element = {element};
             if (!element) throw new Error('no such document');
             element.messageManager.loadFrameScript(
               'data:application/javascript;charset=utf-8,' + encodeURIComponent(arguments[0]), false);"
        );
        self.chrome(session, &script, vec![frame.into()]).await.map(drop)
    }

    /// Gives the page in view the keyboard, as a page has it that was opened by a link.
    pub(super) async fn give_keyboard(&self, session: &WebDriver) -> Result<()> {
        self.chrome(session, &format!("{SELECTED}.focus();"), vec![])
            .await
            .map(drop)
    }

    pub(super) fn crash(&mut self) {
        self.driver.kill();
    }

    /// Runs a function body in the browser's own context. It may return a promise.
    pub(super) async fn chrome(
        &self,
        session: &WebDriver,
        body: &str,
        arguments: Vec<Value>,
    ) -> Result<Value> {
        session.handle().cmd(Whose("chrome")).await?;
        let outcome = session.execute(body, arguments).await;
        session.handle().cmd(Whose("content")).await?;
        Ok(outcome?.json().clone())
    }

    /// `WebDriver` refuses to navigate to pages of extensions, so the browser itself opens the tab.
    pub(super) async fn open_privileged(&self, session: &WebDriver, url: &str) -> Result<WindowHandle> {
        let before = session.windows().await?;
        self.chrome(
            session,
            "const window = Services.wm.getEnumerator('navigator:browser').getNext();
             const tab = window.gBrowser.addTab(arguments[0],
               { triggeringPrincipal: Services.scriptSecurityManager.getSystemPrincipal() });
             window.gBrowser.selectedTab = tab;",
            vec![url.into()],
        )
        .await?;
        let tab = until("the new tab", SOON, async || {
            Ok(session
                .windows()
                .await?
                .into_iter()
                .find(|tab| !before.contains(tab)))
        })
        .await?;
        session.switch_to_window(tab.clone()).await?;
        until(&format!("{url} to load"), SOON, async || {
            let state = session
                .execute("return [location.href, document.readyState]", vec![])
                .await?;
            Ok((state.json()[0] == url && state.json()[1] == "complete").then_some(()))
        })
        .await?;
        Ok(tab)
    }

    pub(super) async fn open_private(&self, session: &WebDriver) -> Result<()> {
        self.chrome(
            session,
            "Services.wm.getEnumerator('navigator:browser').getNext().OpenBrowserWindow({ private: true });",
            vec![],
        )
        .await
        .map(drop)
    }

    pub(super) async fn is_open(&self, session: &WebDriver, url: &str) -> Result<bool> {
        let open = self
            .chrome(
                session,
                "return Services.wm.getEnumerator('navigator:browser').getNext().gBrowser.browsers
                   .some((browser) => browser.currentURI.spec === arguments[0]);",
                vec![url.into()],
            )
            .await?;
        Ok(open == true)
    }

    pub(super) async fn background_alive(&self, session: &WebDriver) -> Result<bool> {
        let state = self
            .chrome(
                session,
                "return WebExtensionPolicy.getByID(arguments[0]).extension.backgroundState;",
                vec![self.extension.clone().into()],
            )
            .await?;
        Ok(state == "running")
    }

    /// Ends the event page as the idle timer does, but without the question whether it is busy.
    pub(super) async fn kill_background(&self, session: &WebDriver) -> Result<bool> {
        let alive = self.background_alive(session).await?;
        self.chrome(
            session,
            "return WebExtensionPolicy.getByID(arguments[0]).extension
               .terminateBackground({ ignoreDevToolsAttached: true });",
            vec![self.extension.clone().into()],
        )
        .await?;
        Ok(alive)
    }

    pub(super) async fn schedule_kill(&self, session: &WebDriver, moment: Duration) -> Result<()> {
        self.chrome(
            session,
            "const window = Services.wm.getEnumerator('navigator:browser').getNext();
             const { extension } = WebExtensionPolicy.getByID(arguments[0]);
             window.counterfoilKilled = false;
             window.setTimeout(async () => {
               await extension.terminateBackground({ ignoreDevToolsAttached: true });
               window.counterfoilKilled = true;
             }, arguments[1]);",
            vec![
                self.extension.clone().into(),
                Value::from(u64::try_from(moment.as_millis())?),
            ],
        )
        .await
        .map(drop)
    }

    pub(super) async fn scheduled_kill_done(&self, session: &WebDriver) -> Result<()> {
        until("the background to be ended", SOON, async || {
            let done = self
                .chrome(
                    session,
                    "return Services.wm.getEnumerator('navigator:browser').getNext().counterfoilKilled;",
                    vec![],
                )
                .await?;
            Ok((done == true).then_some(()))
        })
        .await
    }

    /// Runs an async function body in the page with this address, whichever tab is selected.
    pub(super) async fn in_page(&self, session: &WebDriver, url: &str, body: &str) -> Result<Value> {
        let element = format!(
            "Services.wm.getEnumerator('navigator:browser').getNext().gBrowser.browsers
               .find((browser) => browser.currentURI.spec === {})",
            Value::from(url)
        );
        self.in_frame(session, &element, body).await
    }

    pub(super) async fn in_background(&self, session: &WebDriver, expression: &str) -> Result<Value> {
        let body = format!("return await ({expression});");
        self.in_frame(
            session,
            "[...WebExtensionPolicy.getByID(arguments[0]).extension.views]
               .find((view) => view.viewType === 'background')?.xulBrowser",
            &body,
        )
        .await
    }

    /// Runs an async function body in the document of a browser element that the expression names: the popup, the
    /// background page, a page in a tab. The code has the rights of the document, not of the browser.
    pub(super) async fn in_frame(&self, session: &WebDriver, element: &str, body: &str) -> Result<Value> {
        let code = Value::from(format!(
            "(async () => {{ {body} }})().then(
               (value) => JSON.stringify({{ value: value ?? null }}), (error) => JSON.stringify({{ error: String(error) }}))"
        ));
        let frame = format!(
            "(async () => {{
               const sandbox = Cu.Sandbox(content, {{ sandboxPrototype: content, wantXrays: false }});
               return await Cu.evalInSandbox({code}, sandbox);
             }})().catch((error) => JSON.stringify({{ error: String(error) }}))
               .then((text) => sendAsyncMessage('counterfoil-e2e', text));"
        );
        let script = format!(
            "const element = {element};
             if (!element) return JSON.stringify({{ error: 'no such document' }});
             return new Promise((resolve) => {{
               // The document may close before it answers.
               element.ownerDocument.defaultView.setTimeout(() => resolve(JSON.stringify({{ error: 'no answer' }})), 20000);
               const manager = element.messageManager;
               manager.addMessageListener('counterfoil-e2e', function once(message) {{
                 manager.removeMessageListener('counterfoil-e2e', once);
                 resolve(message.data);
               }});
               manager.loadFrameScript('data:application/javascript;charset=utf-8,' + encodeURIComponent(arguments[1]), false);
             }});"
        );
        let text = self
            .chrome(
                session,
                &script,
                vec![self.extension.clone().into(), frame.into()],
            )
            .await?;
        let mut answer: Value = serde_json::from_str(text.as_str().context("the document gave no answer")?)?;
        if let Some(error) = answer.get("error") {
            anyhow::bail!("the script threw: {error}");
        }
        Ok(answer["value"].take())
    }

    pub(super) async fn prompt_shown(&self, session: &WebDriver) -> Result<()> {
        until("the browser's permission prompt", SOON, async || {
            let shown = self
                .chrome(
                    session,
                    "const window = Services.wm.getEnumerator('navigator:browser').getNext();
                     const prompt = window.PopupNotifications.panel.firstElementChild;
                     return window.PopupNotifications.panel.state === 'open' && !!prompt?.button;",
                    vec![],
                )
                .await?;
            Ok((shown == true).then_some(()))
        })
        .await
    }

    pub(super) async fn answer_prompt(&self, session: &WebDriver, allow: bool) -> Result<()> {
        self.prompt_shown(session).await?;
        let button = if allow { "button" } else { "secondaryButton" };
        // A prompt that takes its time before it listens is asked again until it is gone.
        until("the prompt to be gone", SOON, async || {
            let gone = self
                .chrome(
                    session,
                    "const { panel } = Services.wm.getEnumerator('navigator:browser').getNext().PopupNotifications;
                     const prompt = panel.firstElementChild;
                     if (panel.state === 'closed' || !prompt) return true;
                     prompt[arguments[0]].click();
                     return false;",
                    vec![button.into()],
                )
                .await?;
            Ok((gone == true).then_some(()))
        })
        .await
    }

    /// What `about:addons` does when the person turns a permission off.
    pub(super) async fn revoke(&self, session: &WebDriver, matches: &str) -> Result<()> {
        let gone = json!({ "permissions": [], "origins": [matches], "data_collection": [] });
        self.take_back(session, gone).await
    }

    /// What it does when the person takes their consent to sorts of data back.
    pub(super) async fn revoke_data(&self, session: &WebDriver, sorts: &[&str]) -> Result<()> {
        let gone = json!({ "permissions": [], "origins": [], "data_collection": sorts });
        self.take_back(session, gone).await
    }

    async fn take_back(&self, session: &WebDriver, gone: Value) -> Result<()> {
        self.chrome(
            session,
            "const { ExtensionPermissions } = ChromeUtils.importESModule('resource://gre/modules/ExtensionPermissions.sys.mjs');
             const policy = WebExtensionPolicy.getByID(arguments[0]);
             return ExtensionPermissions.remove(arguments[0], arguments[1], policy.extension).then(() => true);",
            vec![self.extension.clone().into(), gone],
        )
        .await
        .map(drop)
    }

    /// What the browser does when the person answers its prompt, for all these match patterns at once.
    pub(super) async fn permit(&self, session: &WebDriver, matches: &[String]) -> Result<()> {
        self.chrome(
            session,
            "const { ExtensionPermissions } = ChromeUtils.importESModule('resource://gre/modules/ExtensionPermissions.sys.mjs');
             const policy = WebExtensionPolicy.getByID(arguments[0]);
             return ExtensionPermissions.add(arguments[0], { permissions: [], origins: arguments[1], data_collection: [] },
               policy.extension).then(() => true);",
            vec![self.extension.clone().into(), matches.into()],
        )
        .await
        .map(drop)
    }

    pub(super) async fn allowed_in_private(&self, session: &WebDriver) -> Result<bool> {
        let allowed = self
            .chrome(
                session,
                "return WebExtensionPolicy.getByID(arguments[0]).privateBrowsingAllowed;",
                vec![self.extension.clone().into()],
            )
            .await?;
        Ok(allowed == true)
    }
}

/// Quiet and repeatable: `firefox.json`, and what is different in each run.
fn preferences(extension: &str, proxy: &Proxy, downloads: &Path, dress: Dress) -> Result<Value> {
    let mut preferences: Value = serde_json::from_str(include_str!("firefox.json"))?;
    let uuids = json!({ extension: UUID }).to_string();
    preferences["extensions.webextensions.uuids"] = uuids.into();
    preferences["network.proxy.http_port"] = proxy.address().port().into();
    preferences["network.proxy.ssl_port"] = proxy.address().port().into();
    let dark = u8::from(dress.dark);
    preferences["ui.systemUsesDarkTheme"] = dark.into();
    // Here 0 is dark.
    preferences["layout.css.prefers-color-scheme.content-override"] = (1 - dark).into();
    if dress.arabic {
        preferences["intl.locale.requested"] = "ar".into();
    }
    preferences["browser.download.dir"] = downloads.to_string_lossy().into();
    Ok(preferences)
}

/// The id that the manifest in the package names.
async fn extension_id(tools: &Tools) -> Result<String> {
    let mut command = Command::new(&tools.verify_python);
    command
        .arg("-c")
        .arg(
            "import json,sys,zipfile\n\
             manifest=json.loads(zipfile.ZipFile(sys.argv[1]).read('manifest.json'))\n\
             print(manifest['browser_specific_settings']['gecko']['id'])",
        )
        .arg(&tools.firefox_zip);
    let (code, text) = process::output("reading the manifest", command, START).await?;
    ensure!(
        code == Some(0),
        "cannot read {}: {}",
        tools.firefox_zip.display(),
        text.trim()
    );
    Ok(text.trim().to_owned())
}
