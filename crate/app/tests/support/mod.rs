//! A profile in memory, driven as the browser would drive it.
#![allow(clippy::unwrap_used, clippy::panic)]
#![allow(dead_code)] // each test program uses its own part

pub mod burglar;

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use counterfoil_app::Work;
use counterfoil_app::app::{App, Outcome, Sender};
use counterfoil_app::archive::message::{ArchiveAnswer, ArchiveReply, ArchiveRequest};
use counterfoil_app::error::Code;
use counterfoil_app::memory::Memory;
use counterfoil_app::message::{
    Answer, Capture, Confirm, Event, ExportChoice, Field, Intent, Navigated, Observed, Reply, Request,
    Script, Secret,
};
use counterfoil_app::ports::Clock;
use counterfoil_app::view::{
    DraftView, ExportsView, Filter, Item, ListView, PopupView, RecordView, RestoreView, SettingsView,
    StatusView, TimeDetail,
};

pub const OWN: &str = "chrome-extension://abcdefghijklmnop/";
pub const SITE: &str = "https://example.org";
pub const NOW: u64 = 1_795_000_000_000;

/// Runs a future that only ever waits for itself.
pub fn wait<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..1_000_000 {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
    panic!("the future never ends");
}

/// Cheap passphrases: what they cost is the business of another test.
pub const WORK: Work = Work {
    memory: 8,
    passes: 1,
    lanes: 1,
};

pub struct Profile {
    pub app: App<Memory>,
    nonce: u128,
}

impl Profile {
    /// New, at [`NOW`], without consent.
    pub fn new() -> Self {
        let host = Memory::default();
        host.set_time(NOW);
        Self {
            app: App::with_work(host, WORK),
            nonce: 0,
        }
    }

    /// Over an app that is there already.
    pub fn over(app: App<Memory>) -> Self {
        Self { app, nonce: 1 << 32 }
    }

    /// With consent, and [`SITE`] on and permitted.
    pub fn recording() -> Self {
        let profile = Self::new();
        profile.page(Request::Consent { given: true });
        profile.page(Request::SiteOn { url: SITE.into() });
        profile.permit(&["https://example.org/*"]);
        profile
    }

    /// A profile on another device, whose random bytes are others.
    pub fn elsewhere(seed: u64) -> Self {
        let host = Memory::seeded(seed);
        host.set_time(NOW);
        Self {
            app: App::with_work(host, WORK),
            nonce: 1 << 64,
        }
    }

    /// What a new browser finds on the same disk.
    pub fn browser_closed(self) -> Self {
        Self {
            app: App::with_work(self.app.host().close_browser(), WORK),
            nonce: self.nonce,
        }
    }

    /// What another process finds on the same disk.
    pub fn reopened(self) -> Self {
        Self {
            app: App::with_work(self.app.host().reopen(), WORK),
            nonce: self.nonce,
        }
    }

    pub fn permit(&self, origins: &[&str]) {
        let origins = origins.iter().map(ToString::to_string).collect();
        wait(self.app.event(Event::Permissions { origins })).unwrap();
    }

    pub fn send(&self, sender: &Sender, request: Request) -> Outcome {
        wait(self.app.handle(sender, request))
    }

    pub fn page(&self, request: Request) -> Reply {
        match self.send(&page(), request).answer {
            Answer::Ok { reply } => reply,
            Answer::Failed { failure } => panic!("failed: {failure}"),
        }
    }

    pub fn page_fails(&self, request: Request) -> Code {
        match self.send(&page(), request).answer {
            Answer::Ok { reply } => panic!("answered: {reply:?}"),
            Answer::Failed { failure } => failure.code,
        }
    }

    pub fn try_archive(&self, request: ArchiveRequest) -> Result<ArchiveReply, Code> {
        match wait(self.app.handle_archive(&page(), request)).answer {
            ArchiveAnswer::Ok { reply } => Ok(reply),
            ArchiveAnswer::Failed { failure } => Err(failure.code),
        }
    }

    pub fn archive(&self, request: ArchiveRequest) -> ArchiveReply {
        self.try_archive(request).unwrap()
    }

    pub fn nonce(&mut self) -> String {
        self.nonce += 1;
        format!("{:032x}", self.nonce)
    }

    pub fn observed(&mut self, text: &str) -> Observed {
        Observed {
            v: 1,
            nonce: self.nonce(),
            text: text.into(),
            at: Clock::now(self.app.host()),
            intent: Intent::Enter,
            confirm: Confirm::Cleared,
            typed: u32::try_from(text.chars().count()).unwrap(),
            pasted: 0,
            altered: false,
            field: Field {
                multiline: true,
                conversation: true,
                ..Field::default()
            },
            url: String::new(),
            before: None,
            hints: None,
        }
    }

    pub fn submit(&mut self, text: &str) -> Result<Capture, Code> {
        let observed = self.observed(text);
        self.deliver(observed)
    }

    pub fn deliver(&self, observed: Observed) -> Result<Capture, Code> {
        capture(self.send(
            &site("https://example.org/chat?session=secret"),
            Request::Observed { observed },
        ))
    }

    pub fn navigate(&mut self, url: &str) -> Result<Capture, Code> {
        let navigated = Navigated {
            v: 1,
            nonce: self.nonce(),
            at: NOW,
            url: url.into(),
        };
        capture(self.send(&site(url), Request::Navigated { navigated }))
    }

    pub fn popup(&self, url: &str) -> PopupView {
        match self.page(Request::Popup {
            url: Some(url.into()),
        }) {
            Reply::Popup { view } => view,
            other => panic!("{other:?}"),
        }
    }

    pub fn list(&self, filter: Filter, before: Option<u64>) -> ListView {
        match self.page(Request::List { filter, before }) {
            Reply::List { view } => view,
            other => panic!("{other:?}"),
        }
    }

    pub fn items(&self) -> Vec<Item> {
        self.list(Filter::default(), None).items
    }

    pub fn texts(&self) -> Vec<String> {
        self.items().into_iter().map(|item| item.preview).collect()
    }

    pub fn record(&self, seq: u64) -> RecordView {
        match self.page(Request::Record { seq }) {
            Reply::Record { view } => view,
            other => panic!("{other:?}"),
        }
    }

    pub fn draft(&self, name: &str) -> DraftView {
        match self.page(Request::Draft { choice: choice(name) }) {
            Reply::Draft { view } => view,
            other => panic!("{other:?}"),
        }
    }

    pub fn approve(&self, draft: &DraftView) -> ExportsView {
        let records_sha256 = digest(&draft.lines);
        match self.page(Request::Approve {
            draft: draft.draft.clone(),
            records_sha256,
        }) {
            Reply::Exports { view } => view,
            other => panic!("{other:?}"),
        }
    }

    pub fn file(&self, export: &str) -> Vec<u8> {
        let mut file = Vec::new();
        for index in 0.. {
            match self.page(Request::Chunk {
                export: export.into(),
                index,
            }) {
                Reply::Chunk { data, count } => {
                    file.extend(data_encoding::BASE64.decode(data.as_bytes()).unwrap());
                    if index + 1 == count {
                        break;
                    }
                }
                other => panic!("{other:?}"),
            }
        }
        file
    }

    /// Everything stored is whole and what was signed; gives the number of lines.
    pub fn whole(&self) -> u64 {
        let audit = wait(self.app.check()).unwrap();
        assert_eq!(audit.damaged, []);
        audit.lines
    }

    pub fn settings(&self) -> SettingsView {
        match self.page(Request::Settings) {
            Reply::Settings { view } => view,
            other => panic!("{other:?}"),
        }
    }

    pub fn status(&self) -> StatusView {
        match self.page(Request::Status) {
            Reply::Status { view } => view,
            other => panic!("{other:?}"),
        }
    }

    pub fn words(&self) -> Secret {
        match self.page(Request::Words) {
            Reply::Words { words } => words,
            other => panic!("{other:?}"),
        }
    }

    /// The file of a backup, whole.
    pub fn backup(&self) -> Vec<u8> {
        let ArchiveReply::Backup { backup, .. } = self.archive(ArchiveRequest::Backup) else {
            panic!()
        };
        let mut file = Vec::new();
        for index in 0.. {
            let piece = ArchiveRequest::BackupPiece {
                backup: backup.clone(),
                index,
            };
            match self.archive(piece) {
                ArchiveReply::Piece { data, last, .. } => {
                    file.extend(data_encoding::BASE64.decode(data.as_bytes()).unwrap());
                    if last {
                        break;
                    }
                }
                other => panic!("{other:?}"),
            }
        }
        self.archive(ArchiveRequest::BackupSaved { backup });
        file
    }

    /// Takes a backup in, in pieces of this size.
    pub fn restore(&self, words: &Secret, file: &[u8], piece: usize) -> Result<RestoreView, Code> {
        let ask = |request| self.try_archive(request);
        let ArchiveReply::Restoring { restore, .. } = ask(ArchiveRequest::Restore { words: words.clone() })?
        else {
            panic!()
        };
        for (data, index) in file.chunks(piece).zip(0..) {
            ask(ArchiveRequest::RestorePiece {
                restore: restore.clone(),
                index,
                data: data_encoding::BASE64.encode(data),
            })?;
        }
        match ask(ArchiveRequest::RestoreFinish { restore })? {
            ArchiveReply::Restored { view } => Ok(view),
            other => panic!("{other:?}"),
        }
    }

    pub fn at(&self, later: u64) {
        self.app.host().set_time(NOW + later);
    }
}

/// The content script of sites that no adapter names.
pub fn generic(matches: &[&str]) -> Script {
    Script {
        id: "generic".into(),
        matches: matches.iter().map(ToString::to_string).collect(),
        files: vec!["content/content.js".into()],
    }
}

pub fn capture(outcome: Outcome) -> Result<Capture, Code> {
    match outcome.answer {
        Answer::Ok {
            reply: Reply::Captured { capture },
        } => Ok(capture),
        Answer::Ok { reply } => panic!("{reply:?}"),
        Answer::Failed { failure } => Err(failure.code),
    }
}

pub fn page() -> Sender {
    Sender {
        own: OWN.into(),
        url: format!("{OWN}popup/popup.html"),
        ..Sender::default()
    }
}

pub fn site(url: &str) -> Sender {
    let origin = url.split('/').take(3).collect::<Vec<_>>().join("/");
    Sender {
        own: OWN.into(),
        url: url.into(),
        origin,
        tab: url.into(),
    }
}

pub fn choice(name: &str) -> ExportChoice {
    ExportChoice {
        name: name.into(),
        time: TimeDetail::Day,
        site: true,
    }
}

/// SHA-256 over lines as the page shows them, each with its newline.
pub fn digest(lines: &[String]) -> String {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    for line in lines {
        hash.update(line.as_bytes());
        hash.update(b"\n");
    }
    data_encoding::HEXLOWER.encode(&hash.finalize())
}
