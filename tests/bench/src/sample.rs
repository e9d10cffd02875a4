//! Records and bundles to measure with: lines of about 300 bytes, whose texts repeat little.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Result;
use counterfoil_core::bundle::MAX_UNPACKED;
use counterfoil_core::bundle::statement::EXPORT;
use counterfoil_core::bundle::write::{Parts, Plan, approve, assemble, records_sha256};
use counterfoil_core::bundle::zip::{self, Member, ReadError, Unpacker, ZipError};
use counterfoil_core::encoding::sha256;
use counterfoil_core::id::uuid_v4;
use counterfoil_core::keys::{Audience, LogId, Root};
use counterfoil_core::merkle::{Frontier, leaf_hash};
use counterfoil_core::record::{Evidence, Kind};
use counterfoil_core::share::{ShareEntry, derive};

/// 2026-11-22T10:00:00Z, in seconds since the Unix epoch.
pub(crate) const NOW: u64 = 1_795_341_600;
/// The log of all samples.
pub(crate) const LOG: LogId = LogId([0x10; 16]);

/// A bundle with what it was made of.
pub(crate) struct Bundle {
    /// Where it lies.
    pub(crate) file: PathBuf,
    /// The same with its records stored, not deflated, where that is not too large for a bundle.
    pub(crate) stored: Option<PathBuf>,
    /// The file of its records, unpacked.
    pub(crate) records: PathBuf,
    /// Its lines.
    pub(crate) lines: Vec<Vec<u8>>,
}

/// The person of all samples.
pub(crate) fn root() -> Root {
    Root::from_entropy([7; 32])
}

/// Words by number, as nobody would write them.
pub(crate) fn text(number: u64) -> String {
    let mut text = String::with_capacity(128);
    for byte in sha256(&number.to_be_bytes()).chunks(4).take(6) {
        for (at, byte) in byte.iter().enumerate() {
            let letter = [
                b"aeiou"[usize::from(byte % 5)],
                b"lnrstmdk"[usize::from(byte % 8)],
            ];
            text.push(char::from(letter[(at + 1) % 2]));
        }
        text.push(' ');
    }
    let _ = write!(text, "on line {number}");
    text
}

fn line(seq: u64) -> Result<Vec<u8>> {
    let random = sha256(&[&seq.to_be_bytes()[..], b"id"].concat());
    let (id, salt) = random.split_at(16);
    Ok(derive(ShareEntry {
        kind: if seq.is_multiple_of(3) {
            Kind::Search
        } else {
            Kind::Prompt
        },
        evidence: Evidence::Observed,
        id: uuid_v4(id.try_into()?),
        salt: salt.try_into()?,
        seq,
        text: text(seq),
        site: Some("search.example".to_owned()),
        lang: Some("en".to_owned()),
        thread: None,
        time: Some("2026-11-22".to_owned()),
        redactions: Vec::new(),
    })?)
}

/// A bundle of the records from `start` to `end` of one share log.
pub(crate) fn bundle(start: u64, end: u64, folder: &Path) -> Result<Bundle> {
    let mut frontier = Frontier::new();
    for seq in 0..start {
        frontier.push(leaf_hash(&line(seq)?));
    }
    let lines = (start..end).map(line).collect::<Result<Vec<_>>>()?;
    let key = root().share_key(&LOG, Audience::Export("bench"), 0)?;
    let plan = Plan {
        key: &key,
        jti: uuid_v4([9; 16]),
        iat: NOW,
        audience: EXPORT,
        start_frontier: &frontier,
        lines: &lines,
        papers: None,
    };
    let approved = approve(&plan, &records_sha256(&lines))?;
    let archive = assemble(&Parts {
        bundle_jws: &approved.bundle_jws,
        checkpoint_note: &approved.checkpoint_note,
        start_frontier: &frontier,
        lines: &lines,
        papers: None,
    })?;
    let file = folder.join(&archive.file_name);
    std::fs::write(&file, &archive.bytes)?;
    let stored = match without_deflate(&archive.bytes)? {
        Some(bytes) => {
            let stored = folder.join(format!("stored-{}", archive.file_name));
            std::fs::write(&stored, bytes)?;
            Some(stored)
        }
        None => None,
    };
    let records = folder.join(format!("{start}.jsonl"));
    let mut bytes = lines.join(&b'\n');
    bytes.push(b'\n');
    std::fs::write(&records, bytes)?;
    Ok(Bundle {
        file,
        stored,
        records,
        lines,
    })
}

/// The same files in a container that deflates none of them; `None` where it would be larger than a bundle may be.
fn without_deflate(archive: &[u8]) -> Result<Option<Vec<u8>>> {
    let container = zip::open(archive).map_err(refused)?;
    let mut files = Vec::with_capacity(container.entries.len());
    for entry in &container.entries {
        let bytes = Unpacker::new(archive, entry).read_whole(MAX_UNPACKED);
        files.push((entry.name.as_str(), bytes.map_err(refused)?));
    }
    let members: Vec<Member<'_>> = files
        .iter()
        .map(|(name, bytes)| Member {
            name,
            bytes,
            deflate: false,
        })
        .collect();
    match zip::write(&container.top, &members) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(ZipError::TooLarge(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn refused(error: ReadError) -> anyhow::Error {
    match error {
        ReadError::Zip(error) => error.into(),
        ReadError::Source(error) => error.into(),
    }
}
