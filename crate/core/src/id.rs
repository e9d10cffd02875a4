//! UUIDs (RFC 9562).

use crate::encoding::to_hex;

/// A version 7 UUID: milliseconds since the Unix epoch (48 bits; higher bits are dropped), then 74 of the random
/// bits.
pub fn uuid_v7(ms: u64, random: [u8; 10]) -> String {
    let mut bytes = [0; 16];
    let [_, _, time @ ..] = ms.to_be_bytes();
    let (head, tail) = bytes.split_at_mut(6);
    head.copy_from_slice(&time);
    tail.copy_from_slice(&random);
    form(bytes, 7)
}

/// A version 4 UUID: 122 of the random bits.
pub fn uuid_v4(random: [u8; 16]) -> String {
    form(random, 4)
}

fn form(mut bytes: [u8; 16], version: u8) -> String {
    bytes[6] = (bytes[6] & 0x0f) | (version << 4);
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex = to_hex(&bytes);
    let mut text = String::with_capacity(36);
    for (index, digit) in hex.chars().enumerate() {
        if matches!(index, 8 | 12 | 16 | 20) {
            text.push('-');
        }
        text.push(digit);
    }
    text
}

/// Whether the text is a UUID of this version, in the lower-case form that [`uuid_v4`] and [`uuid_v7`] give.
pub fn is_uuid(text: &str, version: u8) -> bool {
    let Ok(bytes) = <&[u8; 36]>::try_from(text.as_bytes()) else {
        return false;
    };
    // With four dashes in their places, all the others are digits if there are 32 of those.
    let digits = bytes.iter().fold(0_u8, |count, byte| {
        count + u8::from(matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    });
    digits == 32
        && [bytes[8], bytes[13], bytes[18], bytes[23]] == [b'-'; 4]
        && bytes[14] == b'0' + version
        && matches!(bytes[19], b'8' | b'9' | b'a' | b'b')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_rfc_9562() {
        // Appendix A.6 and A.3.
        let random = [0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f];
        assert_eq!(
            uuid_v7(0x017f_22e2_79b0, random),
            "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"
        );
        let random = [
            0x91, 0x91, 0x08, 0xf7, 0x52, 0xd1, 0x33, 0x20, 0x5b, 0xac, 0xf8, 0x47, 0xdb, 0x41, 0x48, 0xa8,
        ];
        assert_eq!(uuid_v4(random), "919108f7-52d1-4320-9bac-f847db4148a8");
    }

    #[test]
    fn texts_are_told_apart() {
        assert!(is_uuid("919108f7-52d1-4320-9bac-f847db4148a8", 4));
        assert!(is_uuid("017f22e2-79b0-7cc3-98c4-dc0c0c07398f", 7));
        for bad in [
            "017f22e2-79b0-7cc3-98c4-dc0c0c07398f",
            "919108F7-52d1-4320-9bac-f847db4148a8",
            "919108f7-52d1-4320-cbac-f847db4148a8",
            "919108f752d143209bacf847db4148a8",
            "919108f7-52d1-4320-9bac-f847db4148a8 ",
            "919108f7-52d1-4320-9bac-f847db4148a",
            "919108f7-52d1-4320-9bac-f847db4148-8",
            "919108f7052d1-4320-9bac-f847db4148a8",
            "919108f7-52d1-4320-9bac-f847db4148ag",
            "919108f7-52d1-4320-9bac-f847db4148\u{e9}",
            "",
        ] {
            assert!(!is_uuid(bad, 4), "{bad}");
        }
    }
}
