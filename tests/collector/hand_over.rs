//! The way of a bundle: offer, receipt, account.

use counterfoil_core::collector::accept::Code;
use counterfoil_core::collector::account::{Chain, Entry, Event, Receipt};
use counterfoil_core::collector::metadata::Metadata;
use counterfoil_core::encoding::sha256_hex;
use counterfoil_core::jws;
use counterfoil_core::note::Cosigner;
use counterfoil_core::record::Kind;
use serde_json::json;

use super::support::now;
use super::support::offer::draft;
use super::support::person::Person;
use super::support::server::Home;

fn receipt(entry: &Entry) -> &Receipt {
    match &entry.event {
        Event::Receipt(receipt) => receipt,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_bundle_is_verified_receipted_and_paid() {
    let home = Home::new();
    let offer_sha256 = home.offer(&draft());
    let server = home.serve_with(&[
        "--name",
        "Ada's Data Shop",
        "--contact",
        "mailto:ada@shop.example",
    ]);
    let description = server.get("/.well-known/counterfoil-collector").json();
    let metadata = Metadata::open(description["collector"].as_str().unwrap(), None).unwrap();
    assert_eq!(
        (&metadata.did, metadata.name.as_str()),
        (&server.did, "Ada's Data Shop")
    );
    assert_eq!(metadata.offers, std::slice::from_ref(&offer_sha256));
    let (compact, offer) = server.newest_offer();
    assert_eq!(jws::sha256_hex(&compact), offer_sha256);
    let terms = server.get(&format!("/v1/terms/{}", offer.terms_sha256));
    assert_eq!(sha256_hex(&terms.body), offer.terms_sha256);

    let mut person = Person::new(1, &server);
    let texts: Vec<_> = (0..25)
        .map(|number| format!("Why is prime number {number} prime?"))
        .collect();
    let texts: Vec<_> = texts.iter().map(String::as_str).collect();
    let bundle = person.bundle(&compact, &texts);
    let (first, entry) = server.put(&bundle.zip).entry();
    let answered = receipt(&entry);
    assert_eq!(
        (&entry.iss, &entry.sub, entry.seq),
        (&server.did, person.key.did(), 0)
    );
    assert_eq!(
        (
            answered.accepted,
            answered.amount.units(),
            answered.rejected.as_slice()
        ),
        (25, 62, &[][..])
    );
    assert_eq!(
        (&answered.bundle_sha256, &answered.offer_sha256),
        (&bundle.sha256, &offer_sha256)
    );
    assert_eq!(
        answered.checkpoint_sha256,
        sha256_hex(bundle.checkpoint.as_bytes())
    );
    assert_eq!(answered.due, entry.iat + 30 * 86_400);
    assert!(answered.agrees_with(&bundle.own_sum(&offer, 0, answered)));
    assert_eq!(answered.note_key, metadata.note_key);
    let cosigner = Cosigner::parse(&answered.note_key).unwrap();
    let signed_at = cosigner.verify(&bundle.checkpoint, person.key.did(), &answered.cosignature);
    assert_eq!(signed_at, Ok(entry.iat));

    // The same again is answered the same, also after a restart.
    assert_eq!(server.put(&bundle.zip).entry().0, first);
    let log = server.end();
    assert!(
        log.contains("/v1/bundles/{sha256}") && !log.contains("prime number"),
        "{log}"
    );
    assert!(
        !log.contains(person.key.did().multibase()) && !log.contains("127.0.0.1"),
        "{log}"
    );
    let server = home.serve();
    assert_eq!(server.put(&bundle.zip).entry().0, first);

    // The log goes on from where it was cosigned.
    let second = person.bundle(&compact, &["What is a lighthouse?", "Who winds its clockwork?"]);
    let (_, entry) = server.put(&second.zip).entry();
    assert_eq!(
        (entry.seq, receipt(&entry).amount.units(), entry.owed.units()),
        (1, 5, 67)
    );

    let did = person.key.did().as_str();
    let pay = |amount: &str| {
        home.run(
            &["account", "pay"],
            &[did, "--amount", amount, "--rail", "sepa", "--ref", "11/7"],
        )
    };
    assert_eq!(pay("68").status.code(), Some(2));
    assert_eq!(pay("0").status.code(), Some(2));
    assert!(pay("60").status.success());
    let mut chain = Chain::new();
    let account = person.account(&server);
    for entry in &account {
        chain.push(entry).unwrap();
    }
    let last = chain.last().unwrap();
    assert_eq!(
        (
            last.seq,
            last.owed.units(),
            last.paid.units(),
            last.outstanding().units()
        ),
        (2, 67, 60, 7)
    );
    assert_eq!(account[0], first);
    assert_eq!(home.count("incoming"), 0);
    assert_eq!(home.count("bundles"), 2);
}

#[test]
fn what_is_refused_has_a_code_and_a_range_and_the_sum_is_anybodys() {
    let home = Home::new();
    let mut draft = draft();
    draft["caps"] = json!({"min_codepoints": 3, "max_codepoints": 400, "per_bundle": 250, "per_person": 6});
    draft["rules"] = json!([
        {"id": "prompts", "kind": "prompt", "per": "record", "n": 2, "amount": "7"},
        {"id": "letters", "kind": "search", "per": "codepoints", "n": 10, "amount": "3"}
    ]);
    home.offer(&draft);
    let server = home.serve();
    let (compact, offer) = server.newest_offer();

    let long = "Explain how the keeper of a lighthouse used to wind the clockwork that turned the lens every four \
        hours through the night and what happened when the weight reached the bottom of its shaft before he woke.";
    let mut other = Person::new(7, &server);
    let (_, entry) = server
        .put(&other.bundle(&compact, &["Said by another person", long]).zip)
        .entry();
    assert_eq!(receipt(&entry).accepted, 2);

    let mut person = Person::new(1, &server);
    let near = format!("{long} Thanks!");
    let lines = vec![
        person.line(0, "One good prompt", |_| ()),
        person.line(1, "A post", |entry| entry.kind = Kind::Post),
        person.line(2, "Ein Satz", |entry| entry.lang = Some("de".to_owned())),
        person.line(3, "Noch einer", |entry| entry.lang = None),
        person.line(4, "When was that", |entry| {
            entry.time = Some("2026-01".to_owned());
        }),
        person.line(5, "ab", |_| ()),
        person.line(6, "one  GOOD prompt ", |_| ()),
        person.line(7, "said by\tanother person", |_| ()),
        person.line(8, &near, |_| ()),
        person.line(9, "how tall is a lighthouse", |entry| entry.kind = Kind::Search),
    ];
    let consent = person.consent(&compact, |_| ());
    let bundle = person.bundle_of(&compact, &consent, lines, now());
    let answer = server.put(&bundle.zip);
    let (_, entry) = answer.entry();
    let answered = receipt(&entry);
    let ranges: Vec<_> = answered
        .rejected
        .iter()
        .map(|range| (range.code, range.from, range.to))
        .collect();
    let due = [
        (Code::Kind, 1, 2),
        (Code::Lang, 2, 4),
        (Code::Time, 4, 5),
        (Code::Size, 5, 6),
        (Code::Duplicate, 6, 7),
        (Code::OthersDuplicate, 7, 9),
    ];
    assert_eq!(ranges, due);
    // ⌊1 × 7 ÷ 2⌋ + ⌊24 × 3 ÷ 10⌋
    assert_eq!((answered.accepted, answered.amount.units()), (2, 3 + 7));
    assert!(answered.agrees_with(&bundle.own_sum(&offer, 0, answered)));

    assert_eq!(
        by_python(&home, &bundle.zip, &answer.body),
        ("2 10 EUR\n".to_owned(), true)
    );

    // Texts of an earlier bundle are duplicates, and four more are all that the offer takes of this person.
    let more = person.bundle(
        &compact,
        &[
            "One good prompt",
            "a b c",
            "d e f",
            "g h i",
            "j k l",
            "m n o",
            "p q r",
        ],
    );
    let answer = server.put(&more.zip);
    let (_, entry) = answer.entry();
    let ranges: Vec<_> = receipt(&entry)
        .rejected
        .iter()
        .map(|range| (range.code, range.from, range.to))
        .collect();
    assert_eq!(ranges, [(Code::Duplicate, 10, 11), (Code::Cap, 15, 17)]);
    assert_eq!(receipt(&entry).accepted, 4);
    assert_eq!(
        by_python(&home, &more.zip, &answer.body),
        ("4 14 EUR\n".to_owned(), true)
    );
    // What the offer does not make is told apart.
    assert!(!by_python(&home, &bundle.zip, &answer.body).1);
}

/// What a program of one page makes of a bundle and its receipt, which shares no line with the library; and whether it
/// agrees.
pub(super) fn by_python(home: &Home, bundle: &[u8], receipt: &[u8]) -> (String, bool) {
    let (bundle_path, receipt_path) = (home.beside("bundle.zip"), home.beside("receipt.json"));
    std::fs::write(&bundle_path, bundle).unwrap();
    std::fs::write(&receipt_path, receipt).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/collector/price.py");
    let output = std::process::Command::new("python3")
        .arg(script)
        .args([bundle_path, receipt_path])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    (String::from_utf8(output.stdout).unwrap(), output.status.success())
}

#[test]
fn the_same_bundle_in_another_container_is_the_same_bundle() {
    let home = Home::new();
    home.offer(&draft());
    let server = home.serve();
    let (compact, _) = server.newest_offer();
    let mut person = Person::new(1, &server);
    let bundle = person.bundle(
        &compact,
        &["Why is the sky blue, and why is it blue only by day?"; 1],
    );
    let (first, _) = server.put(&bundle.zip).entry();
    let stored = stored(&bundle.zip);
    assert_ne!(stored, bundle.zip);
    assert_eq!(server.put(&stored).entry().0, first);
    assert_eq!(server.put(&stored).entry().0, first);
    assert_eq!(person.account(&server), [first]);
    assert_eq!(home.count("bundles"), 1);
}

/// The same files in a ZIP that compresses nothing: made by reading the one given, byte by byte.
pub(super) fn stored(zip: &[u8]) -> Vec<u8> {
    use counterfoil_core::bundle::zip::{Member, open, write};
    let container = open(zip).unwrap();
    let read = |entry| {
        counterfoil_core::bundle::zip::Unpacker::new(zip, entry)
            .read_whole(1 << 20)
            .unwrap()
    };
    let files: Vec<_> = container
        .entries
        .iter()
        .map(|entry| (entry.name.clone(), read(entry)))
        .collect();
    let members: Vec<_> = files
        .iter()
        .map(|(name, bytes)| Member {
            name,
            bytes,
            deflate: false,
        })
        .collect();
    write(&container.top, &members).unwrap()
}

#[test]
#[cfg(target_os = "linux")]
fn memory_does_not_grow_with_a_bundle() {
    let home = Home::new();
    home.offer(&draft());
    let server = home.serve();
    let (compact, _) = server.newest_offer();
    let mut person = Person::new(1, &server);
    let small = person.bundle(&compact, &["A small one to begin with"]);
    server.put(&small.zip).entry();
    let before = server.peak_memory();
    // Half of the most that a bundle may unpack to: blocks of digests, each sixty-four times over in one record.
    let texts: Vec<_> = (0..256_u32)
        .map(|number| {
            let digest = |block: u32| sha256_hex(&[number.to_be_bytes(), block.to_be_bytes()].concat());
            (0..128).map(digest).collect::<String>().repeat(64)
        })
        .collect();
    let texts: Vec<_> = texts.iter().map(String::as_str).collect();
    let large = person.bundle(&compact, &texts);
    assert!(large.lines.iter().map(Vec::len).sum::<usize>() > 128 << 20);
    let (_, entry) = server.put(&large.zip).entry();
    assert_eq!(receipt(&entry).end, 257);
    assert_eq!(receipt(&entry).accepted, 256);
    let grown = server.peak_memory() - before;
    assert!(grown < 48 << 20, "{} MiB", grown >> 20);
}
