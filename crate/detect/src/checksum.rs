//! Check digits. The digits come as their values, 0 to 9, unless it says otherwise.

/// The value of a digit or a letter in either case: 0 to 9, then A = 10 to Z = 35.
pub(crate) fn value(byte: u8) -> u32 {
    match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        b'A'..=b'Z' => u32::from(byte - b'A') + 10,
        b'a'..=b'z' => u32::from(byte - b'a') + 10,
        _ => 0,
    }
}

/// The digits of ASCII bytes as a number; longer than 18 digits gives a wrong one.
pub(crate) fn number(ascii: &[u8]) -> u64 {
    ascii.iter().fold(0_u64, |sum, byte| {
        sum.wrapping_mul(10).wrapping_add(u64::from(value(*byte)))
    })
}

/// The sum of products with weights, over ASCII digits or letters; as long as the shorter of the two.
pub(crate) fn weighted(ascii: &[u8], weights: &[u32]) -> u32 {
    ascii
        .iter()
        .zip(weights)
        .map(|(byte, weight)| value(*byte) * weight)
        .sum()
}

/// The formula of Luhn over ASCII digits, the check digit last (ISO/IEC 7812-1, annex B).
pub(crate) fn luhn(ascii: &[u8]) -> bool {
    luhn_sum(ascii).is_multiple_of(10)
}

/// The sum of the formula of Luhn.
pub(crate) fn luhn_sum(ascii: &[u8]) -> u32 {
    let digits = ascii.iter().rev().enumerate();
    digits
        .map(|(index, byte)| {
            let digit = value(*byte) * if index % 2 == 1 { 2 } else { 1 };
            digit / 10 + digit % 10
        })
        .sum()
}

/// The remainder by 97 of letters and digits, letters counting 10 to 35 (ISO 7064, ISO 13616).
pub(crate) fn mod97(ascii: impl IntoIterator<Item = u8>) -> u32 {
    ascii.into_iter().fold(0, |rest, byte| {
        let digit = value(byte);
        (rest * if digit > 9 { 100 } else { 10 } + digit) % 97
    })
}

/// ISO 7064, MOD 11,10, over ASCII digits with the check digit last.
pub(crate) fn mod11_10(ascii: &[u8]) -> bool {
    let Some((last, body)) = ascii.split_last() else {
        return false;
    };
    let product = body.iter().fold(10, |product, byte| {
        let sum = (product + value(*byte)) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10 == value(*last)
}

/// The multiplication of the dihedral group D5.
const D5: [[u8; 10]; 10] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
    [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
    [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
    [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
    [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
    [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
    [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
    [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
    [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
];
/// The permutation of the scheme of Verhoeff.
const TURN: [usize; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

/// The scheme of Verhoeff over ASCII digits, the check digit last.
pub(crate) fn verhoeff(ascii: &[u8]) -> bool {
    let mut check = 0_usize;
    for (index, byte) in ascii.iter().rev().enumerate() {
        let mut digit = value(*byte) as usize % 10;
        for _ in 0..index % 8 {
            digit = TURN[digit];
        }
        check = usize::from(D5[check % 10][digit]);
    }
    check == 0
}

/// Whether two digits of a month and two of a day can be a date.
pub(crate) fn month_day(month: u64, day: u64) -> bool {
    (1..=12).contains(&month) && (1..=31).contains(&day)
}

/// Whether all bytes are the same.
pub(crate) fn uniform(ascii: &[u8]) -> bool {
    ascii.windows(2).all(|pair| pair[0] == pair[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_examples_hold() {
        assert!(luhn(b"79927398713") && !luhn(b"79927398710"));
        assert!(verhoeff(b"2363") && !verhoeff(b"2364"));
        assert!(mod11_10(b"86095742719") && !mod11_10(b"86095742718"));
        assert_eq!(mod97(b"3214282912345698765432161182".iter().copied()), 1);
        assert_eq!(weighted(b"12", &[3, 7]), 17);
        assert!(uniform(b"111") && !uniform(b"112"));
    }
}
