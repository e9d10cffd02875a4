#![allow(clippy::unwrap_used)]

use super::stream::{CHUNK, NONCE};
use super::*;

// The examples of `age.md`.
const IDENTITY: &str = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
const RECIPIENT: &str = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";

fn identity() -> Identity {
    Identity::from_secret([0x42; 32])
}

fn content(length: usize) -> Vec<u8> {
    (0..length).map(|index| (index % 251).to_le_bytes()[0]).collect()
}

fn encrypt(plain: &[u8], piece: usize) -> Vec<u8> {
    let (mut encryptor, mut out) =
        Encryptor::new(&identity().recipient(), [1; 32], [2; 16], [3; NONCE]).unwrap();
    for piece in plain.chunks(piece) {
        encryptor.push(piece, &mut out).unwrap();
    }
    encryptor.finish(&mut out).unwrap();
    out
}

/// What is given out, and how it ends.
fn decrypt(file: &[u8], piece: usize) -> (Vec<u8>, Result<(), AgeError>) {
    let (mut decryptor, mut out) = (Decryptor::new(&identity()), Vec::new());
    for piece in file.chunks(piece) {
        let result = decryptor.push(piece, &mut out);
        if result.is_err() {
            return (out, result);
        }
    }
    let result = decryptor.finish(&mut out);
    (out, result)
}

fn header_length() -> usize {
    encrypt(b"", 1).len() - NONCE - 16
}

#[test]
fn texts_are_those_of_the_format() {
    assert_eq!(*identity().to_text(), IDENTITY);
    assert_eq!(identity().recipient().to_string(), RECIPIENT);
    let parsed = Identity::parse(IDENTITY).unwrap();
    assert_eq!(parsed.recipient(), Recipient::parse(RECIPIENT).unwrap());
    for secret in [[0; 32], [0xff; 32], *identity().recipient().as_bytes()] {
        let text = Identity::from_secret(secret).to_text();
        assert_eq!(Identity::parse(&text).unwrap().0, secret);
    }
}

#[test]
fn other_texts_are_refused() {
    let upper = RECIPIENT.to_uppercase();
    let lower = IDENTITY.to_lowercase();
    for text in [
        upper.as_str(),
        &RECIPIENT[1..],
        "",
        "age1",
        "age",
        IDENTITY,
        " age1",
    ] {
        assert_eq!(Recipient::parse(text), Err(AgeError::Recipient), "{text}");
    }
    for text in [lower.as_str(), "", "AGE-SECRET-KEY-1", RECIPIENT] {
        assert_eq!(Identity::parse(text).map(drop), Err(AgeError::Identity), "{text}");
    }
    // The checksum finds every change of one letter, and every letter too many or too few.
    for index in 0..RECIPIENT.len() {
        for letter in "qpzry9x8gf2tvdw0s3jn54khce6mua7lb1Aé".chars() {
            let changed = format!("{}{letter}{}", &RECIPIENT[..index], &RECIPIENT[index + 1..]);
            if changed != RECIPIENT {
                assert!(Recipient::parse(&changed).is_err(), "{changed}");
            }
            assert!(Recipient::parse(&format!("{RECIPIENT}{letter}")).is_err());
        }
        assert!(Recipient::parse(&RECIPIENT[..index]).is_err());
    }
}

#[test]
fn nothing_secret_is_shown() {
    assert_eq!(format!("{:?}", identity()), "Identity(…)");
    assert_eq!(
        format!("{:?}", identity().recipient()),
        format!("Recipient({RECIPIENT})")
    );
}

#[test]
fn files_of_any_length_in_pieces_of_any_size() {
    for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 5] {
        let plain = content(length);
        let file = encrypt(&plain, usize::MAX);
        let chunks = length.div_ceil(CHUNK).max(1);
        assert_eq!(file.len(), header_length() + NONCE + length + 16 * chunks);
        for piece in [7, CHUNK, CHUNK + 16, 100_000] {
            assert!(encrypt(&plain, piece) == file, "{length} by {piece}");
            let (found, result) = decrypt(&file, piece);
            assert_eq!(result, Ok(()), "{length} by {piece}");
            assert!(found == plain, "{length} by {piece}");
        }
    }
}

#[test]
fn no_bit_can_change() {
    let file = encrypt(b"what was kept", 99);
    for bit in 0..file.len() * 8 {
        let mut changed = file.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let (found, result) = decrypt(&changed, 50);
        assert!(found.is_empty() && result.is_err(), "bit {bit}");
        if bit >= 8 * header_length() {
            assert_eq!(result, Err(AgeError::Payload), "bit {bit}");
        }
    }
}

#[test]
fn cutting_it_anywhere_shows() {
    let file = encrypt(b"kept", 99);
    for length in 0..file.len() {
        let due = match length {
            0 => AgeError::NotAge,
            length if length < header_length() + NONCE + 16 => AgeError::Truncated,
            _ => AgeError::Payload,
        };
        assert_eq!(decrypt(&file[..length], 10).1, Err(due), "{length}");
    }
    // Between two chunks: the first is whole and given out, and the end is missed.
    let file = encrypt(&content(3 * CHUNK), CHUNK);
    let at = |chunks| header_length() + NONCE + chunks * (CHUNK + 16);
    for (length, released, due) in [
        (at(1), 1, AgeError::Truncated),
        (at(1) + 1, 1, AgeError::Truncated),
        (at(1) + 16, 1, AgeError::Payload),
        (at(2) - 1, 1, AgeError::Payload),
        (at(2), 2, AgeError::Truncated),
    ] {
        let (found, result) = decrypt(&file[..length], 999);
        assert_eq!(result, Err(due), "{length}");
        assert!(found == content(3 * CHUNK)[..released * CHUNK], "{length}");
    }
}

#[test]
fn chunks_come_once_and_in_order() {
    let (file, plain) = (encrypt(&content(3 * CHUNK), CHUNK), content(3 * CHUNK));
    let start = header_length() + NONCE;
    let (head, chunks) = file.split_at(start);
    let chunks: Vec<_> = chunks.chunks(CHUNK + 16).collect();
    let with = |order: &[usize]| {
        let order = order.iter().map(|index| chunks[*index]);
        let changed: Vec<_> = std::iter::once(head).chain(order).collect();
        let (found, result) = decrypt(&changed.concat(), 999);
        assert!(plain.starts_with(&found));
        (found.len() / CHUNK, result)
    };
    assert_eq!(with(&[0, 1, 2]), (3, Ok(())));
    assert_eq!(with(&[1, 0, 2]), (0, Err(AgeError::Payload)));
    assert_eq!(with(&[0, 2]), (1, Err(AgeError::Payload)));
    assert_eq!(with(&[0, 0, 1, 2]), (1, Err(AgeError::Payload)));
    assert_eq!(with(&[0, 1, 2, 2]), (3, Err(AgeError::Trailing)));
}

#[test]
fn after_an_error_nothing_is_read() {
    let mut decryptor = Decryptor::new(&identity());
    let mut out = Vec::new();
    assert_eq!(decryptor.push(b"PK\x03\x04", &mut out), Err(AgeError::NotAge));
    assert_eq!(decryptor.push(&encrypt(b"x", 1), &mut out), Err(AgeError::Failed));
    assert_eq!(decryptor.finish(&mut out), Err(AgeError::Failed));
    assert!(out.is_empty());
}

#[test]
fn other_files_are_told_apart() {
    let file = encrypt(b"x", 1);
    let text = String::from_utf8_lossy(&file).into_owned();
    let with = |from: &str, to: &str| decrypt(text.replacen(from, to, 1).as_bytes(), 3).1;
    assert_eq!(
        with("age-encryption.org/v1", "age-encryption.org/v2"),
        Err(AgeError::Version)
    );
    assert_eq!(
        with("age-encryption.org/v1", "age-encryption.org/v1\r"),
        Err(AgeError::Header)
    );
    assert_eq!(
        with("age-encryption.org/v1", "age-encryption.com/v1"),
        Err(AgeError::NotAge)
    );
    assert_eq!(with("-> X25519", "-> x25519"), Err(AgeError::NoMatch));
    assert_eq!(with("-> X25519", "-> scrypt"), Err(AgeError::Passphrase));
    assert_eq!(with("-> X25519", "-> scrypt\n\n-> X25519"), Err(AgeError::Header));
    assert_eq!(with("-> X25519", "-> other\n\n-> X25519"), Err(AgeError::Mac));
    assert_eq!(with("-> X25519 ", "->  X25519 "), Err(AgeError::Header));
    let armored = "-----BEGIN AGE ENCRYPTED FILE-----\nYWdl";
    assert_eq!(decrypt(armored.as_bytes(), 3).1, Err(AgeError::Armored));
    assert_eq!(
        decrypt(format!("\r\n {armored}").as_bytes(), 99).1,
        Err(AgeError::Armored)
    );
    assert_eq!(
        decrypt(b"-----BEGIN PGP MESSAGE-----\n", 3).1,
        Err(AgeError::NotAge)
    );
    assert_eq!(decrypt(&[b' '; 5000], 1).1, Err(AgeError::NotAge));
    assert_eq!(decrypt(b"  ", 1).1, Err(AgeError::NotAge));

    let (mut decryptor, mut out) = (Decryptor::new(&Identity::from_secret([9; 32])), Vec::new());
    assert_eq!(decryptor.push(&file, &mut out), Err(AgeError::NoMatch));
}

#[test]
fn a_header_without_end_is_not_kept() {
    let stanza = format!("-> other\n{}\n", "A".repeat(63));
    let endless = format!("age-encryption.org/v1\n{}", stanza.repeat(1000));
    for piece in [1000, usize::MAX] {
        assert_eq!(decrypt(endless.as_bytes(), piece).1, Err(AgeError::HeaderTooLong));
    }
    let line = format!("age-encryption.org/v1\n-> {}", "A".repeat(MAX_HEADER));
    assert_eq!(
        decrypt(line.as_bytes(), usize::MAX).1,
        Err(AgeError::HeaderTooLong)
    );
    let version = format!("age-encryption.org/{}", "1".repeat(2000));
    assert_eq!(decrypt(version.as_bytes(), 10).1, Err(AgeError::Header));
}

#[test]
fn a_recipient_of_small_order_is_refused() {
    let made = Encryptor::new(&Recipient([0; 32]), [1; 32], [2; 16], [3; NONCE]);
    assert_eq!(made.map(drop), Err(AgeError::Recipient));
}
