//! Bundles: as they come, with one part of a good one replaced, and with any records under good signatures.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use counterfoil_core::bundle::statement::EXPORT;
use counterfoil_core::bundle::verify::{Check, Expect, Report, Status, verify_each};
use counterfoil_core::bundle::write::{Parts, Plan, approve, assemble, records_sha256};
use counterfoil_core::bundle::zip::{Source, SourceError};
use counterfoil_core::merkle::Frontier;
use counterfoil_core::record::SharedLine;

use crate::input::Input;
use crate::made::{BUNDLE_ID, Bundle, IAT, PAPERS, PARTS, SHARE, checkpoint, consent, lines, offer, vectors};
use crate::{Target, no_mutation};

/// See the module.
pub(crate) const TARGET: Target = Target {
    name: "bundle",
    run,
    seeds,
    longest: 16 * 1024,
    mutate: no_mutation,
};

/// Whatever comes: without a key, nobody makes a bundle of other records than these people signed.
const CONTAINER: u8 = 0;
/// One part of a good bundle is whatever comes; all digests and signatures over it are good.
const PART: u8 = 1;
/// Records are whatever comes; everything else fits to them.
const RECORDS: u8 = 2;

fn run(data: &[u8]) {
    let mut input = Input(data);
    match input.byte() % 3 {
        CONTAINER => container(input.0),
        PART => {
            judge(&part(input));
        }
        _ => records(input.0),
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let with = |front: &[u8], rest: &[u8]| [front, rest].concat();
    let mut seeds: Vec<_> = vectors("bundle")
        .iter()
        .map(|(_, bytes)| with(&[CONTAINER], bytes))
        .collect();
    seeds.retain(|seed| seed.len() <= TARGET.longest);
    let lines = lines(5);
    let good = Bundle {
        lines: &lines[..2],
        records: &file(&lines[..2]),
        papers: true,
        part: None,
    };
    let files = good.files();
    for (name, index) in PARTS.iter().zip(0..) {
        let text = match *name {
            "a checkpoint's text" => checkpoint(good.lines),
            "what the offer says" => offer().to_string(),
            "what the consent says" => consent(&PAPERS.offer).to_string(),
            "members of the statement" => format!(r#"{{"start":0,"end":2,"iat":{IAT}}}"#),
            name => files.iter().find(|(found, _)| *found == name).unwrap().1.clone(),
        };
        seeds.push(with(&[PART, index], text.as_bytes()));
    }
    for count in [1, 2, 5] {
        let records = file(&lines[..count]);
        seeds.push(with(&[RECORDS], &records));
        seeds.push(with(&[RECORDS], records.trim_ascii_end()));
    }
    seeds
}

fn part(mut input: Input<'_>) -> Vec<u8> {
    let name = PARTS[input.choice(PARTS.len())];
    let lines = lines(2);
    Bundle {
        lines: &lines,
        records: &file(&lines),
        papers: true,
        part: Some((name, &String::from_utf8_lossy(input.0))),
    }
    .bytes()
}

/// The file of these lines.
fn file(lines: &[Vec<u8>]) -> Vec<u8> {
    lines
        .iter()
        .flat_map(|line| [line, &b"\n"[..]].concat())
        .collect()
}

/// The digests of the records of all bundles that were ever signed with these keys.
static SIGNED: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    vectors("bundle")
        .iter()
        .filter_map(|(_, bytes)| judge(bytes))
        .collect()
});

fn container(bytes: &[u8]) {
    if let Some(digest) = judge(bytes) {
        assert!(SIGNED.contains(&digest), "a bundle was forged");
    }
}

fn records(bytes: &[u8]) {
    let mut lines: Vec<Vec<u8>> = bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    let ended = lines.pop().is_some_and(|rest| rest.is_empty());
    let good = !lines.is_empty()
        && lines
            .iter()
            .zip(0..)
            .all(|(line, seq)| SharedLine::parse(line).is_ok_and(|line| line.seq == seq));

    let plan = Plan {
        key: &SHARE,
        jti: BUNDLE_ID.to_owned(),
        iat: IAT,
        audience: EXPORT,
        start_frontier: &Frontier::new(),
        lines: &lines,
        papers: None,
    };
    let approved = approve(&plan, &records_sha256(&lines));
    assert_eq!(
        approved.is_ok(),
        good,
        "approved what is no record, or refused what is: {approved:?}"
    );

    let stored = Bundle {
        lines: &lines,
        records: bytes,
        papers: false,
        part: None,
    }
    .bytes();
    assert_eq!(judge(&stored).is_some(), good && ended, "{:?}", report(&stored));
    if let Ok(approved) = approved {
        let archive = assemble(&Parts {
            bundle_jws: &approved.bundle_jws,
            checkpoint_note: &approved.checkpoint_note,
            start_frontier: plan.start_frontier,
            lines: &lines,
            papers: None,
        })
        .unwrap();
        assert_eq!(judge(&archive.bytes), Some(approved.records_sha256));
    }
}

/// A source that cannot be read at one place.
struct Torn<'a>(&'a [u8]);

impl Source for Torn<'_> {
    fn len(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), SourceError> {
        let middle = self.0.len() as u64 / 2;
        if (offset..offset + buffer.len() as u64).contains(&middle) {
            return Err(SourceError("torn".to_owned()));
        }
        self.0.read_at(offset, buffer)
    }
}

fn report(bytes: &[u8]) -> Report {
    verify_each(bytes, &Expect::default(), |_| {}).unwrap()
}

/// Verifies, holds the report to what every report promises, and gives the digest of the records if it is valid.
fn judge(bytes: &[u8]) -> Option<String> {
    let mut seen = 0;
    let report = verify_each(bytes, &Expect::default(), |_| seen += 1).unwrap();
    let names: Vec<_> = report.checks.iter().map(|check| check.name).collect();
    assert_eq!(names, Check::ALL);
    let failed = report
        .checks
        .iter()
        .filter(|check| check.status == Status::Failed);
    assert_eq!(failed.count(), usize::from(!report.valid));
    let unreached = report
        .checks
        .iter()
        .any(|check| check.status == Status::NotReached);
    assert!(!(report.valid && unreached), "valid, with checks left out");
    // A source that fails is no verdict.
    assert!(
        bytes.is_empty() || verify_each(&Torn(bytes), &Expect::default(), |_| {}).is_err() || !report.valid
    );
    serde_json::to_string(&report).unwrap();
    if !report.valid {
        return None;
    }
    assert_eq!(report.facts.records, Some(seen));
    let other = Expect {
        audience: Some("did:key:nobody".to_owned()),
    };
    let refused = verify_each(bytes, &other, |_| {}).unwrap();
    assert_eq!(refused.failed().map(|check| check.name), Some(Check::Audience));
    Some(report.facts.records_sha256.unwrap())
}
