//! The root, its words, what is derived from it, and the texts of keys.

use curve25519_dalek::montgomery::MontgomeryPoint;
use data_encoding::HEXLOWER;
use ed25519_dalek::SigningKey;
use hkdf::Hkdf;
use serde_json::{Value, json};
use sha2::Sha256;

use super::case::{Case, document, invalid, valid};
use super::{ENTROPY, LOG, collector, did, hex, person, sha256};

pub(crate) fn seed(entropy: &[u8; 32]) -> [u8; 64] {
    bip39::Mnemonic::from_entropy(entropy).unwrap().to_seed("")
}

pub(crate) fn words(entropy: &[u8; 32]) -> String {
    bip39::Mnemonic::from_entropy(entropy)
        .unwrap()
        .words()
        .collect::<Vec<_>>()
        .join(" ")
}

/// HKDF of the seed for a label and its fields.
pub(crate) fn derived(entropy: &[u8; 32], label: &str, fields: &[&[u8]]) -> [u8; 32] {
    let mut info = [label.as_bytes(), &[0]].concat();
    for field in fields {
        info.extend_from_slice(&u16::try_from(field.len()).unwrap().to_be_bytes());
        info.extend_from_slice(field);
    }
    let mut secret = [0; 32];
    Hkdf::<Sha256>::new(Some(b"counterfoil/v1"), &seed(entropy))
        .expand(&info, &mut secret)
        .unwrap();
    secret
}

const LETTERS: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";

fn polymod(values: &[u8]) -> u32 {
    let mut sum = 1_u32;
    for value in values {
        let top = sum >> 25;
        sum = ((sum & 0x01ff_ffff) << 5) ^ u32::from(*value);
        for (bit, generator) in [
            0x3b6a_57b2_u32,
            0x2650_8e6d,
            0x1ea1_19fa,
            0x3d42_33dd,
            0x2a14_62b3,
        ]
        .iter()
        .enumerate()
        {
            if (top >> bit) & 1 == 1 {
                sum ^= generator;
            }
        }
    }
    sum
}

/// BIP-173, of values of five bits.
fn bech32_of(prefix: &str, data: &[u8], constant: u32) -> String {
    let mut values: Vec<u8> = prefix.bytes().map(|byte| byte >> 5).collect();
    values.push(0);
    values.extend(prefix.bytes().map(|byte| byte & 31));
    values.extend_from_slice(data);
    let sum = polymod(&[&values[..], &[0; 6]].concat()) ^ constant;
    let checksum = (0..6).map(|index| ((sum >> (5 * (5 - index))) & 31).to_le_bytes()[0]);
    let text: String = data
        .iter()
        .copied()
        .chain(checksum)
        .map(|value| char::from(LETTERS[usize::from(value)]))
        .collect();
    format!("{prefix}1{text}")
}

fn fives(bytes: &[u8]) -> Vec<u8> {
    let bits: Vec<u8> = bytes
        .iter()
        .flat_map(|byte| (0..8).rev().map(move |bit| (byte >> bit) & 1))
        .collect();
    bits.chunks(5)
        .map(|chunk| (0..5).fold(0, |value, at| value << 1 | chunk.get(at).copied().unwrap_or(0)))
        .collect()
}

pub(crate) fn identity(secret: &[u8; 32]) -> String {
    bech32_of("age-secret-key-", &fives(secret), 1).to_uppercase()
}

pub(crate) fn x25519(secret: &[u8; 32]) -> [u8; 32] {
    MontgomeryPoint::mul_base_clamped(*secret).to_bytes()
}

pub(crate) fn recipient(secret: &[u8; 32]) -> String {
    bech32_of("age", &fives(&x25519(secret)), 1)
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = roots();
    cases.extend(wrong_words());
    cases.extend(names());
    cases.extend(age_keys());
    cases
}

fn roots() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, about, entropy) in [
        ("of-sevens", "The root that the other folders use.", ENTROPY),
        ("of-zeros", "A root of zeros.", [0; 32]),
        ("of-ones", "A root of ones.", [0xff; 32]),
        ("of-a-digest", "A root without a pattern.", sha256(b"counterfoil")),
    ] {
        let logs = [LOG, [0x20; 16]];
        let collector = did(&collector());
        let long = "x".repeat(300);
        let audiences: Vec<(&str, &str, u32)> = vec![
            ("export", "example", 0),
            ("export", "example", 1),
            ("export", "example", u32::MAX),
            ("export", "À moi", 0),
            ("export", "", 0),
            ("export", &long, 0),
            ("collector", &collector, 0),
            ("collector", &collector, 1),
            ("export", &collector, 0),
        ];
        let key = |secret: [u8; 32]| did(&SigningKey::from_bytes(&secret));
        let shares: Vec<Value> = audiences
            .iter()
            .map(|(class, audience, epoch)| json!({"audience": audience, "class": class, "epoch": epoch, "log_id": hex(&LOG)}))
            .collect();
        let secret = derived(&entropy, "backup-age", &[]);
        let gives = json!({
            "backup_identity": identity(&secret),
            "backup_recipient": recipient(&secret),
            "log_keys": logs.iter().map(|id| key(derived(&entropy, "log", &[id]))).collect::<Vec<_>>(),
            "seed": hex(&seed(&entropy)),
            "share_keys": audiences
                .iter()
                .map(|(class, audience, epoch)| {
                    key(derived(&entropy, "share", &[&LOG, class.as_bytes(), audience.as_bytes(), &epoch.to_be_bytes()]))
                })
                .collect::<Vec<_>>(),
            "words": words(&entropy)
        });
        let root = json!({"entropy": hex(&entropy), "logs": logs.iter().map(|id| hex(id)).collect::<Vec<_>>(), "shares": shares});
        cases.push(valid(&format!("root-{name}"), about, document(&json!({"root": root}))).gives(gives));
        cases.push(
            valid(
                &format!("words-{name}"),
                "Its words.",
                document(&json!({"words": words(&entropy)})),
            )
            .gives(json!({"entropy": hex(&entropy), "seed": hex(&seed(&entropy))})),
        );
    }
    let shouted = format!("  {}\n", words(&ENTROPY).to_uppercase().replace(' ', " \t"));
    cases.push(
        valid(
            "words-upper-case",
            "In upper case, with other blanks between the words.",
            document(&json!({"words": shouted})),
        )
        .gives(json!({"entropy": hex(&ENTROPY), "seed": hex(&seed(&ENTROPY))})),
    );
    let too_long = json!({"root": {"entropy": hex(&ENTROPY), "logs": [], "shares": [
        {"audience": "x".repeat(65_536), "class": "export", "epoch": 0, "log_id": hex(&LOG)}
    ]}});
    cases.push(
        invalid(
            "audience-too-long",
            "65536-bytes",
            "An audience whose length 16 bits do not hold.",
            document(&too_long),
        )
        .compressed(),
    );
    for (name, about, id) in [
        ("short", "A log id of 15 bytes.", "10".repeat(15)),
        ("long", "A log id of 17 bytes.", "10".repeat(17)),
        ("upper-case", "A log id in upper case.", "AB".repeat(16)),
        ("odd", "A log id of 31 digits.", "1".repeat(31)),
        ("not-hex", "A log id of other letters.", "xy".repeat(16)),
    ] {
        let root = json!({"root": {"entropy": hex(&ENTROPY), "logs": [id], "shares": []}});
        cases.push(invalid("log-id", name, about, document(&root)));
    }
    cases
}

fn wrong_words() -> Vec<Case> {
    let all = words(&ENTROPY);
    let list: Vec<_> = all.split(' ').collect();
    let replaced = |at: usize, word: &str| {
        let mut list = list.clone();
        list[at] = word;
        list.join(" ")
    };
    let bad = |error: &str, name: &str, about: &str, words: String| {
        invalid(error, name, about, document(&json!({"words": words})))
    };
    let mut swapped = list.clone();
    swapped.swap(0, 1);
    let twelve = bip39::Mnemonic::from_entropy(&[7; 16])
        .unwrap()
        .words()
        .collect::<Vec<_>>()
        .join(" ");
    vec![
        bad("word-count", "none", "No words.", String::new()),
        bad(
            "word-count",
            "23",
            "The last word is missing.",
            list[..23].join(" "),
        ),
        bad("word-count", "25", "A word more.", format!("{all} abandon")),
        bad("word-count", "12", "Twelve words that fit together.", twelve),
        bad(
            "word-count",
            "commas",
            "A word more, not of the list.",
            format!("{all} and"),
        ),
        bad(
            "unknown-word 1",
            "first",
            "The first word is not of the list.",
            replaced(0, "counterfoil"),
        ),
        bad(
            "unknown-word 24",
            "last",
            "The last word is not of the list.",
            replaced(23, "counterfoil"),
        ),
        bad(
            "unknown-word 2",
            "first-of-two",
            "Two words are not of the list: the first is named.",
            {
                let mut list = list.clone();
                (list[1], list[5]) = ("deel", "logick");
                list.join(" ")
            },
        ),
        bad(
            "unknown-word 3",
            "four-letters",
            "A word is shortened to its first four letters.",
            replaced(2, "scru"),
        ),
        bad(
            "unknown-word 2",
            "other-language",
            "A word of the Spanish list.",
            replaced(1, "ábaco"),
        ),
        bad(
            "unknown-word 1",
            "of-few",
            "Not even of so few words is one of the list.",
            "counterfoil".to_owned(),
        ),
        bad(
            "checksum",
            "last-word",
            "The last word is another.",
            replaced(23, "zoo"),
        ),
        bad(
            "checksum",
            "other-word",
            "A word in the middle is another.",
            replaced(11, "zoo"),
        ),
        bad(
            "checksum",
            "swapped",
            "Two words stand in each other's place.",
            swapped.join(" "),
        ),
    ]
}

fn names() -> Vec<Case> {
    let bad =
        |name: &str, about: &str, did: String| invalid("did", name, about, document(&json!({"did": did})));
    let own = did(&person());
    let public = *person().verifying_key().as_bytes();
    let of = |bytes: &[u8]| format!("did:key:z{}", bs58::encode(bytes).into_string());
    let with = |prefix: [u8; 2], key: &[u8]| of(&[&prefix[..], key].concat());
    vec![
        valid("did", "The identity of a key.", document(&json!({"did": own}))).gives(json!({"public_key": hex(&public)})),
        valid("did-of-the-method", "An example of the did:key method.", document(&json!({"did": "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"})))
            .gives(json!({"public_key": HEXLOWER.encode(&bs58::decode("6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK").into_vec().unwrap()[2..])})),
        bad("empty", "No characters.", String::new()),
        bad("method-alone", "The method without a key.", "did:key:".to_owned()),
        bad("multibase-alone", "The key without the method.", own.replace("did:key:", "")),
        bad("other-method", "Another method.", "did:web:example.org".to_owned()),
        bad("upper-case-method", "The method in upper case.", own.replace("did:key", "DID:KEY")),
        bad("with-fragment", "A verification method.", format!("{own}#{}", own.replace("did:key:", ""))),
        bad("x25519", "A key for agreements.", with([0xec, 0x01], &public)),
        bad("p256", "A key of another curve.", with([0x80, 0x24], &public)),
        bad("31-bytes", "A key of 31 bytes.", with([0xed, 0x01], &public[1..])),
        bad("33-bytes", "A key of 33 bytes.", with([0xed, 0x01], &[&public[..], &[0]].concat())),
        bad("long-varint", "The code of the curve as a longer number of the same value.", of(&[&[0xed, 0x81, 0x00], &public[..]].concat())),
        bad("leading-zero", "A zero byte before the key: another text of other bytes.", own.replace(":z6", ":z16")),
        bad("not-base58", "A letter that base58 does not have.", format!("{}0", &own[..own.len() - 1])),
        bad("other-base", "The key in another base.", format!("did:key:f{}", hex(&[&[0xed, 0x01], &public[..]].concat()))),
        bad("newline", "A newline follows.", format!("{own}\n")),
        bad("long", "A thousand digits of nothing.", format!("did:key:z{}", "1".repeat(1000))),
    ]
}

fn age_keys() -> Vec<Case> {
    let secret = derived(&ENTROPY, "backup-age", &[]);
    let (own, public) = (identity(&secret), recipient(&secret));
    let identities = |name: &str, about: &str, text: String| {
        invalid("identity", name, about, document(&json!({"identity": text})))
    };
    let recipients = |name: &str, about: &str, text: String| {
        invalid("recipient", name, about, document(&json!({"recipient": text})))
    };
    let other_letter = |text: &str, letters: [char; 2]| {
        let last = text.chars().last().unwrap();
        let other = if last == letters[0] {
            letters[1]
        } else {
            letters[0]
        };
        format!("{}{other}", &text[..text.len() - 1])
    };
    let mut padded = fives(&secret);
    *padded.last_mut().unwrap() |= 1;
    let mut padded_public = fives(&x25519(&secret));
    *padded_public.last_mut().unwrap() |= 1;
    vec![
        valid(
            "identity",
            "The identity that opens backups of the root of sevens.",
            document(&json!({"identity": own})),
        )
        .gives(json!({"recipient": public})),
        valid(
            "recipient",
            "Its recipient.",
            document(&json!({"recipient": public})),
        )
        .gives(json!({"public_key": hex(&x25519(&secret))})),
        identities("lower-case", "In lower case.", own.to_lowercase()),
        identities("mixed-case", "The last letter in lower case.", {
            let at = own.rfind(|c: char| c.is_ascii_uppercase()).unwrap();
            format!("{}{}{}", &own[..at], own[at..=at].to_lowercase(), &own[at + 1..])
        }),
        identities(
            "checksum",
            "The last letter is another.",
            other_letter(&own, ['Q', 'P']),
        ),
        identities(
            "bech32m",
            "With the checksum of Bech32m.",
            bech32_of("age-secret-key-", &fives(&secret), 0x2bc8_30a3).to_uppercase(),
        ),
        identities(
            "padding",
            "A bit of the padding is set.",
            bech32_of("age-secret-key-", &padded, 1).to_uppercase(),
        ),
        identities(
            "31-bytes",
            "A secret of 31 bytes.",
            bech32_of("age-secret-key-", &fives(&secret[1..]), 1).to_uppercase(),
        ),
        identities(
            "33-bytes",
            "A secret of 33 bytes.",
            bech32_of("age-secret-key-", &fives(&[&secret[..], &[0]].concat()), 1).to_uppercase(),
        ),
        identities(
            "other-prefix",
            "The prefix of another type of key.",
            bech32_of("age-plugin-x-", &fives(&secret), 1).to_uppercase(),
        ),
        identities("recipient", "A recipient.", public.to_uppercase()),
        identities("newline", "A newline follows.", format!("{own}\n")),
        identities("empty", "No characters.", String::new()),
        recipients("upper-case", "In upper case.", public.to_uppercase()),
        recipients(
            "checksum",
            "The last letter is another.",
            other_letter(&public, ['q', 'p']),
        ),
        recipients(
            "bech32m",
            "With the checksum of Bech32m.",
            bech32_of("age", &fives(&x25519(&secret)), 0x2bc8_30a3),
        ),
        recipients(
            "padding",
            "A bit of the padding is set.",
            bech32_of("age", &padded_public, 1),
        ),
        recipients(
            "31-bytes",
            "A key of 31 bytes.",
            bech32_of("age", &fives(&x25519(&secret)[1..]), 1),
        ),
        recipients("identity", "An identity.", own.to_lowercase()),
        recipients("ssh", "A key of SSH.", "ssh-ed25519 AAAA".to_owned()),
        recipients("empty", "No characters.", String::new()),
    ]
}
