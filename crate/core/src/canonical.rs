//! Canonical JSON (RFC 8785) as it is written here, and the strict reader of what others wrote.
//!
//! Canonical form is the rule of whoever produces a line or a payload. Whoever checks one hashes the bytes as
//! they came and never writes them anew.

use std::collections::BTreeSet;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::Serialize;
use serde_json::Value;

/// Integers lie strictly between minus this and this: 2^53, past which a double loses them.
pub const INTEGER_BOUND: u64 = 1 << 53;

/// Why a value has no canonical form, or bytes are not the strict JSON of the type asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CanonicalError {
    /// A number with a fraction or an exponent.
    #[error("a number is not an integer")]
    Float,
    /// An integer of 2^53 or more, of either sign.
    #[error("an integer is too large to survive a double")]
    Range,
    /// The value cannot be written as JSON.
    #[error("the value cannot be written as JSON: {0}")]
    Unwritable(String),
    /// Not JSON, a key given twice, data after the end, or not of the type asked for.
    #[error("not the strict JSON that is due here: {0}")]
    Unreadable(String),
}

/// The RFC 8785 bytes of a value: keys in order of their UTF-16 code units, no whitespace, shortest escapes.
pub fn to_vec(value: &impl Serialize) -> Result<Vec<u8>, CanonicalError> {
    let value = serde_json::to_value(value).map_err(|error| CanonicalError::Unwritable(error.to_string()))?;
    let mut out = Vec::with_capacity(256);
    write_value(&value, &mut out)?;
    Ok(out)
}

/// The same bytes as [`to_vec`] gives, several times faster, for a type whose fields are declared in canonical
/// order and whose numbers are integers below [`INTEGER_BOUND`]: keeping to both is the type's business.
pub(crate) fn to_vec_as_declared(value: &impl Serialize) -> Result<Vec<u8>, CanonicalError> {
    serde_json::to_vec(value).map_err(|error| CanonicalError::Unwritable(error.to_string()))
}

/// Reads one value and nothing after it. A key given twice in one object is refused at every depth, also below
/// fields that the type ignores; so are numbers outside of [`to_vec`]'s.
pub fn from_slice<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, CanonicalError> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    Strict.deserialize(&mut reader).map_err(unreadable)?;
    reader.end().map_err(unreadable)?;
    serde_json::from_slice(bytes).map_err(unreadable)
}

/// Reads a field that may be absent, but not `null`.
pub(crate) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// A value that is written as an object. A derived reader takes an array of the values in their order for one as well,
/// which no other reader of these formats would.
pub(crate) struct Object<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(members))
            }
        }

        deserializer.deserialize_map(Members(PhantomData)).map(Self)
    }
}

#[allow(clippy::needless_pass_by_value, reason = "it is the argument of map_err")]
fn unreadable(error: serde_json::Error) -> CanonicalError {
    CanonicalError::Unreadable(error.to_string())
}

fn write_value(value: &Value, out: &mut Vec<u8>) -> Result<(), CanonicalError> {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(number) => {
            if number.is_f64() {
                return Err(CanonicalError::Float);
            }
            let magnitude = number.as_i64().map(i64::unsigned_abs).or_else(|| number.as_u64());
            if magnitude.is_none_or(|magnitude| magnitude >= INTEGER_BOUND) {
                return Err(CanonicalError::Range);
            }
            out.extend_from_slice(number.to_string().as_bytes());
        }
        Value::String(text) => write_string(text, out),
        Value::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_value(item, out)?;
            }
            out.push(b']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by(|(left, _), (right, _)| left.encode_utf16().cmp(right.encode_utf16()));
            out.push(b'{');
            for (index, (key, member)) in members.into_iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_string(key, out);
                out.push(b':');
                write_value(member, out)?;
            }
            out.push(b'}');
        }
    }
    Ok(())
}

fn write_string(text: &str, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.push(b'"');
    for &byte in text.as_bytes() {
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            0x08 => out.extend_from_slice(b"\\b"),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            0x0c => out.extend_from_slice(b"\\f"),
            b'\r' => out.extend_from_slice(b"\\r"),
            0..0x20 => {
                out.extend_from_slice(b"\\u00");
                out.push(HEX[usize::from(byte >> 4)]);
                out.push(HEX[usize::from(byte & 15)]);
            }
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

/// Walks a value, keeps nothing of it, and refuses what the formats do not allow.
struct Strict;

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON with integers only and each key once")
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<(), E> {
        if number < INTEGER_BOUND {
            Ok(())
        } else {
            Err(E::custom("an integer is too large to survive a double"))
        }
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<(), E> {
        self.visit_u64(number.unsigned_abs())
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<(), E> {
        Err(E::custom("a number is not an integer"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(Strict)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut seen = BTreeSet::new();
        while let Some(key) = members.next_key::<String>()? {
            members.next_value_seed(Strict)?;
            if let Some(key) = seen.replace(key) {
                return Err(de::Error::custom(format_args!("the key {key:?} is given twice")));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;

    fn text(value: &Value) -> String {
        String::from_utf8(to_vec(value).unwrap()).unwrap()
    }

    #[test]
    fn keys_are_sorted_by_utf16_code_units() {
        // RFC 8785 §3.2.3: U+1F600 begins with the unit D83D and so comes before U+FB33.
        let value = json!({
            "\u{20ac}": "Euro Sign", "\r": "Carriage Return", "\u{fb33}": "Hebrew", "1": "One",
            "\u{1f600}": "Emoji", "\u{80}": "Control", "\u{f6}": "Latin"
        });
        assert_eq!(
            text(&value),
            "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\",\"\u{f6}\":\"Latin\",\
             \"\u{20ac}\":\"Euro Sign\",\"\u{1f600}\":\"Emoji\",\"\u{fb33}\":\"Hebrew\"}"
        );
    }

    #[test]
    fn strings_take_the_shortest_escape() {
        let value =
            json!("\u{20ac}$\u{f}\u{a}A'\u{42}\u{22}\u{5c}\\\"/\u{7f}\u{8}\u{c}\u{9}\u{d}\u{1f}\u{2028}");
        assert_eq!(
            text(&value),
            "\"\u{20ac}$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\u{7f}\\b\\f\\t\\r\\u001f\u{2028}\""
        );
    }

    #[test]
    fn nested_values_have_no_whitespace() {
        assert_eq!(
            text(&json!({"b": [1, {"d": null, "c": true}], "a": -7})),
            r#"{"a":-7,"b":[1,{"c":true,"d":null}]}"#
        );
    }

    #[test]
    fn only_integers_that_survive_a_double() {
        assert_eq!(
            text(&json!([9_007_199_254_740_991_u64, -9_007_199_254_740_991_i64])),
            "[9007199254740991,-9007199254740991]"
        );
        assert_eq!(to_vec(&(1_u64 << 53)), Err(CanonicalError::Range));
        assert_eq!(to_vec(&-(1_i64 << 53)), Err(CanonicalError::Range));
        assert_eq!(to_vec(&u64::MAX), Err(CanonicalError::Range));
        assert_eq!(to_vec(&1.0), Err(CanonicalError::Float));
    }

    #[test]
    fn the_reader_is_strict() {
        #[derive(Debug, serde::Deserialize)]
        struct Lenient {
            a: u8,
        }
        assert_eq!(
            from_slice::<Lenient>(br#" {"a":1,"ignored":{"x":[{"y":1}]}} "#)
                .unwrap()
                .a,
            1
        );
        for bad in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":1,"b":1,"b":2}"#,
            r#"{"a":1,"b":{"c":[{"d":1,"d":1}]}}"#,
            r#"{"a":1,"b":1,"\u0062":2}"#,
            r#"{"a":1} {}"#,
            r#"{"a":1}x"#,
            r#"{"a":1,"b":1.5}"#,
            r#"{"a":1,"b":1e2}"#,
            r#"{"a":1,"b":-0}"#,
            r#"{"a":1,"b":9007199254740992}"#,
            r#"{"a":1,"b":"\ud800"}"#,
            r#"{"a":1,}"#,
            "",
        ] {
            assert!(from_slice::<Lenient>(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(from_slice::<Value>(b"\"\xff\"").is_err());
        let bytes = br#"{"a":1}"#;
        assert_eq!(from_slice::<Object<Lenient>>(bytes).unwrap().0.a, 1);
        assert!(from_slice::<Lenient>(b"[1]").is_ok() && from_slice::<Object<Lenient>>(b"[1]").is_err());
        let deep = "[".repeat(100_000);
        assert!(from_slice::<Value>(deep.as_bytes()).is_err());
    }
}
