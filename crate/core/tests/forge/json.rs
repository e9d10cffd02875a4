//! JSON: its canonical form, and what the strict reader refuses.

use serde_json::json;

use super::case::{Case, invalid, valid};

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, about, text, due) in [
        (
            "blanks",
            "Blanks between all parts.",
            " { \"b\" : [ 1 , true ] ,\n\t\"a\" : null }\r\n",
            r#"{"a":null,"b":[1,true]}"#,
        ),
        (
            "order",
            "Keys are sorted by UTF-16 code units: U+1F600 comes before U+FB33.",
            "{\"\u{fb33}\":3,\"\u{1f600}\":2,\"\u{20ac}\":1,\"10\":0,\"1\":0}",
            "{\"1\":0,\"10\":0,\"\u{20ac}\":1,\"\u{1f600}\":2,\"\u{fb33}\":3}",
        ),
        (
            "escapes",
            "Escapes that are not needed, and those that are.",
            r#""\u0061\/\u20ac\ud83d\ude00\u0000\u001F\u007f\b\t\n\f\r\"\\""#,
            "\"a/\u{20ac}\u{1f600}\\u0000\\u001f\u{7f}\\b\\t\\n\\f\\r\\\"\\\\\"",
        ),
        (
            "line-separators",
            "U+2028 and U+2029 stay as they are.",
            r#""\u2028\u2029""#,
            "\"\u{2028}\u{2029}\"",
        ),
        (
            "not-normalised",
            "A letter and its accent stay two characters.",
            "\"A\u{30a}\"",
            "\"A\u{30a}\"",
        ),
        (
            "integers",
            "The largest and the smallest.",
            "[0,-1,9007199254740991,-9007199254740991]",
            "[0,-1,9007199254740991,-9007199254740991]",
        ),
        (
            "nested",
            "Objects in objects are sorted too.",
            r#"{"z":{"b":[{"d":1,"c":2}],"a":{}}}"#,
            r#"{"z":{"a":{},"b":[{"c":2,"d":1}]}}"#,
        ),
        (
            "empty-key",
            "A key without characters.",
            r#"{"a":1,"":0}"#,
            r#"{"":0,"a":1}"#,
        ),
    ] {
        cases.push(
            valid(name, about, text)
                .given(json!({"ask": "canonical"}))
                .gives(json!({"canonical": due})),
        );
    }
    for (error, name, about, text) in [
        ("float", "fraction", "A number with a fraction.", "[1.5]"),
        ("float", "point-zero", "An integer written with a point.", "[1.0]"),
        (
            "float",
            "exponent",
            "An integer written with an exponent.",
            "[1e2]",
        ),
        ("float", "minus-zero", "A zero with a sign.", "[-0]"),
        (
            "range",
            "2-to-53",
            "The first integer that a double cannot tell from its neighbour.",
            "[9007199254740992]",
        ),
        (
            "range",
            "minus-2-to-53",
            "The same, negative.",
            "[-9007199254740992]",
        ),
        (
            "range",
            "2-to-64-less-1",
            "The largest of 64 bits.",
            "[18446744073709551615]",
        ),
    ] {
        cases.push(
            invalid(error, name, &format!("{about} It has no canonical form."), text)
                .given(json!({"ask": "canonical"})),
        );
    }
    for (name, about, text) in [
        ("blanks", "Blanks around.", " {\"a\":[1,{\"b\":null}]} \n"),
        ("order", "Keys in any order.", r#"{"b":1,"a":2}"#),
        (
            "same-key-elsewhere",
            "A key again, in another object.",
            r#"{"a":{"a":{"a":1}}}"#,
        ),
    ] {
        cases.push(valid(&format!("strict-{name}"), about, text).given(json!({"ask": "strict"})));
    }
    let deep = "[".repeat(1000) + &"]".repeat(1000);
    for (name, about, text) in [
        ("empty", "No bytes.", &b""[..]),
        (
            "duplicate-key",
            "A key twice, with the same value.",
            br#"{"a":1,"a":1}"#,
        ),
        (
            "duplicate-key-inside",
            "A key twice, in an object in an array.",
            br#"{"a":[{"b":1,"b":2}]}"#,
        ),
        (
            "duplicate-key-escaped",
            "A key twice, once with an escape.",
            br#"{"a":1,"\u0061":1}"#,
        ),
        ("fraction", "A number with a fraction.", b"[1.5]"),
        ("exponent", "A number with an exponent.", b"[1e2]"),
        ("minus-zero", "A zero with a sign.", b"[-0]"),
        ("leading-zero", "A number that begins with a zero.", b"[01]"),
        ("plus", "A number with a plus sign.", b"[+1]"),
        ("hex", "A number in hexadecimal.", b"[0x10]"),
        ("2-to-53", "An integer past the bound.", b"[9007199254740992]"),
        (
            "minus-2-to-53",
            "A negative integer past the bound.",
            b"[-9007199254740992]",
        ),
        ("2-to-64", "An integer past 64 bits.", b"[18446744073709551616]"),
        ("nan", "Not a number.", b"[NaN]"),
        (
            "lone-surrogate",
            "The first half of a pair of surrogates.",
            br#"["\ud800"]"#,
        ),
        (
            "lone-low-surrogate",
            "The second half of a pair of surrogates.",
            br#"["\ude00"]"#,
        ),
        (
            "surrogate-as-utf8",
            "A surrogate as three bytes.",
            b"[\"\xed\xa0\x80\"]",
        ),
        ("not-utf8", "A byte that is not UTF-8.", b"[\"\xff\"]"),
        ("overlong", "A slash as two bytes.", b"[\"\xc0\xaf\"]"),
        ("control-character", "A newline in a string.", b"[\"\n\"]"),
        (
            "unknown-escape",
            "An escape that JSON does not have.",
            br#"["\x41"]"#,
        ),
        ("single-quotes", "Strings in single quotes.", b"['a']"),
        ("comment", "A comment.", b"[1] // one"),
        ("trailing-comma", "A comma after the last item.", b"[1,]"),
        ("trailing", "Another value after the first.", b"[1][2]"),
        ("truncated", "The end is missing.", b"{\"a\":[1"),
        (
            "byte-order-mark",
            "A byte order mark at the beginning.",
            b"\xef\xbb\xbf[1]",
        ),
        ("deep", "A thousand arrays in each other.", deep.as_bytes()),
    ] {
        cases.push(invalid("unreadable", name, about, text).given(json!({"ask": "strict"})));
    }
    cases
}
