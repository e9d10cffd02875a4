//! Withdrawals are carried out: in the database, in the files, in what is exported.

use counterfoil_core::collector::account::{Ack, Chain, Entry, Event, Status};
use counterfoil_core::collector::problem::Problem;
use counterfoil_core::collector::revocation::{Action, Scope, Span};
use counterfoil_core::encoding::to_hex;
use counterfoil_core::merkle::leaf_hash;

use super::support::offer::draft;
use super::support::person::Person;
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
