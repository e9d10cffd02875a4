//! What tools that others wrote say of the collector. `cargo xtask conformance` brings them and runs these.
//!
//! Each tool is also given something altered, which it must refuse: a check that cannot fail shows nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use counterfoil_app::collectors::message::Withdrawn;
use counterfoil_app::collectors::view::CollectorView;
use counterfoil_core::collector::account::{Entry, Event};
use counterfoil_core::collector::revocation::{Action, Scope};
use counterfoil_core::encoding::to_base64;
use serde_json::{Value, json};

use super::extension::{Dealing as _, Shop, offer, person, refresh, withdraw, write};
use super::hand_over::by_python;
use super::profile::Profile;
use super::support::offer::draft;
use super::support::person::Person;
use super::support::server::{Home, Server};

/// Requests that carry a token, at most.
const TOKENS: usize = 3_000;
/// People whose bundles and withdrawals the tools hand over.
const PEOPLE: u8 = 12;

/// The Python with the packages of `python/collector.txt`.
fn python() -> PathBuf {
    let named = std::env::var_os("COUNTERFOIL_VENV_COLLECTOR");
    PathBuf::from(named.expect("run `cargo xtask conformance`, which brings the tools"))
}

/// A file beside this one.
fn script(name: &str) -> PathBuf {
    Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/collector/python"
    ))
    .join(name)
}

/// Runs a Python to its end: whether it says that all is well, and what it wrote.
fn run<S: AsRef<OsStr>>(home: &Home, arguments: &[S], variables: &[(&str, &Path)]) -> (bool, String) {
    let output = Command::new(python())
        .args(arguments)
        .current_dir(home.beside("."))
        .envs(variables.iter().copied())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&text).into_owned(),
    )
}

#[test]
#[ignore = "needs the tools that `cargo xtask conformance` brings"]
fn the_description_of_the_interface_is_valid() {
    let home = Home::new();
    let server = home.serve();
    let mut described = server.get("/openapi.json").json();
    let path = home.beside("described.json");
    let check = |described: &Value| {
        std::fs::write(&path, described.to_string()).unwrap();
        let arguments = ["-m", "openapi_spec_validator", path.to_str().unwrap()];
        run(&home, &arguments, &[])
    };
    let (holds, said) = check(&described);
    assert!(holds, "{said}");
    described["paths"]["/v1/offers"]["get"]["responses"] = json!([]);
    assert!(!check(&described).0);
}

/// What the tool is given to ask with, as a file.
fn material(home: &Home, server: &Server) -> PathBuf {
    let (compact, offer) = server.newest_offer();
    let (mut bundles, mut withdrawals) = (Vec::new(), Vec::new());
    let mut people: Vec<_> = (1..=PEOPLE).map(|number| Person::new(number, server)).collect();
    for (person, number) in people.iter_mut().zip(0..) {
        let texts = [
            format!("What is lighthouse {number}?"),
            format!("Who keeps {number} of them?"),
        ];
        bundles.push(to_base64(
            &person.bundle(&compact, &texts.each_ref().map(String::as_str)).zip,
        ));
        withdrawals.push(person.revocation(Action::Delete, Scope::All));
    }
    let token = |person: &mut Person| person.token(server, |_| ());
    let tokens: Vec<_> = (0..TOKENS / people.len())
        .flat_map(|_| people.iter_mut().map(token).collect::<Vec<_>>())
        .collect();
    let path = home.beside("material.json");
    let material = json!({
        "bundles": bundles, "withdrawals": withdrawals, "tokens": tokens, "terms": [offer.terms_sha256],
    });
    std::fs::write(&path, material.to_string()).unwrap();
    path
}

#[test]
#[ignore = "needs the tools that `cargo xtask conformance` brings"]
fn the_server_keeps_to_the_description_of_its_interface() {
    let home = Home::new();
    home.offer(&draft());
    // Each request comes as from another address, or most would be refused for their number.
    let server = home.serve_with(&["--behind-proxy"]);
    let mut described = server.get("/openapi.json").json();
    let material = material(&home, &server);
    let ask = |described: &Value, more: &[&str]| {
        let path = home.beside("described.json");
        std::fs::write(&path, described.to_string()).unwrap();
        let (config, hooks) = (script("interface.toml"), script("interface.py"));
        let url = format!("http://{}", server.address);
        let mut arguments = vec![
            "-m",
            "schemathesis.cli",
            "--config-file",
            config.to_str().unwrap(),
            "run",
            path.to_str().unwrap(),
            "--url",
            &url,
        ];
        arguments.extend(more);
        let variables = [
            ("SCHEMATHESIS_HOOKS", hooks.as_path()),
            ("INTERFACE_MATERIAL", material.as_path()),
        ];
        run(&home, &arguments, &variables)
    };
    let (holds, said) = ask(&described, &[]);
    assert!(holds, "{said}");
    // What is described otherwise than it is, is noticed.
    let narrow = ["--include-operation-id", "offers", "--max-examples", "5"];
    assert!(ask(&described, &narrow).0);
    described["components"]["schemas"]["Offers"]["properties"]["offers"]["type"] = json!("string");
    let (holds, said) = ask(&described, &narrow);
    assert!(!holds && said.contains("Response violates schema"), "{said}");

    // The tool got to what the description says of answers to what is right, and was slowed down nowhere.
    let (mut seen, mut requests) = (BTreeMap::<String, BTreeSet<u64>>::new(), 0);
    for line in server.end().lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let fields = &line["fields"];
        if let (Some(method), Some(route)) = (fields["method"].as_str(), fields["route"].as_str()) {
            let status = fields["status"].as_u64().unwrap();
            seen.entry(format!("{} {route}", method.to_ascii_lowercase()))
                .or_default()
                .insert(status);
            requests += 1;
        }
    }
    println!("{requests} requests: {seen:?}");
    for (path, operations) in described["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            let statuses = &seen[&format!("{method} {path}")];
            assert!(statuses.contains(&200), "{method} {path}: {statuses:?}");
            assert!(
                statuses.iter().all(|status| *status < 500 && *status != 429),
                "{method} {path}: {statuses:?}"
            );
        }
    }
}

/// The extension's own app that shared twice with a collector, which refused one of the records.
struct Dealt {
    shop: Shop,
    profile: Profile,
    collector: CollectorView,
    /// The exports of the app.
    exports: [String; 2],
}

fn dealt() -> Dealt {
    let mut offer = offer();
    offer["rules"] = json!([
        {"id": "prompts", "kind": "prompt", "per": "record", "n": 2, "amount": "7"},
        {"id": "letters", "kind": "prompt", "per": "codepoints", "n": 10, "amount": "3"},
    ]);
    let shop = Shop::open(&offer);
    let (compact, _) = shop.server.newest_offer();
    let mut neighbour = Person::new(1, &shop.server);
    let theirs = neighbour.bundle(&compact, &["Where does okapi sleep?"]);
    shop.server.put(&theirs.zip).entry();
    let mut profile = person(&[
        "What does zebrafinch sing?",
        "Where does okapi sleep?",
        "Wo schläft das Äxolotl? \u{1f98e}",
    ]);
    shop.answer(&profile);
    let collector = profile.add(&shop);
    let first = profile.approved(&collector);
    profile.hand_over(&first).unwrap();
    write(
        &mut profile,
        &[
            "Why does quokka smile?",
            "A \"quoted\"\u{2028}line\nand \\ another",
        ],
    );
    let second = profile.approved(&collector);
    profile.hand_over(&second).unwrap();
    Dealt {
        shop,
        profile,
        collector,
        exports: [first, second],
    }
}

#[test]
#[ignore = "needs the tools that `cargo xtask conformance` brings"]
fn every_statement_verifies() {
    let Dealt {
        shop,
        profile,
        collector,
        exports,
    } = dealt();
    let person = profile.one().person;
    let pay = [
        person.as_str(),
        "--amount",
        "9",
        "--rail",
        "cash",
        "--ref",
        "door",
    ];
    shop.home.ask(&["account", "pay"], &pay);
    profile.view(refresh(&collector));
    profile.view(withdraw(&collector, Withdrawn::Bundle(exports[0].clone())));
    profile.view(withdraw(&collector, Withdrawn::All));
    profile.view(refresh(&collector));

    let (mut bundles, mut tokens, mut revocations) = (Vec::new(), Vec::new(), Vec::new());
    for sent in shop.sent.borrow().iter() {
        match sent.method.as_str() {
            "PUT" => {
                let path = shop.home.beside(&format!("{}.zip", bundles.len()));
                std::fs::write(&path, &sent.body).unwrap();
                bundles.push(path);
            }
            "POST" => {
                let body: Value = serde_json::from_slice(&sent.body).unwrap();
                revocations.push(body["revocation"].clone());
            }
            _ if sent.bearer.is_empty() => (),
            _ => tokens.push(sent.bearer.clone()),
        }
    }
    let description = shop.server.get("/.well-known/counterfoil-collector").json();
    let mut statements = json!({
        "collector": collector.did, "person": person, "bundles": bundles, "tokens": tokens,
        "revocations": revocations, "descriptions": [description["collector"]],
        "offers": shop.server.get("/v1/offers").json()["offers"], "account": profile.account(&collector),
    });
    let path = shop.home.beside("statements.json");
    let check = |statements: &Value| {
        std::fs::write(&path, statements.to_string()).unwrap();
        let script = script("statements.py");
        run(&shop.home, &[script.as_path(), &path], &[])
    };
    let (holds, said) = check(&statements);
    assert!(holds, "{said}");
    // An account in which an entry is missing is no chain.
    statements["account"].as_array_mut().unwrap().remove(1);
    assert!(!check(&statements).0);
}

#[test]
fn a_page_of_python_computes_what_is_owed_for_a_bundle_of_the_extension() {
    let Dealt {
        shop,
        profile,
        collector,
        exports,
    } = dealt();
    let bundles = exports.map(|export| profile.file(&export));
    let entries = profile.account(&collector);
    let receipts: Vec<_> = entries
        .iter()
        .map(|entry| {
            let Event::Receipt(receipt) = Entry::open(entry).unwrap().event else {
                panic!("{entry}")
            };
            (json!({ "entries": [entry] }).to_string(), receipt)
        })
        .collect();
    assert_eq!(
        receipts.iter().map(|(_, one)| one.accepted).collect::<Vec<_>>(),
        [2, 2]
    );
    assert_eq!(receipts[0].1.rejected.len(), 1);
    for (bundle, (file, receipt)) in bundles.iter().zip(&receipts) {
        let due = format!("{} {} EUR\n", receipt.accepted, receipt.amount);
        assert_eq!(by_python(&shop.home, bundle, file.as_bytes()), (due, true));
    }
    assert!(!by_python(&shop.home, &bundles[0], receipts[1].0.as_bytes()).1);
}

#[test]
#[ignore = "needs the tools that `cargo xtask conformance` brings"]
fn an_export_loads_elsewhere() {
    let Dealt {
        shop,
        profile,
        collector,
        exports,
    } = dealt();
    let out = shop.home.beside("out");
    let export = |records: &str| {
        shop.home.ask(
            &["export"],
            &["--purpose", "train", "--out", out.to_str().unwrap()],
        );
        let script = script("export.py");
        let arguments = [script.as_os_str(), out.as_os_str(), records.as_ref()];
        run(&shop.home, &arguments, &[])
    };
    let (holds, said) = export("5");
    assert!(holds, "{said}");
    assert!(!export("4").0);
    // After a withdrawal it is an export of what is left.
    profile.view(withdraw(&collector, Withdrawn::Bundle(exports[0].clone())));
    let (holds, said) = export("3");
    assert!(holds, "{said}");
}
