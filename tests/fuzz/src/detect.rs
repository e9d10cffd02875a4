//! The detector: any text, with any choices of a person, in any way of taking out.

use counterfoil_detect::{
    Action, Choice, Choices, Decided, Finding, Kind, Personal, Policy, detect, detect_all, redact,
    redact_each,
};

use crate::input::Input;
use crate::{Target, no_mutation};

/// See the module.
pub(crate) const TARGET: Target = Target {
    name: "detect",
    run,
    seeds,
    longest: 4 * 1024,
    mutate: no_mutation,
};

/// What each kind of search begins with, so that the first inputs reach it.
const SEEDS: [&str; 26] = [
    "mail one@example.org, call (415) 555-0132 or +44 20 7123 4567",
    "card 4111 1111 1111 1111, IBAN GB82 WEST 1234 5698 7654 32",
    "from 198.51.100.7/24, 2001:db8::1%eth0/64, 00:1a:2b:3c:4d:5e",
    "https://user:s3cret-9@example.org/a?token=q33ie2ugnrxeh44q",
    "SSN 219-09-9998, NIE Y8063915Z, SW1A 1AA, 131052-308T",
    "born on 15 March 1989, dob: 15/03/1989",
    "my name is Ab Cd\nMr. Ab Cd\nBest regards,\nAb Cd",
    "221B Baker Street, Hauptstraße 12, 12 rue de la Paix, Calle Mayor 5",
    "lat 48.85837, 2.29448",
    "I was diagnosed with diabetes and I am a Buddhist",
    "password = \"Tr0ub4dor&3x\"; api_key: 'a1b2c3d4e5f6g7h8i9'",
    "my password is Tr0ub4dor!",
    "curl -u name:Tr0ub4dor9 https://example.org",
    "Authorization: Bearer q33ie2ugnrxeh44ql6a6b4c8",
    "ghp_q33ie2ugnrxeh44ql6a6b4c8o5ixjyucxlob",
    "xoxb-781236542736-2364535789652-GkwFDQoHqzXDVsC6GzqYUypD",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV",
    "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDA\n-----END PRIVATE KEY-----",
    "bP88Q~rcBcYjzzOhg1Hnn76Wm3jGgakZiZ.8vMgR",
    "legal winner thank year wave sausage worth useful legal winner thank yellow",
    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    "<token>\n    q33ie2ugnrxeh44ql6a6b4c8\n</token>",
    "set(\"api_token\", \"q33ie2ugnrxeh44ql6a6b4c8\")",
    "if (\"q33ie2ugnrxeh44\" == api_key)",
    "여권번호는 M789C1234입니다 号码13812345678",
    "34 ABC 1234, AB51 ABC, 756.9217.0769.85, A123456(3)",
];

fn seeds() -> Vec<Vec<u8>> {
    SEEDS
        .iter()
        .map(|text| [&[9, 1, 3, 7, 2], text.as_bytes()].concat())
        .collect()
}

fn run(data: &[u8]) {
    let mut input = Input(data);
    let action = Action::ALL[input.choice(Action::ALL.len())];
    let kind = Kind::ALL[input.choice(Kind::ALL.len())];
    let (from, to, kept) = (input.choice(256), input.choice(256), input.choice(256));
    let text = String::from_utf8_lossy(input.0).into_owned();

    let findings = detect(&text);
    let mut last = 0;
    for finding in &findings {
        assert!(
            finding.start >= last && finding.start < finding.end,
            "in order, apart, and not empty"
        );
        assert!(
            text.get(finding.start..finding.end).is_some(),
            "on the boundaries of characters"
        );
        assert!(finding.confidence > 0 && finding.confidence <= 100);
        assert!(!finding.also.contains(&finding.kind), "each reading once");
        last = finding.end;
    }
    assert_eq!(findings, detect(&text), "the same text, the same findings");
    for finding in detect_all(&text) {
        assert!(text.get(finding.start..finding.end).is_some());
    }

    let policy = Policy::all(action);
    let redacted = redact(&text, &findings, &policy);
    let count: u64 = redacted.counts.iter().map(|(_, count)| count).sum();
    let taken = findings
        .iter()
        .filter(|finding| policy.action(finding.kind) != Action::Keep)
        .count();
    assert_eq!(count, taken as u64, "what is counted is what was taken out");
    if taken == 0 {
        assert_eq!(redacted.text, text);
    }

    let personal = Personal::new([text.get(from..to).unwrap_or("word"), "winner", "é"]);
    let joined = personal.join(&text, findings);
    assert!(
        joined.windows(2).all(|pair| pair[0].start <= pair[1].start),
        "in order"
    );
    let left = redact(&text, &joined, &Policy::all(Action::Drop)).text;
    assert!(left.len() <= text.len(), "dropping adds nothing");
    decided(&text, &joined, (from, to), kept, kind, action);
    let hidden = |finding: &Finding| {
        let mut cover = joined
            .iter()
            .filter(|one| Policy::default().action(one.kind) != Action::Keep);
        cover.any(|one| one.start <= finding.start && finding.end <= one.end)
    };
    assert!(
        personal.find(&text).iter().all(hidden),
        "what is listed is hidden"
    );
}

/// What a person decides: nothing that is hidden overlaps, and hiding more shows nothing.
fn decided(
    text: &str,
    findings: &[Finding],
    (from, to): (usize, usize),
    kept: usize,
    kind: Kind,
    action: Action,
) {
    let mut choices = Choices(vec![Choice {
        start: 0,
        end: kept,
        kind,
        action: Action::Keep,
    }]);
    let hidden = |choices: &Choices| -> Vec<Decided> {
        let mut decided = choices.decide(text, findings.to_vec());
        assert!(
            decided
                .windows(2)
                .all(|pair| pair[0].finding.start <= pair[1].finding.start),
            "in order"
        );
        decided.retain(|one| one.action != Action::Keep);
        assert!(
            decided
                .windows(2)
                .all(|pair| pair[0].finding.end <= pair[1].finding.start),
            "apart"
        );
        decided
    };
    let before = hidden(&choices);
    let changed = choices.set(text, findings, from, to, action);
    let after = hidden(&choices);
    let covered = |start: usize, end: usize| {
        after
            .iter()
            .any(|one| one.finding.start <= start && end <= one.finding.end)
    };
    if action != Action::Keep {
        assert!(
            before
                .iter()
                .all(|one| covered(one.finding.start, one.finding.end)),
            "hiding more shows nothing"
        );
        if let Some(words) = text
            .get(from..to)
            .filter(|words| changed && !words.trim().is_empty())
        {
            let start = from + (words.len() - words.trim_start().len());
            let known = findings.iter().any(|one| (one.start, one.end) == (from, to));
            assert!(
                known || covered(start, start + words.trim().len()),
                "what was marked is hidden"
            );
        }
    }
    let each = after.iter().map(|one| (&one.finding, one.action));
    let redacted = redact_each(text, each);
    let count: u64 = redacted.counts.iter().map(|(_, count)| count).sum();
    assert_eq!(count, after.len() as u64, "what is counted is what was taken out");
    let places = redacted.places.iter();
    assert!(
        places
            .into_iter()
            .all(|(start, end)| redacted.text.get(*start..*end).is_some())
    );
    assert!(!choices.set(text, findings, from, to, action), "twice is once");
}
