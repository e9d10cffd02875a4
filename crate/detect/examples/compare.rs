//! Recall, precision and speed beside other detectors, on the same texts in one run.
//!
//! The first argument is the document whose table is written anew, between two marks; without it, the table is only
//! printed. Each other detector is a program that `COUNTERFOIL_PEER_<NAME>` gives as words apart by tabs; it answers
//! line for line. What cannot be started is named, and its column stays empty.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use counterfoil_detect::{Group, Kind, detect_all};
use serde_json::{Value, json};

#[path = "../tests/texts/mod.rs"]
mod texts;

const BEGIN: &str = "<!-- table: detectors side by side -->";
const END: &str = "<!-- end of the table -->";
/// The others, in the order of the columns.
const PEERS: [&str; 7] = [
    "presidio",
    "scrubadub",
    "datafog",
    "redact-pii",
    "detect-secrets",
    "secretlint",
    "leakguard",
];
/// Bytes of text on which the others are timed, and on which we are.
const THEIR_TEXT: usize = 60_000;
const OUR_TEXT: usize = 4_000_000;

type Range = (usize, usize);

struct Case {
    text: String,
    tested: Vec<String>,
    spans: Vec<(String, Range)>,
}

#[derive(Default, Clone)]
struct Row {
    spans: usize,
    exact: usize,
    found: usize,
    negatives: usize,
    flagged: usize,
}

struct Answers {
    spans: Vec<Vec<(String, Range)>>,
    speed: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let document = std::env::args().nth(1).map(PathBuf::from);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/pii/cases.jsonl.gz");
    let Ok(packed) = std::fs::read(&path) else {
        return Err("the labelled cases are not at ../shared/pii/cases.jsonl.gz beside the project: nothing is measured".into());
    };
    let cases = read(&packed)?;
    let mut columns: Vec<(&str, Option<Answers>)> = vec![("counterfoil", Some(ours(&cases)))];
    for peer in PEERS {
        println!("asking {peer}");
        let answers = theirs(peer, &cases);
        if let Err(error) = &answers {
            println!("{peer}: {error}");
        }
        columns.push((peer, answers.ok()));
    }
    let table = table(&cases, &columns)?;
    println!("{table}");
    if let Some(document) = document {
        let text = std::fs::read_to_string(&document)?;
        let (before, rest) = text
            .split_once(BEGIN)
            .ok_or("the document has no place for the table")?;
        let (_, after) = rest
            .split_once(END)
            .ok_or("the place for the table does not end")?;
        std::fs::write(&document, format!("{before}{BEGIN}\n\n{table}\n{END}{after}"))?;
    }
    Ok(())
}

fn read(packed: &[u8]) -> Result<Vec<Case>, Box<dyn Error>> {
    let mut lines = String::new();
    flate2::read::GzDecoder::new(packed).read_to_string(&mut lines)?;
    lines
        .lines()
        .map(|line| {
            let value: Value = serde_json::from_str(line)?;
            Ok(Case {
                text: value["text"].as_str().unwrap_or_default().to_owned(),
                tested: strings(&value["types_tested"]),
                spans: spans(&value["spans"]),
            })
        })
        .collect()
}

fn strings(value: &Value) -> Vec<String> {
    let all = value.as_array().into_iter().flatten();
    all.filter_map(|one| Some(one.as_str()?.to_owned())).collect()
}

fn spans(value: &Value) -> Vec<(String, Range)> {
    let place = |value: &Value| usize::try_from(value.as_u64()?).ok();
    let all = value.as_array().into_iter().flatten();
    all.filter_map(|one| {
        Some((
            one["type"].as_str()?.to_owned(),
            (place(&one["start"])?, place(&one["end"])?),
        ))
    })
    .collect()
}

fn ours(cases: &[Case]) -> Answers {
    let spans = cases
        .iter()
        .map(|case| {
            let place = |byte: usize| case.text.get(..byte).map_or(0, |before| before.chars().count());
            let found = detect_all(&case.text);
            let all = found.iter().flat_map(|finding| {
                let range = (place(finding.start), place(finding.end));
                finding.kinds().map(move |kind| (kind.as_str().to_owned(), range))
            });
            all.collect()
        })
        .collect();
    let speed = (0..5).map(|_| one_round()).fold(0.0, f64::max);
    Answers { spans, speed }
}

/// Millions of bytes a second of this processor, on ordinary text.
#[allow(clippy::cast_precision_loss, reason = "a measurement")]
fn one_round() -> f64 {
    let (mut bytes, begun) = (0, clock());
    'all: loop {
        for text in texts::TEXTS {
            std::hint::black_box(counterfoil_detect::detect(text));
            bytes += text.len();
            if bytes >= OUR_TEXT {
                break 'all;
            }
        }
    }
    bytes as f64 / 1e6 / (clock() - begun)
}

/// Seconds that this program ran on a processor; of the clock on the wall where that is not told.
#[allow(clippy::cast_precision_loss, reason = "a measurement")]
fn clock() -> f64 {
    thread_local!(static START: Instant = Instant::now());
    let told = std::fs::read_to_string("/proc/self/schedstat").ok();
    let nanoseconds = told
        .as_deref()
        .and_then(|told| told.split(' ').next()?.parse::<u64>().ok());
    nanoseconds.map_or_else(
        || START.with(|start| start.elapsed().as_secs_f64()),
        |nanoseconds| nanoseconds as f64 / 1e9,
    )
}

fn theirs(peer: &str, cases: &[Case]) -> Result<Answers, Box<dyn Error>> {
    let variable = format!("COUNTERFOIL_PEER_{}", peer.to_ascii_uppercase().replace('-', "_"));
    let line = std::env::var(&variable).map_err(|_| format!("{variable} does not say how to start it"))?;
    let mut words = line.split('\t');
    let mut child = Command::new(words.next().unwrap_or_default())
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut input = child.stdin.take().ok_or("no standard input")?;
    let output = BufReader::new(child.stdout.take().ok_or("no standard output")?);
    let mut speed_texts = Vec::new();
    let mut bytes = 0;
    for text in texts::TEXTS.iter().cycle() {
        speed_texts.push(*text);
        bytes += text.len();
        if bytes >= THEIR_TEXT {
            break;
        }
    }
    let asked: Vec<String> = cases
        .iter()
        .map(|case| json!({"text": case.text}).to_string())
        .collect();
    let speed_line = json!({ "speed": speed_texts }).to_string();
    // Written from another thread: both pipes have an end.
    let writer = std::thread::spawn(move || {
        for line in asked.iter().chain(std::iter::once(&speed_line)) {
            if writeln!(input, "{line}").is_err() {
                return;
            }
        }
    });
    let mut found = Vec::with_capacity(cases.len());
    let mut seconds = None;
    for line in output.lines() {
        let answer: Value = serde_json::from_str(&line?)?;
        match answer["seconds"].as_f64() {
            Some(told) => seconds = Some(told),
            None => found.push(spans(&answer["spans"])),
        }
    }
    let _ = writer.join();
    let _ = child.wait();
    let seconds = seconds.ok_or("it ended before it was done")?;
    if found.len() != cases.len() {
        return Err("it did not answer every text".into());
    }
    #[allow(clippy::cast_precision_loss, reason = "a measurement")]
    let speed = bytes as f64 / 1e6 / seconds;
    Ok(Answers { spans: found, speed })
}

fn is_secret(name: &str) -> bool {
    const STARTS: [&str; 15] = [
        "GITLEAKS_",
        "1PASSWORD",
        "CLOUDFLARE",
        "DATABRICKS",
        "DOCKER",
        "FIGMA",
        "GRAFANA",
        "GROQ",
        "TAILSCALE",
        "VERCEL",
        "IBM_",
        "SOFTLAYER",
        "CLOUDANT",
        "SECP256K1",
        "AWS_ACCOUNT",
    ];
    Kind::parse(name).is_some_and(|kind| kind.group() == Group::Secret)
        || STARTS.iter().any(|start| name.starts_with(start))
}

fn table(cases: &[Case], columns: &[(&str, Option<Answers>)]) -> Result<String, Box<dyn Error>> {
    let names: BTreeSet<&str> = cases
        .iter()
        .flat_map(|case| case.tested.iter().map(String::as_str))
        .filter(|name| Kind::parse(name).is_some())
        .collect();
    let mut text = String::new();
    write!(text, "| type | spans; negatives |")?;
    for (name, _) in columns {
        write!(text, " {name} |")?;
    }
    write!(text, "\n|---|---|")?;
    for _ in columns {
        write!(text, "---|")?;
    }
    writeln!(text)?;
    for name in names {
        let rows: Vec<Option<Row>> = columns
            .iter()
            .map(|(_, answers)| answers.as_ref().map(|answers| score(cases, answers, name)))
            .collect();
        let first = rows.first().cloned().flatten().unwrap_or_default();
        if first.spans == 0 {
            continue;
        }
        write!(text, "| {name} | {}; {} |", first.spans, first.negatives)?;
        for row in rows {
            match row {
                Some(row) if row.found > 0 => {
                    write!(
                        text,
                        " {} / {}",
                        share(row.exact, row.spans),
                        share(row.exact, row.found)
                    )?;
                    if row.flagged > 0 {
                        write!(text, ", {}", row.flagged)?;
                    }
                    write!(text, " |")?;
                }
                _ => write!(text, " – |")?,
            }
        }
        writeln!(text)?;
    }
    let mut totals: BTreeMap<usize, (usize, usize, usize, usize)> = BTreeMap::new();
    for (index, (_, answers)) in columns.iter().enumerate() {
        if let Some(answers) = answers {
            totals.insert(index, secrets(cases, answers));
        }
    }
    let (_, spans, _, negatives) = totals.get(&0).copied().unwrap_or_default();
    write!(text, "| **secrets, touched by any** | {spans}; {negatives} |")?;
    for index in 0..columns.len() {
        match totals.get(&index) {
            Some((touched, spans, flagged, _)) if *touched > 0 => {
                write!(text, " {}, {flagged} |", share(*touched, *spans))?;
            }
            _ => write!(text, " – |")?,
        }
    }
    write!(text, "\n| **MB/s, ordinary text** | |")?;
    for (_, answers) in columns {
        match answers {
            Some(answers) => write!(
                text,
                " {:.*} |",
                usize::from(answers.speed < 10.0) * 2,
                answers.speed
            )?,
            None => write!(text, " – |")?,
        }
    }
    writeln!(text)?;
    Ok(text)
}

fn score(cases: &[Case], answers: &Answers, name: &str) -> Row {
    let mut row = Row::default();
    for (case, found) in cases.iter().zip(&answers.spans) {
        if !case.tested.iter().any(|tested| tested == name) {
            continue;
        }
        let due: BTreeSet<Range> = case
            .spans
            .iter()
            .filter(|(kind, _)| kind == name)
            .map(|(_, range)| *range)
            .collect();
        let own: BTreeSet<Range> = found
            .iter()
            .filter(|(kind, _)| kind == name)
            .map(|(_, range)| *range)
            .collect();
        row.spans += due.len();
        row.exact += due.intersection(&own).count();
        row.found += own.len();
        if due.is_empty() {
            row.negatives += 1;
            row.flagged += usize::from(!own.is_empty());
        }
    }
    row
}

/// Of all that anybody calls a secret: how many are touched by a finding that is one, how many there are, how many
/// texts without one are flagged, and how many of those there are.
fn secrets(cases: &[Case], answers: &Answers) -> (usize, usize, usize, usize) {
    let mut total = (0, 0, 0, 0);
    for (case, found) in cases.iter().zip(&answers.spans) {
        let own: Vec<Range> = found
            .iter()
            .filter(|(kind, _)| is_secret(kind))
            .map(|(_, range)| *range)
            .collect();
        for name in case.tested.iter().filter(|name| is_secret(name)) {
            let due: Vec<Range> = case
                .spans
                .iter()
                .filter(|(kind, _)| kind == name)
                .map(|(_, range)| *range)
                .collect();
            total.0 += due
                .iter()
                .filter(|span| own.iter().any(|one| one.0 < span.1 && span.0 < one.1))
                .count();
            total.1 += due.len();
            if due.is_empty() {
                total.2 += usize::from(!own.is_empty());
                total.3 += 1;
            }
        }
    }
    total
}

#[allow(clippy::cast_precision_loss, reason = "a few thousand")]
fn share(part: usize, whole: usize) -> String {
    if whole == 0 {
        "–".to_owned()
    } else {
        format!("{:.2}", part as f64 / whole as f64)
    }
}
