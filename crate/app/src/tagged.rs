//! Messages as `{"type": "mark", "seqs": [1]}`, read without a copy in between: serde's own way of reading an enum by
//! a field buffers the whole message, and its code for that is the largest single part of a WebAssembly module.

use std::fmt;

use serde::de::value::StringDeserializer;
use serde::de::{self, DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer as _, Visitor};
use serde::forward_to_deserialize_any;

use crate::error::{Code, Result};
use crate::plain::Plain;

/// The field that names the variant.
const TAG: &str = "type";

/// An object that was taken apart: the name of the variant, and the other fields.
pub(crate) struct Tagged<D> {
    pub(crate) tag: String,
    pub(crate) rest: D,
}

/// A message in JSON. Unknown fields are refused at every depth, and so is nesting beyond any message.
pub fn from_json<T: DeserializeOwned>(json: &[u8]) -> Result<T> {
    let invalid = || Code::MessageInvalid.into();
    let value: serde_json::Value = serde_json::from_slice(json).map_err(|_| invalid())?;
    let serde_json::Value::Object(mut rest) = value else {
        return Err(invalid());
    };
    let Some(serde_json::Value::String(tag)) = rest.remove(TAG) else {
        return Err(invalid());
    };
    let rest = Plain(serde_json::Value::Object(rest));
    T::deserialize(Tagged { tag, rest }).map_err(|_| invalid())
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Tagged<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, D::Error> {
        visitor.visit_enum(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de, D: Deserializer<'de>> de::EnumAccess<'de> for Tagged<D> {
    type Error = D::Error;
    type Variant = Fields<D>;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> std::result::Result<(S::Value, Fields<D>), D::Error> {
        let tag: StringDeserializer<D::Error> = self.tag.into_deserializer();
        Ok((seed.deserialize(tag)?, Fields(self.rest)))
    }
}

/// The other fields.
pub(crate) struct Fields<D>(D);

/// No fields.
struct Nothing;

impl<'de> Visitor<'de> for Nothing {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no further fields")
    }

    fn visit_unit<E: de::Error>(self) -> std::result::Result<(), E> {
        Ok(())
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> std::result::Result<(), A::Error> {
        match map.next_key::<String>()? {
            None => Ok(()),
            Some(_) => Err(de::Error::custom("an unknown field")),
        }
    }
}

impl<'de, D: Deserializer<'de>> de::VariantAccess<'de> for Fields<D> {
    type Error = D::Error;

    fn unit_variant(self) -> std::result::Result<(), D::Error> {
        self.0.deserialize_any(Nothing)
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> std::result::Result<S::Value, D::Error> {
        seed.deserialize(self.0)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> std::result::Result<V::Value, D::Error> {
        Err(de::Error::custom("no message is a tuple"))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> std::result::Result<V::Value, D::Error> {
        self.0.deserialize_struct("message", fields, visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Event, Request};

    #[test]
    fn messages_are_objects_with_a_type() {
        assert_eq!(from_json(br#"{"type":"welcome"}"#), Ok(Request::Welcome));
        assert_eq!(
            from_json(br#"{"seqs":[1,2],"type":"mark"}"#),
            Ok(Request::Mark { seqs: vec![1, 2] })
        );
        assert_eq!(from_json(br#"{"type":"woken"}"#), Ok(Event::Woken));
    }

    #[test]
    fn anything_else_is_refused() {
        for bad in [
            r#""welcome""#,
            r#"{"welcome":{}}"#,
            r#"{"type":"welcome","more":1}"#,
            r#"{"type":"mark"}"#,
            r#"{"type":"mark","seqs":[1],"more":1}"#,
            r#"{"type":"mark","seqs":[-1]}"#,
            r#"{"type":"unheard_of"}"#,
            r#"{"type":3}"#,
            "[]",
            r#"{"type":"welcome"} x"#,
        ] {
            assert!(from_json::<Request>(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
