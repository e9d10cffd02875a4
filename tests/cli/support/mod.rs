//! A place for logs, the command run in it, and records that come in as the extension brings them in.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use counterfoil_app::app::{App, Sender};
use counterfoil_app::collectors::message::{CollectorAnswer, CollectorReply, CollectorRequest};
use counterfoil_app::error::Failure;
use counterfoil_app::message::{
    Answer, Capture, Confirm, Event, Field, Intent, Observed, Reply, Request, Secret,
};
use counterfoil_app::ports::{
    Batch, Clock, Entropy, Exclusive, Files, Guess, Http, HttpRequest, HttpResponse, Keyring, Languages, Op,
    Span, Store, StoreError, Table,
};
use counterfoil_app::view::{Filter, Item, Review};
use counterfoil_native::{Held, Profile, block_on};
use tempfile::TempDir;
use zeroize::Zeroizing;

/// How long before now a deletion must have been asked for to be final, with something to spare.
const UNDONE_NO_MORE: u64 = 60_000;

/// The command itself.
pub fn counterfoil() -> Command {
    Command::new(env!("CARGO_BIN_EXE_counterfoil"))
}

/// An empty directory in which commands run.
pub struct Scratch(TempDir);

/// What a command gave.
pub struct Ran {
    pub out: String,
    pub err: String,
    pub code: i32,
}

impl Ran {
    fn of(output: Output) -> Self {
        Self {
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code().unwrap(),
        }
    }

    /// The output of a command that must have succeeded.
    pub fn done(self) -> String {
        assert_eq!(self.code, 0, "{}{}", self.out, self.err);
        self.out
    }
}

impl Scratch {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Runs a command line whose arguments hold no spaces, without a terminal.
    pub fn run(&self, line: &str) -> Ran {
        let line: Vec<&str> = line.split_whitespace().collect();
        self.run_with(&line, b"")
    }

    pub fn run_with(&self, arguments: &[&str], input: &[u8]) -> Ran {
        let mut child = counterfoil()
            .args(arguments)
            .current_dir(self.0.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that does not read its input may be gone already.
        let _ = child.stdin.take().unwrap().write_all(input);
        Ran::of(child.wait_with_output().unwrap())
    }

    /// A new log of this name, its words in `NAME.words`.
    pub fn init(&self, name: &str) {
        self.run(&format!("init --log {name} --words-file {name}.words"))
            .done();
    }

    /// The log of this name, as a browser would have it.
    pub fn browser(&self, name: &str) -> Browser {
        Browser::open(Profile::open(&self.path(name)).unwrap())
    }

    /// The names of all files in it, but for those of logs, sorted.
    pub fn files(&self) -> Vec<String> {
        let mut files: Vec<String> = fs::read_dir(self.0.path())
            .unwrap()
            .map(|entry| entry.unwrap())
            .filter(|entry| entry.file_type().unwrap().is_file())
            .map(|entry| entry.file_name().into_string().unwrap())
            .collect();
        files.sort();
        files
    }

    /// What `search --json` prints, parsed.
    pub fn found(&self, line: &str) -> Vec<serde_json::Value> {
        let ran = self.run(&format!("search --json {line}"));
        assert!(ran.code < 2, "{}", ran.err);
        let lines = ran.out.lines().map(|line| serde_json::from_str(line).unwrap());
        lines.collect()
    }

    /// The texts of what `search` finds.
    pub fn texts(&self, line: &str) -> Vec<String> {
        let texts = self.found(line);
        texts
            .iter()
            .map(|found| found["text"].as_str().unwrap().to_owned())
            .collect()
    }
}

/// Milliseconds since the Unix epoch.
pub fn now() -> u64 {
    u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

/// The app on a log, with the clock as it is said.
pub struct Browser {
    app: App<Timed>,
    nonce: u64,
}

impl Browser {
    pub fn open(profile: Profile) -> Self {
        let clock = std::cell::Cell::new(now());
        Self {
            app: App::new(Timed { profile, clock }),
            nonce: 0,
        }
    }

    pub fn at(&self, time: u64) {
        self.app.host().clock.set(time);
    }

    pub fn page(&self, request: Request) -> Reply {
        let sender = Sender {
            own: "chrome-extension://abcdefghijklmnop/".into(),
            url: "chrome-extension://abcdefghijklmnop/popup/popup.html".into(),
            ..Sender::default()
        };
        answered(block_on(self.app.handle(&sender, request)).answer)
    }

    /// A request about collectors.
    pub fn deal(&self, request: CollectorRequest) -> CollectorReply {
        let sender = Sender {
            own: "chrome-extension://abcdefghijklmnop/".into(),
            url: "chrome-extension://abcdefghijklmnop/app/app.html".into(),
            ..Sender::default()
        };
        match block_on(self.app.handle_collectors(&sender, request)).answer {
            CollectorAnswer::Ok { reply } => reply,
            CollectorAnswer::Failed { failure } => panic!("failed: {failure}"),
        }
    }

    /// Records a text as if it had been sent on this site. The kind decides what the field looked like.
    pub fn record(&mut self, host: &str, kind: &str, text: &str) {
        let origin = format!("https://{host}");
        self.page(Request::SiteOn { url: origin.clone() });
        let origins = vec![format!("{origin}/*")];
        block_on(self.app.event(Event::Permissions { origins })).unwrap();
        let field = match kind {
            "prompt" => Field {
                multiline: true,
                conversation: true,
                ..Field::default()
            },
            "search" => Field {
                search: true,
                ..Field::default()
            },
            "post" => Field {
                multiline: true,
                form: true,
                ..Field::default()
            },
            "unknown" => Field::default(),
            other => panic!("no field gives the kind {other}"),
        };
        let time = self.app.host().now();
        self.nonce += 1;
        let observed = Observed {
            v: 1,
            nonce: format!("{:032x}", (u128::from(time) << 32) + u128::from(self.nonce)),
            text: text.into(),
            at: time,
            intent: Intent::Enter,
            confirm: Confirm::Cleared,
            typed: u32::try_from(text.chars().count()).unwrap(),
            pasted: 0,
            altered: false,
            field,
            url: String::new(),
            before: None,
            hints: None,
        };
        let url = format!("{origin}/talk");
        let sender = Sender {
            own: "chrome-extension://abcdefghijklmnop/".into(),
            url: url.clone(),
            origin,
            tab: url,
        };
        let reply = answered(block_on(self.app.handle(&sender, Request::Observed { observed })).answer);
        assert!(
            matches!(
                reply,
                Reply::Captured {
                    capture: Capture::Recorded
                }
            ),
            "{reply:?}"
        );
    }

    pub fn mark(&self, seqs: &[u64]) {
        self.page(Request::Mark { seqs: seqs.to_vec() });
    }

    /// Deletes records so long ago that it cannot be undone any more.
    pub fn delete(&self, seqs: &[u64]) {
        self.at(now() - UNDONE_NO_MORE);
        self.page(Request::Delete { seqs: seqs.to_vec() });
        self.at(now());
        block_on(self.app.event(Event::Woken)).unwrap();
    }

    pub fn passphrase(&self, passphrase: &str) {
        self.page(Request::Passphrase {
            current: None,
            new: Some(Secret::from(passphrase.to_owned())),
        });
    }

    pub fn items(&self) -> Vec<Item> {
        match self.page(Request::List {
            filter: Filter::default(),
            before: None,
        }) {
            Reply::List { view } => view.items,
            other => panic!("{other:?}"),
        }
    }

    /// Numbers of what is marked, in order.
    pub fn marked(&self) -> Vec<u64> {
        let mut marked: Vec<u64> = self
            .items()
            .into_iter()
            .filter(|item| item.review == Review::Marked)
            .map(|item| item.seq)
            .collect();
        marked.sort_unstable();
        marked
    }

    /// Overwrites the newest row of a table.
    pub fn damage(&self, table: Table) {
        let host = self.app.host();
        let newest = Span {
            newest_first: true,
            limit: 1,
            ..Span::default()
        };
        let (key, mut row) = block_on(host.range(table, newest)).unwrap().pop().unwrap();
        let last = row.last_mut().unwrap();
        *last ^= 1;
        let state = block_on(host.get(Table::Meta, "state")).unwrap();
        let batch = Batch {
            guard: (Table::Meta, "state".into(), state),
            ops: vec![Op::Put(table, key, row)],
        };
        block_on(host.commit(batch)).unwrap();
    }
}

fn answered(answer: Answer) -> Reply {
    match answer {
        Answer::Ok { reply } => reply,
        Answer::Failed { failure } => panic!("failed: {failure}"),
    }
}

/// A profile whose clock says what it is told.
pub struct Timed {
    profile: Profile,
    clock: std::cell::Cell<u64>,
}

impl Clock for Timed {
    fn now(&self) -> u64 {
        self.clock.get()
    }
}

impl Store for Timed {
    async fn get(&self, table: Table, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.profile.get(table, key).await
    }
    async fn range(&self, table: Table, span: Span<'_>) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        self.profile.range(table, span).await
    }
    async fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        self.profile.commit(batch).await
    }
}

impl Entropy for Timed {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), Failure> {
        self.profile.fill(buffer)
    }
}

impl Files for Timed {
    async fn read_file(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.profile.read_file(name).await
    }
    async fn write_file(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        self.profile.write_file(name, bytes).await
    }
    async fn remove_file(&self, name: &str) -> Result<(), StoreError> {
        self.profile.remove_file(name).await
    }
}

impl Http for Timed {
    async fn http(&self, request: HttpRequest<'_>) -> Result<HttpResponse, Failure> {
        self.profile.http(request).await
    }
    async fn permits(&self, data: &[&str]) -> Result<bool, Failure> {
        self.profile.permits(data).await
    }
}

impl Languages for Timed {
    async fn language(&self, text: &str) -> Result<Guess, Failure> {
        self.profile.language(text).await
    }
}

impl Keyring for Timed {
    async fn wrap(&self, key: &[u8; 32]) -> Result<Vec<u8>, Failure> {
        self.profile.wrap(key).await
    }
    async fn unwrap(&self, wrapped: &[u8]) -> Result<Zeroizing<[u8; 32]>, Failure> {
        self.profile.unwrap(wrapped).await
    }
    async fn session(&self) -> Result<Option<Zeroizing<Vec<u8>>>, Failure> {
        self.profile.session().await
    }
    async fn set_session(&self, secret: Option<&[u8]>) -> Result<(), Failure> {
        self.profile.set_session(secret).await
    }
    async fn schema_1_key(&self) -> Result<Option<Zeroizing<[u8; 32]>>, Failure> {
        self.profile.schema_1_key().await
    }
}

impl Exclusive for Timed {
    type Guard = Held;
    async fn exclusive(&self) -> Result<Held, Failure> {
        self.profile.exclusive().await
    }
}
