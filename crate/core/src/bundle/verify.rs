//! Verifying a bundle: in one pass over its records, in memory for one of them, with a named result for each
//! check.

use std::fmt;

use serde::Serialize;
use sha2_11::{Digest as _, Sha256};

use crate::bundle::bag::{self, Payload};
use crate::bundle::papers::{self, Papers};
use crate::bundle::statement::{self, EXPORT, Statement};
use crate::bundle::zip::{self, Container, ReadError, Source, SourceError, Unpacker};
use crate::bundle::{MAX_LINES, MAX_TAG_FILE};
use crate::did::Did;
use crate::encoding::{sha256_hex, to_base64, to_hex};
use crate::jws::{self, Type, Verified};
use crate::merkle::{Frontier, Hash, hashes_from_base64, leaf_hash};
use crate::note::{self, Checkpoint};
use crate::record::{MAX_SHARED_LINE, SharedLine};
use crate::{canonical, time};

/// Said of a bundle that does not begin with the first record of its log.
pub const HISTORY_NOT_CHECKED: &str = "history before start: not checked";
/// Said of every bundle.
pub const REVOCATION_NOT_CHECKED: &str = "revocation: not checked";

/// The checks, in the order in which they count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// The container is whole and of the profile in [`zip`], also while it is unpacked.
    Zip,
    /// The directory has the files of a bundle and no others, and its manifests hold.
    Bag,
    /// The approval is signed, covers this bag, and approval, checkpoint, consent and directory are of one key.
    Key,
    /// The audience is a collector or `export`, the one expected if any, and the papers are there accordingly.
    Audience,
    /// The offer is the collector's own, and the one that was approved.
    Offer,
    /// The consent is the signer's, to this offer, and was in force.
    Consent,
    /// The notice is the one that was consented to and approved.
    Notice,
    /// The records are byte for byte those that were approved.
    Records,
    /// Every line is a shared record, and each follows the one before it.
    Line,
    /// The records are those from `start` to `end` of the log.
    Range,
    /// The records, after those before them, are what the checkpoint signs.
    Root,
}

impl Check {
    /// All, in order.
    pub const ALL: [Self; 11] = [
        Self::Zip,
        Self::Bag,
        Self::Key,
        Self::Audience,
        Self::Offer,
        Self::Consent,
        Self::Notice,
        Self::Records,
        Self::Line,
        Self::Range,
        Self::Root,
    ];

    /// Its name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Zip => "zip",
            Self::Bag => "bag",
            Self::Key => "key",
            Self::Audience => "audience",
            Self::Offer => "offer",
            Self::Consent => "consent",
            Self::Notice => "notice",
            Self::Records => "records",
            Self::Line => "line",
            Self::Range => "range",
            Self::Root => "root",
        }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What came of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It holds.
    Passed,
    /// It does not hold; the bundle is not valid.
    Failed,
    /// There is nothing to check in such a bundle.
    NotApplicable,
    /// A check before it failed.
    NotReached,
}

/// One check and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckResult {
    /// The check.
    pub name: Check,
    /// What came of it.
    pub status: Status,
    /// In words. May quote what the bundle says: escape it before it reaches a terminal.
    pub detail: String,
}

/// A file in the bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct File {
    /// Name below the top directory.
    pub name: String,
    /// Bytes.
    pub size: u64,
}

/// What was established. Each is there only once the check that establishes it has passed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Facts {
    /// The files (`zip`).
    pub files: Vec<File>,
    /// Who signed (`key`).
    pub did: Option<Did>,
    /// For whom: `export`, or the did:key of a collector (`key`).
    pub audience: Option<String>,
    /// When it was approved, as the signer says; RFC 3339 (`key`).
    pub issued_at: Option<String>,
    /// UUID of the bundle (`key`).
    pub id: Option<String>,
    /// SHA-256 of the records, lower-case hex (`records`).
    pub records_sha256: Option<String>,
    /// Records (`line`).
    pub records: Option<u64>,
    /// Records of the log before this bundle (`range`).
    pub start: Option<u64>,
    /// Records of the log after this bundle (`range`).
    pub end: Option<u64>,
    /// Root of the log after this bundle, base64 (`root`).
    pub root: Option<String>,
}

/// What verifying a bundle found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Whether no check failed.
    pub valid: bool,
    /// Each check, in order.
    pub checks: Vec<CheckResult>,
    /// What was established.
    pub facts: Facts,
    /// What was not checked.
    pub notes: Vec<String>,
}

impl Report {
    /// The check that failed.
    pub fn failed(&self) -> Option<&CheckResult> {
        self.checks.iter().find(|check| check.status == Status::Failed)
    }
}

/// What the caller knows beforehand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Expect {
    /// The audience that the bundle must be for: a collector's own did:key, or `export`. `None` takes any.
    pub audience: Option<String>,
}

/// Verifies a bundle. `Err` only where the source itself cannot be read.
pub fn verify<S: Source + ?Sized>(source: &S, expect: &Expect) -> Result<Report, SourceError> {
    verify_each(source, expect, |_| {})
}

/// Verifies a bundle and hands over each record as it is read, **before** it is known whether the bundle is
/// valid: nothing of it may be relied upon unless the report says so. Ends at the first line that is no record.
pub fn verify_each<S: Source + ?Sized>(
    source: &S,
    expect: &Expect,
    mut on_record: impl FnMut(&SharedLine<'_>),
) -> Result<Report, SourceError> {
    verify_contents(source, expect, |_, record| on_record(record)).map(|(report, _)| report)
}

/// What a collector keeps of a valid bundle besides its records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// Whose it is: who signed approval, checkpoint and consent.
    pub did: Did,
    /// What `bundle.jws` says.
    pub statement: Statement,
    /// `bundle.jws`.
    pub bundle_jws: String,
    /// `checkpoint`.
    pub checkpoint: String,
    /// `offer.jws`; empty in an export.
    pub offer: String,
    /// `consent.jws`; empty in an export.
    pub consent: String,
    /// `notice.txt`; empty in an export.
    pub notice: String,
    /// Root of the log before the first record, as `frontier.json` gives it: that the log came to be so is for
    /// whoever knows that root.
    pub start_root: Hash,
    /// Root of the log after the last record.
    pub end_root: Hash,
}

/// Verifies a bundle as [`verify_each`] does, with the bytes of each line beside the record read from them, and gives
/// what is in a valid bundle besides the records.
pub fn verify_contents<S: Source + ?Sized>(
    source: &S,
    expect: &Expect,
    mut on_record: impl FnMut(&[u8], &SharedLine<'_>),
) -> Result<(Report, Option<Contents>), SourceError> {
    let mut ledger = Ledger::default();
    let run = Run {
        source,
        expect,
        ledger: &mut ledger,
    };
    match run.run(&mut on_record) {
        Ok(contents) => Ok((ledger.close(None), Some(contents))),
        Err(Stop::Failed(check, detail)) => Ok((ledger.close(Some((check, detail))), None)),
        Err(Stop::Source(error)) => Err(error),
    }
}

/// Why the checks ended early.
enum Stop {
    Failed(Check, String),
    Source(SourceError),
}

impl From<ReadError> for Stop {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Zip(error) => Self::Failed(Check::Zip, error.to_string()),
            ReadError::Source(error) => Self::Source(error),
        }
    }
}

fn fail<T>(check: Check, detail: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Failed(check, detail.into()))
}

/// Results so far.
#[derive(Default)]
struct Ledger {
    checks: Vec<CheckResult>,
    facts: Facts,
    notes: Vec<String>,
}

impl Ledger {
    fn pass(&mut self, name: Check, detail: impl Into<String>) {
        self.checks.push(CheckResult {
            name,
            status: Status::Passed,
            detail: detail.into(),
        });
    }

    fn skip(&mut self, name: Check, detail: impl Into<String>) {
        self.checks.push(CheckResult {
            name,
            status: Status::NotApplicable,
            detail: detail.into(),
        });
    }

    fn close(mut self, failed: Option<(Check, String)>) -> Report {
        let valid = failed.is_none();
        if let Some((name, detail)) = failed {
            self.checks.push(CheckResult {
                name,
                status: Status::Failed,
                detail,
            });
        }
        for name in Check::ALL {
            if !self.checks.iter().any(|check| check.name == name) {
                self.checks.push(CheckResult {
                    name,
                    status: Status::NotReached,
                    detail: String::new(),
                });
            }
        }
        self.checks.sort_by_key(|check| check.name);
        self.notes.push(REVOCATION_NOT_CHECKED.to_owned());
        Report {
            valid,
            checks: self.checks,
            facts: self.facts,
            notes: self.notes,
        }
    }
}

struct Run<'a, S: ?Sized> {
    source: &'a S,
    expect: &'a Expect,
    ledger: &'a mut Ledger,
}

/// The small files, by name.
struct Files(Vec<(String, Vec<u8>)>);

impl Files {
    fn get(&self, name: &str) -> &[u8] {
        self.0
            .iter()
            .find(|(found, _)| found == name)
            .map_or(&[], |(_, bytes)| bytes)
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(found, _)| found == name)
    }

    fn text(&self, name: &'static str, check: Check) -> Result<&str, Stop> {
        std::str::from_utf8(self.get(name)).or_else(|_| fail(check, format!("{name} is not UTF-8")))
    }

    fn papers(&self, check: Check) -> Result<Papers<'_>, Stop> {
        Ok(Papers {
            offer: self.text(bag::OFFER, check)?,
            consent: self.text(bag::CONSENT, check)?,
            notice: self.text(bag::NOTICE, check)?,
        })
    }
}

/// What is left of the records after the pass.
struct Pass {
    payload: Payload,
    lines: u64,
    first_seq: Option<u64>,
    // The log after the records; of no meaning where `fault` or `Start::fault` is set.
    frontier: Frontier,
    // What is wrong with the first line that is no record.
    fault: Option<String>,
}

/// The log before the records, as the directory's name and `frontier.json` give it, both not yet trusted.
struct Start {
    frontier: Frontier,
    fault: Option<String>,
}

impl<S: Source + ?Sized> Run<'_, S> {
    fn run(mut self, on_record: &mut dyn FnMut(&[u8], &SharedLine<'_>)) -> Result<Contents, Stop> {
        let container = zip::open(self.source)?;
        check_order(&container)?;
        let files = self.read_files(&container)?;
        let start = read_start(&container.top, files.get(bag::FRONTIER));
        let pass = self.read_records(&container, &start, on_record)?;
        self.ledger.facts.files = container
            .entries
            .iter()
            .map(|entry| File {
                name: entry.name.clone(),
                size: entry.size,
            })
            .collect();
        self.ledger.pass(
            Check::Zip,
            format!("{} files in {}", container.entries.len(), container.top),
        );

        let named: Vec<_> = files
            .0
            .iter()
            .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
            .collect();
        bag::check(&named, pass.as_ref().map(|pass| pass.payload))
            .map_err(|detail| Stop::Failed(Check::Bag, detail))?;
        let Some(pass) = pass else {
            return fail(Check::Bag, format!("{} is missing", bag::RECORDS));
        };
        self.ledger
            .pass(Check::Bag, "every file is listed with its digest");

        let (statement, checkpoint) = self.check_key(&container.top, &files)?;
        self.check_papers(&statement, &files)?;
        self.check_records(&statement, &pass)?;
        self.check_range(&container.top, &statement, &checkpoint, &start, &pass)?;

        if pass.frontier.root() != checkpoint.root {
            return fail(
                Check::Root,
                "the records and those before them are not what the checkpoint signs",
            );
        }
        let root = to_base64(&checkpoint.root);
        self.ledger.pass(
            Check::Root,
            format!(
                "the checkpoint signs {} with the root {root}",
                counted(checkpoint.size)
            ),
        );
        self.ledger.facts.root = Some(root);
        let paper = |name| files.text(name, Check::Bag).map(str::to_owned);
        Ok(Contents {
            did: statement.iss.clone(),
            bundle_jws: paper(bag::BUNDLE)?,
            checkpoint: paper(bag::CHECKPOINT)?,
            offer: paper(bag::OFFER)?,
            consent: paper(bag::CONSENT)?,
            notice: paper(bag::NOTICE)?,
            start_root: start.frontier.root(),
            end_root: checkpoint.root,
            statement,
        })
    }

    fn read_files(&self, container: &Container) -> Result<Files, Stop> {
        let mut files = Vec::with_capacity(container.entries.len());
        for entry in container
            .entries
            .iter()
            .filter(|entry| entry.name != bag::RECORDS)
        {
            files.push((
                entry.name.clone(),
                Unpacker::new(self.source, entry).read_whole(MAX_TAG_FILE)?,
            ));
        }
        Ok(Files(files))
    }

    /// The one pass over the records: their digest, their hashes, and each line.
    fn read_records(
        &self,
        container: &Container,
        start: &Start,
        on_record: &mut dyn FnMut(&[u8], &SharedLine<'_>),
    ) -> Result<Option<Pass>, Stop> {
        let Some(entry) = container.entries.iter().find(|entry| entry.name == bag::RECORDS) else {
            return Ok(None);
        };
        let mut unpacker = Unpacker::new(self.source, entry);
        let mut digest = Sha256::new();
        let mut reader = LineReader {
            frontier: start.frontier.clone(),
            ..LineReader::default()
        };
        while let Some(piece) = unpacker.next_piece()? {
            digest.update(piece);
            reader.take(piece, on_record);
        }
        reader.end();
        Ok(Some(Pass {
            payload: Payload {
                length: entry.size,
                sha256: digest.finalize().into(),
            },
            lines: reader.lines,
            first_seq: reader.first_seq,
            frontier: reader.frontier,
            fault: reader.fault,
        }))
    }

    fn check_key(&mut self, top: &str, files: &Files) -> Result<(Statement, Checkpoint), Stop> {
        let failed = |detail: String| Stop::Failed(Check::Key, detail);
        let compact = files.text(bag::BUNDLE, Check::Key)?;
        let Verified {
            did,
            payload: statement,
        } = jws::verify::<Statement>(compact, Type::Bundle)
            .map_err(|error| failed(format!("{}: {error}", bag::BUNDLE)))?;
        if statement.iss != did {
            return fail(
                Check::Key,
                format!("{} names another signer than its key", bag::BUNDLE),
            );
        }
        let (Some(issued_at), true) = (time::rfc3339(statement.iat).ok(), statement.numbers_hold()) else {
            return fail(
                Check::Key,
                format!(
                    "{} has a version, a time or a range that is not allowed",
                    bag::BUNDLE
                ),
            );
        };
        let note = files.text(bag::CHECKPOINT, Check::Key)?;
        let checkpoint = note::open_checkpoint(note, &did)
            .map_err(|error| failed(format!("{}: {error}", bag::CHECKPOINT)))?;
        if files.has(bag::CONSENT) {
            let consent = papers::open_consent(files.text(bag::CONSENT, Check::Consent)?);
            if consent.is_ok_and(|consent| consent.did != did) {
                return fail(
                    Check::Key,
                    format!("{} is signed with another key than the bundle", bag::CONSENT),
                );
            }
        }
        if !top.starts_with(&format!("counterfoil-{}-", did.tail())) {
            return fail(
                Check::Key,
                "the directory is named after another key than the one that signed",
            );
        }
        for (name, due) in [
            (bag::CHECKPOINT, &statement.checkpoint_sha256),
            (bag::TAG_MANIFEST, &statement.tagmanifest_sha256),
        ] {
            if sha256_hex(files.get(name)) != *due {
                return fail(Check::Key, format!("{name} is not the one that was signed"));
            }
        }
        self.ledger.pass(Check::Key, format!("signed by {did}"));
        let facts = &mut self.ledger.facts;
        facts.did = Some(did);
        facts.audience = Some(statement.aud.clone());
        facts.issued_at = Some(issued_at);
        facts.id = Some(statement.jti.clone());
        Ok((statement, checkpoint))
    }

    fn check_papers(&mut self, statement: &Statement, files: &Files) -> Result<(), Stop> {
        let Ok(collector) = statement.collector() else {
            return fail(
                Check::Audience,
                format!("the audience is neither {EXPORT} nor a did:key"),
            );
        };
        if let Some(expected) = &self.expect.audience
            && *expected != statement.aud
        {
            return fail(
                Check::Audience,
                format!("the bundle is for {}, not for {expected}", statement.aud),
            );
        }
        let named = [
            &statement.offer_sha256,
            &statement.consent_sha256,
            &statement.notice_sha256,
        ];
        let due = collector.is_some();
        if files.has(bag::OFFER) != due || named.iter().any(|digest| digest.is_some() != due) {
            return fail(
                Check::Audience,
                "offer, consent and notice come with a bundle for a collector, and with no other",
            );
        }
        self.ledger
            .pass(Check::Audience, format!("for {}", statement.aud));

        let Some(collector) = collector else {
            for check in [Check::Offer, Check::Consent, Check::Notice] {
                self.ledger
                    .skip(check, "the bundle is an export, not for a collector");
            }
            return Ok(());
        };
        let offer = files.text(bag::OFFER, Check::Offer)?;
        papers::check_offer(statement, &collector, offer)
            .map_err(|detail| Stop::Failed(Check::Offer, detail))?;
        self.ledger.pass(Check::Offer, "signed by the collector");
        let papers = files.papers(Check::Consent)?;
        papers::check_consent(statement, &collector, &papers)
            .map_err(|detail| Stop::Failed(Check::Consent, detail))?;
        self.ledger
            .pass(Check::Consent, "given by the signer to this offer, and in force");
        papers::check_notice(statement, &papers).map_err(|detail| Stop::Failed(Check::Notice, detail))?;
        self.ledger.pass(Check::Notice, "the one that was consented to");
        Ok(())
    }

    fn check_records(&mut self, statement: &Statement, pass: &Pass) -> Result<(), Stop> {
        let found = to_hex(&pass.payload.sha256);
        if found != statement.records_sha256 {
            return fail(
                Check::Records,
                format!("{} is not what was approved", bag::RECORDS),
            );
        }
        self.ledger.pass(Check::Records, format!("SHA-256 {found}"));
        self.ledger.facts.records_sha256 = Some(found);

        if let Some(fault) = &pass.fault {
            return fail(Check::Line, fault);
        }
        self.ledger.pass(Check::Line, counted(pass.lines));
        self.ledger.facts.records = Some(pass.lines);
        Ok(())
    }

    fn check_range(
        &mut self,
        top: &str,
        statement: &Statement,
        checkpoint: &Checkpoint,
        start: &Start,
        pass: &Pass,
    ) -> Result<(), Stop> {
        let (from, to) = (statement.start, statement.end);
        if checkpoint.size != to {
            return fail(
                Check::Range,
                format!(
                    "the checkpoint is of {}, the bundle ends at {to}",
                    counted(checkpoint.size)
                ),
            );
        }
        if pass.first_seq != Some(from) {
            return fail(
                Check::Range,
                format!("the first record is not record {from} of the log"),
            );
        }
        if pass.lines != to - from {
            return fail(
                Check::Range,
                format!(
                    "the bundle holds {}, not the {} from {from} to {to}",
                    counted(pass.lines),
                    to - from
                ),
            );
        }
        if top != statement.stem() {
            return fail(
                Check::Range,
                "the directory is named after another range than the one signed",
            );
        }
        if let Some(fault) = &start.fault {
            return fail(Check::Range, fault);
        }
        self.ledger
            .pass(Check::Range, format!("records {from} to {to} of the log"));
        self.ledger.facts.start = Some(from);
        self.ledger.facts.end = Some(to);
        if from > 0 {
            self.ledger.notes.push(HISTORY_NOT_CHECKED.to_owned());
        }
        Ok(())
    }
}

fn counted(records: u64) -> String {
    format!("{records} {}", if records == 1 { "record" } else { "records" })
}

/// The files that a bundle has lie in one order; others are the business of the check `bag`.
fn check_order(container: &Container) -> Result<(), Stop> {
    let places = container
        .entries
        .iter()
        .filter_map(|entry| bag::ORDER.iter().position(|name| *name == entry.name));
    if places.is_sorted() {
        Ok(())
    } else {
        fail(Check::Zip, "the files are not in the order of a bundle")
    }
}

fn read_start(top: &str, bytes: &[u8]) -> Start {
    let frontier = || -> Result<Frontier, String> {
        let size = statement::start_of(top).ok_or("the directory is not named after a range")?;
        let texts: Vec<String> =
            canonical::from_slice(bytes).map_err(|error| format!("{}: {error}", bag::FRONTIER))?;
        let hashes = hashes_from_base64(&texts)
            .ok_or_else(|| format!("{} holds something else than hashes", bag::FRONTIER))?;
        Frontier::from_hashes(size, hashes).map_err(|error| format!("{}: {error}", bag::FRONTIER))
    };
    match frontier() {
        Ok(frontier) => Start {
            frontier,
            fault: None,
        },
        Err(fault) => Start {
            frontier: Frontier::new(),
            fault: Some(fault),
        },
    }
}

/// Cuts pieces into lines and checks each. Holds at most one line that was cut.
#[derive(Default)]
struct LineReader {
    frontier: Frontier,
    // The beginning of a line whose end has not come yet.
    cut: Vec<u8>,
    // For the text of one line at a time.
    scratch: String,
    lines: u64,
    first_seq: Option<u64>,
    fault: Option<String>,
}

impl LineReader {
    fn take(&mut self, piece: &[u8], on_record: &mut dyn FnMut(&[u8], &SharedLine<'_>)) {
        let mut rest = piece;
        while self.fault.is_none() {
            let Some(end) = memchr::memchr(b'\n', rest) else {
                if self.cut.len() + rest.len() > MAX_SHARED_LINE {
                    self.fault = Some(format!(
                        "record {} is longer than {MAX_SHARED_LINE} bytes",
                        self.lines
                    ));
                } else {
                    self.cut.extend_from_slice(rest);
                }
                return;
            };
            let (line, after) = rest.split_at(end);
            if self.cut.is_empty() {
                self.line(line, on_record);
            } else {
                let mut whole = std::mem::take(&mut self.cut);
                whole.extend_from_slice(line);
                self.line(&whole, on_record);
                whole.clear();
                self.cut = whole;
            }
            rest = after.get(1..).unwrap_or_default();
        }
    }

    fn line(&mut self, line: &[u8], on_record: &mut dyn FnMut(&[u8], &SharedLine<'_>)) {
        let index = self.lines;
        if index >= MAX_LINES {
            self.fault = Some(format!("there are more than {MAX_LINES} records"));
            return;
        }
        match SharedLine::parse_with(line, Some(&mut self.scratch)) {
            Err(error) => self.fault = Some(format!("line {}: {error}", index + 1)),
            Ok(record) => {
                let first = *self.first_seq.get_or_insert(record.seq);
                if record.seq == first + index {
                    on_record(line, &record);
                } else {
                    let due = first + index;
                    self.fault = Some(format!(
                        "line {}: says that it is record {}, where {due} is due",
                        index + 1,
                        record.seq
                    ));
                }
            }
        }
        self.frontier.push(leaf_hash(line));
        self.lines += 1;
    }

    fn end(&mut self) {
        if self.fault.is_none() && !self.cut.is_empty() {
            self.fault = Some(format!("line {}: does not end in a newline", self.lines + 1));
        }
        if self.fault.is_none() && self.lines == 0 {
            self.fault = Some("there are no records".to_owned());
        }
    }
}
