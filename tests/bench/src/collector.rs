//! The collector as a whole: how many records it accepts a second from so many people at once, beside what verifying
//! their bundles and forcing them to the disk take alone; and its memory with the largest of bundles.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, anyhow, bail, ensure};
use counterfoil_core::bundle::papers::Papers;
use counterfoil_core::bundle::verify::{Expect, verify};
use counterfoil_core::bundle::write::{Parts, Plan, approve, assemble, records_sha256};
use counterfoil_core::collector::account::{Entry, Event};
use counterfoil_core::collector::consent::{Consent, Scope};
use counterfoil_core::did::Did;
use counterfoil_core::encoding::sha256_hex;
use counterfoil_core::id::uuid_v4;
use counterfoil_core::jws;
use counterfoil_core::keys::{Audience, LogId, SigningKey};
use counterfoil_core::merkle::Frontier;
use counterfoil_core::record::{Evidence, Kind};
use counterfoil_core::share::{ShareEntry, derive};
use reqwest::blocking::Client;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::machine;
use crate::sample;
use crate::table::{Table, rate};

/// People who hand over bundles at once.
const CLIENTS: [u32; 3] = [1, 8, 64];
/// Bundles of one measurement, shared among them.
const BUNDLES: u32 = 128;
/// Records of each.
const RECORDS: u32 = 200;
/// Records of bundles whose records have half a mebibyte each. The largest has 245 of the 246 MiB that the records of a
/// bundle may have: with the other files, 256 MiB is the most that one may unpack to.
const LARGE: [u32; 2] = [20, 490];
const LARGE_TEXT: usize = 512 * 1024;
/// How long an answer may take before the measurement breaks off.
const PATIENCE: Duration = Duration::from_mins(10);
const NOTICE: &str = "A model learns from it.\n";
/// Rows that others are held against.
const FLOOR: &str = "bundles verified, then forced to the disk";
const SMALL_PEAK: &str = "collector, peak memory, one record";

/// A process that is killed when this is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // One that has ended already is what was wanted.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// A collector with one offer, in a directory of its own.
struct Shop {
    server: Running,
    url: String,
    did: Did,
    offer: String,
    client: Client,
    folder: TempDir,
}

impl Shop {
    fn open(program: &Path, folder: &Path) -> Result<Self> {
        let folder = TempDir::new_in(folder)?;
        let now = now()?;
        let draft = json!({
            "title": "Bench", "purposes": ["train"], "kinds": ["prompt"], "sites": [], "languages": [], "min_items": 1,
            "valid_from": now - 86_400, "valid_until": now + 86_400, "asset": "EUR",
            "rules": [{"id": "prompts", "kind": "prompt", "per": "record", "n": 1, "amount": "7"}],
            "caps": {
                "min_codepoints": 3, "max_codepoints": 1_000_000, "per_bundle": 250_000, "per_person": 250_000
            },
            "time_precision": "none", "retention_days": 365, "pay_within_days": 30, "regions": ["DE"],
            "human_review": false,
        });
        let [draft_path, terms] = ["draft.json", "terms.txt"].map(|name| folder.path().join(name));
        std::fs::write(&draft_path, draft.to_string())?;
        std::fs::write(&terms, NOTICE)?;
        let data = folder.path().join("data");
        let made = Command::new(program)
            .args(["offer", "add", "--data"])
            .args([&data, &draft_path])
            .arg("--terms")
            .arg(&terms)
            .stdout(Stdio::null())
            .status()
            .with_context(|| format!("{} cannot be started", program.display()))?;
        ensure!(made.success(), "no offer was made");
        // Each bundle comes as from another address: how often one may hand over is not what is measured.
        let mut server = Command::new(program)
            .args(["serve", "--behind-proxy", "--listen", "127.0.0.1:0", "--data"])
            .arg(&data)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let stdout = server.stdout.take().context("no output")?;
        let server = Running(server);
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let words: Vec<_> = line.split_whitespace().collect();
        let [_, _, url, _, did] = words.as_slice() else {
            bail!("the collector did not start: {line}");
        };
        let client = Client::builder().timeout(PATIENCE).build()?;
        let offers = client.get(format!("{url}/v1/offers")).send()?.bytes()?;
        let offers: Value = serde_json::from_slice(&offers)?;
        let offer = offers.pointer("/offers/0").and_then(Value::as_str);
        Ok(Self {
            server,
            url: (*url).to_owned(),
            did: Did::parse(did)?,
            offer: offer.context("no offer")?.to_owned(),
            client,
            folder,
        })
    }

    /// Hands over a bundle; gives the answer.
    fn put(&self, bundle: &Handed) -> Result<Vec<u8>> {
        static CALLS: AtomicU32 = AtomicU32::new(0);
        let [_, a, b, c] = CALLS.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        let answer = self
            .client
            .put(format!("{}/v1/bundles/{}", self.url, bundle.sha256))
            .header("X-Forwarded-For", format!("10.{a}.{b}.{c}"))
            .header(CONTENT_TYPE, "application/zip")
            .body(bundle.bytes.clone())
            .send()?;
        let status = answer.status();
        let body = answer.bytes()?;
        ensure!(status == 200, "{status}: {}", String::from_utf8_lossy(&body));
        Ok(body.to_vec())
    }

    /// The most memory that it ever held, in MiB.
    fn peak(&self) -> Result<f64> {
        machine::peak(&self.server.0.id().to_string())
            .context("the system does not tell the peak of a process")
    }
}

/// A bundle as it is handed over.
struct Handed {
    bytes: Vec<u8>,
    sha256: String,
}

/// A person with a share log for one collector.
struct Person<'a> {
    shop: &'a Shop,
    number: u32,
    key: SigningKey,
    frontier: Frontier,
    consent: String,
    made: u32,
}

impl<'a> Person<'a> {
    fn new(shop: &'a Shop, number: u32) -> Result<Self> {
        let log = LogId(u128::from(number).to_be_bytes());
        let key = sample::root().share_key(&log, Audience::Collector(&shop.did), 0)?;
        let mut person = Self {
            shop,
            number,
            key,
            frontier: Frontier::new(),
            consent: String::new(),
            made: 0,
        };
        let consent = Consent {
            aud: shop.did.clone(),
            exp: now()? + 86_400,
            human_review: false,
            iat: now()? - 60,
            iss: person.key.did().clone(),
            jti: person.uuid(),
            notice_sha256: sha256_hex(NOTICE.as_bytes()),
            offer_sha256: jws::sha256_hex(&shop.offer),
            purposes: vec!["train".to_owned()],
            scope: Scope::Offer,
            special: false,
            v: 1,
        };
        person.consent = consent.sign(&person.key)?;
        Ok(person)
    }

    fn uuid(&mut self) -> String {
        self.made += 1;
        uuid_v4((u128::from(self.number) << 96 | u128::from(self.made)).to_be_bytes())
    }

    /// The next bundle of the log, with these texts.
    fn bundle(&mut self, texts: impl Iterator<Item = String>) -> Result<Handed> {
        let start = self.frontier.clone();
        let mut lines = Vec::new();
        for (text, seq) in texts.zip(start.size()..) {
            lines.push(derive(ShareEntry {
                kind: Kind::Prompt,
                evidence: Evidence::Observed,
                id: self.uuid(),
                salt: [7; 16],
                seq,
                text,
                site: Some("chat.example".to_owned()),
                lang: None,
                thread: None,
                time: None,
                redactions: Vec::new(),
            })?);
        }
        let papers = Some(Papers {
            offer: &self.shop.offer,
            consent: &self.consent,
            notice: NOTICE,
        });
        let plan = Plan {
            jti: uuid_v4([9; 16]),
            key: &self.key,
            iat: now()?,
            audience: self.shop.did.as_str(),
            start_frontier: &start,
            lines: &lines,
            papers,
        };
        let approved = approve(&plan, &records_sha256(&lines))?;
        let archive = assemble(&Parts {
            bundle_jws: &approved.bundle_jws,
            checkpoint_note: &approved.checkpoint_note,
            start_frontier: &start,
            lines: &lines,
            papers,
        })?;
        self.frontier = approved.end_frontier;
        Ok(Handed {
            sha256: sha256_hex(&archive.bytes),
            bytes: archive.bytes,
        })
    }
}

fn now() -> Result<u64> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())
}

/// The bundles of so many people: of each, those that follow upon each other.
fn bundles(shop: &Shop, people: u32) -> Result<Vec<Vec<Handed>>> {
    let each = BUNDLES / people;
    (0..people)
        .map(|number| {
            let mut person = Person::new(shop, number)?;
            (0..each)
                .map(|bundle| {
                    let first = u64::from((number * each + bundle) * RECORDS);
                    person.bundle((first..first + u64::from(RECORDS)).map(sample::text))
                })
                .collect()
        })
        .collect()
}

/// Whether an answer is a receipt for so many records.
fn check(answer: &[u8], records: u32) -> Result<()> {
    let answer: Value = serde_json::from_slice(answer)?;
    let entry = answer.pointer("/entries/0").and_then(Value::as_str);
    let Event::Receipt(receipt) = Entry::open(entry.context("no entry")?)?.event else {
        bail!("the answer is no receipt");
    };
    ensure!(
        receipt.accepted == u64::from(records),
        "{} records were accepted",
        receipt.accepted
    );
    Ok(())
}

/// Hands all bundles over, those of each person in turn and all people at once; records accepted a second.
fn hand_over(shop: &Shop, people: &[Vec<Handed>]) -> Result<f64> {
    let mut answers = Vec::new();
    let rate = rate(u64::from(BUNDLES * RECORDS), || {
        std::thread::scope(|scope| {
            let threads: Vec<_> = people
                .iter()
                .map(|bundles| {
                    scope.spawn(|| {
                        bundles
                            .iter()
                            .map(|bundle| shop.put(bundle))
                            .collect::<Result<Vec<_>>>()
                    })
                })
                .collect();
            for thread in threads {
                answers.extend(thread.join().map_err(|_| anyhow!("a client broke down"))??);
            }
            Ok(())
        })
    })?;
    answers.iter().try_for_each(|answer| check(answer, RECORDS))?;
    Ok(rate)
}

/// The least that has to be done for each bundle: its checks, and its bytes with its name on the disk.
fn verify_one(shop: &Shop, bundle: &Handed) -> Result<()> {
    let expect = Expect {
        audience: Some(shop.did.as_str().to_owned()),
    };
    let report = verify(bundle.bytes.as_slice(), &expect)?;
    ensure!(report.valid, "a bundle is not valid: {:?}", report.failed());
    Ok(())
}

fn force_one(folder: &Path, bundle: &Handed) -> Result<()> {
    let mut file = File::create(folder.join(&bundle.sha256))?;
    file.write_all(&bundle.bytes)?;
    file.sync_all()?;
    Ok(File::open(folder)?.sync_all()?)
}

pub(crate) fn measure(program: &Path, folder: &Path, runs: usize, table: &mut Table) -> Result<()> {
    let (mut verified, mut forced, mut both) = (Vec::new(), Vec::new(), Vec::new());
    let mut accepted = vec![Vec::new(); CLIENTS.len()];
    // One after the other, again and again: what slows the machine for a while slows all alike. The first turn only
    // warms up.
    for turn in 0..=runs {
        for (clients, rates) in CLIENTS.into_iter().zip(&mut accepted) {
            let shop = Shop::open(program, folder)?;
            let people = bundles(&shop, clients)?;
            let taken = hand_over(&shop, &people)?;
            let records = u64::from(BUNDLES * RECORDS);
            let all = || people.iter().flatten();
            let apart = TempDir::new_in(shop.folder.path())?;
            let alone = [
                rate(records, || all().try_for_each(|bundle| verify_one(&shop, bundle)))?,
                rate(records, || {
                    all().try_for_each(|bundle| force_one(apart.path(), bundle))
                })?,
                rate(records, || {
                    all().try_for_each(|bundle| {
                        verify_one(&shop, bundle)?;
                        force_one(apart.path(), bundle)
                    })
                })?,
            ];
            if turn > 0 {
                rates.push(taken);
                for (values, value) in [&mut verified, &mut forced, &mut both].into_iter().zip(alone) {
                    values.push(value);
                }
            }
        }
    }
    table.row("bundles verified, one core", "records/s", &verified, None);
    table.row("bundles forced to the disk", "records/s", &forced, None);
    table.row(FLOOR, "records/s", &both, Some("bundles verified, one core"));
    for (clients, rates) in CLIENTS.into_iter().zip(&accepted) {
        let name = format!("collector accepts, {clients} at once");
        table.row(&name, "records/s", rates, Some(FLOOR));
    }
    memory(program, folder, table)
}

fn memory(program: &Path, folder: &Path, table: &mut Table) -> Result<()> {
    let shop = Shop::open(program, folder)?;
    check(
        &shop.put(&Person::new(&shop, 0)?.bundle(std::iter::once(sample::text(0)))?)?,
        1,
    )?;
    table.row(SMALL_PEAK, "MiB", &[shop.peak()?], None);

    for records in LARGE {
        let shop = Shop::open(program, folder)?;
        let large = Person::new(&shop, 0)?.bundle((0..records).map(large_text))?;
        check(&shop.put(&large)?, records)?;
        let name = format!(
            "collector, peak memory, {} MiB of records",
            (u64::from(records) * LARGE_TEXT as u64) >> 20
        );
        table.row(&name, "MiB", &[shop.peak()?], Some(SMALL_PEAK));
    }
    Ok(())
}

/// A text that packs as little as it may: each block of digests three times.
fn large_text(number: u32) -> String {
    let mut text = String::with_capacity(LARGE_TEXT);
    for block in 0_u32.. {
        let digests: String = (0_u32..64)
            .map(|at| sha256_hex(&[number.to_be_bytes(), block.to_be_bytes(), at.to_be_bytes()].concat()))
            .collect();
        for _ in 0..3 {
            text.push_str(&digests);
        }
        if text.len() >= LARGE_TEXT {
            break;
        }
    }
    text.truncate(LARGE_TEXT);
    text
}

/// The program that `cargo xtask bench` built as it would be shipped.
pub(crate) fn program() -> Result<PathBuf> {
    let named = std::env::var_os("COUNTERFOIL_COLLECTOR_BIN");
    named
        .map(PathBuf::from)
        .context("run `cargo xtask bench collector`, which builds the collector")
}
