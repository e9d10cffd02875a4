//! Withdrawals are carried out: in the database, in the files, in what is exported.

use counterfoil_core::collector::accept::TextKey;
use counterfoil_core::collector::account::{Ack, Chain, Entry, Event, Status};
use counterfoil_core::collector::problem::Problem;
use counterfoil_core::collector::revocation::{Action, Scope, Span};
use counterfoil_core::encoding::{sha256_hex, to_hex};
use counterfoil_core::merkle::leaf_hash;
use counterfoil_core::record::SharedLine;

use super::hand_over::stored;
use super::support::offer::draft;
use super::support::person::{Bundle, Person};
use super::support::server::{Home, Server};

const TEXTS: [&str; 3] = [
    "What does zebrafinch sing?",
    "Where does okapi sleep?",
    "When does axolotl wake?",
];

fn acks(server: &Server, revocation: &str) -> Vec<Ack> {
    let entries = server.withdraw(revocation).entries();
    entries
        .iter()
        .map(|entry| match Entry::open(entry).unwrap().event {
            Event::Ack(ack) => ack,
            other => panic!("{other:?}"),
        })
        .collect()
}

fn exported(home: &Home) -> String {
    let out = home.beside("out");
    let output = home.run(
        &["export"],
        &["--purpose", "train", "--out", out.to_str().unwrap()],
    );
    match output.status.code() {
        Some(0) => std::fs::read_to_string(out.join("records.jsonl")).unwrap(),
        Some(1) => String::new(),
        _ => panic!("{}", String::from_utf8_lossy(&output.stderr)),
    }
}

#[test]
fn deleted_records_are_nowhere_any_more() {
    let home = Home::new();
    home.offer(&draft());
    let server = home.serve();
    let (compact, _) = server.newest_offer();
    let mut person = Person::new(1, &server);
    let mut neighbour = Person::new(2, &server);
    server
        .put(&neighbour.bundle(&compact, &["Why does quokka smile?"]).zip)
        .entry();
    let bundle = person.bundle(&compact, &TEXTS);
    server.put(&bundle.zip).entry();
    assert!(exported(&home).contains("zebrafinch"));
    let words = ["zebrafinch", "okapi", "axolotl"].map(str::as_bytes);
    assert!(words.iter().all(|word| home.holds(word)));

    // One record of three: the others stay in use, the file that held all three goes.
    let one = person.revocation(
        Action::Delete,
        Scope::Records {
            ranges: vec![Span { from: 1, to: 2 }],
        },
    );
    let received = acks(&server, &one);
    let leaf = to_hex(&leaf_hash(&bundle.lines[1]));
    assert_eq!(
        received.iter().map(|ack| ack.status).collect::<Vec<_>>(),
        [Status::Received, Status::Done]
    );
    for ack in &received {
        assert_eq!(
            (ack.records, ack.leaf_hashes.as_slice()),
            (1, std::slice::from_ref(&leaf))
        );
    }
    assert_eq!(words.map(|word| home.holds(word)), [true, false, true]);
    assert_eq!(home.count("bundles"), 1);
    let left = exported(&home);
    assert!(
        left.contains("zebrafinch")
            && !left.contains("okapi")
            && left.contains("axolotl")
            && left.contains("quokka")
    );

    // The same withdrawal again is answered the same, and nothing is appended.
    assert_eq!(acks(&server, &one), received);
    assert_eq!(person.account(&server).len(), 3);
    // The bundle again brings nothing back.
    server.put(&bundle.zip).entry();
    assert!(!home.holds(words[1]));

    let all = person.revocation(Action::Delete, Scope::All);
    assert_eq!(acks(&server, &all).last().map(|ack| ack.records), Some(2));
    assert_eq!(words.map(|word| home.holds(word)), [false; 3]);
    assert!(home.holds(b"quokka"));
    assert!(!exported(&home).contains("axolotl"));

    // What was consented to before is over; a new consent begins anew.
    let start = person.frontier.clone();
    let old = person.bundle(&compact, &["When does zebrafinch sleep?"]);
    assert_eq!(server.put(&old.zip).problem().0, Problem::Withdrawn);
    assert!(!home.holds(words[0]));
    person.frontier = start;
    let line = person.line(3, "When does zebrafinch sleep?", |_| ());
    let consent = person.consent(&compact, |consent| consent.iat += 65);
    let new = person.bundle_of(&compact, &consent, vec![line], super::support::now() + 10);
    server.put(&new.zip).entry();

    let mut chain = Chain::new();
    for entry in person.account(&server) {
        chain.push(&entry).unwrap();
    }
    assert_eq!(chain.last().map(|last| last.seq), Some(5));
}

#[test]
fn what_is_stopped_is_kept_and_not_used() {
    let home = Home::new();
    let offer = home.offer(&draft());
    let server = home.serve();
    let (compact, _) = server.newest_offer();
    let mut person = Person::new(1, &server);
    let bundle = person.bundle(&compact, &TEXTS);
    server.put(&bundle.zip).entry();
    let stop = person.revocation(Action::Stop, Scope::Offer { offer_sha256: offer });
    assert_eq!(
        acks(&server, &stop).last().map(|ack| (ack.status, ack.records)),
        Some((Status::Done, 3))
    );
    assert!(home.holds(b"zebrafinch") && exported(&home).is_empty());
    let more = person.bundle(&compact, &["Who does ocelot meet?"]);
    assert_eq!(server.put(&more.zip).problem().0, Problem::Withdrawn);
    // Stopped first and deleted later.
    let delete = person.revocation(
        Action::Delete,
        Scope::Bundle {
            bundle_sha256: bundle.sha256,
        },
    );
    assert_eq!(acks(&server, &delete).len(), 2);
    assert!(!home.holds(b"zebrafinch"));
}

#[test]
fn many_records_are_acknowledged_by_one_digest() {
    use sha2::{Digest as _, Sha256};
    let home = Home::new();
    home.offer(&draft());
    let server = home.serve();
    let (compact, _) = server.newest_offer();
    let mut person = Person::new(1, &server);
    let texts: Vec<_> = (0..1_500)
        .map(|number| format!("Is {number} a number?"))
        .collect();
    let texts: Vec<_> = texts.iter().map(String::as_str).collect();
    let bundle = person.bundle(&compact, &texts);
    server.put(&bundle.zip).entry();
    let all = person.revocation(Action::Delete, Scope::All);
    let done = acks(&server, &all).pop().unwrap();
    let mut digest = Sha256::new();
    for line in &bundle.lines {
        digest.update(leaf_hash(line));
    }
    assert_eq!((done.records, done.leaf_hashes.len()), (1_500, 0));
    assert_eq!(done.leaves_sha256, to_hex(&digest.finalize()));
}

/// Bytes of a piece of a compressed file.
const PIECE: usize = 48;

/// What shows that a record is held: its line, what is in it, and the key by which the same text is found again.
fn traces(bundle: &Bundle, record: usize) -> [Vec<u8>; 4] {
    let line = SharedLine::parse(&bundle.lines[record]).unwrap();
    [
        bundle.lines[record].clone(),
        line.text.as_bytes().to_vec(),
        line.id.as_bytes().to_vec(),
        TextKey::of(&line.text).0.to_vec(),
    ]
}

/// Every file is read whole: the database with its log and its free pages, bundles that are compressed and that are
/// not, and whatever else lies there.
#[test]
fn of_what_was_withdrawn_no_file_has_a_byte() {
    let home = Home::new();
    home.offer(&draft());
    let mut server = home.serve();
    let (compact, _) = server.newest_offer();
    let long = "Explain to me how the keeper of a lighthouse used to wind the clockwork that turned the lens every four \
        hours through the night, and what happened when the weight reached the bottom of its shaft before he woke.";
    let mut neighbour = Person::new(2, &server);
    let theirs = neighbour.bundle(&compact, &["Why does quokka smile?"]);
    server.put(&theirs.zip).entry();
    let mut person = Person::new(1, &server);
    let plain = person.bundle(&compact, &[TEXTS[0], long, TEXTS[1]]);
    server.put(&stored(&plain.zip)).entry();
    let texts: Vec<_> = (0..20_u8)
        .map(|number| format!("{}{}", TEXTS[2], sha256_hex(&[number])))
        .collect();
    let texts: Vec<_> = texts.iter().map(String::as_str).collect();
    let packed = person.bundle(&compact, &texts);
    server.put(&packed.zip).entry();
    // Not compressed, a line is found in the file and in the database; compressed, the file is known by its pieces.
    for record in 0..3 {
        for (trace, files) in traces(&plain, record).iter().zip([2, 2, 2, 1]) {
            assert!(home.holders(trace) >= files, "{record}");
        }
    }
    let pieces: Vec<_> = packed
        .zip
        .chunks_exact(PIECE)
        .filter(|piece| home.holders(piece) == 1 && !theirs.zip.windows(PIECE).any(|window| window == *piece))
        .collect();
    assert!(pieces.len() > 50, "{}", pieces.len());
    let is_gone = |bundle: &Bundle, record| traces(bundle, record).iter().all(|trace| !home.holds(trace));

    let one = Scope::Records {
        ranges: vec![Span { from: 1, to: 2 }],
    };
    server.withdraw(&person.revocation(Action::Delete, one)).entries();
    assert!(is_gone(&plain, 1));
    for record in [0, 2] {
        assert!(
            traces(&plain, record)
                .iter()
                .all(|trace| home.holders(trace) == 1)
        );
    }
    for end in [Server::kill, |server: Server| drop(server.end())] {
        let all = person.revocation(Action::Delete, Scope::All);
        acks(&server, &all);
        let check = |when: &str| {
            assert!((0..3).all(|record| is_gone(&plain, record)), "{when}");
            assert!((0..20).all(|record| is_gone(&packed, record)), "{when}");
            assert!(pieces.iter().all(|piece| !home.holds(piece)), "{when}");
            assert!(traces(&theirs, 0).iter().all(|trace| home.holds(trace)));
        };
        check("as soon as it was answered");
        end(server);
        check("after the end");
        server = home.serve();
        check("after the next start");
    }
}
