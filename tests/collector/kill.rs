//! The server is killed at any moment, again and again: what it had answered stays, a repeat is answered once.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::net::TcpStream;
use std::time::Duration;

use counterfoil_core::collector::account::{Chain, Entry, Event, Status};
use counterfoil_core::collector::revocation::{Action, Scope};
use counterfoil_core::encoding::sha256_hex;

use super::support::client::request;
use super::support::offer::draft;
use super::support::person::Person;
use super::support::server::Home;

/// Kills, if the environment does not say otherwise.
const KILLS: u64 = 24;

#[test]
fn nothing_that_was_answered_is_lost_and_nothing_is_doubled() {
    let kills = std::env::var("COUNTERFOIL_KILLS")
        .ok()
        .and_then(|kills| kills.parse().ok())
        .unwrap_or(KILLS);
    let home = Home::new();
    home.offer(&draft());
    let mut server = home.serve();
    let (compact, _) = server.newest_offer();
    let mut person = Person::new(1, &server);
    let mut answered: Vec<String> = Vec::new();
    let mut bundles = BTreeSet::new();
    for round in 0..kills {
        let texts: Vec<_> = (0..200)
            .map(|number| format!("Question {number} of round {round}?"))
            .collect();
        let texts: Vec<_> = texts.iter().map(String::as_str).collect();
        let bundle = person.bundle(&compact, &texts);
        let target = format!("/v1/bundles/{}", sha256_hex(&bundle.zip));
        let bytes = request(&server, "PUT", &target, &[], &bundle.zip);
        let mut stream = TcpStream::connect(server.address).unwrap();
        // A part of it, or all of it and some time: the moment of the kill is what is varied.
        match round % 8 {
            0 => stream.write_all(&bytes[..bytes.len() / 2]).unwrap(),
            moment => {
                stream.write_all(&bytes).unwrap();
                std::thread::sleep(Duration::from_millis(moment * moment));
            }
        }
        server.kill();
        drop(stream);

        server = home.serve();
        let (entry, opened) = server.put(&bundle.zip).entry();
        let Event::Receipt(receipt) = opened.event else {
            panic!()
        };
        assert_eq!((receipt.accepted, &receipt.bundle_sha256), (200, &bundle.sha256));
        assert!(bundles.insert(receipt.bundle_sha256));
        answered.push(entry);
        // As its person sees it, the account is what was answered: no entry more, none less, none other.
        assert_eq!(person.account(&server), answered, "round {round}");
        assert_eq!(
            (home.count("incoming"), home.count("bundles")),
            (0, answered.len())
        );
    }
    let mut chain = Chain::new();
    for entry in &answered {
        chain.push(entry).unwrap();
    }
    assert_eq!(chain.last().map(|last| last.owed.units()), Some(kills * 500));
}

#[test]
fn a_withdrawal_that_was_cut_off_is_brought_to_its_end() {
    let home = Home::new();
    home.offer(&draft());
    let mut server = home.serve();
    let (compact, _) = server.newest_offer();
    for round in 0..8_u8 {
        let mut person = Person::new(10 + round, &server);
        let text = format!("What does zebrafinch {round} sing?");
        let bundle = person.bundle(&compact, &[&text]);
        server.put(&bundle.zip).entry();
        let revocation = person.revocation(Action::Delete, Scope::All);
        let body = serde_json::json!({ "revocation": revocation }).to_string();
        let bytes = request(&server, "POST", "/v1/revocations", &[], body.as_bytes());
        let mut stream = TcpStream::connect(server.address).unwrap();
        stream.write_all(&bytes).unwrap();
        std::thread::sleep(Duration::from_millis(u64::from(round) * 2));
        server.kill();

        server = home.serve();
        let entries = server.withdraw(&revocation).entries();
        let statuses: Vec<_> = entries
            .iter()
            .map(|entry| match Entry::open(entry).unwrap().event {
                Event::Ack(ack) => ack.status,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(statuses, [Status::Received, Status::Done]);
        assert_eq!(person.account(&server).len(), 3, "round {round}");
        assert!(!home.holds(text.as_bytes()), "round {round}");
    }
}
