//! Statements: compact JWS.

use curve25519_dalek::scalar::Scalar;
use data_encoding::{BASE64, BASE64URL, BASE64URL_NOPAD};
use ed25519_dalek::{Signer as _, SigningKey};
use hmac::{Hmac, Mac as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256, Sha512};

use super::case::{Case, invalid, valid};
use super::{
    Draft, IAT, NOTICE, SMALL_ORDER, collector, consent_payload, did, header, jws, jws_of, multibase,
    multibase_of, offer_payload, papers, person, second_encoding, stranger,
};

/// What a token for one request says.
fn auth() -> Value {
    json!({"aud": did(&collector()), "exp": IAT + 300, "htm": "GET", "htu": "https://collector.example/v1/account", "iat": IAT, "jti": "5d4c3b2a-9f8e-4d7c-a6b5-040302010f0e"})
}

/// A statement of the type `auth`, signed whatever its two parts say.
fn of(header: &str, payload: &str) -> String {
    jws_of(header, payload, |input| person().sign(input).to_bytes())
}

fn with_header(change: impl FnOnce(&mut Value)) -> String {
    let mut header = header(&person(), "auth");
    change(&mut header);
    of(&header.to_string(), &auth().to_string())
}

fn with_header_text(header: &str) -> String {
    of(header, &auth().to_string())
}

fn with_payload(payload: &str) -> String {
    of(&header(&person(), "auth").to_string(), payload)
}

fn good() -> String {
    jws(&person(), "auth", &auth())
}

fn bundle() -> Value {
    let draft = Draft::for_collector();
    draft.statement(&draft.files())
}

fn edited(mut payload: Value, typ: &str, key: &SigningKey, edit: impl FnOnce(&mut Value)) -> String {
    edit(&mut payload);
    jws(key, typ, &payload)
}

/// The three parts.
fn parts(compact: &str) -> [&str; 3] {
    let parts: Vec<_> = compact.split('.').collect();
    parts.try_into().unwrap()
}

/// The last letter of a base64url text with a bit set that stands for nothing.
fn stray(text: &str) -> String {
    let (head, last) = text.split_at(text.len() - 1);
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let value = alphabet.find(last).unwrap();
    let out = format!("{head}{}", &alphabet[value + 1..value + 2]);
    assert!(BASE64URL_NOPAD.decode(out.as_bytes()).is_err());
    out
}

fn typ(name: &str) -> Value {
    json!({"typ": format!("counterfoil-{name}+jwt")})
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = accepted();
    for group in [
        malformed,
        headers,
        algorithms,
        types_and_keys,
        signatures,
        payloads,
    ] {
        cases.extend(group());
    }
    for case in &mut cases {
        if case.given.is_null() {
            case.given = typ("auth");
        }
    }
    cases
}

fn accepted() -> Vec<Case> {
    let (person, collector) = (person(), collector());
    let account = json!({"iss": did(&collector), "owed": "0", "paid": "0", "prev_sha256": null, "seq": 0, "sub": did(&person), "type": "receipt", "v": 1});
    let revocation = json!({"action": "delete", "aud": did(&collector), "iat": IAT, "iss": did(&person), "jti": "5d4c3b2a-9f8e-4d7c-a6b5-040302010f0e", "scope": "all", "v": 1});
    let about_itself = json!({"contact": "data@collector.example", "did": did(&collector), "name": "Ada's Data Shop", "v": 1});
    let consent = consent_payload(&papers().offer, NOTICE);
    let mut cases = Vec::new();
    for (name, key, payload) in [
        ("account", &collector, account),
        ("auth", &person, auth()),
        ("bundle", &person, bundle()),
        ("collector", &collector, about_itself),
        ("consent", &person, consent),
        ("offer", &collector, offer_payload()),
        ("revocation", &person, revocation),
    ] {
        cases.push(
            valid(
                name,
                &format!("A statement of the type {name}."),
                jws(key, name, &payload),
            )
            .given(typ(name))
            .gives(json!({"did": did(key)})),
        );
    }
    let kid = format!("{}#{}", did(&person), multibase(&person));
    for (name, about, compact) in [
        (
            "ed25519",
            "The algorithm is called Ed25519 (RFC 9864).",
            with_header(|header| header["alg"] = json!("Ed25519")),
        ),
        (
            "header-order",
            "The members of the header stand in another order, with blanks: what was signed are the bytes.",
            with_header_text(&format!(
                r#"{{ "typ": "counterfoil-auth+jwt", "kid": "{kid}", "alg": "EdDSA" }}"#
            )),
        ),
        (
            "payload-order",
            "The payload is not canonical JSON: what was signed are the bytes.",
            with_payload("{ \"jti\": \"x\",\n \"aud\": \"y\" }"),
        ),
        (
            "payload-unknown-member",
            "The payload of this type may say more.",
            with_payload(r#"{"aud":"y","more":[1,{"a":null}]}"#),
        ),
    ] {
        cases.push(valid(name, about, compact).gives(json!({"did": did(&person)})));
    }
    cases
}

fn malformed() -> Vec<Case> {
    let good = good();
    let [head, payload, signature] = parts(&good);
    let padded = |text: &str| {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).unwrap();
        BASE64URL.encode(&bytes)
    };
    // Bytes of a length that needs padding, and that the two alphabets write differently.
    let questions = with_payload(r#"{"aud":"???>>>???>>>"}"#);
    let [_, question, _] = parts(&questions);
    let other = BASE64.encode(&BASE64URL_NOPAD.decode(question.as_bytes()).unwrap());
    let other = other.trim_end_matches('=');
    assert_ne!(other, question);
    // A payload of which four bits of the last letter stand for nothing.
    let one = with_payload(r#"{"aud":"12"}"#);
    let [_, even, _] = parts(&one);
    let odd = with_payload(r#"{"aud":"123"}"#);
    let [_, odd, _] = parts(&odd);
    let loose = [even, odd].into_iter().find(|text| text.len() % 4 != 0).unwrap();
    let head_of = header(&person(), "auth").to_string();
    let resigned = |head: &str, payload: &str| {
        let input = format!("{head}.{payload}");
        let signature = BASE64URL_NOPAD.encode(&person().sign(input.as_bytes()).to_bytes());
        format!("{input}.{signature}")
    };
    let head_padded = BASE64URL.encode(
        format!(
            "{head_of}{}",
            if head_of.len().is_multiple_of(3) { " " } else { "" }
        )
        .as_bytes(),
    );
    assert!(head_padded.ends_with('='));
    let odd_padded = padded(loose);
    assert!(odd_padded.ends_with('='));
    let flattened = json!({"protected": head, "payload": payload, "signature": signature}).to_string();
    let bad = |name: &str, about: &str, bytes: String| invalid("malformed", name, about, bytes);
    vec![
        bad("empty", "No bytes.", String::new()),
        bad("no-dots", "One part.", head.to_owned()),
        bad("two-parts", "No signature part.", format!("{head}.{payload}")),
        bad("four-parts", "A part more.", format!("{good}.AAAA")),
        bad(
            "five-parts",
            "As many parts as an encrypted token has.",
            format!("{head}.AAAA.AAAA.{payload}.{signature}"),
        ),
        bad("json-form", "The JSON form of a JWS.", flattened),
        bad(
            "header-padded",
            "The header is padded, and was signed so.",
            resigned(&head_padded, payload),
        ),
        bad(
            "payload-padded",
            "The payload is padded, and was signed so.",
            resigned(head, &odd_padded),
        ),
        bad(
            "signature-padded",
            "The signature is padded.",
            format!("{head}.{payload}.{}", padded(signature)),
        ),
        bad(
            "payload-stray-bits",
            "The last letter of the payload has a bit that stands for nothing, and it was signed so.",
            resigned(head, &stray(loose)),
        ),
        bad(
            "signature-stray-bits",
            "The last letter of the signature has a bit that stands for nothing.",
            format!("{head}.{payload}.{}", stray(signature)),
        ),
        bad(
            "standard-alphabet",
            "The payload is of the alphabet that is not for URLs, and was signed so.",
            resigned(head, other),
        ),
        bad("newline-at-the-end", "A newline follows.", format!("{good}\n")),
        bad("blank-before", "A blank stands first.", format!(" {good}")),
        bad(
            "newline-inside",
            "A newline in the payload, signed so.",
            resigned(head, &format!("{}\n{}", &payload[..4], &payload[4..])),
        ),
        bad(
            "too-long",
            "Longer than 1 MiB.",
            with_payload(&format!("{{\"aud\":\"{}\"}}", "x".repeat(1024 * 1024))),
        )
        .compressed(),
    ]
}

fn headers() -> Vec<Case> {
    let extra = |name: &'static str, about: &str, value: Value| {
        let file = format!("with-{}", name.replace('#', "-"));
        invalid("header", &file, about, with_header(|header| header[name] = value))
    };
    let without = |name: &'static str| {
        invalid(
            "header",
            &format!("without-{name}"),
            "A member is missing.",
            with_header(|header| {
                header.as_object_mut().unwrap().remove(name);
            }),
        )
    };
    let whole = header(&person(), "auth").to_string();
    let text =
        |name: &str, about: &str, header: &str| invalid("header", name, about, with_header_text(header));
    let kid = format!("{}#{}", did(&person()), multibase(&person()));
    let x = BASE64URL_NOPAD.encode(person().verifying_key().as_bytes());
    vec![
        extra("crit", "The header demands an extension.", json!(["exp"])),
        extra(
            "jwk",
            "The header brings a key.",
            json!({"crv": "Ed25519", "kty": "OKP", "x": x}),
        ),
        extra(
            "jku",
            "The header names an address of keys.",
            json!("https://keys.example/jwks.json"),
        ),
        extra(
            "x5u",
            "The header names an address of certificates.",
            json!("https://keys.example/x.pem"),
        ),
        extra("x5c", "The header brings certificates.", json!(["AAAA"])),
        extra(
            "b64",
            "The header says that the payload is not encoded (RFC 7797); it is.",
            json!(false),
        ),
        extra(
            "cty",
            "The header has another member of the standard.",
            json!("json"),
        ),
        extra(
            "zip",
            "The header says that the payload is compressed.",
            json!("DEF"),
        ),
        extra("x", "The header has a member that nobody knows.", json!(1)),
        without("alg"),
        without("kid"),
        without("typ"),
        text("empty", "The header has no bytes.", ""),
        text("empty-object", "The header has no members.", "{}"),
        text("not-json", "The header is text.", "EdDSA"),
        text("null", "The header is null.", "null"),
        text(
            "array",
            "The header is an array of the three values in order.",
            &format!(r#"["EdDSA","{kid}","counterfoil-auth+jwt"]"#),
        ),
        text(
            "duplicate-key",
            "The algorithm is given twice, the same.",
            &whole.replacen('{', "{\"alg\":\"EdDSA\",", 1),
        ),
        text(
            "duplicate-key-none",
            "The algorithm is given twice, first as none.",
            &whole.replacen('{', "{\"alg\":\"none\",", 1),
        ),
        text(
            "duplicate-key-escaped",
            "The algorithm is given twice, once with an escape in its name.",
            &whole.replacen('{', "{\"\\u0061lg\":\"EdDSA\",", 1),
        ),
        text(
            "trailing",
            "Another object follows the header.",
            &format!("{whole}{{}}"),
        ),
        text(
            "byte-order-mark",
            "The header begins with a byte order mark.",
            &format!("\u{feff}{whole}"),
        ),
        text(
            "algorithm-not-text",
            "The algorithm is a number.",
            &whole.replace("\"EdDSA\"", "-8"),
        ),
        text(
            "type-null",
            "The type is null.",
            &whole.replace("\"counterfoil-auth+jwt\"", "null"),
        ),
    ]
}

fn algorithms() -> Vec<Case> {
    let named = |name: &str, about: &str, algorithm: &str| {
        invalid(
            "algorithm",
            name,
            about,
            with_header(|header| header["alg"] = json!(algorithm)),
        )
    };
    let unsigned = with_header(|header| header["alg"] = json!("none"));
    let [head, payload, _] = parts(&unsigned);
    let keyed = with_header(|header| header["alg"] = json!("HS256"));
    let [keyed_head, keyed_payload, _] = parts(&keyed);
    let input = format!("{keyed_head}.{keyed_payload}");
    let mut mac = <Hmac<Sha256> as hmac::Mac>::new_from_slice(person().verifying_key().as_bytes()).unwrap();
    mac.update(input.as_bytes());
    let tag = BASE64URL_NOPAD.encode(&mac.finalize().into_bytes());
    vec![
        invalid(
            "algorithm",
            "none",
            "The algorithm is none, and there is no signature.",
            format!("{head}.{payload}."),
        ),
        named(
            "none-signed",
            "The algorithm is none, beside a signature that would hold.",
            "none",
        ),
        invalid(
            "algorithm",
            "hs256",
            "An HMAC whose key is the public key.",
            format!("{input}.{tag}"),
        ),
        named("es256", "The algorithm is of another curve.", "ES256"),
        named("ed448", "The algorithm is of a larger curve.", "Ed448"),
        named("lower-case", "The algorithm is written in lower case.", "eddsa"),
        named("empty", "The algorithm is an empty text.", ""),
    ]
}

fn types_and_keys() -> Vec<Case> {
    let named = |name: &str, about: &str, typ: &str| {
        invalid(
            "wrong-type",
            name,
            about,
            with_header(|header| header["typ"] = json!(typ)),
        )
    };
    let key = |name: &str, about: &str, kid: String| {
        invalid(
            "key-id",
            name,
            about,
            with_header(|header| header["kid"] = json!(kid)),
        )
    };
    let (own, multi) = (did(&person()), multibase(&person()));
    let x25519 = bs58::encode([&[0xec, 0x01], [9_u8; 32].as_slice()].concat()).into_string();
    vec![
        named("unknown", "A type that nobody knows.", "counterfoil-promise+jwt"),
        named("jwt", "The type of any token.", "JWT"),
        named(
            "media-type",
            "The type with the prefix that RFC 7515 leaves out.",
            "application/counterfoil-auth+jwt",
        ),
        named(
            "upper-case",
            "The type is written in upper case.",
            "COUNTERFOIL-AUTH+JWT",
        ),
        named("empty", "The type is an empty text.", ""),
        invalid(
            "wrong-type",
            "other",
            "A whole offer where a consent is due.",
            papers().offer,
        )
        .given(typ("consent")),
        invalid(
            "wrong-type",
            "auth-as-bundle",
            "A token where the approval of a bundle is due.",
            good(),
        )
        .given(typ("bundle")),
        key(
            "without-fragment",
            "The key is named without its fragment.",
            own.clone(),
        ),
        key(
            "fragment-of-another",
            "The fragment names another key.",
            format!("{own}#{}", multibase(&stranger())),
        ),
        key(
            "did-of-another",
            "The fragment is of another key than the identity.",
            format!("{}#{multi}", did(&stranger())),
        ),
        key(
            "two-fragments",
            "A second fragment follows.",
            format!("{own}#{multi}#{multi}"),
        ),
        key(
            "multibase-alone",
            "The key is named without the method.",
            format!("{multi}#{multi}"),
        ),
        key(
            "did-web",
            "The identity is of another method.",
            format!("did:web:example.org#{multi}"),
        ),
        key(
            "x25519",
            "The identity is a key for agreements.",
            format!("did:key:z{x25519}#z{x25519}"),
        ),
        key(
            "query",
            "A query stands before the fragment.",
            format!("{own}?v=1#{multi}"),
        ),
        key("empty", "The key is an empty text.", String::new()),
    ]
}

fn signatures() -> Vec<Case> {
    let good = good();
    let [head, payload, signature] = parts(&good);
    let bytes: [u8; 64] = BASE64URL_NOPAD
        .decode(signature.as_bytes())
        .unwrap()
        .try_into()
        .unwrap();
    let with = |bytes: &[u8]| format!("{head}.{payload}.{}", BASE64URL_NOPAD.encode(bytes));
    let flipped = |at: usize| {
        let mut changed = bytes;
        changed[at] ^= 1;
        with(&changed)
    };
    let mut richer = auth();
    richer["aud"] = json!("export");
    let other_payload = BASE64URL_NOPAD.encode(richer.to_string().as_bytes());
    let blanked = header(&person(), "auth").to_string().replacen(':', ": ", 1);
    let other_head = BASE64URL_NOPAD.encode(blanked.as_bytes());
    let of_stranger = jws_of(
        &header(&person(), "auth").to_string(),
        &auth().to_string(),
        |input| stranger().sign(input).to_bytes(),
    );
    let decoded = jws_of(
        &header(&person(), "auth").to_string(),
        &auth().to_string(),
        |_| {
            person()
                .sign(format!("{}.{}", header(&person(), "auth"), auth()).as_bytes())
                .to_bytes()
        },
    );
    // Without the strict rules, a signature of the neutral element and zero holds for every message of this key.
    let small = multibase_of(&SMALL_ORDER);
    let small_head =
        json!({"alg": "EdDSA", "kid": format!("did:key:{small}#{small}"), "typ": "counterfoil-auth+jwt"});
    let forged = jws_of(&small_head.to_string(), &auth().to_string(), |_| {
        [SMALL_ORDER.as_slice(), &[0; 32]].concat().try_into().unwrap()
    });
    // The person's own signature with the neutral element as its nonce: S = H(R ‖ A ‖ M) × a.
    let small_nonce = jws_of(
        &header(&person(), "auth").to_string(),
        &auth().to_string(),
        |input| {
            let challenge = Sha512::new()
                .chain_update(SMALL_ORDER)
                .chain_update(person().verifying_key().as_bytes())
                .chain_update(input)
                .finalize();
            let answer = Scalar::from_bytes_mod_order_wide(&challenge.into()) * person().to_scalar();
            [SMALL_ORDER, answer.to_bytes()].concat().try_into().unwrap()
        },
    );
    let bad = |name: &str, about: &str, bytes: String| invalid("bad-signature", name, about, bytes);
    vec![
        bad(
            "first-bit",
            "One bit of the first half of the signature is another.",
            flipped(0),
        ),
        bad(
            "last-bit",
            "One bit of the second half of the signature is another.",
            flipped(63),
        ),
        bad("empty", "The signature has no bytes.", with(&[])),
        bad(
            "63-bytes",
            "The signature lacks its last byte.",
            with(&bytes[..63]),
        ),
        bad(
            "65-bytes",
            "A byte follows the signature.",
            with(&[&bytes[..], &[0]].concat()),
        ),
        bad(
            "payload-changed",
            "The payload is another than was signed.",
            format!("{head}.{other_payload}.{signature}"),
        ),
        bad(
            "header-changed",
            "A blank was put into the header after it was signed.",
            format!("{other_head}.{payload}.{signature}"),
        ),
        bad("other-key", "Signed by another key than is named.", of_stranger),
        bad(
            "over-decoded-parts",
            "The signature is over the two texts, not over their base64url.",
            decoded,
        ),
        bad(
            "second-encoding",
            "The second half of the signature has the order of the group added to it.",
            with(&second_encoding(&bytes)),
        ),
        bad(
            "small-order-key",
            "The key is the neutral element, for which a signature of zeros would hold of everything.",
            forged,
        ),
        bad(
            "small-order-nonce",
            "The first half of the signature is the neutral element; the equation holds.",
            small_nonce,
        ),
    ]
}

fn payloads() -> Vec<Case> {
    let bad = |name: &str, about: &str, payload: &str| invalid("payload", name, about, with_payload(payload));
    let of_bundle = |name: &str, about: &str, edit: fn(&mut Value)| {
        invalid(
            "payload",
            name,
            about,
            edited(bundle(), "bundle", &person(), edit),
        )
        .given(typ("bundle"))
    };
    let of_offer = |name: &str, about: &str, edit: fn(&mut Value)| {
        invalid(
            "payload",
            name,
            about,
            edited(offer_payload(), "offer", &collector(), edit),
        )
        .given(typ("offer"))
    };
    let of_consent = |name: &str, about: &str, edit: fn(&mut Value)| {
        let payload = consent_payload(&papers().offer, NOTICE);
        invalid(
            "payload",
            name,
            about,
            edited(payload, "consent", &person(), edit),
        )
        .given(typ("consent"))
    };
    let not_utf8 = {
        let head = BASE64URL_NOPAD.encode(header(&person(), "auth").to_string().as_bytes());
        let input = format!("{head}.{}", BASE64URL_NOPAD.encode(b"{\"aud\":\"\xff\"}"));
        let signature = BASE64URL_NOPAD.encode(&person().sign(input.as_bytes()).to_bytes());
        format!("{input}.{signature}")
    };
    vec![
        bad("empty", "The payload has no bytes.", ""),
        bad("not-json", "The payload is text.", "export"),
        bad("array", "The payload is an array.", r#"[{"aud":"export"}]"#),
        bad("text", "The payload is a JSON text.", r#""export""#),
        bad(
            "duplicate-key",
            "A member is given twice.",
            r#"{"aud":"export","aud":"export"}"#,
        ),
        bad(
            "duplicate-key-inside",
            "A member of a member is given twice.",
            r#"{"a":{"b":1,"b":1}}"#,
        ),
        bad("fraction", "A number has a fraction.", r#"{"n":0.5}"#),
        bad("exponent", "A number has an exponent.", r#"{"n":1e3}"#),
        bad(
            "2-to-53",
            "An integer is too large to survive a double.",
            r#"{"n":9007199254740992}"#,
        ),
        bad("trailing", "Another object follows.", "{}{}"),
        bad("trailing-comma", "A comma after the last member.", r#"{"a":1,}"#),
        bad(
            "lone-surrogate",
            "Half of a pair of surrogates.",
            r#"{"a":"\ud800"}"#,
        ),
        invalid("payload", "not-utf8", "A byte that is not UTF-8.", not_utf8),
        of_bundle(
            "bundle-unknown-member",
            "An approval with a member that it does not have.",
            |payload| payload["more"] = json!(1),
        ),
        of_bundle("bundle-without-records", "An approval of no digest.", |payload| {
            payload.as_object_mut().unwrap().remove("records_sha256");
        }),
        of_bundle("bundle-null", "A member that may be absent is null.", |payload| {
            payload["offer_sha256"] = Value::Null
        }),
        of_bundle("bundle-negative", "A negative position.", |payload| {
            payload["start"] = json!(-1)
        }),
        of_bundle("bundle-issuer", "The issuer is no identity.", |payload| {
            payload["iss"] = json!("did:web:example.org")
        }),
        of_bundle("bundle-version", "A version that no byte holds.", |payload| {
            payload["v"] = json!(256)
        }),
        of_offer("offer-without-issuer", "An offer of nobody.", |payload| {
            payload.as_object_mut().unwrap().remove("iss");
        }),
        of_consent("consent-without-end", "A consent without an end.", |payload| {
            payload.as_object_mut().unwrap().remove("exp");
        }),
        of_consent("consent-to-export", "A consent for no collector.", |payload| {
            payload["aud"] = json!("export")
        }),
    ]
}
