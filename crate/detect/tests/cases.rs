//! How much of the labelled cases is found. The cases lie beside the project and never in it: some of the strings were
//! once real. Where they are, the table is printed and held to the figures of others; where they are not, this says so.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use counterfoil_detect::{Group, Kind, detect_all};
use serde_json::Value;

/// A range in characters.
type Range = (usize, usize);

#[derive(Default)]
struct Row {
    spans: usize,
    exact: usize,
    touched: usize,
    found: usize,
    negatives: usize,
    flagged: usize,
}

/// What others reach at best: exact ranges of all, and alarms on texts that have none.
const OTHERS: [(&str, f64, bool); 11] = [
    ("EMAIL", 38.0 / 39.0, true),
    ("PHONE", 41.0 / 46.0, true),
    ("CREDIT_CARD", 1.0, true),
    ("IBAN", 1.0, true),
    ("IP", 1.0, true),
    ("US_SSN", 13.0 / 18.0, true),
    ("LINEAR_KEY", 3.0 / 5.0, true),
    ("OPENAI_KEY", 1.0, true),
    ("PRIVATE_KEY", 6.0 / 9.0, true),
    ("SLACK", 34.0 / 49.0, true),
    ("URL", 1.0, true),
];

/// Kinds that others call secrets by names of their own.
const SECRETS: [&str; 15] = [
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

fn is_secret(name: &str) -> bool {
    Kind::parse(name).is_some_and(|kind| kind.group() == Group::Secret)
        || SECRETS.iter().any(|start| name.starts_with(start))
}

#[test]
fn labelled_cases() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/pii/cases.jsonl.gz");
    let Ok(packed) = std::fs::read(&path) else {
        println!(
            "NOT MEASURED: the labelled cases are not at ../shared/pii/cases.jsonl.gz beside the project"
        );
        return;
    };
    let mut lines = String::new();
    flate2::read::GzDecoder::new(packed.as_slice())
        .read_to_string(&mut lines)
        .unwrap();
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    let mut secrets = Row::default();
    for line in lines.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let text = case["text"].as_str().unwrap();
        let place = |byte: usize| text[..byte].chars().count();
        let found: Vec<(Kind, Range)> = detect_all(text)
            .iter()
            .flat_map(|finding| {
                finding
                    .kinds()
                    .map(|kind| (kind, (place(finding.start), place(finding.end))))
                    .collect::<Vec<_>>()
            })
            .collect();
        for name in case["types_tested"].as_array().unwrap() {
            let name = name.as_str().unwrap();
            let spans: Vec<Range> = case["spans"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|span| span["type"] == name)
                .map(|span| (number(&span["start"]), number(&span["end"])))
                .collect();
            let own: Vec<Range> = found
                .iter()
                .filter(|(kind, _)| kind.as_str() == name)
                .map(|(_, range)| *range)
                .collect();
            count(rows.entry(name.to_owned()).or_default(), &spans, &own);
            if is_secret(name) {
                let any: Vec<Range> = found
                    .iter()
                    .filter(|(kind, _)| kind.group() == Group::Secret)
                    .map(|(_, range)| *range)
                    .collect();
                count(&mut secrets, &spans, &any);
            }
        }
    }
    println!(
        "{:<28} {:>6} {:>7} {:>9} {:>18}",
        "type", "spans", "recall", "precision", "alarms/negatives"
    );
    for (name, row) in rows.iter().filter(|(name, _)| Kind::parse(name).is_some()) {
        println!(
            "{name:<28} {:>6} {:>7} {:>9} {:>18}",
            row.spans,
            share(row.exact, row.spans),
            share(row.exact, row.found),
            format!("{}/{}", row.flagged, row.negatives)
        );
    }
    println!(
        "secrets, touched by any kind: {} of {} ({}), {} of {} negatives flagged",
        secrets.touched,
        secrets.spans,
        share(secrets.touched, secrets.spans),
        secrets.flagged,
        secrets.negatives
    );
    for (name, recall, quiet) in OTHERS {
        let row = &rows[name];
        assert!(
            ratio(row.exact, row.spans) >= recall,
            "{name}: {} of {}",
            row.exact,
            row.spans
        );
        assert!(
            !quiet || row.flagged == 0,
            "{name}: {} negatives flagged",
            row.flagged
        );
    }
    assert!(ratio(secrets.touched, secrets.spans) >= 0.97);
}

fn number(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

fn count(row: &mut Row, spans: &[Range], found: &[Range]) {
    row.spans += spans.len();
    row.exact += spans.iter().filter(|span| found.contains(span)).count();
    row.touched += spans
        .iter()
        .filter(|span| found.iter().any(|one| one.0 < span.1 && span.0 < one.1))
        .count();
    row.found += found.len();
    if spans.is_empty() {
        row.negatives += 1;
        row.flagged += usize::from(!found.is_empty());
    }
}

#[allow(clippy::cast_precision_loss, reason = "a few thousand")]
fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        1.0
    } else {
        part as f64 / whole as f64
    }
}

fn share(part: usize, whole: usize) -> String {
    if whole == 0 {
        "–".to_owned()
    } else {
        format!("{:.2}", ratio(part, whole))
    }
}
