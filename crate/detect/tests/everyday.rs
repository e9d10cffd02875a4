//! Ordinary text stays readable: prose, code, recipes, logs and questions in several languages, with the numbers that
//! such texts have. Less than one finding in five thousand words is allowed.

#![allow(clippy::panic, reason = "a test")]

mod texts;

use counterfoil_detect::detect;
use texts::TEXTS;

#[test]
fn ordinary_text_stays_readable() {
    let mut words = 0;
    let mut found = Vec::new();
    for text in TEXTS {
        words += text.split_whitespace().count();
        for finding in detect(text) {
            found.push(format!(
                "{} {:?} in {:.60}",
                finding.kind,
                &text[finding.start..finding.end],
                text
            ));
        }
    }
    // The same texts with other numbers, so that no luck with a check digit decides.
    for round in 1..=12_u32 {
        for text in TEXTS {
            let other = renumbered(text, round);
            words += other.split_whitespace().count();
            for finding in detect(&other) {
                found.push(format!(
                    "{} {:?} in {:.60}",
                    finding.kind,
                    &other[finding.start..finding.end],
                    other
                ));
            }
        }
    }
    println!("{} findings in {words} words", found.len());
    assert!(words > 25_000, "{words}");
    assert!(
        found.len() * 5_000 < words,
        "{} in {words} words:\n{}",
        found.len(),
        found.join("\n")
    );
}

/// A text with other digits in the same places, the first of a number never 0.
fn renumbered(text: &str, round: u32) -> String {
    let mut state = round.wrapping_mul(2_654_435_761);
    let mut before = ' ';
    text.chars()
        .map(|character| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let new = if character.is_ascii_digit() {
                let digit = state >> 24;
                let digit = if before.is_ascii_digit() {
                    digit % 10
                } else {
                    digit % 9 + 1
                };
                char::from_digit(digit, 10).unwrap_or('1')
            } else {
                character
            };
            before = character;
            new
        })
        .collect()
}
