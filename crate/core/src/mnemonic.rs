//! BIP-39 for 256 bits: 24 words of the English list, and the seed that they give. The list is the crate `bip39`'s;
//! its arithmetic would bring a second SHA-512 into the module.

use hmac::Hmac;
use sha2::Sha512;
use zeroize::Zeroizing;

use crate::encoding::sha256;

/// The list in its order, which is that of the alphabet; short words end in zeros.
static LIST: [[u8; LONGEST]; 2_048] = include!(concat!(env!("OUT_DIR"), "/words.rs"));
/// Words of 256 bits.
pub(crate) const WORDS: usize = 24;
/// Bits that a word stands for.
const BITS: u32 = 11;
/// Longest word of the list, in letters.
const LONGEST: usize = 8;
/// Rounds of PBKDF2-HMAC-SHA512.
const ROUNDS: u32 = 2_048;

/// The place of a word in the list; `None` where it is not there.
pub fn place(word: &str) -> Option<u16> {
    if word.contains('\0') {
        return None;
    }
    let mut padded = [0; LONGEST];
    padded.get_mut(..word.len())?.copy_from_slice(word.as_bytes());
    let place = LIST.binary_search(&padded).ok()?;
    u16::try_from(place).ok()
}

/// The words of an entropy, separated by blanks.
pub(crate) fn words(entropy: &[u8; 32]) -> Zeroizing<String> {
    // Room for all: no reallocation leaves a copy behind.
    let mut text = Zeroizing::new(String::with_capacity(WORDS * (LONGEST + 1)));
    let (mut bits, mut count) = (0_u32, 0);
    for byte in entropy.iter().chain([&checksum(entropy)]) {
        bits = bits << 8 | u32::from(*byte);
        count += 8;
        if count >= BITS {
            count -= BITS;
            let place = bits >> count & ((1 << BITS) - 1);
            if !text.is_empty() {
                text.push(' ');
            }
            let word = LIST.get(place as usize).map_or(&[][..], |word| word);
            text.extend(
                word.iter()
                    .filter(|byte| **byte != 0)
                    .map(|byte| char::from(*byte)),
            );
        }
    }
    text
}

/// The entropy of words by their places; `None` where the checksum is another.
pub(crate) fn entropy(places: &[u16; WORDS]) -> Option<Zeroizing<[u8; 32]>> {
    let mut bytes = Zeroizing::new([0; 33]);
    let mut left = bytes.iter_mut();
    let (mut bits, mut count) = (0_u32, 0);
    for place in places {
        bits = bits << BITS | u32::from(*place);
        count += BITS;
        while count >= 8 {
            count -= 8;
            let [.., byte] = (bits >> count).to_be_bytes();
            *left.next()? = byte;
        }
    }
    let (entropy, [told]) = bytes.split_first_chunk::<32>()? else {
        return None;
    };
    (*told == checksum(entropy)).then(|| Zeroizing::new(*entropy))
}

/// The seed of words of the list in lower case, separated by single blanks, without a passphrase.
pub(crate) fn seed(words: &str) -> Zeroizing<[u8; 64]> {
    let mut seed = Zeroizing::new([0; 64]);
    // Fails for keys that an HMAC refuses, and this one takes any.
    let _ = pbkdf2::pbkdf2::<Hmac<Sha512>>(words.as_bytes(), b"mnemonic", ROUNDS, &mut *seed);
    seed
}

fn checksum(entropy: &[u8; 32]) -> u8 {
    let [first, ..] = sha256(entropy);
    first
}

#[cfg(test)]
mod tests {
    use bip39::Language;

    use super::*;

    /// The crate's own arithmetic says the same.
    #[test]
    fn words_and_seeds_are_those_of_the_reference() {
        for number in 0..64_u8 {
            let own = sha256(&[number]);
            let reference = bip39::Mnemonic::from_entropy_in(Language::English, &own).unwrap();
            let text = words(&own);
            assert_eq!(*text, reference.to_string());
            assert_eq!(*seed(&text), reference.to_seed_normalized(""));
            let places: Vec<u16> = text.split(' ').map(|word| place(word).unwrap()).collect();
            let mut places: [u16; WORDS] = places.try_into().unwrap();
            assert_eq!(entropy(&places).as_deref(), Some(&own));
            // Another last word, of the seven other bits of its entropy the same: only the checksum tells.
            places[23] ^= 1;
            assert_eq!(entropy(&places), None);
        }
    }
}
