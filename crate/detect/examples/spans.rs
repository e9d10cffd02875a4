//! Reads texts as JSON lines, `{"text": …}`, and writes what was found in each, with offsets in characters.

use std::io::{BufRead as _, Write as _};

use serde_json::{Value, json};

fn main() -> std::io::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let value: Value = serde_json::from_str(&line?)?;
        let text = value["text"].as_str().unwrap_or_default();
        let characters = |place: usize| text[..place].chars().count();
        let spans: Vec<Value> = counterfoil_detect::detect_all(text)
            .iter()
            .flat_map(|finding| {
                let (start, end) = (characters(finding.start), characters(finding.end));
                finding.kinds().map(move |kind| json!({"type": kind.as_str(), "start": start, "end": end, "c": finding.confidence}))
            })
            .collect();
        writeln!(out, "{}", json!({ "spans": spans }))?;
    }
    Ok(())
}
