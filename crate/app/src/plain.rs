//! JSON as this program writes it, read by way of a tree: an object is a struct, an enum or a map, an array a list or a
//! tuple. Reading bytes straight into each type is faster, but compiles the parser anew for every type, and for every
//! struct the way to read it from an array, which nothing here is written as: together a tenth of the WebAssembly module.

use serde::de::{self, DeserializeOwned, DeserializeSeed, Deserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Error, Value};

/// Reads a value.
pub(crate) fn from_slice<T: DeserializeOwned>(json: &[u8]) -> Result<T, Error> {
    T::deserialize(Plain(serde_json::from_slice(json)?))
}

/// A tree of JSON.
pub(crate) struct Plain(pub(crate) Value);

impl<'de> Deserializer<'de> for Plain {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(value),
            Value::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(number), _) => visitor.visit_u64(number),
                (None, Some(number)) => visitor.visit_i64(number),
                _ => Err(unfit()),
            },
            Value::String(text) => visitor.visit_string(text),
            Value::Array(list) => visitor.visit_seq(List(list.into_iter())),
            Value::Object(fields) => visitor.visit_map(Fields::of(fields)),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.0
            .as_bool()
            .ok_or_else(unfit)
            .and_then(|value| visitor.visit_bool(value))
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_u64(self.number()?)
    }

    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.0
            .as_i64()
            .ok_or_else(unfit)
            .and_then(|value| visitor.visit_i64(value))
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_string(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_string(self.text()?)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_string(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.is_null() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.is_null() {
            visitor.visit_unit()
        } else {
            Err(unfit())
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let mut list = self.list()?;
        let value = visitor.visit_seq(&mut list)?;
        if list.next().is_some() {
            Err(unfit())
        } else {
            Ok(value)
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_map(self.fields()?)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
    }

    /// A name alone, or an object whose one field is named after the variant.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(self.tagged()?)
    }

    forward_to_deserialize_any! {
        i8 i16 i64 i128 u16 u128 f32 f64 char bytes byte_buf unit_struct ignored_any
    }
}

// What is the same for every type is compiled once.
impl Plain {
    #[inline(never)]
    fn number(self) -> Result<u64, Error> {
        self.0.as_u64().ok_or_else(unfit)
    }

    #[inline(never)]
    fn text(self) -> Result<String, Error> {
        match self.0 {
            Value::String(text) => Ok(text),
            _ => Err(unfit()),
        }
    }

    #[inline(never)]
    fn list(self) -> Result<List, Error> {
        match self.0 {
            Value::Array(list) => Ok(List(list.into_iter())),
            _ => Err(unfit()),
        }
    }

    #[inline(never)]
    fn fields(self) -> Result<Fields, Error> {
        match self.0 {
            Value::Object(fields) => Ok(Fields::of(fields)),
            _ => Err(unfit()),
        }
    }

    #[inline(never)]
    fn tagged(self) -> Result<Tagged, Error> {
        let (tag, rest) = match self.0 {
            Value::String(tag) => (tag, Value::Null),
            Value::Object(fields) if fields.len() == 1 => fields.into_iter().next().ok_or_else(unfit)?,
            _ => return Err(unfit()),
        };
        Ok(Tagged { tag, rest })
    }
}

/// The name of a variant, and what it holds.
struct Tagged {
    tag: String,
    rest: Value,
}

impl<'de> de::EnumAccess<'de> for Tagged {
    type Error = Error;
    type Variant = Held;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Held), Error> {
        Ok((seed.deserialize(Name(self.tag))?, Held(self.rest)))
    }
}

/// What a variant holds.
struct Held(Value);

impl<'de> de::VariantAccess<'de> for Held {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        match self.0 {
            Value::Null => Ok(()),
            Value::Object(fields) if fields.is_empty() => Ok(()),
            _ => Err(unfit()),
        }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Error> {
        seed.deserialize(Plain(self.0))
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Error> {
        Plain(self.0).deserialize_tuple(length, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        Plain(self.0).deserialize_struct("variant", fields, visitor)
    }
}

/// The items of an array.
struct List(std::vec::IntoIter<Value>);

impl List {
    #[inline(never)]
    fn next(&mut self) -> Option<Plain> {
        self.0.next().map(Plain)
    }
}

impl<'de> de::SeqAccess<'de> for List {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        match self.next() {
            Some(item) => seed.deserialize(item).map(Some),
            None => Ok(None),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

/// The fields of an object, and the value of the one whose name was read.
struct Fields {
    rest: serde_json::map::IntoIter,
    value: Option<Plain>,
}

impl Fields {
    fn of(fields: serde_json::Map<String, Value>) -> Self {
        Self {
            rest: fields.into_iter(),
            value: None,
        }
    }

    #[inline(never)]
    fn next(&mut self) -> Option<Name> {
        let (name, value) = self.rest.next()?;
        self.value = Some(Plain(value));
        Some(Name(name))
    }

    #[inline(never)]
    fn value(&mut self) -> Result<Plain, Error> {
        self.value.take().ok_or_else(unfit)
    }
}

impl<'de> de::MapAccess<'de> for Fields {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        match self.next() {
            Some(name) => seed.deserialize(name).map(Some),
            None => Ok(None),
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        seed.deserialize(self.value()?)
    }
}

/// The name of a field.
struct Name(String);

impl<'de> Deserializer<'de> for Name {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_string(self.0)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

#[cold]
#[inline(never)]
fn unfit() -> Error {
    de::Error::custom("another form")
}
