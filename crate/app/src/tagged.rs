//! Messages as `{"type": "mark", "seqs": [1]}`. A set of them is read by its variants' names and each field by its type:
//! what serde derives for an enum reads every variant in a way of its own, which would be the largest single part of the
//! WebAssembly module.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::error::{Code, Failure, Result};
use crate::plain::Plain;

/// The field that names the variant.
const TAG: &str = "type";

/// A message in JSON. Unknown fields are refused at every depth, and so is nesting beyond any message.
pub fn from_json<T: Closed>(json: &[u8]) -> Result<T> {
    let Ok(Value::Object(mut fields)) = serde_json::from_slice(json) else {
        return Err(invalid());
    };
    let Some(Value::String(tag)) = fields.remove(TAG) else {
        return Err(invalid());
    };
    let mut fields = Fields(fields);
    let message = T::of(&tag, &mut fields)?;
    if fields.0.is_empty() {
        Ok(message)
    } else {
        Err(invalid())
    }
}

/// A closed set of messages; made by [`closed`].
pub trait Closed: Sized {
    /// The message of this name, out of its fields.
    fn of(name: &str, fields: &mut Fields) -> Result<Self>;
}

/// The fields of a message that were not read yet.
#[derive(Debug)]
pub struct Fields(Map<String, Value>);

impl Fields {
    /// Takes a field out; one that may be absent reads as `null`.
    #[inline(never)]
    pub(crate) fn take<T: DeserializeOwned>(&mut self, name: &str) -> Result<T> {
        T::deserialize(self.value(name)).map_err(|_| invalid())
    }

    #[inline(never)]
    fn value(&mut self, name: &str) -> Plain {
        Plain(self.0.remove(name).unwrap_or_default())
    }
}

/// Whether a name in camel case is this one in snake case.
#[inline(never)]
pub(crate) fn is_named(camel: &str, snake: &str) -> bool {
    let mut rest = snake.bytes();
    camel.bytes().enumerate().all(|(at, byte)| {
        let parted = at == 0 || !byte.is_ascii_uppercase() || rest.next() == Some(b'_');
        parted && rest.next() == Some(byte.to_ascii_lowercase())
    }) && rest.next().is_none()
}

/// A name in camel case in snake case.
pub fn snake(camel: &str) -> String {
    let mut snake = String::new();
    for letter in camel.chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

#[cold]
#[inline(never)]
pub(crate) fn invalid() -> Failure {
    Code::MessageInvalid.into()
}

/// An enum whose variants have named fields or none, which is read from messages.
macro_rules! closed {
    (
        $(#[$about:meta])*
        pub enum $Set:ident {
            $(
                $(#[$of:meta])*
                $Name:ident $({ $( $(#[$with:meta])* $field:ident: $Type:ty, )* })?,
            )*
        }
    ) => {
        $(#[$about])*
        pub enum $Set {
            $( $(#[$of])* $Name $({ $( $(#[$with])* $field: $Type, )* })?, )*
        }

        impl $Set {
            /// The names of its messages, in camel case.
            pub const NAMES: [&'static str; [$(stringify!($Name)),*].len()] = [$(stringify!($Name)),*];
        }

        impl $crate::tagged::Closed for $Set {
            fn of(name: &str, fields: &mut $crate::tagged::Fields) -> $crate::error::Result<Self> {
                // Of use where any variant has fields.
                let _ = &fields;
                $(
                    if $crate::tagged::is_named(stringify!($Name), name) {
                        return Ok(Self::$Name $({ $( $field: fields.take(stringify!($field))?, )* })?);
                    }
                )*
                Err($crate::tagged::invalid())
            }
        }
    };
}
pub(crate) use closed;

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
