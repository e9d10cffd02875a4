//! What collectors and people state to each other: offers, descriptions, consents, withdrawals, tokens, accounts,
//! proofs of cheating, sums, and what a bundle is worth. JSON files with one member.

use data_encoding::BASE64;
use ed25519_dalek::SigningKey;
use serde_json::{Value, json};

use super::case::{Case, document, invalid, valid};
use super::{IAT, NOTICE, collector, did, digest, jws, lines, multibase, person, sha256, stranger};

const JTI: &str = "5d4c3b2a-9f8e-4d7c-a6b5-040302010f0e";
const ACCOUNT: &str = "https://collector.example/v1/account";

/// A change to a payload before it is signed.
type Edit<'a> = &'a dyn Fn(&mut Value);

fn none(_: &mut Value) {}

fn set(member: &str, to: Value) -> impl Fn(&mut Value) + '_ {
    move |payload| payload[member] = to.clone()
}

fn offer() -> Value {
    json!({
        "asset": "EUR",
        "caps": {"max_codepoints": 400, "min_codepoints": 4, "per_bundle": 100, "per_person": 1000},
        "exclusive": false, "human_review": false, "iss": did(&collector()), "jti": JTI,
        "kinds": ["search", "prompt"], "languages": ["en"], "min_items": 1, "pay_within_days": 30,
        "purposes": ["train"], "regions": ["DE"], "retention_days": 365,
        "rules": [
            {"amount": "3", "id": "each-search", "kind": "search", "n": 2, "per": "record"},
            {"amount": "7", "id": "long-prompts", "kind": "prompt", "n": 10, "per": "codepoints"},
        ],
        "sites": [], "terms_sha256": digest(b"The terms.\n"), "time_precision": "day",
        "title": "Searches for a small model", "v": 1, "valid_from": IAT - 86_400, "valid_until": IAT + 86_400,
    })
}

fn note_key() -> String {
    let cosigner = SigningKey::from_bytes(&[0xc1; 32]);
    note_key_named(&format!("counterfoil-collector/{}", multibase(&cosigner)))
}

/// The key of cosignatures as signed-note writes it, with the type of a cosignature (0x04) before the key.
fn note_key_named(name: &str) -> String {
    let cosigner = SigningKey::from_bytes(&[0xc1; 32]);
    let key = [&[4], cosigner.verifying_key().as_bytes().as_slice()].concat();
    let hash = sha256(&[name.as_bytes(), b"\n", &key].concat());
    format!("{name}+{}+{}", super::hex(&hash[..4]), BASE64.encode(&key))
}

pub(crate) fn description() -> Value {
    json!({
        "contact": "mailto:data@collector.example", "did": did(&collector()), "iat": IAT,
        "keys": [did(&collector())],
        "limits": {"bundle_bytes": 67_108_864, "records": 100_000, "unpacked_bytes": 268_435_456, "uploads_per_minute": 30},
        "name": "Ada's Data Shop", "note_key": note_key(), "offers": [digest(b"an offer")], "v": 1,
    })
}

fn consent() -> Value {
    json!({
        "aud": did(&collector()), "exp": IAT + 86_400, "human_review": false, "iat": IAT, "iss": did(&person()),
        "jti": JTI, "notice_sha256": digest(NOTICE.as_bytes()),
        "offer_sha256": digest(jws(&collector(), "offer", &offer()).as_bytes()), "purposes": ["train"],
        "scope": "offer", "special": false, "v": 1,
    })
}

fn revocation() -> Value {
    json!({
        "action": "delete", "aud": did(&collector()), "iat": IAT, "iss": did(&person()), "jti": JTI,
        "scope": {"of": "records", "ranges": [{"from": 0, "to": 2}, {"from": 5, "to": 6}]}, "v": 1,
    })
}

fn token() -> Value {
    json!({"aud": did(&collector()), "exp": IAT + 300, "htm": "GET", "htu": ACCOUNT, "iat": IAT, "jti": JTI, "v": 1})
}

fn entry(seq: u64, before: Option<&str>, owed: &str, paid: &str, event: Value) -> Value {
    let mut entry = json!({
        "asset": "EUR", "iat": IAT + seq, "iss": did(&collector()), "owed": owed, "paid": paid, "seq": seq,
        "sub": did(&person()), "v": 1,
    });
    if let Some(before) = before {
        entry["prev_sha256"] = json!(digest(before.as_bytes()));
    }
    for (member, value) in event.as_object().unwrap() {
        entry[member] = value.clone();
    }
    entry
}

fn receipt() -> Value {
    json!({
        "accepted": 2, "amount": "10", "bundle_sha256": digest(b"a bundle"),
        "checkpoint_sha256": digest(b"a checkpoint"), "cosignature": "a cosignature", "due": IAT + 30 * 86_400,
        "end": 3, "note_key": note_key(), "offer_sha256": digest(b"an offer"),
        "rejected": [{"code": "size", "from": 1, "to": 2}], "start": 0, "type": "receipt",
    })
}

fn payout() -> Value {
    json!({"amount": "4", "rail": "sepa", "ref": "2026-11/7", "type": "payout"})
}

fn ack(status: &str) -> Value {
    let leaf = digest(b"a leaf");
    let mut ack = json!({
        "due": IAT + 30 * 86_400, "leaf_hashes": [leaf], "leaves_sha256": digest(&sha256(b"a leaf")), "records": 1,
        "revocation_sha256": digest(b"a withdrawal"), "status": status, "type": "ack",
    });
    if status == "done" {
        ack["done_at"] = json!(IAT + 60);
    }
    ack
}

fn account(payload: &Value) -> String {
    jws(&collector(), "account", payload)
}

/// A receipt, a payment and an answer to a withdrawal, each naming the one before.
fn chain() -> [String; 3] {
    let first = account(&entry(0, None, "10", "0", receipt()));
    let second = account(&entry(1, Some(&first), "10", "4", payout()));
    let third = account(&entry(2, Some(&second), "10", "4", ack("done")));
    [first, second, third]
}

/// A file that holds one statement, and what a reader needs besides it.
fn statement(key: &SigningKey, typ: &str, payload: &Value) -> Value {
    let mut file = json!({"compact": jws(key, typ, payload), "type": typ});
    match typ {
        "revocation" => file["audience"] = json!(did(&collector())),
        "auth" => {
            file["request"] = json!({"aud": did(&collector()), "htm": "GET", "htu": ACCOUNT, "now": IAT + 10})
        }
        _ => {}
    }
    file
}

/// A statement whose payload was changed, by whom it is due, or by somebody else.
fn changed(typ: &str, by: Option<&SigningKey>, edit: Edit<'_>) -> Value {
    let (key, mut payload) = match typ {
        "offer" => (collector(), offer()),
        "collector" => (collector(), description()),
        "consent" => (person(), consent()),
        "revocation" => (person(), revocation()),
        "auth" => (person(), token()),
        _ => (collector(), entry(0, None, "10", "0", receipt())),
    };
    edit(&mut payload);
    statement(by.unwrap_or(&key), typ, &payload)
}

fn file(member: &str, value: Value) -> Vec<u8> {
    document(&json!({ member: value }))
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for group in [accepted, fields, strangers, accounts, cheats, amounts, judged] {
        cases.extend(group());
    }
    cases
}

fn accepted() -> Vec<Case> {
    let mut cases = Vec::new();
    for typ in ["offer", "collector", "consent", "revocation", "auth", "account"] {
        let signer = if matches!(typ, "consent" | "revocation" | "auth") {
            person()
        } else {
            collector()
        };
        cases.push(
            valid(
                typ,
                &format!("A statement of the type {typ}, whole."),
                file("statement", changed(typ, None, &none)),
            )
            .gives(json!({"did": did(&signer)})),
        );
    }
    for (name, about, scope) in [
        (
            "revocation-all",
            "A withdrawal of everything.",
            json!({"of": "all"}),
        ),
        (
            "revocation-offer",
            "A withdrawal of what was given under one offer.",
            json!({"of": "offer", "offer_sha256": digest(b"an offer")}),
        ),
        (
            "revocation-bundle",
            "A withdrawal of one bundle.",
            json!({"of": "bundle", "bundle_sha256": digest(b"a bundle")}),
        ),
    ] {
        let made = changed("revocation", None, &set("scope", scope));
        cases.push(valid(name, about, file("statement", made)).gives(json!({"did": did(&person())})));
    }
    let mut suited = changed("consent", None, &none);
    suited["offer"] = json!(jws(&collector(), "offer", &offer()));
    cases.push(
        valid(
            "consent-suits",
            "A consent that agrees to what its offer needs, and to nothing more.",
            file("statement", suited),
        )
        .gives(json!({"did": did(&person())})),
    );
    cases.push(
        valid(
            "account-chain",
            "An account: a receipt, a payment, and an answer to a withdrawal.",
            file("account", json!(chain())),
        )
        .gives(json!({"owed": "10", "paid": "4", "seq": 2})),
    );
    cases
}

/// One member of each statement that has a value which it may not have.
fn fields() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |typ: &str, field: &str, name: &str, about: &str, edit: Edit<'_>| {
        let made = changed(typ, None, edit);
        cases.push(invalid(
            &format!("field {field}"),
            &format!("{typ}-{name}"),
            about,
            file("statement", made),
        ));
    };
    add(
        "offer",
        "v",
        "version",
        "An offer of version 2.",
        &set("v", json!(2)),
    );
    add(
        "offer",
        "jti",
        "name",
        "Its id is no UUID.",
        &set("jti", json!("offer-1")),
    );
    add(
        "offer",
        "title",
        "direction-mark",
        "A mark that turns the direction of text stands in the title.",
        &set("title", json!("Searches \u{202e}for a model")),
    );
    add(
        "offer",
        "purposes",
        "capital",
        "A purpose in capitals.",
        &set("purposes", json!(["Train"])),
    );
    add(
        "offer",
        "purposes",
        "none",
        "No purpose.",
        &set("purposes", json!([])),
    );
    add(
        "offer",
        "kinds",
        "twice",
        "A kind twice.",
        &set("kinds", json!(["search", "search"])),
    );
    add(
        "offer",
        "kinds",
        "unknown",
        "A kind that nobody shares.",
        &set("kinds", json!(["unknown"])),
    );
    add(
        "offer",
        "sites",
        "address",
        "A site with a path.",
        &set("sites", json!(["a.example/b"])),
    );
    add(
        "offer",
        "languages",
        "long",
        "A language of 36 letters.",
        &set("languages", json!(["a".repeat(36)])),
    );
    add(
        "offer",
        "min_items",
        "none",
        "Bundles without records.",
        &set("min_items", json!(0)),
    );
    add(
        "offer",
        "valid_from",
        "ends-first",
        "It ends before it begins.",
        &set("valid_from", json!(IAT + 90_000)),
    );
    add(
        "offer",
        "terms_sha256",
        "capital",
        "A digest in capitals.",
        &set("terms_sha256", json!("A".repeat(64))),
    );
    add(
        "offer",
        "asset",
        "small",
        "An asset in small letters.",
        &set("asset", json!("eur")),
    );
    add(
        "offer",
        "rules",
        "same-id",
        "Two rules of one name.",
        &|payload: &mut Value| {
            payload["rules"][1]["id"] = json!("each-search");
        },
    );
    add(
        "offer",
        "rules",
        "other-kind",
        "A price for what is not asked for.",
        &|payload: &mut Value| {
            payload["rules"][0]["kind"] = json!("post");
        },
    );
    add(
        "offer",
        "rules",
        "for-nothing",
        "A price for every 0 records.",
        &|payload: &mut Value| {
            payload["rules"][0]["n"] = json!(0);
        },
    );
    add(
        "offer",
        "caps",
        "crossed",
        "The least length is above the greatest.",
        &|payload: &mut Value| {
            payload["caps"]["min_codepoints"] = json!(401);
        },
    );
    add(
        "offer",
        "retention_days",
        "none",
        "Kept for no day.",
        &set("retention_days", json!(0)),
    );
    add(
        "offer",
        "pay_within_days",
        "long",
        "Paid within 3,651 days.",
        &set("pay_within_days", json!(3_651)),
    );
    add(
        "offer",
        "regions",
        "small",
        "A region in small letters.",
        &set("regions", json!(["de"])),
    );
    add(
        "offer",
        "exclusive",
        "yes",
        "It asks that nobody else gets the same.",
        &set("exclusive", json!(true)),
    );
    add(
        "collector",
        "v",
        "version",
        "A description of version 2.",
        &set("v", json!(2)),
    );
    add(
        "collector",
        "name",
        "blank",
        "A name of blanks.",
        &set("name", json!("  ")),
    );
    add(
        "collector",
        "contact",
        "none",
        "No contact.",
        &set("contact", json!("")),
    );
    add(
        "collector",
        "keys",
        "first",
        "Its first key is not its identity.",
        &set("did", json!(did(&stranger()))),
    );
    add(
        "collector",
        "note_key",
        "hash",
        "The hash of the key of cosignatures is another.",
        &|payload: &mut Value| {
            let key = note_key();
            let mut parts = key.splitn(3, '+');
            let (name, hash, encoded) = (
                parts.next().unwrap(),
                parts.next().unwrap(),
                parts.next().unwrap(),
            );
            let other: String = hash.chars().rev().collect();
            payload["note_key"] = json!(format!("{name}+{other}+{encoded}"));
        },
    );
    add(
        "collector",
        "note_key",
        "name",
        "The key of cosignatures has a name of its own choice.",
        &set("note_key", json!(note_key_named("collector.example/cosigner"))),
    );
    add(
        "collector",
        "offers",
        "digest",
        "An offer that is no digest.",
        &set("offers", json!(["an offer"])),
    );
    add(
        "consent",
        "exp",
        "ended",
        "It ends when it begins.",
        &set("exp", json!(IAT)),
    );
    add(
        "consent",
        "offer_sha256",
        "digest",
        "The offer is no digest.",
        &set("offer_sha256", json!("an offer")),
    );
    add(
        "consent",
        "notice_sha256",
        "digest",
        "The notice is no digest.",
        &set("notice_sha256", json!("")),
    );
    add(
        "consent",
        "purposes",
        "none",
        "It is for nothing.",
        &set("purposes", json!([])),
    );
    let range = |from: u64, to: u64| json!({"of": "records", "ranges": [{"from": from, "to": to}]});
    add(
        "revocation",
        "scope",
        "empty-range",
        "A range without records.",
        &set("scope", range(4, 4)),
    );
    add(
        "revocation",
        "scope",
        "no-range",
        "Single records, but none.",
        &set("scope", json!({"of": "records", "ranges": []})),
    );
    add(
        "revocation",
        "scope",
        "order",
        "Ranges that overlap.",
        &set(
            "scope",
            json!({"of": "records", "ranges": [{"from": 0, "to": 3}, {"from": 2, "to": 4}]}),
        ),
    );
    add(
        "auth",
        "htm",
        "method",
        "A token for another method.",
        &set("htm", json!("PUT")),
    );
    add(
        "auth",
        "htu",
        "address",
        "A token for another address.",
        &set("htu", json!("https://collector.example/v1/offers")),
    );
    add(
        "auth",
        "iat",
        "later",
        "A token of more than a minute from now.",
        &|payload: &mut Value| {
            payload["iat"] = json!(IAT + 71);
            payload["exp"] = json!(IAT + 200);
        },
    );
    add(
        "auth",
        "exp",
        "over",
        "A token that is over.",
        &set("exp", json!(IAT + 10)),
    );
    add(
        "auth",
        "exp",
        "long",
        "A token for more than 300 seconds.",
        &set("exp", json!(IAT + 301)),
    );
    add(
        "account",
        "asset",
        "long",
        "An asset of 13 letters.",
        &set("asset", json!("ABCDEFGHIJKLM")),
    );
    add(
        "account",
        "prev_sha256",
        "first",
        "The first entry names one before it.",
        &set("prev_sha256", json!(digest(b"nothing"))),
    );
    add(
        "account",
        "prev_sha256",
        "second",
        "The second entry names none before it.",
        &set("seq", json!(1)),
    );
    add(
        "account",
        "accepted",
        "count",
        "More accepted than are left of the bundle.",
        &set("accepted", json!(3)),
    );
    add(
        "account",
        "rejected",
        "order",
        "Ranges that overlap.",
        &set(
            "rejected",
            json!([{"code": "size", "from": 1, "to": 2}, {"code": "cap", "from": 1, "to": 2}]),
        ),
    );
    add(
        "account",
        "end",
        "empty",
        "A bundle without records.",
        &set("end", json!(0)),
    );
    add(
        "account",
        "members",
        "more",
        "A member that nobody knows.",
        &set("more", json!(1)),
    );
    let mut refused = |field: &str, name: &str, about: &str, event: Value| {
        let made = json!({"compact": account(&entry(0, None, "0", "0", event)), "type": "account"});
        cases.push(invalid(
            &format!("field {field}"),
            name,
            about,
            file("statement", made),
        ));
    };
    let edited = |mut event: Value, member: &str, to: Value| {
        event[member] = to;
        event
    };
    refused(
        "rail",
        "account-payout-capital",
        "A payment by a way in capitals.",
        edited(payout(), "rail", json!("SEPA")),
    );
    refused(
        "ref",
        "account-payout-unnamed",
        "A payment that cannot be found.",
        edited(payout(), "ref", json!("")),
    );
    refused(
        "done_at",
        "account-ack-received",
        "Received, and done as well.",
        edited(ack("received"), "done_at", json!(IAT)),
    );
    refused(
        "leaf_hashes",
        "account-ack-count",
        "One hash of two records.",
        edited(ack("received"), "records", json!(2)),
    );
    cases
}

fn strangers() -> Vec<Case> {
    let mut cases = Vec::new();
    for (typ, about) in [
        ("offer", "An offer that somebody else signed."),
        ("collector", "A description that none of its keys signed."),
        ("consent", "A consent that somebody else signed."),
        ("revocation", "A withdrawal that somebody else signed."),
        ("account", "An entry that somebody else signed."),
    ] {
        let made = changed(typ, Some(&stranger()), &none);
        cases.push(invalid("signer", typ, about, file("statement", made)));
    }
    let mut other = changed("collector", Some(&stranger()), &|payload: &mut Value| {
        payload["did"] = json!(did(&stranger()));
        payload["keys"] = json!([did(&stranger())]);
    });
    other["pinned"] = json!(jws(&collector(), "collector", &description()));
    cases.push(invalid(
        "signer",
        "collector-other",
        "A description of another collector than the one that is known.",
        file("statement", other),
    ));
    for typ in ["revocation", "auth"] {
        let made = changed(typ, None, &set("aud", json!(did(&stranger()))));
        cases.push(invalid(
            "audience",
            typ,
            "It is for another collector.",
            file("statement", made),
        ));
    }
    for (name, field, about, edit) in [
        (
            "consent-more",
            "purposes",
            "A consent to more than is offered.",
            &set("purposes", json!(["sell", "train"])) as Edit<'_>,
        ),
        (
            "consent-elsewhere",
            "aud",
            "A consent for another collector.",
            &set("aud", json!(did(&stranger()))),
        ),
    ] {
        let mut made = changed("consent", None, edit);
        made["offer"] = json!(jws(&collector(), "offer", &offer()));
        cases.push(invalid(
            &format!("field {field}"),
            name,
            about,
            file("statement", made),
        ));
    }
    let mut read = offer();
    read["human_review"] = json!(true);
    let mut made = changed("consent", None, &none);
    made["offer"] = json!(jws(&collector(), "offer", &read));
    cases.push(invalid(
        "field human_review",
        "consent-unread",
        "People read the records, and the consent is not to that.",
        file("statement", made),
    ));
    let mut cut = changed("offer", None, &none);
    let compact = cut["compact"].as_str().unwrap();
    cut["compact"] = json!(compact[..compact.len() - 4]);
    cases.push(invalid(
        "jws malformed",
        "offer",
        "The signature is cut off.",
        file("statement", cut),
    ));
    cases.push(invalid(
        "jws payload",
        "offer-member",
        "An offer with a member that nobody knows.",
        file("statement", changed("offer", None, &set("more", json!(1)))),
    ));
    cases
}

fn accounts() -> Vec<Case> {
    let [first, second, third] = chain();
    let mut cases = Vec::new();
    let mut add = |error: &str, name: &str, about: &str, entries: &[&str]| {
        cases.push(invalid(error, name, about, file("account", json!(entries))));
    };
    add(
        "order",
        "begins-late",
        "The account begins with its second entry.",
        &[&second, &third],
    );
    add("order", "gap", "An entry is missing.", &[&first, &third]);
    add("order", "twice", "An entry twice.", &[&first, &first]);
    let link = account(&entry(1, Some(&third), "10", "4", payout()));
    add(
        "link",
        "other-before",
        "An entry names another one before it.",
        &[&first, &link],
    );
    let sum = account(&entry(1, Some(&first), "9", "4", payout()));
    add(
        "sum",
        "owed-less",
        "Less is owed than before, without a reason.",
        &[&first, &sum],
    );
    let sum = account(&entry(1, Some(&first), "10", "5", payout()));
    add(
        "sum",
        "paid-more",
        "More is paid than the entry says.",
        &[&first, &sum],
    );
    let begin = account(&entry(0, None, "11", "0", receipt()));
    add(
        "sum",
        "first",
        "The first entry owes more than its receipt.",
        &[&begin],
    );
    let mut other = entry(1, Some(&first), "10", "4", payout());
    other["sub"] = json!(did(&stranger()));
    add(
        "other",
        "person",
        "An entry of another person.",
        &[&first, &account(&other)],
    );
    let mut other = entry(1, Some(&first), "10", "4", payout());
    other["asset"] = json!("USD");
    add(
        "other",
        "asset",
        "An entry in another asset.",
        &[&first, &account(&other)],
    );
    let signed = jws(
        &stranger(),
        "account",
        &entry(1, Some(&first), "10", "4", payout()),
    );
    add(
        "statement signer",
        "second",
        "An entry that somebody else signed.",
        &[&first, &signed],
    );
    cases
}

fn cheats() -> Vec<Case> {
    let [first, second, third] = chain();
    let mut paid = payout();
    paid["amount"] = json!("1");
    let fork = account(&entry(1, Some(&first), "10", "1", paid));
    let link = account(&entry(2, Some(&fork), "10", "4", ack("received")));
    let sum = account(&entry(1, Some(&first), "8", "4", payout()));
    [
        (
            "cheat-fork",
            "Two entries in one place: a fork.",
            [&second, &fork],
            json!("fork"),
        ),
        (
            "cheat-link",
            "An entry names another one before it than was signed.",
            [&second, &link],
            json!("link"),
        ),
        (
            "cheat-sum",
            "The sums do not follow from the entry before.",
            [&first, &sum],
            json!("sum"),
        ),
        (
            "cheat-none",
            "Two entries that follow each other prove nothing.",
            [&second, &third],
            Value::Null,
        ),
        (
            "cheat-same",
            "An entry proves nothing against itself.",
            [&second, &second],
            Value::Null,
        ),
        (
            "cheat-far",
            "Two entries with one between prove nothing.",
            [&first, &third],
            Value::Null,
        ),
    ]
    .into_iter()
    .map(|(name, about, pair, cheat)| {
        valid(name, about, file("cheat", json!(pair))).gives(json!({ "cheat": cheat }))
    })
    .collect()
}

fn amounts() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, text) in [("nothing", "0"), ("most", "999999999999999")] {
        let made = file("amount", json!(text));
        cases.push(valid(&format!("amount-{name}"), "A sum.", made).gives(json!({"amount": text})));
    }
    for (name, about, text) in [
        ("bound", "10^15 minor units.", "1000000000000000"),
        ("zero-before", "A leading zero.", "07"),
        ("sign", "A sign.", "+7"),
        ("negative", "Less than nothing.", "-1"),
        ("part", "A part of a unit.", "0.5"),
        ("empty", "No digit.", ""),
        ("long", "More than 64 bits.", "99999999999999999999"),
    ] {
        cases.push(invalid("amount", name, about, file("amount", json!(text))));
    }
    cases
}

/// What bundles are worth, and which records are refused.
fn judged() -> Vec<Case> {
    let line = |seq: u64, edit: Edit<'_>| {
        let mut line: Value = serde_json::from_slice(&lines(seq, seq + 1)[0]).unwrap();
        line["kind"] = json!("search");
        line["lang"] = json!("en");
        line["time"] = json!("2026-11-22");
        line["text"] = json!(format!("the text of record {seq}"));
        edit(&mut line);
        line.to_string()
    };
    let bundle = |lines: Vec<String>, before: u64, judged: Value| {
        file(
            "bundle",
            json!({
                "accepted_before": before, "approved_at": IAT, "judged": judged, "lines": lines,
                "offer": jws(&collector(), "offer", &offer()),
            }),
        )
    };
    let searches = |count: u64| (0..count).map(|seq| line(seq, &none)).collect::<Vec<_>>();
    let mut cases = Vec::new();
    let mut add = |name: &str, about: &str, made: Vec<u8>, accepted: u64, amount: &str, rejected: Value| {
        let gives = json!({"accepted": accepted, "amount": amount, "rejected": rejected});
        cases.push(valid(&format!("bundle-{name}"), about, made).gives(gives));
    };
    add(
        "whole",
        "Three searches at 3 for every 2: ⌊3 × 3 ÷ 2⌋.",
        bundle(searches(3), 0, json!([])),
        3,
        "4",
        json!([]),
    );
    let prompt = line(1, &|line: &mut Value| {
        line["kind"] = json!("prompt");
        line["text"] = json!("αβγδε 🚢 twelve.");
    });
    add(
        "codepoints",
        "A prompt of 15 code points at 7 for every 10, and a search.",
        bundle(vec![line(0, &none), prompt], 0, json!([])),
        2,
        "11",
        json!([]),
    );
    let refusals: [(&str, &str, Edit<'_>); 6] = [
        (
            "kind",
            "A kind that is not asked for.",
            &set("kind", json!("post")),
        ),
        (
            "lang",
            "A language that is not asked for.",
            &set("lang", json!("de")),
        ),
        (
            "time",
            "A month where days are asked for.",
            &set("time", json!("2026-11")),
        ),
        ("size", "A text that is too short.", &set("text", json!("why"))),
        (
            "duplicate",
            "The text of the record before, in capitals and with more blanks.",
            &|line: &mut Value| {
                line["text"] = json!("  THE text of\trecord 0 ");
            },
        ),
        (
            "time-later",
            "A day after the approval.",
            &set("time", json!("2026-11-23")),
        ),
    ];
    for (name, about, edit) in refusals {
        let code = name.split('-').next().unwrap();
        let mut made = searches(3);
        made[1] = line(1, edit);
        add(
            &format!("refused-{name}"),
            about,
            bundle(made, 0, json!([])),
            2,
            "3",
            json!([{"code": code, "from": 1, "to": 2}]),
        );
    }
    add(
        "cap",
        "Two of this person's thousand records were left.",
        bundle(searches(4), 998, json!([])),
        2,
        "3",
        json!([{"code": "cap", "from": 2, "to": 4}]),
    );
    add(
        "judged",
        "What the collector judges is taken as given; what follows from the offer is not.",
        bundle(
            searches(4),
            0,
            json!([{"code": "others_duplicate", "from": 0, "to": 2}, {"code": "size", "from": 3, "to": 4}]),
        ),
        2,
        "3",
        json!([{"code": "others_duplicate", "from": 0, "to": 2}]),
    );
    cases
}
