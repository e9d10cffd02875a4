//! What the tests share: a prepared browser of each kind, the fixture pages, the applications.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail, ensure};
use counterfoil_e2e::application::Application;
use counterfoil_e2e::browser::{Browser, Kind, Screen};
use counterfoil_e2e::desk::Desk;
use counterfoil_e2e::proxy::Proxy;
use counterfoil_e2e::site::Site;
use counterfoil_e2e::tools::{Tools, tests_dir};
use counterfoil_e2e::web::Web;
use libtest_mimic::{Failed, Trial};
use tokio::runtime::Handle;
use tokio::sync::{Mutex, OnceCell, Semaphore};

/// The host of the fixture pages that is allowed; each port of it is a site of its own.
pub const ON: &str = "pages.test";
/// A host that shows the same pages and is never switched on.
pub const OFF: &str = "elsewhere.test";
/// A host that is switched on from the popup.
pub const CORNER: &str = "corner.test";
/// Longer than the content script waits for a gesture to be confirmed: after it nothing more can come.
pub const SETTLED: Duration = Duration::from_millis(4_600);
/// The host of the pages of editors; each port of it is a site of its own.
pub const EDITORS: &str = "editors.test";
/// The longest that one test may hold its browser.
pub const PATIENCE: Duration = Duration::from_mins(5);
/// As [`PATIENCE`], for a test of hundreds of pages.
const LONG_PATIENCE: Duration = Duration::from_mins(15);

/// The whole run.
pub struct Lab {
    runtime: Handle,
    tools: Option<Tools>,
    chromium: Shelf,
    firefox: Shelf,
    /// A turn for each browser that is busy.
    turns: Semaphore,
    applications: OnceCell<Applications>,
}

/// Browsers that are busy at a time, whatever their kinds: one kind may have more to do than the other.
const BUSY: usize = 2;

/// The prepared session of one kind of browser; its lock is held by the one test that drives it.
#[derive(Default)]
struct Shelf {
    session: Mutex<Option<Result<Session, String>>>,
}

/// A browser with its surroundings.
pub struct Session {
    pub browser: Browser,
    pub tools: Tools,
    pub proxy: Arc<Proxy>,
    pub desk: Arc<Desk>,
    _pages: [Site; 2],
}

/// The real applications, started once for both browsers.
pub struct Applications {
    pub whoogle: Application,
    pub gradio: Application,
    pub fossil: Application,
    pub chainlit: Application,
    pub streamlit: Application,
    pub panel: Application,
    pub trac: Application,
    _outlet: Proxy,
}

impl Session {
    /// A browser in which nothing was done yet.
    pub async fn fresh(kind: Kind, tools: &Tools) -> Result<Self> {
        Self::believing(kind, tools, None).await
    }

    /// As [`fresh`](Self::fresh); the browser believes the hosts of `web`.
    async fn believing(kind: Kind, tools: &Tools, web: Option<&Web>) -> Result<Self> {
        let desk = Arc::new(Desk::start().await?);
        let proxy = Arc::new(Proxy::start().await?);
        if let Some(web) = web {
            proxy.trust(web.key());
        }
        let pages = Site::start(tests_dir("pages")).await?;
        for host in [ON, OFF, CORNER] {
            proxy.name(host, pages.address());
        }
        let editors = Site::start(tools.editors.clone()).await?;
        proxy.name(EDITORS, editors.address());
        let browser =
            Browser::start(kind, tools, Screen::Desk(Arc::clone(&desk)), Arc::clone(&proxy)).await?;
        Ok(Self {
            browser,
            tools: tools.clone(),
            proxy,
            desk,
            _pages: [pages, editors],
        })
    }

    /// A browser whose person has consented and switched on the fixture pages' host.
    async fn prepared(kind: Kind, tools: &Tools) -> Result<Self> {
        let session = Self::fresh(kind, tools).await?;
        match session.make_ready().await {
            Ok(()) => Ok(session),
            Err(error) => {
                session.leave_traces("preparation").await;
                Err(error)
            }
        }
    }

    /// Consents, and switches on the fixture pages' host.
    pub async fn make_ready(&self) -> Result<()> {
        self.browser.give_consent().await?;
        self.browser.add_site(&format!("http://{ON}"), true).await
    }

    /// Takes what is open over the page away: the next test begins with a page in sight.
    async fn clear_away(&self) {
        drop(self.desk.press(&["Escape"]).await);
    }

    /// Saves what the display and the page show, for whoever looks into a failure.
    pub async fn leave_traces(&self, name: &str) {
        let name: String = name
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
            .collect();
        let path = |extension: &str| {
            self.tools
                .out
                .join(format!("failed-{}-{name}.{extension}", self.browser.kind.name()))
        };
        drop(self.desk.screenshot(&path("png")));
        if let Ok(source) = self.browser.driver.source().await {
            drop(std::fs::write(path("html"), source));
        }
    }

    /// Fails if anything went further than this machine, or came from the extension.
    pub fn nothing_left(&self) -> Result<()> {
        let escapes = self.proxy.escapes();
        ensure!(
            escapes.is_empty(),
            "{} asked the network: {escapes:#?}",
            self.browser.kind.name()
        );
        Ok(())
    }
}

impl Lab {
    pub fn new(runtime: Handle, tools: Option<Tools>) -> Self {
        Self {
            runtime,
            tools,
            chromium: Shelf::default(),
            firefox: Shelf::default(),
            turns: Semaphore::new(BUSY),
            applications: OnceCell::new(),
        }
    }

    fn shelf(&self, kind: Kind) -> &Shelf {
        match kind {
            Kind::Chromium => &self.chromium,
            Kind::Firefox => &self.firefox,
        }
    }

    pub fn tools(&self) -> Result<&Tools> {
        self.tools
            .as_ref()
            .context("the run was started to list the tests only")
    }

    /// The applications, started at the first use.
    pub async fn applications(&self) -> Result<&Applications> {
        let tools = self.tools()?;
        self.applications
            .get_or_try_init(async || {
                let outlet = Proxy::start().await?;
                Ok(Applications {
                    whoogle: Application::whoogle(tools, &outlet).await?,
                    gradio: Application::gradio(tools, &outlet).await?,
                    fossil: Application::fossil(&outlet).await?,
                    chainlit: Application::chainlit(tools, &outlet).await?,
                    streamlit: Application::streamlit(tools, &outlet).await?,
                    panel: Application::panel(tools, &outlet).await?,
                    trac: Application::trac(tools, &outlet).await?,
                    _outlet: outlet,
                })
            })
            .await
    }

    /// Lends the prepared session to `test`; on failure it leaves traces under `name`.
    pub async fn with_session<T>(
        &self,
        kind: Kind,
        name: &str,
        test: impl AsyncFnOnce(&Session) -> Result<T>,
    ) -> Result<T> {
        let mut place = self.shelf(kind).session.lock().await;
        let _turn = self.turns.acquire().await?;
        if place.is_none() {
            let session = Session::prepared(kind, self.tools()?).await;
            *place = Some(session.map_err(|error| format!("{error:?}")));
        }
        let session = match place.as_ref() {
            Some(Ok(session)) => session,
            Some(Err(error)) => bail!("{} could not be prepared: {error}", kind.name()),
            None => bail!("{} was not prepared", kind.name()),
        };
        let outcome = tokio::time::timeout(PATIENCE, test(session)).await;
        let outcome = outcome.unwrap_or_else(|_| Err(anyhow!("took longer than {} s", PATIENCE.as_secs())));
        if outcome.is_err() {
            session.leave_traces(name).await;
            session.clear_away().await;
        }
        outcome
    }

    /// Lends a browser in which nothing was done yet to `test`, and ends it afterwards.
    pub async fn with_fresh(
        &self,
        kind: Kind,
        name: &str,
        test: impl AsyncFnOnce(&mut Session) -> Result<()>,
    ) -> Result<()> {
        self.with_tools(kind, name, self.tools()?, PATIENCE, test).await
    }

    /// As [`with_fresh`](Self::with_fresh), with these tools: another package in the browser, say, and a time of its own.
    pub async fn with_tools(
        &self,
        kind: Kind,
        name: &str,
        tools: &Tools,
        patience: Duration,
        test: impl AsyncFnOnce(&mut Session) -> Result<()>,
    ) -> Result<()> {
        let _turn = self.turns.acquire().await?;
        let mut session = Session::fresh(kind, tools).await?;
        let outcome = tokio::time::timeout(patience, test(&mut session)).await;
        let outcome = outcome.unwrap_or_else(|_| Err(anyhow!("took longer than {} s", patience.as_secs())));
        if outcome.is_err() {
            session.leave_traces(name).await;
        }
        let outcome = outcome.and_then(|()| session.nothing_left());
        session.browser.quit().await;
        outcome
    }

    /// Lends a browser in which nothing was done yet, and that believes the hosts of `web`, to a long test.
    pub async fn with_web(
        &self,
        kind: Kind,
        name: &str,
        web: &Web,
        test: impl AsyncFnOnce(&mut Session) -> Result<()>,
    ) -> Result<()> {
        let _turn = self.turns.acquire().await?;
        let mut session = Session::believing(kind, self.tools()?, Some(web)).await?;
        let outcome = tokio::time::timeout(LONG_PATIENCE, test(&mut session)).await;
        let outcome =
            outcome.unwrap_or_else(|_| Err(anyhow!("took longer than {} s", LONG_PATIENCE.as_secs())));
        if outcome.is_err() {
            session.leave_traces(name).await;
        }
        let outcome = outcome.and_then(|()| session.nothing_left());
        session.browser.quit().await;
        outcome
    }

    /// Ends the browsers; fails if one of them asked the network for something.
    pub async fn close(&self) -> Result<()> {
        let mut outcome = Ok(());
        for kind in Kind::ALL {
            if let Some(Ok(session)) = self.shelf(kind).session.lock().await.take() {
                outcome = outcome.and(session.nothing_left());
                session.browser.quit().await;
            }
        }
        outcome
    }
}

/// A case named `browser::name`.
pub fn trial(
    lab: &Arc<Lab>,
    kind: Kind,
    name: &str,
    test: impl AsyncFnOnce(&Lab, &str) -> Result<()> + Send + 'static,
) -> Trial {
    let lab = Arc::clone(lab);
    let title = name.to_owned();
    Trial::test(format!("{}::{name}", kind.name()), move || {
        let start = Instant::now();
        let outcome = lab.runtime.clone().block_on(test(&lab, &title));
        outcome
            .map_err(|error| Failed::from(format!("after {:.1} s: {error:?}", start.elapsed().as_secs_f32())))
    })
}

/// A case on the prepared session.
pub fn on_session(
    lab: &Arc<Lab>,
    kind: Kind,
    name: &str,
    test: impl AsyncFnOnce(&Session) -> Result<()> + Send + 'static,
) -> Trial {
    trial(lab, kind, name, async move |lab, name| {
        lab.with_session(kind, name, test).await
    })
}

/// A case on a browser of its own, in which nothing was done yet.
pub fn on_fresh(
    lab: &Arc<Lab>,
    kind: Kind,
    name: &str,
    test: impl AsyncFnOnce(&mut Session) -> Result<()> + Send + 'static,
) -> Trial {
    trial(lab, kind, name, async move |lab, name| {
        lab.with_fresh(kind, name, test).await
    })
}
