//! `counterfoil verify` on what a collector signed: receipts and accounts, and the proof that it told two stories;
//! and the sum of a receipt beside that of its bundle.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use counterfoil_core::bundle::verify::{Contents, Expect, verify_contents};
use counterfoil_core::bundle::zip::Source;
use counterfoil_core::canonical;
use counterfoil_core::collector::accept::{Code, Judge, Rejected, TextKey};
use counterfoil_core::collector::account::{Chain, Cheat, Entry, Event, Receipt, cheat_between};
use counterfoil_core::collector::offer::Offer;
use counterfoil_core::encoding::sha256_hex;
use counterfoil_core::jws;
use counterfoil_core::note::Cosigner;
use counterfoil_core::record::SharedLine;
use counterfoil_core::time;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Outcome;
use crate::file::FileSource;
use crate::terminal::{counted, escape, escape_json};

/// Most bytes of a file of entries: what one answer of a collector holds, many times over.
const MOST: u64 = 64 * 1024 * 1024;

/// What a file of statements holds.
#[derive(Deserialize)]
#[serde(untagged)]
enum Statements {
    /// An answer of a collector: a receipt, an account or a part of one.
    Entries {
        entries: Vec<String>,
        #[serde(default)]
        more: bool,
    },
    /// Two entries that cannot both be honest.
    Cheat { cheat: [String; 2] },
}

/// Whether a file begins like JSON, and so is no bundle.
pub(crate) fn is_statements(source: &FileSource) -> Result<bool, String> {
    let mut first = [0];
    if source.is_empty() {
        return Ok(false);
    }
    source.read_at(0, &mut first).map_err(|error| error.to_string())?;
    Ok(first == *b"{")
}

fn read(path: &Path) -> Result<Statements, String> {
    let name = || escape(&path.display().to_string());
    let file = File::open(path).map_err(|error| format!("{} cannot be read: {error}", name()))?;
    let mut bytes = Vec::new();
    file.take(MOST + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| format!("{} cannot be read: {error}", name()))?;
    if bytes.len() as u64 > MOST {
        return Err(format!("{} is larger than {MOST} bytes", name()));
    }
    canonical::from_slice(&bytes).map_err(|_| {
        format!(
            "{} is neither an answer of a collector, {{\"entries\": […]}}, nor a proof, {{\"cheat\": [one, another]}}",
            name()
        )
    })
}

pub(crate) fn run(path: &Path, json: bool) -> Result<Outcome, String> {
    match read(path)? {
        Statements::Entries { entries, more } => Ok(account(&entries, more, json)),
        Statements::Cheat { cheat: [one, other] } => Ok(cheat(&one, &other, json)),
    }
}

/// What is said of each entry, in order.
struct Line {
    holds: bool,
    text: String,
}

fn account(entries: &[String], more: bool, as_json: bool) -> Outcome {
    let (mut lines, mut chain) = (Vec::new(), Chain::new());
    let first = entries
        .first()
        .and_then(|entry| Entry::open(entry).ok())
        .map_or(0, |entry| entry.seq);
    for (index, compact) in entries.iter().enumerate() {
        // A part of an account is checked from its first entry on.
        let taken = if index == 0 && first > 0 {
            Chain::after(compact)
                .map(|begun| chain = begun)
                .map_err(|error| error.to_string())
        } else {
            chain.push(compact).map(|_| ()).map_err(|error| error.to_string())
        };
        let line = match (taken, chain.last()) {
            (Ok(()), Some(entry)) => Line {
                holds: true,
                text: describe(entry),
            },
            (Err(error), _) => Line {
                holds: false,
                text: error,
            },
            (Ok(()), None) => Line {
                holds: false,
                text: "there is no entry".to_owned(),
            },
        };
        let holds = line.holds;
        lines.push(line);
        if !holds {
            break;
        }
    }
    let valid = !lines.is_empty() && lines.iter().all(|line| line.holds);
    let mut notes = Vec::new();
    if first > 0 {
        notes.push(format!("entries before {first}: not checked"));
    }
    if more {
        notes.push("entries after these: not checked".to_owned());
    }
    let text = if as_json {
        let entries: Vec<Value> = lines
            .iter()
            .map(|line| json!({ "holds": line.holds, "detail": line.text }))
            .collect();
        let last = chain.last().map(|entry| {
            json!({
                "collector": entry.iss, "person": entry.sub, "asset": entry.asset,
                "owed": entry.owed, "paid": entry.paid, "outstanding": entry.outstanding(),
            })
        });
        pretty(&json!({ "valid": valid, "entries": entries, "account": last, "notes": notes }))
    } else {
        let mut text = String::new();
        for (line, number) in lines.iter().zip(first..) {
            let status = if line.holds { "ok" } else { "FAILED" };
            push(
                &mut text,
                &format!("entry {number:<4} {status:<7} {}", escape(&line.text)),
            );
        }
        text.push('\n');
        match chain.last().filter(|_| valid) {
            Some(last) => push(
                &mut text,
                &format!(
                    "VALID: {} of the account of {}, signed by {}: owed {}, paid {}, outstanding {} {}",
                    if entries.len() == 1 {
                        "1 entry".to_owned()
                    } else {
                        format!("{} entries", entries.len())
                    },
                    last.sub,
                    last.iss,
                    last.owed,
                    last.paid,
                    last.outstanding(),
                    escape(&last.asset)
                ),
            ),
            None => push(
                &mut text,
                "NOT VALID: not an account as its collector has to sign it",
            ),
        }
        for note in notes {
            push(&mut text, &note);
        }
        text
    };
    Outcome { text, valid }
}

fn describe(entry: &Entry) -> String {
    let when = time::rfc3339(entry.iat).unwrap_or_default();
    match &entry.event {
        Event::Receipt(receipt) => format!(
            "{when}  receipt: {} of {} accepted, {} {}",
            receipt.accepted,
            counted(receipt.end.saturating_sub(receipt.start), "record"),
            receipt.amount,
            entry.asset
        ),
        Event::Payout(payout) => {
            format!(
                "{when}  payout: {} {} by {}, {}",
                payout.amount, entry.asset, payout.rail, payout.reference
            )
        }
        Event::Ack(ack) => {
            let status = ack.status.as_str();
            format!(
                "{when}  withdrawal of {}: {status}",
                counted(ack.records, "record")
            )
        }
    }
}

fn cheat(one: &str, other: &str, as_json: bool) -> Outcome {
    let found = cheat_between(one, other);
    let signer = Entry::open(one).ok().map(|entry| entry.iss);
    let valid = matches!(found, Ok(Some(_)));
    let detail = match &found {
        Ok(Some(Cheat::Fork)) => {
            "it signed two different entries in the same place of one account".to_owned()
        }
        Ok(Some(Cheat::Link)) => {
            "it signed an entry that names another one before it than it had signed".to_owned()
        }
        Ok(Some(Cheat::Sum)) => {
            "it signed an entry whose sums do not follow from the one before it".to_owned()
        }
        Ok(None) => "both entries can be honest".to_owned(),
        Err(error) => format!("one of them is no entry: {error}"),
    };
    let text = if as_json {
        let kind = found.as_ref().ok().and_then(Option::as_ref);
        pretty(
            &json!({ "valid": valid, "cheat": kind, "collector": signer.filter(|_| valid), "detail": detail }),
        )
    } else {
        match signer.filter(|_| valid) {
            Some(signer) => format!("PROVEN: the collector {signer} cheated: {detail}\n"),
            None => format!("NOT PROVEN: {}\n", escape(&detail)),
        }
    };
    Outcome { text, valid }
}

/// What came of holding a receipt against its bundle: what was found and, after it, what could not be checked; or what
/// is wrong.
pub(crate) type Recounted = Result<(String, Option<&'static str>), String>;

/// A receipt as the person holds it against the bundle.
pub(crate) struct Recount {
    receipt: Receipt,
    entry: Entry,
    // What the receipt says of the records, from the first that is still to come.
    claimed: std::vec::IntoIter<Rejected>,
    current: Option<Rejected>,
}

impl Recount {
    /// Reads the receipt of a file: the only entry of it.
    pub(crate) fn open(path: &Path) -> Result<Self, String> {
        let name = || escape(&path.display().to_string());
        let Statements::Entries { entries, .. } = read(path)? else {
            return Err(format!("{} is not a receipt", name()));
        };
        let [compact] = entries.as_slice() else {
            return Err(format!(
                "{} has {} entries, where a receipt is one",
                name(),
                entries.len()
            ));
        };
        let entry = Entry::open(compact).map_err(|error| format!("{}: {error}", name()))?;
        let Event::Receipt(receipt) = entry.event.clone() else {
            return Err(format!("{} is not a receipt", name()));
        };
        let mut claimed = receipt.rejected.clone().into_iter();
        let current = claimed.next();
        Ok(Self {
            receipt,
            entry,
            claimed,
            current,
        })
    }

    /// Holds the receipt against a valid bundle, whose records are read once more.
    pub(crate) fn check(mut self, contents: &Contents, source: &FileSource) -> Recounted {
        let receipt = &self.receipt;
        let same = |holds: bool, otherwise: &str| if holds { Ok(()) } else { Err(otherwise.to_owned()) };
        let statement = &contents.statement;
        same(
            receipt.bundle_sha256 == jws::sha256_hex(&contents.bundle_jws),
            "the receipt is of another bundle",
        )?;
        same(
            self.entry.sub == contents.did,
            "the receipt is for another person",
        )?;
        same(
            Some(&self.entry.iss) == statement.collector().ok().flatten().as_ref(),
            "the receipt is of another collector",
        )?;
        same(
            receipt.offer_sha256 == jws::sha256_hex(&contents.offer),
            "the receipt names another offer",
        )?;
        same(
            receipt.checkpoint_sha256 == sha256_hex(contents.checkpoint.as_bytes())
                && (receipt.start, receipt.end) == (statement.start, statement.end),
            "the receipt is of another state of the log",
        )?;
        Cosigner::parse(&receipt.note_key)
            .and_then(|cosigner| cosigner.verify(&contents.checkpoint, &contents.did, &receipt.cosignature))
            .map_err(|error| format!("the cosignature: {error}"))?;

        let offer = Offer::open(&contents.offer).map_err(|error| format!("the offer: {error}"))?;
        // Whether an earlier bundle held the same text, and how much was taken before, only its person knows.
        let is_whole = statement.start == 0;
        let mut judge = Judge::new(&offer, statement.iat, 0);
        let mut differs = None;
        verify_contents(source, &Expect::default(), |_, record| {
            if differs.is_none() {
                differs = self.take(&mut judge, record, is_whole).err();
            }
        })
        .map_err(|error| error.to_string())?;
        if let Some(differs) = differs {
            return Err(differs);
        }
        let own = judge.finish().map_err(|error| error.to_string())?;
        let receipt = &self.receipt;
        if own.amount != receipt.amount || own.accepted != receipt.accepted {
            return Err(format!(
                "the receipt says {} records for {} {}, the offer makes it {} for {}",
                receipt.accepted, receipt.amount, offer.asset, own.accepted, own.amount
            ));
        }
        let note = (!is_whole).then_some("caps and duplicates of earlier bundles: not checked");
        Ok((
            format!(
                "{} accepted, {} {} by the offer's own rules",
                own.accepted, own.amount, offer.asset
            ),
            note,
        ))
    }

    /// Judges the next record, and says where the receipt differs.
    fn take(&mut self, judge: &mut Judge<'_>, record: &SharedLine<'_>, is_whole: bool) -> Result<(), String> {
        let claimed = self.claimed_at(record.seq);
        if !is_whole && claimed == Some(Code::Cap) && judge.objection(record).is_none() {
            return Ok(());
        }
        let is_known = !is_whole && claimed == Some(Code::Duplicate);
        let found = judge
            .take(record, TextKey::of(&record.text), is_known, claimed)
            .map_err(|error| error.to_string())?;
        if found == claimed {
            return Ok(());
        }
        let name = |code: Option<Code>| code.map_or("accepted", Code::as_str);
        Err(format!(
            "record {}: the receipt says {}, the offer makes it {}",
            record.seq,
            name(claimed),
            name(found)
        ))
    }

    /// What the receipt says of this record. Records come in order.
    fn claimed_at(&mut self, seq: u64) -> Option<Code> {
        while self.current.is_some_and(|range| range.to <= seq) {
            self.current = self.claimed.next();
        }
        self.current
            .filter(|range| range.from <= seq)
            .map(|range| range.code)
    }
}

fn push(text: &mut String, line: &str) {
    let written = writeln!(text, "{}", line.trim_end());
    // Writing to a string does not fail.
    debug_assert!(written.is_ok());
}

fn pretty(value: &Value) -> String {
    escape_json(&format!("{value:#}\n"))
}
