//! Files of age and sealed boxes: in pieces of any size, with headers of any stanzas under a good MAC, and with
//! one byte changed.

use counterfoil_core::age::{AgeError, Decryptor, Encryptor, Identity, MAX_HEADER, Recipient};
use counterfoil_core::sealed::{self, InboxPublic, InboxSecret, OVERHEAD};
use data_encoding::BASE64_NOPAD;
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;

use crate::input::Input;
use crate::made::IDENTITY;
use crate::{Target, no_mutation};

/// See the module.
pub(crate) const TARGET: Target = Target {
    name: "age",
    run,
    seeds,
    longest: 8 * 1024,
    mutate: no_mutation,
};

const FILE_KEY: [u8; 16] = [3; 16];
/// A chunk of the payload.
const CHUNK: usize = 64 * 1024;

const WAYS: [fn(Input<'_>); 5] = [pieces, header, round_trip, boxes, keys];

fn run(data: &[u8]) {
    let mut input = Input(data);
    WAYS[input.choice(WAYS.len())](input);
}

fn seeds() -> Vec<Vec<u8>> {
    let file = encrypt(b"something", 9);
    let sealed = sealed::seal(&secret().public(), [8; 32], b"place", b"captured").unwrap();
    let stanzas = "-> other argument\nAAAA\n-> X25519 AAAA\nAAAA\n-> scrypt AAAA 10\n\n";
    let keys = [IDENTITY.to_text().to_string(), IDENTITY.recipient().to_string()];
    let mut seeds = vec![
        [&[0, 7], file.as_slice()].concat(),
        [&[0, 255], file.as_slice()].concat(),
        b"\x00\x03age-encryption.org/v2\n".to_vec(),
        b"\x00\x03-----BEGIN AGE ENCRYPTED FILE-----\n".to_vec(),
        [b"\x01\x00", stanzas.as_bytes()].concat(),
        [b"\x01\x12", stanzas.as_bytes()].concat(),
        b"\x01\x00".to_vec(),
        b"\x02\x05\x09\x00\x01\x01\x00content".to_vec(),
        b"\x02\x05\x09\xff\x01\x01\x80content".to_vec(),
        [&[3, 0, 40, 1], sealed.as_slice()].concat(),
    ];
    seeds.extend(keys.iter().map(|key| [b"\x04", key.as_bytes()].concat()));
    seeds
}

/// What came of a file: the content until its end or the error.
fn decrypt<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> (Vec<u8>, Option<AgeError>) {
    let (mut decryptor, mut out) = (Decryptor::new(&IDENTITY), Vec::new());
    for piece in pieces {
        if let Err(error) = decryptor.push(piece, &mut out) {
            let given = out.len();
            assert_eq!(decryptor.push(b"x", &mut out), Err(AgeError::Failed));
            assert_eq!(decryptor.finish(&mut out), Err(AgeError::Failed));
            assert_eq!(out.len(), given, "something was given out after an error");
            return (out, Some(error));
        }
    }
    let ended = decryptor.finish(&mut out);
    (out, ended.err())
}

fn encrypt(plain: &[u8], piece: usize) -> Vec<u8> {
    let (mut encryptor, mut file) =
        Encryptor::new(&IDENTITY.recipient(), [5; 32], FILE_KEY, [6; 16]).unwrap();
    for piece in plain.chunks(piece.max(1)) {
        encryptor.push(piece, &mut file).unwrap();
    }
    encryptor.finish(&mut file).unwrap();
    file
}

fn pieces(mut input: Input<'_>) {
    let size = input.choice(256) + 1;
    let whole = decrypt([input.0]);
    let cut = decrypt(input.0.chunks(size));
    // Which of two things that are wrong with a file is met first may depend on how it came; what is given out
    // and whether it is whole may not.
    assert_eq!(
        (&whole.0, whole.1.is_some()),
        (&cut.0, cut.1.is_some()),
        "{whole:?} {cut:?}"
    );
}

/// A file whose header has any stanzas beside the good one, and a MAC that is good.
fn header(mut input: Input<'_>) {
    let before = input.byte() % 3;
    let Some(stanzas) = input.text() else { return };
    let file = encrypt(b"content", 7);
    let text = String::from_utf8_lossy(&file[..file.len().min(400)]).into_owned();
    let at = text.find("--- ").unwrap();
    let end = at + text[at..].find('\n').unwrap() + 1;
    let (version, own) = text[..at].split_once('\n').unwrap();
    let body = match before {
        0 => format!("{stanzas}{own}"),
        1 => format!("{own}{stanzas}"),
        _ => stanzas.to_owned(),
    };
    let signed = format!("{version}\n{body}---");
    let mut key = [0; 32];
    Hkdf::<Sha256>::new(None, &FILE_KEY)
        .expand(b"header", &mut key)
        .unwrap();
    let mut mac = <Hmac<Sha256> as hmac::Mac>::new_from_slice(&key).unwrap();
    mac.update(signed.as_bytes());
    let mac = BASE64_NOPAD.encode(&mac.finalize().into_bytes());
    let made = [format!("{signed} {mac}\n").as_bytes(), &file[end..]].concat();
    let (content, error) = decrypt(made.chunks(97));
    assert_eq!(content.is_empty(), error.is_some(), "{error:?}");
    assert!(content.is_empty() || content == b"content");
    if stanzas.is_empty() && before < 2 {
        assert_eq!(error, None);
    }
    if made.len() > MAX_HEADER + 200 {
        assert_eq!(error, Some(AgeError::HeaderTooLong));
    }
}

fn round_trip(mut input: Input<'_>) {
    let (written, read) = (input.choice(256) * 37 + 1, input.choice(256) * 41 + 1);
    // Lengths about the ends of chunks, without inputs of that length.
    let chunks = input.choice(3);
    let (at, change, cut) = (input.short(), input.byte(), input.byte());
    let mut plain = input.0.to_vec();
    if chunks > 0 {
        plain.resize(
            (chunks * CHUNK).saturating_sub(plain.len() % 3) + plain.len() % 2,
            7,
        );
    }
    let mut file = encrypt(&plain, written);
    assert_eq!(file, encrypt(&plain, CHUNK));
    assert_eq!(decrypt(file.chunks(read)), (plain.clone(), None));
    if cut > 0 {
        file.truncate(file.len() - file.len().min(usize::from(cut) * 300 + 1));
    } else if change > 0 {
        let at = at * 3 % file.len();
        file[at] ^= change;
    } else {
        file.push(0);
    }
    let (content, error) = decrypt(file.chunks(read));
    assert!(error.is_some(), "a change at {at} does not show");
    assert!(
        plain.starts_with(&content),
        "what was given out is not the content"
    );
}

fn secret() -> InboxSecret {
    InboxSecret::from_bytes([7; 32])
}

fn boxes(mut input: Input<'_>) {
    let (at, change) = (input.short(), input.byte());
    let _ = sealed::open(&secret(), b"place", input.0);
    if let Some((public, rest)) = input.0.split_first_chunk::<32>() {
        let _ = sealed::seal(&InboxPublic(*public), [9; 32], b"", rest);
    }
    let mut made = sealed::seal(&secret().public(), [8; 32], b"place", input.0).unwrap();
    assert_eq!(made.len(), input.0.len() + OVERHEAD);
    assert_eq!(
        sealed::open(&secret(), b"place", &made).unwrap().as_slice(),
        input.0
    );
    assert!(sealed::open(&secret(), b"other", &made).is_err());
    if change > 0 {
        let at = at % made.len();
        made[at] ^= change;
        assert!(sealed::open(&secret(), b"place", &made).is_err());
    }
}

fn keys(input: Input<'_>) {
    let Some(text) = input.text() else { return };
    if let Ok(identity) = Identity::parse(text) {
        assert_eq!(identity.to_text().as_str(), text);
    }
    if let Ok(recipient) = Recipient::parse(text) {
        assert_eq!(recipient.to_string(), text);
    }
}
