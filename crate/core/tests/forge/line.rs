//! Lines of the two kinds of log, and the content that a private one commits to.

use data_encoding::{BASE64, BASE64URL, BASE64URL_NOPAD};
use serde_json::{Value, json};

use super::case::{Case, invalid, valid};
use super::{leaf, line, record, sha256};

/// A private record with every member.
pub(crate) fn private() -> Value {
    json!({
        "c": BASE64URL_NOPAD.encode(&sha256(b"content")),
        "claimed_evidence": "observed",
        "id": "01a202b2-c57b-7505-8505-050505050505",
        "kind": "search",
        "seq": 0,
        "time": "2026-11-22T10:00:00.123Z",
        "v": 1
    })
}

fn edited(mut value: Value, edit: impl FnOnce(&mut Value)) -> Vec<u8> {
    edit(&mut value);
    line(&value)
}

fn text_of(value: &Value) -> String {
    String::from_utf8(line(value)).unwrap()
}

fn without(mut value: Value, name: &str) -> Vec<u8> {
    value.as_object_mut().unwrap().remove(name);
    line(&value)
}

/// What a line is read as, and what comes out of it.
fn read(log: &str, canonical: bool, case: Case) -> Case {
    let hash = BASE64.encode(&leaf(&case.bytes));
    let case = case.given(json!({"ask": log}));
    if case.error.is_some() {
        case
    } else {
        case.gives(json!({"canonical": canonical, "leaf": hash}))
    }
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    cases.extend(private_accepted());
    cases.extend(
        private_refused()
            .into_iter()
            .map(|case| read("private", false, case)),
    );
    cases.extend(shared_accepted());
    cases.extend(
        shared_refused()
            .into_iter()
            .map(|case| read("shared", false, case)),
    );
    cases.extend(bodies());
    for (log, value) in [("private", private()), ("shared", record(1))] {
        cases.extend(
            unreadable(log, &value)
                .into_iter()
                .map(|case| read(log, false, case)),
        );
    }
    for case in &mut cases {
        // The same mistake is made in both lines.
        let kind = case.given["ask"].as_str().unwrap();
        let (outcome, rest) = match &case.error {
            None => ("valid".to_owned(), case.file.strip_prefix("valid-").unwrap()),
            Some(error) => {
                let error = error.replace([' ', '_'], "-");
                (
                    error.clone(),
                    case.file.strip_prefix(&format!("{error}-")).unwrap(),
                )
            }
        };
        case.file = format!("{kind}-{outcome}-{rest}");
    }
    cases
}

fn private_accepted() -> Vec<Case> {
    let mut cases = Vec::new();
    for kind in [
        "search",
        "prompt",
        "post",
        "comment",
        "edit",
        "response",
        "rating",
        "unknown",
        "tombstone",
    ] {
        let bytes = edited(private(), |value| value["kind"] = json!(kind));
        cases.push(read(
            "private",
            true,
            valid(kind, &format!("A record of the kind {kind}."), bytes),
        ));
    }
    for evidence in ["imported", "entered"] {
        let bytes = edited(private(), |value| value["claimed_evidence"] = json!(evidence));
        cases.push(read(
            "private",
            true,
            valid(evidence, &format!("A record that was {evidence}."), bytes),
        ));
    }
    for (name, about, field, value) in [
        (
            "last-place",
            "The highest place that there can be.",
            "seq",
            json!(9_007_199_254_740_991_u64),
        ),
        (
            "first-time",
            "The earliest time.",
            "time",
            json!("1970-01-01T00:00:00.000Z"),
        ),
        (
            "last-time",
            "The latest time.",
            "time",
            json!("9999-12-31T23:59:59.999Z"),
        ),
        (
            "leap-day",
            "The last day of February in a leap year.",
            "time",
            json!("2024-02-29T23:59:59.999Z"),
        ),
    ] {
        cases.push(read(
            "private",
            true,
            valid(name, about, edited(private(), |line| line[field] = value)),
        ));
    }
    let text = text_of(&private());
    let reversed: Vec<_> = private()
        .as_object()
        .unwrap()
        .iter()
        .rev()
        .map(|(key, value)| format!("\"{key}\":{value}"))
        .collect();
    for (name, about, bytes) in [
        (
            "blanks",
            "With blanks: not canonical, but a verifier takes the bytes as they stand.",
            text.replace(':', " : ").replace(" : 00 : 00", ":00:00"),
        ),
        (
            "order",
            "The members in another order: not canonical.",
            format!("{{{}}}", reversed.join(",")),
        ),
        (
            "escaped-key",
            "An escape in a key: not canonical.",
            text.replace("\"kind\"", "\"\\u006bind\""),
        ),
        (
            "escaped-value",
            "An escape in a value: not canonical.",
            text.replace("\"search\"", "\"\\u0073earch\""),
        ),
    ] {
        cases.push(read("private", false, valid(name, about, bytes)));
    }
    let longest = text.clone() + &" ".repeat(64 * 1024 - text.len());
    cases.push(read(
        "private",
        false,
        valid("longest", "64 KiB, most of them blanks at the end.", longest).compressed(),
    ));
    cases
}

fn private_refused() -> Vec<Case> {
    let field = |field: &'static str, name: &str, about: &str, value: Value| {
        invalid(
            &format!("field {field}"),
            name,
            about,
            edited(private(), |line| line[field] = value),
        )
    };
    let hash = sha256(b"content");
    let encoded = BASE64URL_NOPAD.encode(&hash);
    let text = text_of(&private());
    let too_long = text.clone() + &" ".repeat(64 * 1024 + 1 - text.len());
    let mut cases = vec![
        field("v", "0", "A version before the first.", json!(0)),
        field("v", "2", "A version that is not known.", json!(2)),
        field("c", "empty", "No commitment.", json!("")),
        field(
            "c",
            "31-bytes",
            "A commitment of 31 bytes.",
            json!(BASE64URL_NOPAD.encode(&hash[1..])),
        ),
        field(
            "c",
            "33-bytes",
            "A commitment of 33 bytes.",
            json!(BASE64URL_NOPAD.encode(&[9; 33])),
        ),
        field(
            "c",
            "padded",
            "A padded commitment.",
            json!(BASE64URL.encode(&hash)),
        ),
        field(
            "c",
            "stray-bits",
            "Bits of the last letter stand for nothing.",
            json!(format!("{}B", &encoded[..42])),
        ),
        field(
            "c",
            "other-alphabet",
            "A commitment in the alphabet that is not for URLs.",
            json!("+".repeat(42) + "A"),
        ),
        field(
            "c",
            "hex",
            "A commitment in hexadecimal.",
            json!(super::hex(&hash)),
        ),
        field(
            "id",
            "version-4",
            "A UUID of version 4.",
            json!("919108f7-52d1-4320-9bac-f847db4148a8"),
        ),
        field(
            "id",
            "upper-case",
            "A UUID in upper case.",
            json!("01A202B2-C57B-7505-8505-050505050505"),
        ),
        field(
            "id",
            "without-dashes",
            "A UUID without its dashes.",
            json!("01a202b2c57b75058505050505050505"),
        ),
        field(
            "id",
            "other-variant",
            "A UUID of another variant.",
            json!("01a202b2-c57b-7505-c505-050505050505"),
        ),
        field(
            "id",
            "braces",
            "A UUID in braces.",
            json!("{01a202b2-c57b-7505-8505-050505050505}"),
        ),
        field(
            "seq",
            "2-to-53",
            "A place that a double cannot tell from its neighbour.",
            json!(9_007_199_254_740_992_u64),
        ),
        invalid(
            "too-long",
            "65537-bytes",
            "64 KiB and a byte, most of them blanks at the end.",
            too_long,
        )
        .compressed(),
    ];
    for (name, about, time) in [
        ("seconds", "A time without milliseconds.", "2026-11-22T10:00:00Z"),
        (
            "microseconds",
            "A time with microseconds.",
            "2026-11-22T10:00:00.123456Z",
        ),
        (
            "offset",
            "A time with an offset.",
            "2026-11-22T10:00:00.123+00:00",
        ),
        (
            "blank",
            "A blank between day and time.",
            "2026-11-22 10:00:00.123Z",
        ),
        ("lower-case", "A time in lower case.", "2026-11-22t10:00:00.123z"),
        (
            "no-such-day",
            "The thirty-first of November.",
            "2026-11-31T10:00:00.123Z",
        ),
        (
            "no-leap-day",
            "The last day of February in a year that is none.",
            "2026-02-29T10:00:00.123Z",
        ),
        ("no-such-hour", "Twenty-four o'clock.", "2026-11-22T24:00:00.000Z"),
        ("leap-second", "The sixtieth second.", "2026-12-31T23:59:60.000Z"),
        ("before-1970", "A time before 1970.", "1969-12-31T23:59:59.999Z"),
        (
            "year-10000",
            "A year of five digits.",
            "10000-01-01T00:00:00.000Z",
        ),
        (
            "comma",
            "A comma before the milliseconds.",
            "2026-11-22T10:00:00,123Z",
        ),
        (
            "other-digits",
            "Digits of another script.",
            "2026-11-2\u{662}T10:00:00.12Z",
        ),
        ("empty", "No time.", ""),
    ] {
        cases.push(field("time", name, about, json!(time)));
    }
    cases
}

/// What neither line may be: such bytes around this value.
fn unreadable(log: &str, value: &Value) -> Vec<Case> {
    let text = text_of(value);
    let bad = |name: &str, about: &str, bytes: Vec<u8>| invalid("unreadable", name, about, bytes);
    let replaced = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1).into_bytes()
    };
    let seq = format!("\"seq\":{}", value["seq"]);
    let place = |to: &str| replaced(&seq, &format!("\"seq\":{to}"));
    let kind = value["kind"].to_string();
    let id = value["id"].to_string();
    let values: Vec<_> = value
        .as_object()
        .unwrap()
        .values()
        .map(ToString::to_string)
        .collect();
    let mut cases = vec![
        bad("empty", "No bytes.", Vec::new()),
        bad("not-json", "Some text.", b"search".to_vec()),
        bad("null", "The value null.", b"null".to_vec()),
        bad(
            "array",
            "The values of the members in an array, in their order.",
            format!("[{}]", values.join(",")).into(),
        ),
        bad(
            "array-around",
            "The object in an array.",
            format!("[{text}]").into(),
        ),
        bad(
            "unknown-member",
            "A member that the line does not have.",
            edited(value.clone(), |line| line["more"] = json!(1)),
        ),
        bad(
            "duplicate-member",
            "A member twice, with the same value.",
            replaced("\"v\":1", "\"v\":1,\"v\":1"),
        ),
        bad(
            "duplicate-member-escaped",
            "A member twice, once with an escape in its key.",
            replaced("\"v\":1", "\"v\":1,\"\\u0076\":1"),
        ),
        bad(
            "upper-case-member",
            "A key in upper case.",
            replaced("\"v\":", "\"V\":"),
        ),
        bad(
            "kind-unknown",
            "A kind that nobody knows.",
            edited(value.clone(), |line| line["kind"] = json!("thought")),
        ),
        bad(
            "kind-upper-case",
            "A kind in upper case.",
            edited(value.clone(), |line| line["kind"] = json!("Search")),
        ),
        bad(
            "kind-object",
            "The kind as the key of an object.",
            replaced(&kind, &format!("{{{kind}:null}}")),
        ),
        bad("kind-null", "No kind.", replaced(&kind, "null")),
        bad(
            "evidence-unknown",
            "Evidence that nobody knows.",
            replaced("\"observed\"", "\"proven\""),
        ),
        bad(
            "evidence-object",
            "The evidence as the key of an object.",
            replaced("\"observed\"", "{\"observed\":null}"),
        ),
        bad("id-number", "A number where a text is due.", replaced(&id, "1")),
        bad("seq-negative", "A negative place.", place("-1")),
        bad("seq-minus-zero", "A zero with a sign.", place("-0")),
        bad("seq-fraction", "A place with a fraction.", place("0.0")),
        bad("seq-exponent", "A place with an exponent.", place("0e0")),
        bad(
            "seq-leading-zero",
            "A place that begins with a zero.",
            place("00"),
        ),
        bad("seq-text", "A place as a text.", place("\"0\"")),
        bad(
            "seq-2-to-64",
            "A place past 64 bits.",
            place("18446744073709551616"),
        ),
        bad(
            "version-256",
            "A version that no byte holds.",
            replaced("\"v\":1", "\"v\":256"),
        ),
        bad(
            "version-text",
            "The version as a text.",
            replaced("\"v\":1", "\"v\":\"1\""),
        ),
        bad(
            "lone-surrogate",
            "Half of a pair of surrogates.",
            replaced(&id, "\"\\udc00\""),
        ),
        bad("not-utf8", "A byte that is not UTF-8.", {
            let at = text.find(&id).unwrap() + 1;
            let mut bytes = text.clone().into_bytes();
            bytes[at] = 0xff;
            bytes
        }),
        bad(
            "control-character",
            "A newline in a text.",
            replaced(&id, "\"\n\""),
        ),
        bad(
            "byte-order-mark",
            "A byte order mark at the beginning.",
            format!("\u{feff}{text}").into(),
        ),
        bad(
            "trailing",
            "Another line after a newline.",
            format!("{text}\n{text}").into(),
        ),
        bad(
            "trailing-comma",
            "A comma after the last member.",
            replaced("\"v\":1}", "\"v\":1,}"),
        ),
        bad(
            "truncated",
            "The last byte is missing.",
            text.as_bytes()[..text.len() - 1].to_vec(),
        ),
    ];
    for member in value.as_object().unwrap().keys() {
        let optional = log == "shared" && ["lang", "site", "thread", "time"].contains(&member.as_str());
        if optional {
            cases.push(bad(
                &format!("{member}-null"),
                "A member that may be absent is null.",
                edited(value.clone(), |line| line[member] = Value::Null),
            ));
        } else {
            cases.push(bad(
                &format!("without-{}", member.replace('_', "-")),
                "A member is missing.",
                without(value.clone(), member),
            ));
        }
    }
    cases
}

fn shared_accepted() -> Vec<Case> {
    let canonical =
        |name: &str, about: &str, value: Value| read("shared", true, valid(name, about, line(&value)));
    let changed = |edit: fn(&mut Value)| {
        let mut value = record(1);
        edit(&mut value);
        value
    };
    let mut cases = vec![canonical("every-member", "Every member is there.", record(1))];
    let least = changed(|value| {
        value["redactions"] = json!([]);
        for member in ["lang", "site", "thread", "time"] {
            value.as_object_mut().unwrap().remove(member);
        }
    });
    cases.push(canonical("fewest-members", "All that may be absent is.", least));
    for kind in ["search", "post", "comment", "edit", "response", "rating"] {
        let mut value = record(1);
        value["kind"] = json!(kind);
        cases.push(canonical(kind, &format!("A record of the kind {kind}."), value));
    }
    for (name, about, edit) in [
        (
            "imported",
            "A record from a platform's archive.",
            (|value| value["claimed_evidence"] = json!("imported")) as fn(&mut Value),
        ),
        ("entered", "A record typed in by hand.", |value| {
            value["claimed_evidence"] = json!("entered")
        }),
        ("day", "The time is a day.", |value| {
            value["time"] = json!("2024-02-29")
        }),
        ("month", "The time is a month.", |value| {
            value["time"] = json!("2026-12")
        }),
        ("empty-text", "A text without characters.", |value| {
            value["text"] = json!("")
        }),
        (
            "escapes",
            "Every character that JSON must escape, and some that it must not.",
            |value| {
                value["text"] = json!(
                    "\0\u{1}\u{8}\t\n\u{b}\u{c}\r\u{1f}\"\\/\u{7f}\u{80}\u{2028}\u{2029}\u{feff}\u{1f600}\u{10ffff}"
                );
            },
        ),
        ("last-place", "The highest place that there can be.", |value| {
            value["seq"] = json!(9_007_199_254_740_991_u64)
        }),
        ("port", "The site has a port.", |value| {
            value["site"] = json!("forum.example:8443")
        }),
        ("ipv6", "The site is an address.", |value| {
            value["site"] = json!("[2001:db8::1]:8080")
        }),
        ("longest-label", "A label of 64 characters.", |value| {
            value["thread"] = json!("x".repeat(64))
        }),
        (
            "many-redactions",
            "As many as a number of 32 bits can say.",
            |value| value["redactions"] = json!([{"count": u32::MAX, "type": "EMAIL"}]),
        ),
    ] {
        cases.push(canonical(name, about, changed(edit)));
    }
    let text = text_of(&record(1));
    let reversed: Vec<_> = record(1)
        .as_object()
        .unwrap()
        .iter()
        .rev()
        .map(|(key, value)| format!("\"{key}\":{value}"))
        .collect();
    for (name, about, bytes) in [
        (
            "blanks",
            "With blanks: not canonical, but a verifier takes the bytes as they stand.",
            text.replace(",\"", " , \""),
        ),
        (
            "order",
            "The members in another order: not canonical.",
            format!("{{{}}}", reversed.join(",")),
        ),
        (
            "escaped-key",
            "An escape in a key: not canonical.",
            text.replace("\"text\"", "\"te\\u0078t\""),
        ),
        (
            "escaped-text",
            "An escape that is not needed: not canonical.",
            text.replace("Explain", "\\u0045xplain"),
        ),
        (
            "escaped-slash",
            "A slash with a backslash: not canonical.",
            text.replace("Explain", "\\/"),
        ),
        (
            "long-escape",
            "A newline in the longer of its two escapes: not canonical.",
            text.replace("Explain", "\\u000a"),
        ),
        (
            "upper-case-escape",
            "An escape in upper case: not canonical.",
            text.replace("Explain", "\\u001F"),
        ),
        (
            "escaped-pair",
            "A pair of surrogates in escapes: not canonical.",
            text.replace("Explain", "\\ud83d\\ude00"),
        ),
    ] {
        assert_ne!(bytes, text);
        cases.push(read("shared", false, valid(name, about, bytes)));
    }
    let longest = text.clone() + &" ".repeat(1024 * 1024 - text.len());
    cases.push(read(
        "shared",
        false,
        valid("longest", "1 MiB, most of it blanks at the end.", longest).compressed(),
    ));
    cases
}

fn shared_refused() -> Vec<Case> {
    let field = |field: &'static str, name: &str, about: &str, value: Value| {
        invalid(
            &format!("field {field}"),
            name,
            about,
            edited(record(1), |line| line[field] = value),
        )
    };
    let text = text_of(&record(1));
    let too_long = text.clone() + &" ".repeat(1024 * 1024 + 1 - text.len());
    let redactions = |name: &str, about: &str, value: Value| {
        invalid(
            "unreadable",
            &format!("redactions-{name}"),
            about,
            edited(record(1), |line| line["redactions"] = value),
        )
    };
    vec![
        field("v", "2", "A version that is not known.", json!(2)),
        field(
            "id",
            "version-7",
            "A UUID that says when it was made.",
            json!("01a202b2-c57b-7505-8505-050505050505"),
        ),
        field(
            "id",
            "upper-case",
            "A UUID in upper case.",
            json!("919108F7-52D1-4320-9BAC-F847DB4148A8"),
        ),
        field(
            "kind",
            "unknown",
            "A record that nobody classified.",
            json!("unknown"),
        ),
        field("kind", "tombstone", "A tombstone.", json!("tombstone")),
        field("lang", "one-letter", "A language of one letter.", json!("e")),
        field(
            "lang",
            "long",
            "A language of 36 characters.",
            json!("e".repeat(36)),
        ),
        field(
            "lang",
            "underscore",
            "A language with an underscore.",
            json!("en_GB"),
        ),
        field("lang", "words", "A language in words.", json!("English (UK)")),
        field(
            "redactions",
            "count-0",
            "A kind that was redacted no time.",
            json!([{"count": 0, "type": "EMAIL"}]),
        ),
        field(
            "redactions",
            "lower-case",
            "A kind in lower case.",
            json!([{"count": 1, "type": "email"}]),
        ),
        field(
            "redactions",
            "hyphen",
            "A kind with a hyphen.",
            json!([{"count": 1, "type": "E-MAIL"}]),
        ),
        field(
            "redactions",
            "empty",
            "A kind without a name.",
            json!([{"count": 1, "type": ""}]),
        ),
        field(
            "redactions",
            "long",
            "A kind of 65 letters.",
            json!([{"count": 1, "type": "X".repeat(65)}]),
        ),
        field(
            "redactions",
            "twice",
            "A kind twice.",
            json!([{"count": 1, "type": "EMAIL"}, {"count": 1, "type": "EMAIL"}]),
        ),
        field(
            "redactions",
            "order",
            "Two kinds in the wrong order.",
            json!([{"count": 1, "type": "NAME"}, {"count": 1, "type": "EMAIL"}]),
        ),
        field(
            "salt",
            "15-bytes",
            "A salt of 15 bytes.",
            json!(BASE64URL_NOPAD.encode(&[9; 15])),
        ),
        field(
            "salt",
            "17-bytes",
            "A salt of 17 bytes.",
            json!(BASE64URL_NOPAD.encode(&[9; 17])),
        ),
        field(
            "salt",
            "padded",
            "A padded salt.",
            json!(BASE64URL.encode(&[9; 16])),
        ),
        field(
            "salt",
            "stray-bits",
            "Bits of the last letter stand for nothing.",
            json!(format!("{}B", "A".repeat(21))),
        ),
        field(
            "salt",
            "other-alphabet",
            "A salt in the alphabet that is not for URLs.",
            json!(format!("{}A", "/".repeat(21))),
        ),
        field(
            "seq",
            "2-to-53",
            "A place that a double cannot tell from its neighbour.",
            json!(9_007_199_254_740_992_u64),
        ),
        field("site", "empty", "A site without a name.", json!("")),
        field(
            "site",
            "address",
            "The address of a page.",
            json!("https://chat.example/c/1"),
        ),
        field(
            "site",
            "upper-case",
            "A site in upper case.",
            json!("Chat.example"),
        ),
        field(
            "site",
            "not-ascii",
            "A site in letters that names are not written in.",
            json!("bücher.example"),
        ),
        field(
            "site",
            "long",
            "A site of 262 characters.",
            json!("x".repeat(262)),
        ),
        field("thread", "empty", "A label without characters.", json!("")),
        field("thread", "dot", "A label with a dot.", json!("a.b")),
        field(
            "thread",
            "long",
            "A label of 65 characters.",
            json!("x".repeat(65)),
        ),
        field(
            "time",
            "instant",
            "A time to the millisecond.",
            json!("2026-11-22T10:00:00.123Z"),
        ),
        field("time", "year", "A year.", json!("2026")),
        field(
            "time",
            "no-such-day",
            "The thirty-first of November.",
            json!("2026-11-31"),
        ),
        field("time", "no-such-month", "The thirteenth month.", json!("2026-13")),
        field("time", "empty", "No time.", json!("")),
        invalid(
            "too-long",
            "1048577-bytes",
            "1 MiB and a byte, most of them blanks at the end.",
            too_long,
        )
        .compressed(),
        redactions("object", "Redactions as an object.", json!({"EMAIL": 1})),
        redactions("null", "Redactions that are null.", Value::Null),
        redactions(
            "array",
            "A redaction as an array of its two values.",
            json!([[1, "EMAIL"]]),
        ),
        redactions(
            "unknown-member",
            "A redaction that says where it was.",
            json!([{"count": 1, "start": 9, "type": "EMAIL"}]),
        ),
        redactions(
            "without-count",
            "A redaction without its count.",
            json!([{"type": "EMAIL"}]),
        ),
        redactions(
            "negative",
            "A negative count.",
            json!([{"count": -1, "type": "EMAIL"}]),
        ),
        redactions(
            "2-to-32",
            "A count past 32 bits.",
            json!([{"count": 1_u64 << 32, "type": "EMAIL"}]),
        ),
        invalid(
            "unreadable",
            "redactions-duplicate-member",
            "A count twice.",
            text.replacen("{\"count\":1", "{\"count\":1,\"count\":1", 1),
        ),
    ]
}

/// Content, with the commitment to it.
fn bodies() -> Vec<Case> {
    let salt: [u8; 32] = sha256(b"salt");
    let given = json!({"ask": "body", "salt": super::hex(&salt)});
    let every = json!({
        "adapter": "chat/2026-11-25", "altered": true, "confirmed": "enter/cleared", "lang": "en", "model": "large",
        "pasted": 0,
        "replaces": "01a202b2-c57b-7505-8505-050505050505", "reply_to": "01a202b2-c57b-7505-8505-050505050506",
        "site": "chat.example", "text": "À bientôt 👋\n", "thread": "c/1", "typed": 13, "url": "https://chat.example/c/1"
    });
    let mut cases = Vec::new();
    for (name, about, value) in [
        ("empty", "Content that says nothing.", json!({})),
        ("every-member", "Every member but those of a tombstone.", every),
        (
            "tombstone",
            "What a tombstone says of a record of its own log.",
            json!({"target": 7}),
        ),
        (
            "tombstone-of-another-log",
            "What a tombstone says of a record of another log.",
            json!({"target": 9_007_199_254_740_991_u64, "target_log": "0a".repeat(16)}),
        ),
    ] {
        let bytes = line(&value);
        let c = BASE64URL_NOPAD.encode(&sha256(&[&salt[..], &bytes].concat()));
        cases.push(
            valid(name, about, bytes)
                .given(given.clone())
                .gives(json!({"c": c, "canonical": true})),
        );
    }
    for (name, about, bytes) in [
        ("array", "The text in an array.", "[\"text\"]"),
        (
            "unknown-member",
            "A member that content does not have.",
            r#"{"mood":"good"}"#,
        ),
        (
            "duplicate-member",
            "A member twice.",
            r#"{"text":"a","text":"a"}"#,
        ),
        (
            "null",
            "A member that is null where it should be absent.",
            r#"{"text":null}"#,
        ),
        ("fraction", "A fraction of a keystroke.", r#"{"typed":1.5}"#),
        ("negative", "A negative number.", r#"{"typed":-1}"#),
        (
            "2-to-32",
            "More keystrokes than 32 bits hold.",
            r#"{"typed":4294967296}"#,
        ),
        (
            "2-to-53",
            "A place that a double cannot tell from its neighbour.",
            r#"{"target":9007199254740992}"#,
        ),
        (
            "lone-surrogate",
            "Half of a pair of surrogates.",
            r#"{"text":"\ud83d"}"#,
        ),
        ("trailing", "Another object follows.", "{}{}"),
        ("truncated", "The end is missing.", r#"{"text":"a"#),
    ] {
        cases.push(invalid("unreadable", name, about, bytes).given(given.clone()));
    }
    cases
}
