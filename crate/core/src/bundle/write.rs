//! Making a bundle: approving it, which signs, and assembling the file, which does not.

use sha2_11::{Digest as _, Sha256};

use crate::bundle::papers::{self, Papers};
use crate::bundle::statement::Statement;
use crate::bundle::zip::{self, Member, ZipError};
use crate::bundle::{MAX_LINES, MAX_PACKED, MAX_RECORDS, MAX_TAG_FILE, bag};
use crate::canonical::{self, CanonicalError};
use crate::encoding::{sha256_hex, to_base64, to_hex};
use crate::jws::{self, JwsError, Type};
use crate::keys::SigningKey;
use crate::merkle::{Frontier, leaf_hash};
use crate::note;
use crate::record::{LineError, SharedLine};
use crate::time::{self, TimeError};

/// What is to be approved.
#[derive(Debug)]
pub struct Plan<'a> {
    /// Key of the share log.
    pub key: &'a SigningKey,
    /// UUID of the bundle.
    pub jti: String,
    /// Now, in seconds since the Unix epoch.
    pub iat: u64,
    /// [`EXPORT`](crate::bundle::statement::EXPORT), or the did:key of a collector.
    pub audience: &'a str,
    /// The share log before the first of the lines.
    pub start_frontier: &'a Frontier,
    /// The lines, each without its newline, as [`crate::share::derive`] gave them.
    pub lines: &'a [Vec<u8>],
    /// For a collector: what comes with the bundle.
    pub papers: Option<Papers<'a>>,
}

/// What an approval gives. With the lines, the frontier before them and the papers, it is all that
/// [`assemble`] needs, then or later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approved {
    /// The approval, a compact JWS.
    pub bundle_jws: String,
    /// The signed checkpoint of the share log.
    pub checkpoint_note: String,
    /// The share log after the last of the lines.
    pub end_frontier: Frontier,
    /// SHA-256 of the records, lower-case hex.
    pub records_sha256: String,
    /// Name of the file.
    pub file_name: String,
    /// Records before the first.
    pub start: u64,
    /// Records after the last.
    pub end: u64,
}

/// Why nothing was signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApproveError {
    /// What was approved is not what would be signed.
    #[error("the approved digest is not that of the records")]
    DigestMismatch,
    /// There is nothing to sign.
    #[error("there are no records")]
    Empty,
    /// More than one bundle can hold.
    #[error("more than a bundle can hold: make a series")]
    TooLarge,
    /// A line that a verifier would refuse.
    #[error("line {index}: {error}")]
    Line {
        /// Which of the lines, from 0.
        index: usize,
        /// What is wrong.
        error: LineError,
    },
    /// A line says that it stands elsewhere in the share log.
    #[error("line {index} says that it is record {found} of the share log, not {due}")]
    Order {
        /// Which of the lines, from 0.
        index: usize,
        /// Its place.
        due: u64,
        /// The place that it names.
        found: u64,
    },
    /// The audience is neither `export` nor the did:key of a collector, or its papers are missing or too many.
    #[error("the audience is neither export without papers nor a collector with them")]
    Audience,
    /// The papers do not fit together or to the bundle.
    #[error("{0}")]
    Papers(String),
    /// The time cannot be written.
    #[error(transparent)]
    Time(#[from] TimeError),
    /// Something has no canonical form.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    /// The statement cannot be made.
    #[error(transparent)]
    Statement(#[from] JwsError),
}

/// Lower-case hex SHA-256 of `data/records.jsonl` with these lines: what is shown for approval.
pub fn records_sha256<L: AsRef<[u8]>>(lines: impl IntoIterator<Item = L>) -> String {
    let mut digest = Sha256::new();
    for line in lines {
        digest.update(line.as_ref());
        digest.update(b"\n");
    }
    to_hex(&digest.finalize())
}

/// Signs the bundle of these lines, if the approved digest is that of these lines. Nothing else signs a bundle.
pub fn approve(plan: &Plan<'_>, approved_records_sha256: &str) -> Result<Approved, ApproveError> {
    let records_sha256 = records_sha256(plan.lines);
    if records_sha256 != approved_records_sha256 {
        return Err(ApproveError::DigestMismatch);
    }
    if plan.lines.is_empty() {
        return Err(ApproveError::Empty);
    }
    let records_length = length_of(plan.lines);
    let papers_fit = plan.papers.is_none_or(|papers| {
        let texts = [papers.offer, papers.consent, papers.notice];
        texts.iter().all(|text| text.len() as u64 <= MAX_TAG_FILE)
    });
    if plan.lines.len() as u64 > MAX_LINES || records_length > MAX_RECORDS || !papers_fit {
        return Err(ApproveError::TooLarge);
    }
    // A bundle that was signed must fit its container: where that is in doubt, pack the records beforehand.
    let room = MAX_PACKED - 4 * MAX_TAG_FILE;
    if records_length > room && zip::packed_length(&join(plan.lines)) > room {
        return Err(ApproveError::TooLarge);
    }

    let mut end_frontier = plan.start_frontier.clone();
    for (index, line) in plan.lines.iter().enumerate() {
        let found = SharedLine::parse(line)
            .map_err(|error| ApproveError::Line { index, error })?
            .seq;
        let due = end_frontier.size();
        if found != due {
            return Err(ApproveError::Order { index, due, found });
        }
        end_frontier.push(leaf_hash(line));
    }
    let (start, end) = (plan.start_frontier.size(), end_frontier.size());
    let checkpoint_note = note::sign_checkpoint(plan.key, end, &end_frontier.root());
    let tags = TagFiles {
        day: &time::day(plan.iat.saturating_mul(1000))?,
        records_length,
        records_sha256: &records_sha256,
        checkpoint_note: &checkpoint_note,
        start_frontier: plan.start_frontier,
        papers: plan.papers,
    }
    .render()?;

    let digest = |text: fn(&Papers<'_>) -> String| plan.papers.as_ref().map(text);
    let statement = Statement {
        aud: plan.audience.to_owned(),
        checkpoint_sha256: sha256_hex(checkpoint_note.as_bytes()),
        consent_sha256: digest(|papers| jws::sha256_hex(papers.consent)),
        end,
        iat: plan.iat,
        iss: plan.key.did().clone(),
        jti: plan.jti.clone(),
        notice_sha256: digest(|papers| sha256_hex(papers.notice.as_bytes())),
        offer_sha256: digest(|papers| jws::sha256_hex(papers.offer)),
        records_sha256: records_sha256.clone(),
        start,
        tagmanifest_sha256: tags.manifest_sha256(),
        v: Statement::VERSION,
    };
    check_papers(&statement, plan.papers.as_ref())?;
    let bundle_jws = jws::sign_any(plan.key, Type::Bundle, &statement)?;
    let file_name = format!("{}.zip", statement.stem());
    Ok(Approved {
        bundle_jws,
        checkpoint_note,
        end_frontier,
        records_sha256,
        file_name,
        start,
        end,
    })
}

fn check_papers(statement: &Statement, papers: Option<&Papers<'_>>) -> Result<(), ApproveError> {
    let collector = statement.collector().map_err(|_| ApproveError::Audience)?;
    let (collector, papers) = match (collector, papers) {
        (None, None) => return Ok(()),
        (Some(collector), Some(papers)) => (collector, papers),
        _ => return Err(ApproveError::Audience),
    };
    papers::check_offer(statement, &collector, papers.offer)
        .and_then(|()| papers::check_consent(statement, &collector, papers))
        .and_then(|()| papers::check_notice(statement, papers))
        .map_err(ApproveError::Papers)
}

/// What was stored of an approval.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'a> {
    /// As approved.
    pub bundle_jws: &'a str,
    /// As approved.
    pub checkpoint_note: &'a str,
    /// As planned.
    pub start_frontier: &'a Frontier,
    /// As planned.
    pub lines: &'a [Vec<u8>],
    /// As planned.
    pub papers: Option<Papers<'a>>,
}

/// A file to hand over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archive {
    /// `counterfoil-<last 8 of the did>-<start>-<end>.zip`.
    pub file_name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Why no file can be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AssembleError {
    /// The approval is not one.
    #[error(transparent)]
    Statement(#[from] JwsError),
    /// The parts are not those that were approved.
    #[error("the parts are not those that were approved: {0}")]
    NotApproved(&'static str),
    /// The approval is of a time that cannot be written.
    #[error(transparent)]
    Time(#[from] TimeError),
    /// Something has no canonical form.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    /// More than one bundle can hold.
    #[error(transparent)]
    Zip(#[from] ZipError),
}

/// The file of an approved bundle: the same parts always give the same bytes. Refuses parts that differ from
/// what was approved.
pub fn assemble(parts: &Parts<'_>) -> Result<Archive, AssembleError> {
    let statement = jws::verify::<Statement>(parts.bundle_jws, Type::Bundle)?.payload;
    let records = join(parts.lines);
    let records_sha256 = sha256_hex(&records);
    if records_sha256 != statement.records_sha256 {
        return Err(AssembleError::NotApproved("the records"));
    }
    let tags = TagFiles {
        day: &time::day(statement.iat.saturating_mul(1000))?,
        records_length: records.len() as u64,
        records_sha256: &records_sha256,
        checkpoint_note: parts.checkpoint_note,
        start_frontier: parts.start_frontier,
        papers: parts.papers,
    }
    .render()?;
    if tags.manifest_sha256() != statement.tagmanifest_sha256 {
        return Err(AssembleError::NotApproved(
            "the checkpoint, the frontier or the papers",
        ));
    }

    let mut files = tags.0;
    files.push((bag::BUNDLE, parts.bundle_jws.into()));
    files.push((bag::RECORDS, records));
    let members: Vec<_> = bag::ORDER
        .iter()
        .filter_map(|name| files.iter().find(|(found, _)| found == name))
        .map(|(name, bytes)| Member {
            name,
            bytes,
            deflate: *name == bag::RECORDS,
        })
        .collect();
    let stem = statement.stem();
    let bytes = zip::write(&stem, &members)?;
    Ok(Archive {
        file_name: format!("{stem}.zip"),
        bytes,
    })
}

fn length_of(lines: &[Vec<u8>]) -> u64 {
    lines.iter().map(|line| line.len() as u64 + 1).sum()
}

/// `data/records.jsonl` with these lines.
fn join(lines: &[Vec<u8>]) -> Vec<u8> {
    let mut records = Vec::with_capacity(usize::try_from(length_of(lines)).unwrap_or_default());
    for line in lines {
        records.extend_from_slice(line);
        records.push(b'\n');
    }
    records
}

/// What the files besides the records and the approval are made of.
struct TagFiles<'a> {
    day: &'a str,
    records_length: u64,
    records_sha256: &'a str,
    checkpoint_note: &'a str,
    start_frontier: &'a Frontier,
    papers: Option<Papers<'a>>,
}

/// The files besides the records and the approval, by name.
struct Rendered(Vec<(&'static str, Vec<u8>)>);

impl TagFiles<'_> {
    fn render(&self) -> Result<Rendered, CanonicalError> {
        let hashes: Vec<_> = self
            .start_frontier
            .hashes()
            .iter()
            .map(|hash| to_base64(hash))
            .collect();
        let mut files = vec![
            (bag::DECLARATION, bag::DECLARATION_TEXT.into()),
            (bag::INFO, bag::info(self.day, self.records_length).into()),
            (bag::MANIFEST, bag::manifest(self.records_sha256).into()),
            (bag::CHECKPOINT, self.checkpoint_note.into()),
            (bag::FRONTIER, canonical::to_vec(&hashes)?),
        ];
        if let Some(Papers {
            offer,
            consent,
            notice,
        }) = self.papers
        {
            files.extend([
                (bag::OFFER, offer.into()),
                (bag::CONSENT, consent.into()),
                (bag::NOTICE, notice.into()),
            ]);
        }
        let manifest = bag::tag_manifest(files.iter().map(|(name, bytes)| (*name, bytes.as_slice())));
        files.push((bag::TAG_MANIFEST, manifest.into()));
        Ok(Rendered(files))
    }
}

impl Rendered {
    fn manifest_sha256(&self) -> String {
        let manifest = self.0.iter().find(|(name, _)| *name == bag::TAG_MANIFEST);
        manifest.map(|(_, bytes)| sha256_hex(bytes)).unwrap_or_default()
    }
}
