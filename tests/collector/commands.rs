//! The commands of the operator.

use counterfoil_core::encoding::sha256_hex;
use serde_json::{Value, json};

use super::support::offer::draft;
use super::support::person::Person;
use super::support::server::Home;

#[test]
fn offers_are_made_listed_and_closed() {
    let home = Home::new();
    let missing = home.run(&["offer", "list"], &[]);
    assert_eq!(missing.status.code(), Some(2));
    let first = home.offer(&draft());
    let list = home.ask(&["offer", "list"], &[]);
    assert!(list.starts_with(&format!("{first}  open ")), "{list}");
    // One asset, and nothing that no offer may say.
    let bad = |change: fn(&mut Value)| {
        let mut draft = draft();
        change(&mut draft);
        let path = home.beside("bad.json");
        std::fs::write(&path, draft.to_string()).unwrap();
        let output = home.run(
            &["offer", "add"],
            &[path.to_str().unwrap(), "--terms", path.to_str().unwrap()],
        );
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(bad(|draft| draft["asset"] = json!("USD")).contains("in EUR"));
    assert!(bad(|draft| draft["kinds"] = json!([])).contains("kinds"));
    assert!(bad(|draft| draft["price"] = json!(1)).contains("price"));
    assert!(bad(|draft| draft["rules"][0]["amount"] = json!(2.5)).contains("not an integer"));
    home.ask(&["offer", "close"], &[&first]);
    assert_eq!(home.run(&["offer", "close"], &[&first]).status.code(), Some(1));
    assert!(
        home.ask(&["offer", "list"], &[])
            .starts_with(&format!("{first}  closed "))
    );
}

#[test]
fn accounts_are_listed_and_shown() {
    let home = Home::new();
    home.offer(&draft());
    assert_eq!(home.run(&["account", "list"], &[]).status.code(), Some(1));
    let server = home.serve();
    let (compact, _) = server.newest_offer();
    let mut person = Person::new(1, &server);
    let (entry, _) = server
        .put(&person.bundle(&compact, &["a b c", "d e f", "g h i", "j k l"]).zip)
        .entry();
    let did = person.key.did().as_str();
    let list = home.ask(&["account", "list"], &[]);
    assert_eq!(list, format!("{did}  owed 10  paid 0  EUR\n"));
    let paid = home.ask(
        &["account", "pay"],
        &[did, "--amount", "4", "--rail", "cash", "--ref", "at the door"],
    );
    assert_eq!(paid, "entry 1: paid 4 EUR, 6 still owed\n");
    let shown = home.ask(&["account", "show"], &[did]);
    assert!(shown.contains("4 of 4 records accepted, 10 EUR"), "{shown}");
    assert!(shown.ends_with("owed 10, paid 4 EUR: 6 outstanding\n"), "{shown}");
    let statements = home.ask(&["account", "show"], &[did, "--statements"]);
    assert_eq!(statements.lines().collect::<Vec<_>>(), person.account(&server));
    assert!(statements.starts_with(&entry));
    let other = Person::new(2, &server);
    assert_eq!(
        home.run(&["account", "show"], &[other.key.did().as_str()])
            .status
            .code(),
        Some(1)
    );
}

#[test]
fn an_export_is_what_was_consented_to_and_is_described() {
    let home = Home::new();
    home.offer(&draft());
    let server = home.serve();
    let (compact, _) = server.newest_offer();
    for (number, text) in [
        (1, "What is a \"lighthouse\"?"),
        (2, "Was ist ein Leuchtturm?\n\u{1f5fc}"),
    ] {
        let mut person = Person::new(number, &server);
        server.put(&person.bundle(&compact, &[text]).zip).entry();
    }
    let out = home.beside("out");
    let export = |purpose: &str| {
        home.run(
            &["export"],
            &["--purpose", purpose, "--out", out.to_str().unwrap()],
        )
    };
    // The people consented to training only.
    assert_eq!(export("evaluate").status.code(), Some(1));
    assert!(export("train").status.success());
    let bytes = std::fs::read(out.join("records.jsonl")).unwrap();
    let lines: Vec<Value> = bytes
        .split(|b| *b == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["text"], "What is a \"lighthouse\"?");
    assert_ne!(lines[0]["contributor"], lines[1]["contributor"]);
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert!(!text.contains("did:key"));
    let described: Value =
        serde_json::from_slice(&std::fs::read(out.join("croissant.json")).unwrap()).unwrap();
    let file = &described["distribution"][0];
    assert_eq!(file["sha256"], sha256_hex(&bytes));
    assert_eq!(file["contentSize"], format!("{} B", bytes.len()));
    assert_eq!(described["rai:dataUseCases"], json!(["train"]));
    let fields: Vec<_> = described["recordSet"][0]["field"]
        .as_array()
        .unwrap()
        .iter()
        .map(|field| field["name"].clone())
        .collect();
    let names: Vec<_> = lines[0]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .map(Value::from)
        .collect();
    assert!(fields.len() == names.len() && names.iter().all(|name| fields.contains(name)));
    // A contributor's label is new in each export.
    let before = lines[0]["contributor"].clone();
    assert!(export("train").status.success());
    assert!(
        !std::fs::read_to_string(out.join("records.jsonl"))
            .unwrap()
            .contains(before.as_str().unwrap())
    );
}

#[test]
fn a_directory_is_served_by_one() {
    let home = Home::new();
    let _server = home.serve();
    let second = home.run(&["serve"], &["--listen", "127.0.0.1:0"]);
    assert_eq!(second.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&second.stderr).contains("is served already"));
}
