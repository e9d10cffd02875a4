//! The `BagIt` 1.0 directory (RFC 8493): which files it has, and the text of those that describe the others.
//!
//! The text of each is determined: by the other files, and in `bag-info.txt` by one date. So a bag has no room
//! for a mark that would tell one copy from another, and names no software.

use crate::encoding::{sha256_hex, to_hex};
use crate::time::is_day_or_month;

/// Declaration of the bag.
pub const DECLARATION: &str = "bagit.txt";
/// Date and size.
pub const INFO: &str = "bag-info.txt";
/// Digest of the records.
pub const MANIFEST: &str = "manifest-sha256.txt";
/// Digests of the other files.
pub const TAG_MANIFEST: &str = "tagmanifest-sha256.txt";
/// Signed checkpoint.
pub const CHECKPOINT: &str = "checkpoint";
/// The tree before the first record.
pub const FRONTIER: &str = "frontier.json";
/// Offer of the collector.
pub const OFFER: &str = "offer.jws";
/// Consent to the offer.
pub const CONSENT: &str = "consent.jws";
/// Notice that was shown.
pub const NOTICE: &str = "notice.txt";
/// The approval; the only file besides the tag manifest itself that the tag manifest does not list.
pub const BUNDLE: &str = "bundle.jws";
/// The records.
pub const RECORDS: &str = "data/records.jsonl";

/// All files in the order in which they lie in the ZIP.
pub const ORDER: [&str; 11] = [
    DECLARATION,
    INFO,
    MANIFEST,
    TAG_MANIFEST,
    CHECKPOINT,
    FRONTIER,
    OFFER,
    CONSENT,
    NOTICE,
    BUNDLE,
    RECORDS,
];
/// The files that only a bundle for a collector has: all of them, or none.
pub const PAPERS: [&str; 3] = [OFFER, CONSENT, NOTICE];

/// Text of [`DECLARATION`].
pub const DECLARATION_TEXT: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

/// Text of [`INFO`]: the day, and the bytes of the one payload file.
pub fn info(day: &str, records_length: u64) -> String {
    format!("Bagging-Date: {day}\nPayload-Oxum: {records_length}.1\n")
}

/// Text of [`MANIFEST`].
pub fn manifest(records_sha256: &str) -> String {
    format!("{records_sha256}  {RECORDS}\n")
}

/// Text of [`TAG_MANIFEST`] over these files, by name: all but the records, itself and the approval.
pub fn tag_manifest<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> String {
    let mut lines: Vec<_> = files
        .into_iter()
        .filter(|(name, _)| ![RECORDS, TAG_MANIFEST, BUNDLE].contains(name))
        .map(|(name, bytes)| (name, sha256_hex(bytes)))
        .collect();
    lines.sort_unstable();
    lines
        .iter()
        .flat_map(|(name, digest)| [digest, "  ", name, "\n"])
        .collect()
}

/// The payload as it was read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Payload {
    /// Bytes.
    pub(crate) length: u64,
    /// Digest.
    pub(crate) sha256: [u8; 32],
}

/// Whether these are the files of a bag of ours, each as it must be given the others; else what is wrong. The
/// files are by name, without the records, which are given by size and digest.
pub(crate) fn check(files: &[(&str, &[u8])], payload: Option<Payload>) -> Result<(), String> {
    let find = |name: &str| {
        files
            .iter()
            .find(|(found, _)| *found == name)
            .map(|(_, bytes)| *bytes)
    };
    if let Some((name, _)) = files.iter().find(|(name, _)| !ORDER.contains(name)) {
        return Err(format!("{name} is not part of a bundle"));
    }
    let papers = PAPERS.iter().filter(|name| find(name).is_some()).count();
    for name in ORDER {
        let due = !PAPERS.contains(&name) || papers > 0;
        if due && name != RECORDS && find(name).is_none() {
            return Err(format!("{name} is missing"));
        }
    }
    let payload = payload.ok_or_else(|| format!("{RECORDS} is missing"))?;

    if find(DECLARATION) != Some(DECLARATION_TEXT.as_bytes()) {
        return Err(format!("{DECLARATION} does not declare BagIt 1.0 in UTF-8"));
    }
    if find(MANIFEST) != Some(manifest(&to_hex(&payload.sha256)).as_bytes()) {
        return Err(format!("{MANIFEST} does not list {RECORDS} with its digest"));
    }
    let found = find(TAG_MANIFEST).unwrap_or_default();
    let due = tag_manifest(files.iter().copied());
    if found != due.as_bytes() {
        let differing = due.lines().find(|line| {
            !found
                .split(|byte| *byte == b'\n')
                .any(|found| found == line.as_bytes())
        });
        let name = differing
            .and_then(|line| line.get(66..))
            .unwrap_or("exactly the files that are there");
        return Err(format!("{TAG_MANIFEST} does not list {name} with its digest"));
    }
    let day = find(INFO)
        .and_then(|text| std::str::from_utf8(text).ok())
        .and_then(|text| text.strip_prefix("Bagging-Date: "))
        .and_then(|text| text.get(..10))
        .filter(|day| is_day_or_month(day));
    if day.is_none_or(|day| find(INFO) != Some(info(day, payload.length).as_bytes())) {
        return Err(format!(
            "{INFO} does not give a day and the size of the payload, and nothing else"
        ));
    }
    Ok(())
}
