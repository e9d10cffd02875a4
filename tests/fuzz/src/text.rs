//! The texts: each is read, and what was read is written anew. Most have one text for each value, so that what is
//! accepted comes back byte for byte; the others come to rest after one round.

use counterfoil_core::bundle::papers::{Consent, Offer};
use counterfoil_core::bundle::statement::Statement;
use counterfoil_core::canonical::{self, INTEGER_BOUND};
use counterfoil_core::collector::accept::{Judge, TextKey};
use counterfoil_core::collector::account::{Chain, Entry, cheat_between};
use counterfoil_core::collector::consent::Consent as FullConsent;
use counterfoil_core::collector::offer::Offer as FullOffer;
use counterfoil_core::collector::revocation::Revocation;
use counterfoil_core::did::Did;
use counterfoil_core::encoding::{from_base64, from_base64url, from_hex, to_base64, to_base64url, to_hex};
use counterfoil_core::id::{is_uuid, uuid_v4, uuid_v7};
use counterfoil_core::jws::{self, Type};
use counterfoil_core::keys::{LogId, Root};
use counterfoil_core::log::{self, Head};
use counterfoil_core::merkle::{
    Frontier, consistency_proof, inclusion_proof, leaf_hash, root, verify_consistency, verify_inclusion,
};
use counterfoil_core::note;
use counterfoil_core::record::{Body, LineError, MAX_SHARED_LINE, PrivateLine, SharedLine};
use counterfoil_core::time::{day, is_day_or_month, month, parse_rfc3339_ms, rfc3339, rfc3339_ms};
use serde_json::Value;

use crate::input::Input;
use crate::made::{self, BUNDLE_ID, COLLECTOR, LOG, PAPERS, PERSON, SHARE};
use crate::{Target, no_mutation};

/// See the module.
pub(crate) const TARGET: Target = Target {
    name: "text",
    run,
    seeds,
    longest: 8 * 1024,
    mutate: no_mutation,
};

type Examples = fn() -> Vec<Vec<u8>>;

/// The formats, by the first byte of an input, each with an example.
const FORMATS: [(fn(Input<'_>), Examples); 18] = [
    (checkpoint, || vec![made::note("counterfoil/z\n0\nAAAA\n").into()]),
    (signed_checkpoint, || {
        vec![made::checkpoint(&made::lines(3)).into()]
    }),
    (statement, || {
        vec![
            PAPERS.offer.clone().into(),
            PAPERS.consent.clone().into(),
            b"e30.e30.AAAA".to_vec(),
        ]
    }),
    (signed_statement, || {
        let header = made::header(&PERSON, "consent").into_bytes();
        let payload = made::consent(&PAPERS.offer).to_string().into_bytes();
        let length = u16::try_from(header.len()).unwrap_or(0).to_be_bytes();
        vec![[&length[..], &header, &payload].concat()]
    }),
    (did, || vec![SHARE.did().as_str().into()]),
    (json, || {
        vec![
            br#"{"a":[1,-2,true,null,"\u00e9\n\u0000"],"\ud83d\ude00":{},"\ufb33":0}"#.to_vec(),
            b"[9007199254740991,-9007199254740991]".to_vec(),
            br#"{"a":1,"\u0061":2}"#.to_vec(),
            b"1.0e0".to_vec(),
        ]
    }),
    (uuid, || vec![BUNDLE_ID.into()]),
    (time, || {
        vec![
            b"2026-11-22T10:00:00.123Z".to_vec(),
            b"2026-11-22".to_vec(),
            b"2026-11".to_vec(),
        ]
    }),
    (encodings, || {
        vec![b"AAECAwQ=".to_vec(), b"AAECAwQ".to_vec(), b"0001020304".to_vec()]
    }),
    (shared_line, || made::lines(3)),
    (private_line, || {
        vec![
            br#"{"c":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","claimed_evidence":"observed","id":"01a202b2-c57b-7505-8505-050505050505","kind":"search","seq":0,"time":"2026-11-22T10:00:00.123Z","v":1}"#
                .to_vec(),
        ]
    }),
    (body, || {
        vec![
            br#"{"site":"search.example","text":"lighthouse"}"#.to_vec(),
            br#"{"adapter":"g 1","altered":true,"pasted":1,"target":3,"target_log":"0a","typed":2,"url":"u"}"#.to_vec(),
        ]
    }),
    (log_id, || vec!["10".repeat(16).into()]),
    (words, || vec![WORDS.into(), vec![7; 33]]),
    (frontier, || {
        vec![br#"{"hashes":["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="],"size":4}"#.to_vec()]
    }),
    (head, || {
        vec![
            format!(
                r#"{{"frontier":{{"hashes":[],"size":0}},"id":"{}"}}"#,
                "10".repeat(16)
            )
            .into(),
            serde_json::to_vec(&Head::new(LogId(LOG))).unwrap_or_default(),
        ]
    }),
    (proofs, || {
        vec![vec![9, 4, 2, 1, 2, 3, 4, 5, 6, 7, 8, 9], vec![64, 1, 63]]
    }),
    (collector_statement, || {
        let examples = [
            made::full_offer().to_string(),
            made::full_consent().to_string(),
            made::entry().to_string(),
            made::revocation().to_string(),
        ];
        (0..)
            .zip(examples)
            .map(|(kind, text)| [&[kind], text.as_bytes()].concat())
            .collect()
    }),
];

/// The words of the published vectors.
const WORDS: &str = "alpha deal scrub asthma idea logic bright thought alpha deal scrub asthma idea logic bright \
                     thought alpha deal scrub asthma idea logic bright truly";

fn run(data: &[u8]) {
    let mut input = Input(data);
    let (format, _) = FORMATS[input.choice(FORMATS.len())];
    format(input);
}

fn seeds() -> Vec<Vec<u8>> {
    let all = FORMATS.iter().zip(0_u8..);
    all.flat_map(|((_, examples), index)| {
        examples()
            .into_iter()
            .map(move |example| [&[index], example.as_slice()].concat())
    })
    .collect()
}

fn checkpoint(input: Input<'_>) {
    let Some(text) = input.text() else { return };
    let opened = note::open_checkpoint(text, SHARE.did());
    assert!(opened.is_err(), "a checkpoint that nobody signed");
}

fn signed_checkpoint(input: Input<'_>) {
    let Some(text) = input.text() else { return };
    if let Ok(read) = note::open_checkpoint(&made::note(text), SHARE.did()) {
        let due = format!("{}\n{}\n{}\n", read.origin, read.size, to_base64(&read.root));
        assert_eq!(text, due);
        assert_eq!(read.origin, note::origin_of(SHARE.did()));
    }
}

fn statement(input: Input<'_>) {
    let Some(text) = input.text() else { return };
    let known = [PAPERS.offer.as_str(), PAPERS.consent.as_str()];
    for kind in [
        Type::Offer,
        Type::Consent,
        Type::Bundle,
        Type::Account,
        Type::Revocation,
        Type::Auth,
    ] {
        if jws::verify::<Value>(text, kind).is_ok() {
            // Anybody can sign with a key of their own; with these two, nothing else was ever signed.
            let did = jws::verify::<Value>(text, kind).unwrap().did;
            let theirs = did == *SHARE.did() || did == made::did(&COLLECTOR);
            assert!(!theirs || known.contains(&text), "a statement was forged");
        }
    }
}

fn signed_statement(mut input: Input<'_>) {
    let header = input.part();
    let (Ok(header), Some(payload)) = (std::str::from_utf8(header), input.text()) else {
        return;
    };
    let compact = made::jws_of(&PERSON, header, payload);
    for kind in [Type::Offer, Type::Consent, Type::Bundle] {
        let Ok(verified) = jws::verify::<Value>(&compact, kind) else {
            continue;
        };
        assert_eq!(verified.did, *SHARE.did());
        let header: Value = serde_json::from_str(header).unwrap();
        assert_eq!(header.as_object().map(serde_json::Map::len), Some(3));
        assert_eq!(header["typ"], kind.as_str());
        assert_eq!(serde_json::from_str::<Value>(payload).unwrap(), verified.payload);
    }
    let _ = jws::verify::<Statement>(&compact, Type::Bundle);
    let _ = jws::verify::<Offer>(&compact, Type::Offer);
    let _ = jws::verify::<Consent>(&compact, Type::Consent);
}

/// What collectors and people say to each other, under a good signature of the collector: what is accepted can be
/// computed with and written anew.
fn collector_statement(mut input: Input<'_>) {
    let kind = input.choice(4);
    let Some(text) = input.text() else {
        return;
    };
    let signed = |text: &str| {
        made::jws(
            &COLLECTOR,
            ["offer", "consent", "account", "revocation"][kind],
            text,
        )
    };
    let compact = signed(text);
    match kind {
        0 => {
            let Ok(offer) = FullOffer::open(&compact) else {
                return;
            };
            let mut judge = Judge::new(&offer, made::IAT, 0);
            for line in made::lines(3) {
                let record = SharedLine::parse(&line).unwrap();
                let found = judge
                    .take(&record, TextKey::of(&record.text), false, None)
                    .unwrap();
                assert!(found.is_none_or(|code| !code.is_judgement()));
            }
            if let Ok(outcome) = judge.finish() {
                let refused: u64 = outcome.rejected.iter().map(|range| range.to - range.from).sum();
                assert_eq!(outcome.accepted + refused, 3);
            }
            assert_eq!(
                FullOffer::open(&signed(&serde_json::to_string(&offer).unwrap())),
                Ok(offer)
            );
        }
        1 => {
            if let Ok(consent) = FullConsent::open(&compact) {
                assert_eq!(
                    FullConsent::open(&signed(&serde_json::to_string(&consent).unwrap())),
                    Ok(consent)
                );
            }
        }
        2 => {
            let Ok(entry) = Entry::open(&compact) else {
                return;
            };
            assert!(entry.outstanding() <= entry.owed);
            assert_eq!(cheat_between(&compact, &compact), Ok(None));
            assert!(Chain::after(&compact).is_ok());
            assert_eq!(
                Entry::open(&signed(&serde_json::to_string(&entry).unwrap())),
                Ok(entry)
            );
        }
        _ => {
            let collector = Did::from_public_key(COLLECTOR.verifying_key().as_bytes());
            if let Ok(revocation) = Revocation::open(&compact, &collector) {
                let again = signed(&serde_json::to_string(&revocation).unwrap());
                assert_eq!(Revocation::open(&again, &collector), Ok(revocation));
            }
        }
    }
}

fn did(input: Input<'_>) {
    if let Ok(key) = <&[u8; 32]>::try_from(input.0) {
        let did = Did::from_public_key(key);
        assert_eq!(Did::parse(did.as_str()).as_ref(), Ok(&did));
    }
    let Some(text) = input.text() else { return };
    if let Ok(did) = Did::parse(text) {
        assert_eq!(did.as_str(), text);
        assert_eq!(Did::from_public_key(did.public_key()), did);
        assert_eq!(did.key_id(), format!("{text}#{}", did.multibase()));
        assert_eq!(did.tail().len(), 8);
    }
}

fn json(input: Input<'_>) {
    let Ok(value) = canonical::from_slice::<Value>(input.0) else {
        return;
    };
    assert_eq!(
        serde_json::from_slice::<Value>(input.0).ok().as_ref(),
        Some(&value)
    );
    let bytes = canonical::to_vec(&value).unwrap();
    assert_eq!(canonical::from_slice::<Value>(&bytes).as_ref(), Ok(&value));
    assert_eq!(canonical::to_vec(&value), Ok(bytes));
}

fn uuid(input: Input<'_>) {
    if let Some(text) = input.text() {
        for version in [4, 7] {
            let digits: Vec<char> = text.chars().collect();
            let due = digits.len() == 36
                && digits.iter().enumerate().all(|(at, c)| match at {
                    8 | 13 | 18 | 23 => *c == '-',
                    14 => c.to_digit(10) == Some(u32::from(version)),
                    19 => "89ab".contains(*c),
                    _ => c.is_ascii_digit() || ('a'..='f').contains(c),
                });
            assert_eq!(is_uuid(text, version), due, "{text}");
        }
    }
    if let Some((random, rest)) = input.0.split_first_chunk::<16>() {
        assert!(is_uuid(&uuid_v4(*random), 4));
        if let (Some(ms), Some(random)) = (rest.first_chunk::<8>(), random.first_chunk::<10>()) {
            assert!(is_uuid(&uuid_v7(u64::from_be_bytes(*ms), *random), 7));
        }
    }
}

fn time(input: Input<'_>) {
    if let Some(text) = input.text() {
        if let Ok(ms) = parse_rfc3339_ms(text) {
            assert_eq!(rfc3339_ms(ms).as_deref(), Ok(text));
        }
        // A day before 1970 may be shared, but is no time of a record.
        if is_day_or_month(text) && text >= "1970" {
            let whole = format!("{text}{}T00:00:00.000Z", if text.len() == 7 { "-01" } else { "" });
            let ms = parse_rfc3339_ms(&whole).unwrap();
            let forms = [day(ms).unwrap(), month(ms).unwrap()];
            assert!(forms.iter().any(|form| form == text), "{text}");
        }
    }
    if let Some(ms) = input.0.first_chunk::<8>().map(|bytes| u64::from_be_bytes(*bytes)) {
        if let Ok(text) = rfc3339_ms(ms) {
            assert_eq!(parse_rfc3339_ms(&text), Ok(ms));
            assert!(is_day_or_month(&day(ms).unwrap()) && is_day_or_month(&month(ms).unwrap()));
        }
        let _ = rfc3339(ms);
    }
}

fn encodings(input: Input<'_>) {
    let bytes = input.0;
    assert_eq!(from_base64(&to_base64(bytes)).as_deref(), Ok(bytes));
    assert_eq!(from_base64url(&to_base64url(bytes)).as_deref(), Ok(bytes));
    assert_eq!(from_hex(&to_hex(bytes)).as_deref(), Ok(bytes));
    let Some(text) = input.text() else { return };
    for read in [
        from_base64(text).map(|bytes| to_base64(&bytes)),
        from_base64url(text).map(|bytes| to_base64url(&bytes)),
        from_hex(text).map(|bytes| to_hex(&bytes)),
    ] {
        assert!(read.is_err() || read.as_deref() == Ok(text), "{text}");
    }
}

fn shared_line(input: Input<'_>) {
    let line = input.0;
    let read = SharedLine::parse(line);
    // A blank in front leaves the short way aside: both ways read the same, and refuse the same.
    let spaced = [b" ", line].concat();
    let long = SharedLine::parse(&spaced);
    match (&read, &long) {
        (Err(LineError::Unreadable(_)), Err(LineError::Unreadable(_))) => {}
        _ if spaced.len() > MAX_SHARED_LINE => {}
        _ => assert_eq!(read, long),
    }
    let Ok(read) = read else { return };
    assert_eq!(
        serde_json::from_slice::<SharedLine<'_>>(line).ok().as_ref(),
        Some(&read)
    );
    let written = canonical::to_vec(&read).unwrap();
    assert_eq!(SharedLine::parse(&written).as_ref(), Ok(&read));
    assert_eq!(canonical::to_vec(&read), Ok(written));
}

fn private_line(input: Input<'_>) {
    if let Ok(read) = PrivateLine::parse(input.0) {
        let written = canonical::to_vec(&read).unwrap();
        assert_eq!(PrivateLine::parse(&written).as_ref(), Ok(&read));
        assert_eq!(serde_json::to_vec(&read).ok(), Some(written));
        assert!(read.seq < INTEGER_BOUND);
    }
    let lines: Vec<_> = input.0.split(|byte| *byte == b'\n').collect();
    let _ = log::check(&lines, "", SHARE.did());
}

fn body(input: Input<'_>) {
    if let Ok(read) = Body::from_bytes(input.0) {
        let written = read.to_bytes().unwrap();
        assert_eq!(canonical::to_vec(&read).as_ref(), Ok(&written));
        assert_eq!(Body::from_bytes(&written), Ok(read));
    }
}

fn log_id(input: Input<'_>) {
    let Some(text) = input.text() else { return };
    if let Ok(id) = LogId::from_hex(text) {
        assert_eq!(id.to_hex(), text);
    }
}

fn words(input: Input<'_>) {
    if let Some(text) = input.text()
        && let Ok(root) = Root::from_words(text)
    {
        let plain: Vec<_> = text.split_whitespace().map(str::to_ascii_lowercase).collect();
        assert_eq!(*root.words(), plain.join(" "));
    }
    if let Ok(entropy) = <[u8; 32]>::try_from(input.0) {
        let root = Root::from_entropy(entropy);
        let again = Root::from_words(&root.words()).unwrap();
        assert_eq!((again.entropy(), again.seed()), (&entropy, root.seed()));
    }
}

fn frontier(input: Input<'_>) {
    let Ok(mut read) = serde_json::from_slice::<Frontier>(input.0) else {
        return;
    };
    let written = serde_json::to_vec(&read).unwrap();
    assert_eq!(serde_json::from_slice::<Frontier>(&written).unwrap(), read);
    let size = read.size();
    read.push([1; 32]);
    assert_eq!(read.size(), size + 1);
    assert_eq!(read.hashes().len(), read.size().count_ones() as usize);
    let _ = read.root();
}

fn head(input: Input<'_>) {
    if let Ok(read) = serde_json::from_slice::<Head>(input.0) {
        let written = serde_json::to_vec(&read).unwrap();
        assert_eq!(serde_json::from_slice::<Head>(&written).unwrap(), read);
    }
}

fn proofs(mut input: Input<'_>) {
    let (count, at, old) = (input.choice(80) + 1, input.choice(80), input.choice(80));
    let leaves: Vec<_> = (0..count)
        .map(|number| leaf_hash(&[&number.to_be_bytes(), input.0].concat()))
        .collect();
    let (size, whole) = (count as u64, root(&leaves));
    let mut proof = inclusion_proof(&leaves, at);
    assert_eq!(proof.is_some(), at < count);
    if let Some(proof) = &mut proof {
        let leaf = &leaves[at];
        let verify = |proof: &[_], at| verify_inclusion(leaf, at, size, proof, &whole);
        assert_eq!(verify(proof, at as u64), Ok(()));
        assert!(
            (0..size)
                .filter(|other| *other != at as u64)
                .all(|other| verify(proof, other).is_err())
        );
        if let Some(hash) = proof.first_mut() {
            hash[0] ^= 1;
            assert!(verify(proof, at as u64).is_err());
        }
    }
    let proof = consistency_proof(&leaves, old);
    assert_eq!(proof.is_some(), (1..=count).contains(&old));
    if let Some(mut proof) = proof {
        let before = root(&leaves[..old]);
        let verify = |proof: &[_]| verify_consistency(old as u64, size, &before, &whole, proof);
        assert_eq!(verify(&proof), Ok(()));
        if let Some(hash) = proof.first_mut() {
            hash[0] ^= 1;
            assert!(verify(&proof).is_err());
        }
    }
    // Any hashes as a proof of anything.
    let hashes: Vec<[u8; 32]> = input
        .0
        .chunks_exact(32)
        .map(|hash| hash.try_into().unwrap())
        .collect();
    for number in input.0.chunks_exact(16) {
        let (low, high) = number.split_at(8);
        let [low, high] = [low, high].map(|bytes| u64::from_be_bytes(bytes.try_into().unwrap()));
        let _ = verify_inclusion(&whole, low, high, &hashes, &whole);
        let _ = verify_consistency(low, high, &whole, &[0; 32], &hashes);
    }
}
