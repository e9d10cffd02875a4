//! Random histories of two devices against a model: records are made, deleted, brought back, marked and exported;
//! profiles are killed, closed, locked, unlocked, backed up, restored, merged and forgotten. After each the profile
//! holds exactly what the model says, every bundle verifies, and no key ever signed two trees.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use counterfoil_core::age::Decryptor;
use counterfoil_core::bundle::verify::{self, Expect};
use counterfoil_core::encoding::{from_base64, from_hex, to_base64};
use counterfoil_core::keys::Root;
use counterfoil_core::merkle::{Frontier, leaf_hash};
use serde::Serialize;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::app::{App, Sender};
use crate::archive::message::{ArchiveAnswer, ArchiveReply, ArchiveRequest};
use crate::error::{Code, Failure};
use crate::faulty::{Faulty, Surroundings, draw};
use crate::message::{
    Answer, Capture, Confirm, Event, ExportChoice, Field, Intent, Observed, Reply, Request, Secret,
};
use crate::passphrase::Work;
use crate::ports::Host;
use crate::review::UNDO;
use crate::view::{Filter, Review, TimeDetail};

/// Makes profiles on some store.
pub trait World {
    /// Its host.
    type Host: Host;
    /// An empty profile for a device (0 or 1), in place of what it had.
    fn fresh(&self, device: usize) -> impl Future<Output = Result<Self::Host, String>>;
    /// Another process on the profile of a device; `closed` after the browser was closed, not only the worker.
    fn reopen(&self, device: usize, closed: bool) -> impl Future<Output = Result<Self::Host, String>>;
}

/// What was done in a history.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Records made.
    pub records: u64,
    /// Records deleted for good.
    pub deleted: u64,
    /// Processes killed.
    pub kills: u64,
    /// Restores and merges.
    pub restores: u64,
    /// Bundles exported and verified.
    pub bundles: u64,
    /// Signed trees compared.
    pub trees: u64,
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.records += other.records;
        self.deleted += other.deleted;
        self.kills += other.kills;
        self.restores += other.restores;
        self.bundles += other.bundles;
        self.trees += other.trees;
    }
}

const OWN: &str = "chrome-extension://abcdefghijklmnop/";
const SITE: &str = "https://example.org";
const START: u64 = 1_795_000_000_000;
const PASSPHRASE: &str = "a passphrase of the model";
const WORK: Work = Work {
    memory: 8,
    passes: 1,
    lanes: 1,
};

/// What a profile must hold.
#[derive(Clone, Default)]
struct Model {
    live: BTreeSet<String>,
    deleted: BTreeSet<String>,
}

struct Saved {
    words: Secret,
    file: Vec<u8>,
    model: Model,
}

struct Device<H> {
    app: App<Faulty<H>>,
    model: Model,
    locked: bool,
    passphrase: bool,
}

struct History<'a, W: World> {
    world: &'a W,
    random: Cell<u64>,
    around: Rc<Surroundings>,
    devices: Vec<Device<W::Host>>,
    saved: Vec<Saved>,
    texts: u32,
    nonces: u32,
    /// Root of each signed tree, by the origin of its note and its size.
    trees: BTreeMap<(String, u64), String>,
    tally: Tally,
}

/// Steps of the history of a seed: 2, 4, 8, 16 or 32, so that short ones are many and each fifth is long.
fn length(seed: u64) -> u32 {
    2 << (seed % 5)
}

/// Plays the history of a seed. The error tells the step and what did not hold.
pub async fn play<W: World>(world: &W, seed: u64) -> Result<Tally, String> {
    let around = Surroundings::new(START, seed ^ 0x5151);
    let mut history = History {
        world,
        random: Cell::new(seed),
        around: Rc::clone(&around),
        devices: Vec::new(),
        saved: Vec::new(),
        texts: 0,
        nonces: 0,
        trees: BTreeMap::new(),
        tally: Tally::default(),
    };
    for device in 0..2 {
        let host = Faulty::new(world.fresh(device).await?, Rc::clone(&around));
        history.devices.push(Device {
            app: App::with_work(host, WORK),
            model: Model::default(),
            locked: false,
            passphrase: false,
        });
        history
            .settle_in(device)
            .await
            .map_err(|error| format!("begin: {error}"))?;
    }
    for step in 0..length(seed) {
        history
            .step()
            .await
            .map_err(|error| format!("seed {seed}, step {step}: {error}"))?;
    }
    for device in 0..2 {
        history
            .compare(device, true)
            .await
            .map_err(|error| format!("seed {seed}, end: {error}"))?;
    }
    Ok(history.tally)
}

fn page() -> Sender {
    Sender {
        own: OWN.into(),
        url: format!("{OWN}app/app.html"),
        ..Sender::default()
    }
}

fn site() -> Sender {
    Sender {
        own: OWN.into(),
        url: format!("{SITE}/chat"),
        origin: SITE.into(),
        tab: format!("{SITE}/chat"),
    }
}

impl<W: World> History<'_, W> {
    fn below(&self, bound: u64) -> u64 {
        draw(&self.random) % bound.max(1)
    }

    fn app(&self, device: usize) -> Result<&App<Faulty<W::Host>>, String> {
        Ok(&self.device(device)?.app)
    }

    fn device(&self, device: usize) -> Result<&Device<W::Host>, String> {
        self.devices
            .get(device)
            .ok_or_else(|| "no such device".to_owned())
    }

    fn device_mut(&mut self, device: usize) -> Result<&mut Device<W::Host>, String> {
        self.devices
            .get_mut(device)
            .ok_or_else(|| "no such device".to_owned())
    }

    fn later(&self, milliseconds: u64) {
        self.around.now.set(self.around.now.get() + milliseconds);
    }

    /// Sends a request as a page; a third of the times the process dies at some step of it.
    async fn ask(&self, device: usize, request: Request) -> Result<Result<Reply, Failure>, String> {
        let app = self.app(device)?;
        Ok(match app.handle(&page(), request).await.answer {
            Answer::Ok { reply } => Ok(reply),
            Answer::Failed { failure } => Err(failure),
        })
    }

    /// As [`History::ask`], of the archive.
    async fn archive_ask(
        &self,
        device: usize,
        request: ArchiveRequest,
    ) -> Result<Result<ArchiveReply, Failure>, String> {
        let app = self.app(device)?;
        Ok(match app.handle_archive(&page(), request).await.answer {
            ArchiveAnswer::Ok { reply } => Ok(reply),
            ArchiveAnswer::Failed { failure } => Err(failure),
        })
    }

    /// As [`History::archive_ask`], where nothing may fail.
    async fn archive_must(&self, device: usize, request: ArchiveRequest) -> Result<ArchiveReply, String> {
        let told = format!("{request:?}");
        let told: String = told.chars().take(80).collect();
        self.archive_ask(device, request)
            .await?
            .map_err(|failure| format!("{told}: {failure}"))
    }

    /// As [`History::ask`], where nothing may fail.
    async fn must(&self, device: usize, request: Request) -> Result<Reply, String> {
        let told = format!("{request:?}");
        let told: String = told.chars().take(80).collect();
        self.ask(device, request)
            .await?
            .map_err(|failure| format!("{told}: {failure}"))
    }

    /// Lets the process of a device die at one of its next side effects.
    fn threaten(&self, device: usize) -> Result<(), String> {
        if self.below(3) == 0 {
            let at = u32::try_from(self.below(12)).unwrap_or(0);
            self.app(device)?.host().die_at(at, self.below(2) == 0);
        }
        Ok(())
    }

    /// Starts the process of a device again if it died.
    async fn revive(&mut self, device: usize) -> Result<bool, String> {
        self.app(device)?.host().live_on();
        if !self.app(device)?.host().dead() {
            return Ok(false);
        }
        self.tally.kills += 1;
        let closed = self.below(4) == 0;
        self.restart(device, closed).await?;
        Ok(true)
    }

    async fn restart(&mut self, device: usize, closed: bool) -> Result<(), String> {
        let host = Faulty::new(self.world.reopen(device, closed).await?, Rc::clone(&self.around));
        let app = App::with_work(host, WORK);
        app.event(Event::Started)
            .await
            .map_err(|failure| format!("start: {failure}"))?;
        let one = self.device_mut(device)?;
        one.app = app;
        let Reply::Status { view } = self.must(device, Request::Status).await? else {
            return Err("no status".into());
        };
        let one = self.device_mut(device)?;
        (one.locked, one.passphrase) = (view.locked, view.passphrase);
        Ok(())
    }

    /// Consent, and the site on.
    async fn settle_in(&mut self, device: usize) -> Result<(), String> {
        self.must(device, Request::Consent { given: true }).await?;
        self.must(device, Request::SiteOn { url: SITE.into() }).await?;
        let origins = vec![format!("{SITE}/*")];
        self.app(device)?
            .event(Event::Permissions { origins })
            .await
            .map_err(|failure| failure.to_string())?;
        Ok(())
    }

    async fn step(&mut self) -> Result<(), String> {
        let device = usize::from(self.below(3) == 0);
        self.later(2_000 + self.below(60_000));
        let choice = self.below(100);
        if self.device(device)?.locked && choice >= 40 {
            self.unlock(device).await?;
        }
        match choice {
            0..40 => self.submit(device).await,
            40..55 => self.delete(device).await,
            55..62 => self.change_mind(device).await,
            62..70 => self.export(device).await,
            70..76 => self.lock(device).await,
            76..83 => self.back_up(device).await,
            83..90 => self.restore(device).await,
            90..94 => {
                let closed = self.below(2) == 0;
                self.restart(device, closed).await
            }
            94..95 => self.forget_all(device).await,
            _ => self.compare(device, false).await,
        }
    }

    async fn submit(&mut self, device: usize) -> Result<(), String> {
        self.texts += 1;
        self.nonces += 1;
        let text = format!("text {} of {}", self.texts, self.below(1_000_000));
        let observed = Observed {
            v: 1,
            nonce: format!("{:032x}", self.nonces),
            text: text.clone(),
            at: self.around.now.get(),
            intent: Intent::Enter,
            confirm: Confirm::Cleared,
            typed: 9,
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
        };
        self.threaten(device)?;
        for _ in 0..20 {
            let observed = Request::Observed {
                observed: observed.clone(),
            };
            let answer = self.app(device)?.handle(&site(), observed).await.answer;
            match answer {
                Answer::Ok {
                    reply:
                        Reply::Captured {
                            capture: Capture::Recorded | Capture::Merged,
                        },
                } => {
                    self.revive(device).await?;
                    self.device_mut(device)?.model.live.insert(text);
                    self.tally.records += 1;
                    return Ok(());
                }
                Answer::Failed { .. } if self.revive(device).await? => {}
                Answer::Failed { failure } if failure.code == Code::SiteCapped => {
                    self.later(61_000);
                }
                Answer::Failed { failure } if failure.code == Code::Locked => self.unlock(device).await?,
                other => return Err(format!("submit: {other:?}")),
            }
        }
        Err("a submission was never taken".into())
    }

    /// All items of a device, newest first.
    async fn items(&self, device: usize) -> Result<Vec<crate::view::Item>, String> {
        let mut items = Vec::new();
        let mut before = None;
        for _ in 0..10_000 {
            let request = Request::List {
                filter: Filter::default(),
                before,
            };
            let Reply::List { view } = self.must(device, request).await? else {
                return Err("no list".into());
            };
            if !view.damaged.is_empty() {
                return Err(format!("damaged: {:?}", view.damaged));
            }
            items.extend(view.items);
            before = view.next;
            if before.is_none() {
                return Ok(items);
            }
        }
        Err("a list without end".into())
    }

    async fn some(&self, device: usize, most: u64) -> Result<Vec<crate::view::Item>, String> {
        let items = self.items(device).await?;
        let count = 1 + self.below(most);
        let mut chosen = BTreeMap::new();
        for _ in 0..count {
            let at = usize::try_from(self.below(items.len() as u64)).unwrap_or(0);
            if let Some(item) = items.get(at).filter(|item| item.review == Review::Private) {
                chosen.insert(item.seq, item.clone());
            }
        }
        Ok(chosen.into_values().collect())
    }

    async fn delete(&mut self, device: usize) -> Result<(), String> {
        let chosen = self.some(device, 3).await?;
        if chosen.is_empty() {
            return Ok(());
        }
        let seqs: Vec<u64> = chosen.iter().map(|item| item.seq).collect();
        self.must(device, Request::Delete { seqs }).await?;
        self.wait_for_undo_to_end(device).await?;
        self.tally.deleted += chosen.len() as u64;
        let model = &mut self.device_mut(device)?.model;
        for item in chosen {
            model.live.remove(&item.preview);
            model.deleted.insert(item.preview);
        }
        Ok(())
    }

    /// Lets the time to undo pass and what is due be carried out, however often the process dies over it: what a kill
    /// leaves, the next start carries on.
    async fn wait_for_undo_to_end(&mut self, device: usize) -> Result<(), String> {
        self.later(UNDO);
        self.threaten(device)?;
        for _ in 0..20 {
            let done = self.app(device)?.event(Event::Woken).await;
            let died = self.revive(device).await?;
            if died && self.device(device)?.locked {
                self.unlock(device).await?;
            }
            match done {
                Ok(_) => return Ok(()),
                Err(_) if died => {}
                Err(failure) => return Err(format!("due: {failure}")),
            }
        }
        Err("what was due was never carried out".into())
    }

    async fn change_mind(&mut self, device: usize) -> Result<(), String> {
        let seqs: Vec<u64> = self.some(device, 3).await?.iter().map(|item| item.seq).collect();
        if seqs.is_empty() {
            return Ok(());
        }
        self.must(device, Request::Delete { seqs: seqs.clone() }).await?;
        if self.below(2) == 0 {
            self.restart(device, false).await?;
            if self.device(device)?.locked {
                self.unlock(device).await?;
            }
        }
        self.must(device, Request::Undo { seqs }).await?;
        Ok(())
    }

    async fn export(&mut self, device: usize) -> Result<(), String> {
        let chosen = self.some(device, 4).await?;
        let seqs: Vec<u64> = chosen.iter().map(|item| item.seq).collect();
        if seqs.is_empty() {
            return Ok(());
        }
        self.must(device, Request::Mark { seqs: seqs.clone() }).await?;
        let name = ["lab", "press"].get(usize::from(self.below(2) == 0)).copied();
        let name = name.unwrap_or_default().to_owned();
        if self.below(8) == 0 {
            // Nobody of that name is no harm.
            let _ = self
                .ask(device, Request::ResetAudience { name: name.clone() })
                .await?;
        }
        let choice = ExportChoice {
            name,
            time: TimeDetail::Day,
            site: true,
        };
        let drafted = self.ask(device, Request::Draft { choice }).await?;
        let view = match drafted {
            Ok(Reply::Draft { view }) => view,
            // All of them went there before.
            Err(failure) if failure.code == Code::NothingToExport => {
                self.must(device, Request::Keep { seqs }).await?;
                return Ok(());
            }
            other => return Err(format!("draft: {other:?}")),
        };
        let mut hash = Sha256::new();
        for line in &view.lines {
            hash.update(line.as_bytes());
            hash.update(b"\n");
        }
        let approve = Request::Approve {
            draft: view.draft.clone(),
            records_sha256: counterfoil_core::encoding::to_hex(&hash.finalize()),
        };
        self.threaten(device)?;
        let mut exports = None;
        for _ in 0..20 {
            let approved = self.ask(device, approve.clone()).await?;
            let died = self.revive(device).await?;
            if died && self.device(device)?.locked {
                self.unlock(device).await?;
            }
            match approved {
                Ok(Reply::Exports { view }) => exports = Some(view),
                Err(_) if died => continue,
                // Approved before it died.
                Err(failure) if failure.code == Code::DraftGone => {
                    let Reply::Exports { view } = self.must(device, Request::Exports).await? else {
                        return Err("no exports".into());
                    };
                    exports = Some(view);
                }
                other => return Err(format!("approve: {other:?}")),
            }
            break;
        }
        let exports = exports.ok_or("an approval never came")?;
        let excluded = view.excluded.iter().map(|one| one.seq).collect();
        self.must(device, Request::Keep { seqs: excluded }).await?;
        let export = exports
            .exports
            .iter()
            .find(|export| export.id == view.draft)
            .ok_or("the export is not there")?;
        self.check_bundle(device, &export.id, &view.lines).await
    }

    async fn check_bundle(&mut self, device: usize, export: &str, lines: &[String]) -> Result<(), String> {
        let mut file = Vec::new();
        for index in 0.. {
            let request = Request::Chunk {
                export: export.to_owned(),
                index,
            };
            let Reply::Chunk { data, count } = self.must(device, request).await? else {
                return Err("no chunk".into());
            };
            file.extend(from_base64(&data).map_err(|error| error.to_string())?);
            if index + 1 >= count {
                break;
            }
        }
        let report =
            verify::verify(file.as_slice(), &Expect::default()).map_err(|error| error.to_string())?;
        if let Some(failed) = report.failed() {
            return Err(format!("a bundle does not verify: {failed:?}"));
        }
        let facts = report.facts;
        if facts.records != Some(lines.len() as u64) {
            return Err("a bundle of other lines".into());
        }
        self.tally.bundles += 1;
        match (facts.did, facts.end, facts.root) {
            (Some(did), Some(end), Some(root)) => {
                let origin = did.as_str().replacen("did:key:", "counterfoil/", 1);
                self.tree(&format!("{origin}\n{end}\n{root}\n"))
            }
            _ => Err("a bundle that does not say what it is".into()),
        }
    }

    /// Takes note of a signed tree: the same key never signs another one of this size.
    fn tree(&mut self, note: &str) -> Result<(), String> {
        let mut lines = note.lines();
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err("not a note".into());
        };
        let size: u64 = size.parse().map_err(|_| "not a size".to_owned())?;
        self.tally.trees += 1;
        let known = self
            .trees
            .entry((origin.to_owned(), size))
            .or_insert_with(|| root.to_owned());
        if known != root {
            return Err(format!("two trees of {size} signed by {origin}"));
        }
        Ok(())
    }

    async fn lock(&mut self, device: usize) -> Result<(), String> {
        let secret = || Some(Secret::from(PASSPHRASE.to_owned()));
        if !self.device(device)?.passphrase {
            self.threaten(device)?;
            let request = Request::Passphrase {
                current: None,
                new: secret(),
            };
            let set = self.ask(device, request).await?;
            self.device_mut(device)?.passphrase = true;
            if !self.revive(device).await? {
                set.map_err(|failure| format!("passphrase: {failure}"))?;
            }
            return Ok(());
        }
        if self.below(4) == 0 {
            let request = Request::Passphrase {
                current: secret(),
                new: None,
            };
            self.must(device, request).await?;
            self.device_mut(device)?.passphrase = false;
            return Ok(());
        }
        self.must(device, Request::Lock).await?;
        self.device_mut(device)?.locked = true;
        Ok(())
    }

    async fn unlock(&mut self, device: usize) -> Result<(), String> {
        self.threaten(device)?;
        for _ in 0..20 {
            self.later(60_000);
            let passphrase = Secret::from(PASSPHRASE.to_owned());
            let opened = self.ask(device, Request::Unlock { passphrase }).await?;
            let died = self.revive(device).await?;
            if died && !self.device(device)?.locked {
                // It opened before it died.
                return Ok(());
            }
            match opened {
                Ok(_) if !died => {
                    self.device_mut(device)?.locked = false;
                    return Ok(());
                }
                Err(failure) if !died && failure.code != Code::PassphraseWait => {
                    return Err(format!("unlock: {failure}"));
                }
                _ => {}
            }
        }
        Err("it never opened".into())
    }

    async fn back_up(&mut self, device: usize) -> Result<(), String> {
        let Reply::Words { words } = self.words(device).await? else {
            return Err("no words".into());
        };
        let ArchiveReply::Backup { backup, .. } = self.archive_must(device, ArchiveRequest::Backup).await?
        else {
            return Err("no backup".into());
        };
        let mut file = Vec::new();
        for index in 0.. {
            let piece = ArchiveRequest::BackupPiece {
                backup: backup.clone(),
                index,
            };
            let ArchiveReply::Piece { data, last, .. } = self.archive_must(device, piece).await? else {
                return Err("no piece".into());
            };
            file.extend(from_base64(&data).map_err(|error| error.to_string())?);
            if last {
                break;
            }
        }
        self.archive_must(device, ArchiveRequest::BackupSaved { backup })
            .await?;
        self.read_backup(&words, &file)?;
        if self.saved.len() >= 6 {
            let at = usize::try_from(self.below(6)).unwrap_or(0);
            self.saved.swap_remove(at);
        }
        let model = self.device(device)?.model.clone();
        self.saved.push(Saved { words, file, model });
        Ok(())
    }

    /// The words of a device. A restored profile has confirmed ones, which it shows no more: then those it was
    /// restored with are known.
    async fn words(&self, device: usize) -> Result<Reply, String> {
        match self.ask(device, Request::Words).await? {
            Ok(reply) => Ok(reply),
            Err(failure) if failure.code == Code::WordsShown => {
                for saved in &self.saved {
                    let words = saved.words.clone();
                    let known = self
                        .ask(device, Request::ConfirmWords { words: words.clone() })
                        .await?;
                    if known.is_ok() {
                        return Ok(Reply::Words { words });
                    }
                }
                Err("the words are lost".into())
            }
            Err(failure) => Err(failure.to_string()),
        }
    }

    /// Opens a backup as its format says, and takes note of the trees in it: each log's own lines give the root of
    /// every size that was ever signed.
    fn read_backup(&mut self, words: &Secret, file: &[u8]) -> Result<(), String> {
        let root = Root::from_words(words.expose()).map_err(|error| error.to_string())?;
        let identity = root.backup_identity().map_err(|error| error.to_string())?;
        let mut decryptor = Decryptor::new(&identity);
        let mut plain = Zeroizing::new(Vec::new());
        decryptor
            .push(file, &mut plain)
            .map_err(|error| error.to_string())?;
        decryptor.finish(&mut plain).map_err(|error| error.to_string())?;
        let mut roots: BTreeMap<String, BTreeMap<u64, String>> = BTreeMap::new();
        let mut origin = String::new();
        let mut frontier = Frontier::new();
        for line in plain.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let line: serde_json::Value = serde_json::from_slice(line).map_err(|error| error.to_string())?;
            let Some((kind, entry)) = line.as_object().and_then(|line| line.iter().next()) else {
                return Err("a line of a backup that says nothing".into());
            };
            let text = |field: &str| entry.get(field).and_then(|it| it.as_str()).unwrap_or_default();
            let leaf = match kind.as_str() {
                "log" => {
                    let note = text("note");
                    if !note.is_empty() {
                        self.tree(note)?;
                    }
                    note.lines().next().unwrap_or_default().clone_into(&mut origin);
                    frontier = Frontier::new();
                    continue;
                }
                "record" => leaf_hash(text("line").as_bytes()),
                "leaf" => from_hex(text("leaf"))
                    .ok()
                    .and_then(|leaf| leaf.try_into().ok())
                    .ok_or("not a leaf")?,
                _ => continue,
            };
            frontier.push(leaf);
            roots
                .entry(origin.clone())
                .or_default()
                .insert(frontier.size(), to_base64(&frontier.root()));
        }
        for ((origin, size), root) in &self.trees {
            if let Some(due) = roots.get(origin).and_then(|sizes| sizes.get(size))
                && due != root
            {
                return Err(format!("{origin} signed another tree of {size}"));
            }
        }
        Ok(())
    }

    async fn restore(&mut self, device: usize) -> Result<(), String> {
        let at = usize::try_from(self.below(self.saved.len() as u64)).unwrap_or(0);
        let Some(saved) = self.saved.get(at) else {
            return Ok(());
        };
        let (words, file, other) = (saved.words.clone(), saved.file.clone(), saved.model.clone());
        if self.device(device)?.locked {
            self.unlock(device).await?;
        }
        let size = usize::try_from(500 + self.below(100_000)).unwrap_or(500);
        self.threaten(device)?;
        for _ in 0..20 {
            let done = self.take_in(device, &words, &file, size).await?;
            let died = self.revive(device).await?;
            if died && self.device(device)?.locked {
                self.unlock(device).await?;
            }
            match done {
                Ok(()) => {
                    let model = &mut self.device_mut(device)?.model;
                    model.live.extend(other.live);
                    model.deleted.extend(other.deleted);
                    let Model { live, deleted } = model;
                    live.retain(|text| !deleted.contains(text));
                    self.tally.restores += 1;
                    return Ok(());
                }
                Err(_) if died => {}
                Err(failure) => return Err(format!("restore: {failure}")),
            }
        }
        Err("a restore never came to its end".into())
    }

    async fn take_in(
        &self,
        device: usize,
        words: &Secret,
        file: &[u8],
        size: usize,
    ) -> Result<Result<(), Failure>, String> {
        let words = words.clone();
        let restore = match self
            .archive_ask(device, ArchiveRequest::Restore { words })
            .await?
        {
            Ok(ArchiveReply::Restoring { restore, .. }) => restore,
            Ok(_) => return Err("no restore".into()),
            Err(failure) => return Ok(Err(failure)),
        };
        for (piece, index) in file.chunks(size).zip(0..) {
            let piece = ArchiveRequest::RestorePiece {
                restore: restore.clone(),
                index,
                data: to_base64(piece),
            };
            if let Err(failure) = self.archive_ask(device, piece).await? {
                return Ok(Err(failure));
            }
        }
        let finished = self
            .archive_ask(device, ArchiveRequest::RestoreFinish { restore })
            .await?;
        Ok(finished.map(drop))
    }

    async fn forget_all(&mut self, device: usize) -> Result<(), String> {
        self.must(device, Request::ForgetAll).await?;
        self.wait_for_undo_to_end(device).await?;
        let one = self.device_mut(device)?;
        one.model = Model::default();
        (one.locked, one.passphrase) = (false, false);
        self.settle_in(device).await
    }

    /// The profile holds what the model says; `whole` checks every signature too.
    async fn compare(&mut self, device: usize, whole: bool) -> Result<(), String> {
        if self.device(device)?.locked {
            self.unlock(device).await?;
        }
        let mut found: Vec<String> = self
            .items(device)
            .await?
            .into_iter()
            .map(|item| item.preview)
            .collect();
        found.sort();
        let due: Vec<String> = self.device(device)?.model.live.iter().cloned().collect();
        if found != due {
            let lost: Vec<_> = due.iter().filter(|text| !found.contains(text)).collect();
            let more: Vec<_> = found.iter().filter(|text| !due.contains(text)).collect();
            return Err(format!(
                "device {device}: {} records and not {}; lost {lost:?}, not due {more:?}",
                found.len(),
                due.len()
            ));
        }
        let Reply::Popup { view } = self.must(device, Request::Popup { url: None }).await? else {
            return Err("no popup".into());
        };
        if view.counts.total as usize != found.len() {
            return Err(format!("it counts {} of {}", view.counts.total, found.len()));
        }
        if whole || self.below(2) == 0 {
            let audit = self.app(device)?.check().await;
            let audit = audit.map_err(|failure| failure.to_string())?;
            if !audit.damaged.is_empty() {
                return Err(format!("damaged: {:?}", audit.damaged));
            }
        }
        if whole && !due.is_empty() {
            self.back_up(device).await?;
        }
        Ok(())
    }
}
