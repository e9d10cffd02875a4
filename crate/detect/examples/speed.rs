//! How fast a file is looked at, one line at a time, in millions of bytes a second: the median of eleven rounds.

use std::time::Instant;

fn main() {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: speed FILE");
        return;
    };
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => {
            eprintln!("{path}: {error}");
            return;
        }
    };
    let mut rounds: Vec<(f64, usize)> = (0..11)
        .map(|_| {
            let begun = Instant::now();
            let found: usize = text
                .split("\n\n")
                .map(|part| counterfoil_detect::detect(part).len())
                .sum();
            (begun.elapsed().as_secs_f64(), found)
        })
        .collect();
    rounds.sort_by(|one, other| one.0.total_cmp(&other.0));
    #[allow(clippy::cast_precision_loss, reason = "a measurement")]
    let speed = text.len() as f64 / 1e6 / rounds[5].0;
    println!(
        "{speed:.0} MB/s, {} findings in {} bytes",
        rounds[5].1,
        text.len()
    );
}
