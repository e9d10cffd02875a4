//! The three text forms of bytes that the formats use (RFC 4648). Decoding is strict: no whitespace, no missing
//! or superfluous padding, no stray bits in the last character; so each byte string has exactly one text.

use base64ct::{Base64, Base64Unpadded, Base64UrlUnpadded, Encoding as _};
use sha2_11::{Digest as _, Sha256};

/// The text is not the encoding of any bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {0} text")]
pub struct DecodeError(&'static str);

/// Base64url without padding (RFC 4648 §5).
pub fn to_base64url(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// Reads base64url without padding.
pub fn from_base64url(text: &str) -> Result<Vec<u8>, DecodeError> {
    Base64UrlUnpadded::decode_vec(text).map_err(|_| DecodeError("base64url"))
}

/// Base64 with padding (RFC 4648 §4).
pub fn to_base64(bytes: &[u8]) -> String {
    Base64::encode_string(bytes)
}

/// Reads base64 with padding.
pub fn from_base64(text: &str) -> Result<Vec<u8>, DecodeError> {
    Base64::decode_vec(text).map_err(|_| DecodeError("base64"))
}

/// Base64 without padding.
pub(crate) fn to_base64_unpadded(bytes: &[u8]) -> String {
    Base64Unpadded::encode_string(bytes)
}

/// Reads base64 without padding.
pub(crate) fn from_base64_unpadded(text: &str) -> Result<Vec<u8>, DecodeError> {
    Base64Unpadded::decode_vec(text).map_err(|_| DecodeError("base64"))
}

/// Lower-case hexadecimal.
pub fn to_hex(bytes: &[u8]) -> String {
    base16ct::lower::encode_string(bytes)
}

/// Reads lower-case hexadecimal; upper case is refused.
pub fn from_hex(text: &str) -> Result<Vec<u8>, DecodeError> {
    base16ct::lower::decode_vec(text).map_err(|_| DecodeError("lower-case hexadecimal"))
}

/// SHA-256 (FIPS 180-4).
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// SHA-256 as lower-case hexadecimal, the form of every field named `…_sha256`.
pub fn sha256_hex(bytes: &[u8]) -> String {
    to_hex(&sha256(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_the_standard() {
        assert_eq!(
            sha256_hex(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn each_byte_string_has_one_text() {
        assert_eq!(to_base64url(&[0xfb, 0xff]), "-_8");
        assert_eq!(from_base64url("-_8"), Ok(vec![0xfb, 0xff]));
        for bad in ["-_8=", "-_9", "+/8", "-_ 8", "-_8\n", "A", "AAAAA", "é"] {
            assert!(from_base64url(bad).is_err(), "{bad:?}");
        }
        assert_eq!(from_base64("+/8="), Ok(vec![0xfb, 0xff]));
        for bad in [
            "+/8", "+/9=", "-_8=", "+/8=\n", "+/8=+/8=", "+/8==", "====", "=", "+/8 ", "AAA=AAAA", "A===",
        ] {
            assert!(from_base64(bad).is_err(), "{bad:?}");
        }
        assert_eq!(from_hex("0aff"), Ok(vec![0x0a, 0xff]));
        for bad in ["0AFF", "0af", "0x0a"] {
            assert!(from_hex(bad).is_err(), "{bad:?}");
        }
    }
}
