//! One face for both browsers.

mod chromium;
mod firefox;
mod popup;

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use thirtyfour::WindowHandle;
use thirtyfour::prelude::*;

pub use self::popup::Popup;
use self::{chromium::Chromium, firefox::Firefox};
use crate::desk::{Desk, Picture};
use crate::process;
use crate::proxy::Proxy;
use crate::tools::Tools;
use crate::until::{SOON, until};

/// Which browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Chromium.
    Chromium,
    /// Firefox.
    Firefox,
}

impl Kind {
    /// Both, in the order of the reports.
    pub const ALL: [Self; 2] = [Self::Chromium, Self::Firefox];

    /// As it is written in names of tests and folders.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
        }
    }
}

impl std::str::FromStr for Kind {
    type Err = anyhow::Error;

    fn from_str(name: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == name)
            .with_context(|| format!("there is no browser {name} here: say chromium or firefox"))
    }
}

/// What the browser tells pages of its person's taste.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Dress {
    /// Light letters on a dark ground are preferred.
    pub dark: bool,
    /// The browser speaks Arabic, whose lines run from right to left, where it has that language.
    pub arabic: bool,
}

impl Dress {
    /// As most people see it.
    pub const LIGHT: Self = Self {
        dark: false,
        arabic: false,
    };
    /// At night.
    pub const DARK: Self = Self {
        dark: true,
        ..Self::LIGHT
    };
    /// In Arabic.
    pub const ARABIC: Self = Self {
        arabic: true,
        ..Self::LIGHT
    };
}

/// How much of a page is in view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    /// Of the window, in CSS pixels of a page that is not enlarged.
    pub width: u32,
    /// As the width.
    pub height: u32,
    /// How many times the page is enlarged.
    pub zoom: u32,
}

impl View {
    /// As it is written in names of files.
    pub fn name(&self) -> String {
        match self.zoom {
            1 => format!("{}", self.width),
            zoom => format!("{}x{zoom}", self.width),
        }
    }
}

/// Where the browser is shown.
#[derive(Debug, Clone)]
pub enum Screen {
    /// A display of the run's own.
    Desk(Arc<Desk>),
    /// The display of the person who started the program.
    Theirs,
}

impl Screen {
    /// Points a program at this display, and away from the home folder and the session of whoever runs it.
    fn furnish(&self, command: &mut std::process::Command, home: &Path) {
        if let Self::Desk(desk) = self {
            command
                .env("DISPLAY", desk.display())
                .env("HOME", home)
                .env("MOZ_ENABLE_WAYLAND", "0");
            for name in [
                "WAYLAND_DISPLAY",
                "DBUS_SESSION_BUS_ADDRESS",
                "XDG_CONFIG_HOME",
                "XDG_CACHE_HOME",
            ] {
                command.env_remove(name);
            }
        }
    }
}

#[derive(Debug)]
enum Engine {
    Chromium(Box<Chromium>),
    Firefox(Firefox),
}

/// A browser with the packed extension, in a throw-away profile. Everything goes through the [`Proxy`].
///
/// One thing is done at a time: the selected window of the `WebDriver` session is state of the whole.
#[derive(Debug)]
pub struct Browser {
    /// Which one it is.
    pub kind: Kind,
    /// The `WebDriver` session; its selected window is the one that the methods here act on.
    pub driver: WebDriver,
    screen: Screen,
    /// The only way out.
    pub proxy: Arc<Proxy>,
    /// `chrome-extension://<id>/` or `moz-extension://<uuid>/`.
    pub base: String,
    /// Where downloads go, without a question.
    pub downloads: PathBuf,
    engine: Engine,
    /// What the display showed before the last gesture that may have called up a prompt.
    calm: std::sync::Mutex<Picture>,
    /// The tab from which [`ask`](Self::ask) asks; opened at the first use.
    console: tokio::sync::Mutex<Option<WindowHandle>>,
    room: tempfile::TempDir,
}

/// An async function body that waits until a page has its fonts, and brings to their end what moves in it.
pub(crate) const STILL: &str = "await document.fonts.ready;
    for (const animation of document.getAnimations()) {
      // One without an end cannot be brought to it.
      try { animation.finish(); } catch { animation.cancel(); }
    }";

/// More elements than any page of the extension lets `Tab` stop at.
const TABS: usize = 120;

/// The page of the extension that [`Browser::ask`] asks from, told apart from others by its hash.
const CONSOLE: &str = "welcome/welcome.html#console";

impl Browser {
    /// Starts the browser, and the extension in it.
    pub async fn start(kind: Kind, tools: &Tools, screen: Screen, proxy: Arc<Proxy>) -> Result<Self> {
        let room = process::room("browser")?;
        // What a person saves stays; what a test saves goes with the profile.
        let downloads = match screen {
            Screen::Desk(_) => room.path().join("downloads"),
            Screen::Theirs => tools.out.join("downloads"),
        };
        std::fs::create_dir_all(&downloads)?;
        std::fs::create_dir_all(room.path().join("home"))?;
        let (driver, engine, base) = match kind {
            Kind::Chromium => {
                let (driver, chromium) =
                    Chromium::start(tools, &screen, &proxy, room.path(), &downloads).await?;
                let base = format!("chrome-extension://{}/", chromium.extension);
                (driver, Engine::Chromium(Box::new(chromium)), base)
            }
            Kind::Firefox => {
                let (driver, firefox) =
                    Firefox::start(tools, &screen, &proxy, room.path(), &downloads).await?;
                let base = format!("moz-extension://{}/", firefox.uuid);
                (driver, Engine::Firefox(firefox), base)
            }
        };
        Ok(Self {
            kind,
            driver,
            screen,
            proxy,
            base,
            downloads,
            engine,
            calm: std::sync::Mutex::default(),
            console: tokio::sync::Mutex::default(),
            room,
        })
    }

    /// The display, where the run has one of its own.
    pub fn desk(&self) -> Result<&Desk> {
        match &self.screen {
            Screen::Desk(desk) => Ok(desk),
            Screen::Theirs => anyhow::bail!("this needs a display of its own"),
        }
    }

    /// Opens an address in a new tab and selects it: a site, or a page of the extension.
    pub async fn open(&self, url: &str) -> Result<WindowHandle> {
        if let (Engine::Firefox(firefox), true) = (&self.engine, url.starts_with(&self.base)) {
            return firefox.open_privileged(&self.driver, url).await;
        }
        let tab = self.driver.new_tab().await?;
        self.driver.switch_to_window(tab.clone()).await?;
        self.driver
            .goto(url)
            .await
            .with_context(|| format!("cannot open {url}"))?;
        Ok(tab)
    }

    /// Opens a page of the extension by its path in the package, in a new tab, and selects it.
    pub async fn open_page(&self, path: &str) -> Result<WindowHandle> {
        self.open(&format!("{}{path}", self.base)).await
    }

    /// Whether a tab shows this address, whoever opened it.
    pub async fn is_open(&self, url: &str) -> Result<bool> {
        match &self.engine {
            Engine::Chromium(chromium) => chromium.is_open(url).await,
            Engine::Firefox(firefox) => firefox.is_open(&self.driver, url).await,
        }
    }

    /// Selects a tab.
    pub async fn select(&self, tab: &WindowHandle) -> Result<()> {
        Ok(self.driver.switch_to_window(tab.clone()).await?)
    }

    /// Closes a tab and selects one that is left.
    pub async fn close(&self, tab: &WindowHandle) -> Result<()> {
        let others: Vec<_> = self
            .driver
            .windows()
            .await?
            .into_iter()
            .filter(|other| other != tab)
            .collect();
        ensure!(
            !others.is_empty(),
            "the last tab stays open: the browser would end with it"
        );
        if self.driver.window().await.ok().as_ref() != Some(tab) {
            self.select(tab).await?;
        }
        self.driver.close_window().await?;
        match others.last() {
            Some(other) => self.select(other).await,
            None => Ok(()),
        }
    }

    /// Closes all tabs but the console and one blank one.
    pub async fn tidy(&self) -> Result<()> {
        let console = self.console.lock().await.clone();
        let old = self.driver.windows().await?;
        let blank = self.driver.new_tab().await?;
        for tab in old.into_iter().filter(|tab| console.as_ref() != Some(tab)) {
            self.select(&tab).await?;
            self.driver.close_window().await?;
        }
        self.select(&blank).await
    }

    /// Runs an async function body in a page of the extension, whichever tab is selected, and gives its JSON value.
    pub async fn in_console(&self, body: &str) -> Result<Value> {
        let url = format!("{}{CONSOLE}", self.base);
        let mut console = self.console.lock().await;
        if console.is_none() {
            let selected = self.driver.window().await;
            *console = Some(self.open(&url).await?);
            if let Ok(selected) = selected {
                self.select(&selected).await?;
            }
        }
        match &self.engine {
            Engine::Chromium(chromium) => chromium.in_page(&url, body).await,
            Engine::Firefox(firefox) => firefox.in_page(&self.driver, &url, body).await,
        }
    }

    /// Sends one of the closed set of requests as a page of the extension does, and gives the answer as it came.
    pub async fn answer_to(&self, request: &Value) -> Result<Value> {
        self.in_console(&format!(
            "return await (globalThis.browser ?? chrome).runtime.sendMessage({request});"
        ))
        .await
    }

    /// As [`answer_to`](Self::answer_to), for a request that must succeed: gives the reply.
    pub async fn ask(&self, request: &Value) -> Result<Value> {
        let mut answer = self.answer_to(request).await?;
        ensure!(
            answer["outcome"] == "ok",
            "{} was answered with {answer}",
            request["type"]
        );
        Ok(answer["reply"].take())
    }

    /// Runs a function body in the selected page, with `arguments`, and gives the JSON value that it returns.
    pub async fn run(&self, body: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.driver.execute(body, arguments).await?.json().clone())
    }

    /// As [`run`](Self::run), for a body with `await`.
    pub async fn run_async(&self, body: &str, arguments: Vec<Value>) -> Result<Value> {
        let wrapped = format!(
            "const done = arguments[arguments.length - 1];
             (async function () {{ {body} }}).apply(null, Array.prototype.slice.call(arguments, 0, -1)).then(
               (value) => done({{ value: value === undefined ? null : value }}), (error) => done({{ error: String(error) }}));"
        );
        let mut answer = self
            .driver
            .execute_async(wrapped, arguments)
            .await?
            .json()
            .clone();
        if let Some(error) = answer.get("error") {
            anyhow::bail!("the script threw: {error}");
        }
        Ok(answer["value"].take())
    }

    /// The element that a CSS selector names, once it is there and shown.
    pub async fn find(&self, selector: &str) -> Result<WebElement> {
        self.find_within(selector, SOON).await
    }

    /// As [`find`](Self::find), for what takes the extension longer than painting.
    pub async fn find_within(&self, selector: &str, deadline: Duration) -> Result<WebElement> {
        until(&format!("{selector} to be shown"), deadline, async || {
            for element in self.driver.find_all(By::Css(selector)).await? {
                if element.is_displayed().await? {
                    return Ok(Some(element));
                }
            }
            Ok(None)
        })
        .await
    }

    /// Clicks the element as a person does: real events, with the right of a gesture.
    pub async fn click(&self, selector: &str) -> Result<()> {
        // A page may repaint between finding and clicking; the element is looked up anew until a click lands.
        until(&format!("a click on {selector}"), SOON, async || {
            self.find(selector).await?.click().await?;
            Ok(Some(()))
        })
        .await
    }

    /// Focuses the element by a click and types: trusted key events, one a character.
    pub async fn type_into(&self, selector: &str, text: &str) -> Result<()> {
        self.click(selector).await?;
        Ok(self.find(selector).await?.send_keys(text).await?)
    }

    /// Presses keys in whatever has the focus of the page. See [`thirtyfour::Key`] for the others than characters.
    pub async fn keys(&self, text: impl AsRef<str>) -> Result<()> {
        let actions = self.driver.action_chain();
        Ok(actions.send_keys(text.as_ref()).perform().await?)
    }

    /// Shows the selected page in this size.
    pub async fn view(&self, view: &View) -> Result<()> {
        match &self.engine {
            Engine::Chromium(_) => chromium::view(&self.driver, view).await,
            Engine::Firefox(firefox) => firefox.view(&self.driver, view).await,
        }
    }

    /// Waits until the selected page has its fonts, and brings to their end what moves in it.
    pub async fn still(&self) -> Result<()> {
        self.run_async(STILL, vec![]).await.map(drop)
    }

    /// Runs an async function body in the selected page, or in the popup where that is in view, while it is shown as to
    /// somebody who prefers light letters on a dark ground.
    pub(crate) async fn run_dark(&self, popup: Option<&Popup<'_>>, body: &str) -> Result<Value> {
        match (&self.engine, popup) {
            (Engine::Chromium(chromium), Some(_)) => chromium.in_dark_popup(popup::PAGE, body).await,
            (Engine::Chromium(_), None) => {
                chromium::prefer(&self.driver, chromium::DARK).await?;
                let outcome = self.run_async(body, vec![]).await;
                chromium::prefer(&self.driver, &[]).await?;
                outcome
            }
            (Engine::Firefox(firefox), _) => {
                let run = async |body: &str| match popup {
                    Some(popup) => popup.run(body).await,
                    None => self.run_async(body, vec![]).await,
                };
                let element = popup.map_or(firefox::SELECTED, |_| popup::ELEMENT);
                firefox.prefer_dark(&self.driver, element, true).await?;
                until("the page to be dark", SOON, async || {
                    let is = run("return matchMedia('(prefers-color-scheme: dark)').matches").await?;
                    Ok((is == true).then_some(()))
                })
                .await?;
                let outcome = run(body).await;
                firefox.prefer_dark(&self.driver, element, false).await?;
                outcome
            }
        }
    }

    /// Saves a picture of the selected page.
    pub async fn screenshot(&self, file: &Path) -> Result<()> {
        Ok(self.driver.screenshot(file).await?)
    }

    /// Whether the extension's background is running.
    pub async fn background_alive(&self) -> Result<bool> {
        match &self.engine {
            Engine::Chromium(chromium) => Ok(chromium.worker().await?.is_some()),
            Engine::Firefox(firefox) => firefox.background_alive(&self.driver).await,
        }
    }

    /// Ends the extension's background where it stands, as the browser does when it is short of memory or bored.
    /// Whether there was one to end.
    pub async fn kill_background(&self) -> Result<bool> {
        match &self.engine {
            Engine::Chromium(chromium) => chromium.kill_worker().await,
            Engine::Firefox(firefox) => firefox.kill_background(&self.driver).await,
        }
    }

    /// Does the gesture while the extension's background is ended, `moment` after its beginning or about that.
    pub async fn killing_background(
        &self,
        moment: Duration,
        gesture: impl Future<Output = Result<()>>,
    ) -> Result<()> {
        match &self.engine {
            Engine::Chromium(chromium) => {
                let kill = async {
                    tokio::time::sleep(moment).await;
                    chromium.close_worker().await.map(drop)
                };
                let (done, killed) = tokio::join!(gesture, kill);
                done.and(killed)
            }
            Engine::Firefox(firefox) => {
                // The WebDriver session is busy with the gesture: the browser itself is told beforehand to do it.
                firefox.schedule_kill(&self.driver, moment).await?;
                gesture.await?;
                firefox.scheduled_kill_done(&self.driver).await
            }
        }
    }

    /// When this background began, in milliseconds since the Unix epoch: another one has another beginning.
    pub async fn background_began(&self) -> Result<String> {
        Ok(self.in_background("performance.timeOrigin").await?.to_string())
    }

    /// Evaluates an expression in the extension's background; it must be alive. Promises are awaited.
    pub async fn in_background(&self, expression: &str) -> Result<Value> {
        match &self.engine {
            Engine::Chromium(chromium) => chromium.in_worker(expression).await,
            Engine::Firefox(firefox) => firefox.in_background(&self.driver, expression).await,
        }
    }

    fn remember_calm(&self) -> Result<()> {
        let picture = self.desk()?.picture()?;
        *self.calm.lock().unwrap_or_else(PoisonError::into_inner) = picture;
        Ok(())
    }

    fn calm(&self) -> Picture {
        self.calm.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Clicks on something that calls up the browser's permission prompt.
    pub async fn click_for_prompt(&self, selector: &str) -> Result<()> {
        match &self.engine {
            Engine::Chromium(_) => chromium::click_at_display(self, selector).await,
            Engine::Firefox(_) => self.click(selector).await,
        }
    }

    /// Presses a key, named as X11 does, on what has the focus, where that calls up the browser's permission prompt.
    pub async fn press_for_prompt(&self, key: &str) -> Result<()> {
        self.remember_calm()?;
        self.desk()?.press(&[key]).await
    }

    /// Gives the selected page the keyboard, and nothing in it the focus: as it is where a link opened the page. A tab that
    /// the driver opened may leave it to the bar of addresses.
    pub async fn give_keyboard(&self) -> Result<()> {
        if let Engine::Firefox(firefox) = &self.engine {
            firefox.give_keyboard(&self.driver).await?;
        }
        until("the page to have the keyboard", SOON, async || {
            let has = async || {
                let has = self.run("return document.hasFocus()", vec![]).await?;
                Ok((has == true).then_some(()))
            };
            if has().await?.is_none() {
                // The key for the next part of the window: from the bar of addresses it leads to the page.
                self.desk()?.press(&["F6"]).await?;
            }
            until("the next part of the window", SOON / 10, has)
                .await
                .map(Some)
        })
        .await
    }

    /// Moves on by `Tab`, as whoever has no pointer, until an element that the selector names has the focus.
    pub async fn tab_to(&self, selector: &str) -> Result<()> {
        for _ in 0..TABS {
            self.keys(String::from(char::from(Key::Tab))).await?;
            let there = self
                .run(
                    "return document.activeElement?.matches(arguments[0]) ?? false",
                    vec![selector.into()],
                )
                .await?;
            if there == true {
                return Ok(());
            }
        }
        anyhow::bail!("{TABS} times Tab did not lead to {selector}")
    }

    /// Answers the browser's own permission prompt, which a gesture has just called up.
    pub async fn answer_prompt(&self, allow: bool) -> Result<()> {
        match &self.engine {
            Engine::Chromium(chromium) => chromium::answer_prompt(self, chromium, allow).await,
            Engine::Firefox(firefox) => firefox.answer_prompt(&self.driver, allow).await,
        }
    }

    /// Waits until the browser's permission prompt is shown.
    pub async fn prompt_shown(&self) -> Result<()> {
        match &self.engine {
            Engine::Chromium(chromium) => chromium::prompt_shown(self, chromium).await.map(drop),
            Engine::Firefox(firefox) => firefox.prompt_shown(&self.driver).await,
        }
    }

    /// Opens the real popup over the selected tab, by its keyboard command.
    pub async fn popup(&self) -> Result<Popup<'_>> {
        Popup::open(self).await
    }

    /// Takes the permission for a match pattern away as the person does in the browser's settings.
    pub async fn revoke(&self, matches: &str) -> Result<()> {
        match &self.engine {
            Engine::Chromium(chromium) => chromium.revoke(self, matches).await,
            Engine::Firefox(firefox) => firefox.revoke(&self.driver, matches).await,
        }
    }

    /// Whether the browser itself asks before the extension may let data leave: Firefox does.
    pub fn asks_data(&self) -> bool {
        matches!(self.engine, Engine::Firefox(_))
    }

    /// Takes the consent to data of these sorts back as the person does in the browser's settings, where it has one.
    pub async fn revoke_data(&self, sorts: &[&str]) -> Result<()> {
        match &self.engine {
            Engine::Chromium(_) => Ok(()),
            Engine::Firefox(firefox) => firefox.revoke_data(&self.driver, sorts).await,
        }
    }

    /// Gives the extension the permissions of many match patterns: in Chromium by its own prompt, which takes them all
    /// at once; in Firefox, whose prompt would have to be answered for each, as the answer does it.
    pub async fn permit(&self, matches: &[String]) -> Result<()> {
        match &self.engine {
            Engine::Chromium(chromium) => chromium.permit(self, matches).await,
            Engine::Firefox(firefox) => firefox.permit(&self.driver, matches).await,
        }
    }

    /// Opens an address in a new private window and selects it.
    pub async fn open_private(&self, url: &str) -> Result<WindowHandle> {
        let before = self.driver.windows().await?;
        self.desk()?; // the keys below must not go to the person's own display
        match &self.engine {
            Engine::Chromium(_) => self.desk()?.press(&["ctrl+shift+n"]).await?,
            Engine::Firefox(firefox) => firefox.open_private(&self.driver).await?,
        }
        let tab = until("the private window", SOON, async || {
            Ok(self
                .driver
                .windows()
                .await?
                .into_iter()
                .find(|tab| !before.contains(tab)))
        })
        .await?;
        self.select(&tab).await?;
        self.driver.goto(url).await?;
        Ok(tab)
    }

    /// Whether an extension may run in the browser's private windows, as the browser itself says.
    pub async fn allowed_in_private(&self) -> Result<bool> {
        match &self.engine {
            Engine::Chromium(chromium) => chromium.allowed_in_private(self).await,
            Engine::Firefox(firefox) => firefox.allowed_in_private(&self.driver).await,
        }
    }

    /// Kills the browser without warning and starts it again on the same profile. Chromium only: Firefox forgets
    /// unsigned extensions when it ends.
    pub async fn crash_and_restart(&mut self, tools: &Tools) -> Result<()> {
        let Engine::Chromium(chromium) = &mut self.engine else {
            anyhow::bail!("Firefox forgets unsigned extensions when it ends");
        };
        let _ = self.driver.clone().leak();
        self.driver = chromium
            .crash_and_restart(tools, &self.screen, &self.proxy, self.room.path())
            .await?;
        self.console = tokio::sync::Mutex::default();
        Ok(())
    }

    /// Starts the extension anew with nothing but what it keeps on the disk: Chromium as a whole, by
    /// [`crash_and_restart`](Self::crash_and_restart); in Firefox the extension alone, which ends its session storage
    /// as well. Selects a blank tab.
    pub async fn start_anew(&mut self, tools: &Tools) -> Result<()> {
        if let Engine::Firefox(firefox) = &self.engine {
            let blank = self.driver.new_tab().await?;
            self.select(&blank).await?;
            firefox.reload_extension(&self.driver).await?;
            self.console = tokio::sync::Mutex::default();
            return Ok(());
        }
        self.crash_and_restart(tools).await
    }

    /// Kills the browser without warning and for good: its files stay as they are, to be looked at.
    pub fn crash(&mut self) {
        match &mut self.engine {
            Engine::Chromium(chromium) => chromium.crash(),
            Engine::Firefox(firefox) => firefox.crash(),
        }
    }

    /// The process that all those of the browser descend from.
    pub fn process(&self) -> u32 {
        match &self.engine {
            Engine::Chromium(chromium) => chromium.process(),
            Engine::Firefox(firefox) => firefox.process(),
        }
    }

    /// The folder of the browser's profile.
    pub fn profile(&self) -> Result<PathBuf> {
        let room = self.room.path();
        match &self.engine {
            Engine::Chromium(_) => Ok(room.join("profile")),
            // geckodriver names the folder.
            Engine::Firefox(_) => std::fs::read_dir(room)?
                .flatten()
                .map(|entry| entry.path())
                .find(|path| path.join("prefs.js").is_file())
                .context("Firefox has no profile"),
        }
    }

    /// Whether the browser still runs: `false` once the person has closed it.
    pub async fn open_still(&mut self) -> bool {
        let running = match &mut self.engine {
            Engine::Chromium(chromium) => chromium.running(),
            Engine::Firefox(_) => true,
        };
        running
            && self
                .driver
                .windows()
                .await
                .is_ok_and(|windows| !windows.is_empty())
    }

    /// Ends the session and the browser.
    pub async fn quit(self) {
        // A browser that is gone already is quit.
        drop(tokio::time::timeout(SOON, self.driver.clone().quit()).await);
    }

    /// The folder of the throw-away profile, downloads and logs; gone when this value is dropped.
    pub fn room(&self) -> &Path {
        self.room.path()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The processes end with the engine; a polite end of the session would only wait for them.
        let _ = self.driver.clone().leak();
    }
}
