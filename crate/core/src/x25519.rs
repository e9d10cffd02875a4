//! X25519 (RFC 7748 §5) and the derivation of keys from what two sides agree on.

use curve25519_dalek::montgomery::MontgomeryPoint;
use hkdf::{Hkdf, InvalidLength};
use sha2::Sha256;
use zeroize::Zeroizing;

/// Public half of a secret of 32 random bytes.
pub(crate) fn public_key(secret: &[u8; 32]) -> [u8; 32] {
    MontgomeryPoint::mul_base_clamped(*secret).to_bytes()
}

/// What the two sides agree on. `None` where the other's key is of small order: the outcome would be zero
/// whatever the secret is, and known to everybody (RFC 7748 §6.1).
pub(crate) fn agree(secret: &[u8; 32], public: &[u8; 32]) -> Option<Zeroizing<[u8; 32]>> {
    let shared = Zeroizing::new(MontgomeryPoint(*public).mul_clamped(*secret).to_bytes());
    // Every bit is looked at, however early one is set.
    let any = shared.iter().fold(0, |bits, byte| bits | byte);
    (any != 0).then_some(shared)
}

/// HKDF-SHA256 (RFC 5869); an empty salt is none. Fails only where more than 8,160 bytes are asked for.
pub(crate) fn hkdf<const N: usize>(
    salt: &[u8],
    secret: &[u8],
    info: &[u8],
) -> Result<Zeroizing<[u8; N]>, InvalidLength> {
    let mut out = Zeroizing::new([0; N]);
    Hkdf::<Sha256>::new(Some(salt), secret).expand(info, &mut *out)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::encoding::from_hex;

    fn bytes(hex: &str) -> [u8; 32] {
        from_hex(hex).unwrap().try_into().unwrap()
    }

    #[test]
    fn the_two_sides_of_rfc_7748_agree() {
        // §6.1.
        let alice = bytes("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
        let bob = bytes("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
        let (of_alice, of_bob) = (public_key(&alice), public_key(&bob));
        assert_eq!(
            of_alice,
            bytes("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a")
        );
        assert_eq!(
            of_bob,
            bytes("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f")
        );
        let shared = bytes("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
        assert_eq!(*agree(&alice, &of_bob).unwrap(), shared);
        assert_eq!(*agree(&bob, &of_alice).unwrap(), shared);
        // §5.2, the first vector.
        let scalar = bytes("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4");
        let point = bytes("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c");
        assert_eq!(
            *agree(&scalar, &point).unwrap(),
            bytes("c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552")
        );
    }

    #[test]
    fn points_of_small_order_agree_on_nothing() {
        for point in [
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        ] {
            assert!(agree(&[7; 32], &bytes(point)).is_none(), "{point}");
        }
    }
}
