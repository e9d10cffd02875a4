//! The bearer token of one request, signed with the key of the share log (after RFC 9449, without its binding to a
//! key of the transport).

use serde::{Deserialize, Serialize};

use crate::collector::{StatementError, VERSION, require};
use crate::did::Did;
use crate::id;
use crate::jws::{self, Type};
use crate::keys::SigningKey;

/// Longest that a token holds, in seconds.
pub const MAX_AGE: u64 = 300;
/// How far clocks may differ, in seconds.
pub const SKEW: u64 = 60;

/// The payload of a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Auth {
    /// The collector.
    pub aud: Did,
    /// Until when, in seconds since the Unix epoch.
    pub exp: u64,
    /// Method of the request.
    pub htm: String,
    /// Address of the request, without query and fragment.
    pub htu: String,
    /// When, in seconds since the Unix epoch.
    pub iat: u64,
    /// UUID, version 4: a token is good for one request.
    pub jti: String,
    /// [`VERSION`].
    pub v: u8,
}

/// What a request must be like for a token to fit.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The collector.
    pub aud: &'a Did,
    /// Method.
    pub htm: &'a str,
    /// Address, without query and fragment.
    pub htu: &'a str,
    /// Now, in seconds since the Unix epoch.
    pub now: u64,
}

impl Auth {
    /// Signs the token.
    pub fn sign(&self, key: &SigningKey) -> Result<String, StatementError> {
        Ok(jws::sign(key, Type::Auth, self)?)
    }

    /// Verifies a token for this request; gives who asks, and the token.
    pub fn open(compact: &str, expected: &Expected<'_>) -> Result<(Did, Self), StatementError> {
        let verified = jws::verify::<Self>(compact, Type::Auth)?;
        let auth = verified.payload;
        require(auth.v == VERSION, "v")?;
        if auth.aud != *expected.aud {
            return Err(StatementError::Audience);
        }
        require(auth.htm == expected.htm, "htm")?;
        require(auth.htu == expected.htu, "htu")?;
        require(id::is_uuid(&auth.jti, 4), "jti")?;
        require(auth.iat <= expected.now.saturating_add(SKEW), "iat")?;
        let is_short = auth.iat <= auth.exp && auth.exp - auth.iat <= MAX_AGE;
        require(is_short && expected.now < auth.exp, "exp")?;
        Ok((verified.did, auth))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_token_is_for_one_request_and_short() {
        let (collector, person) = (
            SigningKey::from_secret(&[3; 32]),
            SigningKey::from_secret(&[4; 32]),
        );
        let auth = Auth {
            aud: collector.did().clone(),
            exp: 1_300,
            htm: "GET".to_owned(),
            htu: "https://collector.example/v1/account".to_owned(),
            iat: 1_000,
            jti: "919108f7-52d1-4320-9bac-f847db4148a8".to_owned(),
            v: 1,
        };
        let expected = Expected {
            aud: collector.did(),
            htm: "GET",
            htu: "https://collector.example/v1/account",
            now: 1_100,
        };
        let compact = auth.sign(&person).unwrap();
        assert_eq!(
            Auth::open(&compact, &expected).unwrap(),
            (person.did().clone(), auth.clone())
        );
        let fails = |expected: Expected<'_>| Auth::open(&compact, &expected).unwrap_err();
        assert_eq!(
            fails(Expected {
                aud: person.did(),
                ..expected
            }),
            StatementError::Audience
        );
        assert_eq!(
            fails(Expected {
                htm: "PUT",
                ..expected
            }),
            StatementError::Field("htm")
        );
        assert_eq!(
            fails(Expected {
                htu: "https://other.example/v1/account",
                ..expected
            }),
            StatementError::Field("htu")
        );
        assert_eq!(
            fails(Expected {
                now: 1_300,
                ..expected
            }),
            StatementError::Field("exp")
        );
        assert_eq!(
            fails(Expected { now: 900, ..expected }),
            StatementError::Field("iat")
        );
        let long = Auth { exp: 1_301, ..auth }.sign(&person).unwrap();
        assert_eq!(Auth::open(&long, &expected), Err(StatementError::Field("exp")));
    }
}
