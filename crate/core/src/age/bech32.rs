//! Bech32 (BIP-173) of 32 bytes, in lower case and without its limit of length. Written here so that no copy of a
//! secret is left behind.

use zeroize::Zeroizing;

const ALPHABET: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const SEPARATOR: char = '1';
/// Characters of five bits that 32 bytes take, the last with four bits of padding.
const DATA: usize = 52;
const CHECKSUM: usize = 6;

/// The checksum of BIP-173, taken up one value of five bits at a time.
struct Checksum(u32);

impl Checksum {
    /// After the human-readable prefix.
    fn of(prefix: &str) -> Self {
        let mut checksum = Self(1);
        for byte in prefix.bytes() {
            checksum.take(byte >> 5);
        }
        checksum.take(0);
        for byte in prefix.bytes() {
            checksum.take(byte & 31);
        }
        checksum
    }

    fn take(&mut self, value: u8) {
        let top = self.0 >> 25;
        self.0 = ((self.0 & 0x01ff_ffff) << 5) ^ u32::from(value);
        for (bit, generator) in [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3]
            .into_iter()
            .enumerate()
        {
            if top >> bit & 1 == 1 {
                self.0 ^= generator;
            }
        }
    }
}

/// The letter of the low five bits.
fn letter(value: u8) -> char {
    char::from(ALPHABET[usize::from(value & 31)])
}

/// Prefix, separator, bytes and checksum.
pub(super) fn encode(prefix: &str, bytes: &[u8; 32]) -> Zeroizing<String> {
    // Its final length: no reallocation leaves a copy behind.
    let mut text = Zeroizing::new(String::with_capacity(prefix.len() + 1 + DATA + CHECKSUM));
    text.push_str(prefix);
    text.push(SEPARATOR);
    let mut checksum = Checksum::of(prefix);
    for index in 0..DATA {
        // Five bits from bit 5 × index on, of two bytes; past the last one they are padding.
        let (byte, bit) = (5 * index / 8, 5 * index % 8);
        let pair = [byte, byte + 1].map(|at| bytes.get(at).copied().unwrap_or_default());
        let [_, value] = (u16::from_be_bytes(pair) >> (11 - bit)).to_be_bytes();
        checksum.take(value & 31);
        text.push(letter(value));
    }
    for _ in 0..CHECKSUM {
        checksum.take(0);
    }
    for index in (0..CHECKSUM).rev() {
        let [.., value] = ((checksum.0 ^ 1) >> (5 * index)).to_be_bytes();
        text.push(letter(value));
    }
    text
}

/// The bytes of a text with this prefix. `None` for every text that [`encode`] does not give.
pub(super) fn decode(prefix: &str, text: &str) -> Option<Zeroizing<[u8; 32]>> {
    let data = text.strip_prefix(prefix)?.strip_prefix(SEPARATOR)?.as_bytes();
    if data.len() != DATA + CHECKSUM {
        return None;
    }
    let mut checksum = Checksum::of(prefix);
    let mut bytes = Zeroizing::new([0; 32]);
    let mut slots = bytes.iter_mut();
    let (mut pool, mut bits) = (0_u16, 0);
    for (index, byte) in data.iter().enumerate() {
        let value = u8::try_from(ALPHABET.iter().position(|letter| letter == byte)?).ok()?;
        checksum.take(value);
        if index >= DATA {
            continue;
        }
        pool = (pool << 5) | u16::from(value);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            let [_, byte] = (pool >> bits).to_be_bytes();
            *slots.next()? = byte;
        }
    }
    // Four bits of padding are left over, all zero.
    (checksum.0 == 1 && pool.trailing_zeros() >= 4).then_some(bytes)
}
