//! Forms of keys and addresses as people paste them: what is found, to the byte, and what is not.

#![allow(clippy::panic, reason = "a test")]

use counterfoil_detect::{Kind, detect, detect_all};

/// What is found of a kind.
fn found(kind: Kind, text: &str) -> Vec<&str> {
    detect_all(text)
        .iter()
        .filter(|finding| finding.kinds().any(|one| one == kind))
        .map(|finding| &text[finding.start..finding.end])
        .collect()
}

/// Lines of a key that nobody has.
const LINES: [&str; 3] = [
    "MHcCAQEEIIrYSSNQFaA2Hwf1duRSxKtLYX5CB04fSeQ6tF1aY9PuoAoGCCqGSM49",
    "AwEHoUQDQgAEPR3tU2Fta9ktY+6P9G0cWO+0kETA6SFs38GecTyudlHz6xvCdz8q",
    "yxR5MsXFu9PRsrYQA7/4UQ==",
];

#[test]
fn private_keys_are_found_however_they_are_pasted() {
    let key = |header: &str, between: &str, label: &str| {
        let lines = LINES.join(between);
        format!("-----BEGIN {label}-----{between}{header}{lines}{between}-----END {label}-----")
    };
    let legacy = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,3F17F5316E2BAC89A0F0E6D1A2B3C4D5\n\n";
    let open_pgp = "Version: GnuPG v2\nComment: made by hand - see the manual\n\n";
    for whole in [
        key("", "\n", "EC PRIVATE KEY"),
        key("", "\r\n", "PRIVATE KEY"),
        key("", "\\n", "PRIVATE KEY"),
        key("", "\n    ", "EC PRIVATE KEY"),
        key("", "\n> ", "EC PRIVATE KEY"),
        key("", "\\n\" +\n    \"", "RSA PRIVATE KEY"),
        key("", "<br>\n", "OPENSSH PRIVATE KEY"),
        key(legacy, "\n", "RSA PRIVATE KEY"),
        key(open_pgp, "\n", "PGP PRIVATE KEY BLOCK"),
    ] {
        let text = format!("key: '{whole}', thanks - it works");
        assert_eq!(found(Kind::PrivateKey, &text), [whole.as_str()], "{text}");
    }
    let whole = format!(
        "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nComment: \"my key\"\n{}\n---- END SSH2 ENCRYPTED PRIVATE KEY ----",
        LINES.join("\n")
    );
    assert_eq!(found(Kind::PrivateKey, &format!("{whole}\n")), [whole.as_str()]);
    let whole = format!(
        "PuTTY-User-Key-File-2: ssh-rsa\nEncryption: none\nComment: mine\nPublic-Lines: 1\n{}\nPrivate-Lines: 2\n{}\n{}",
        LINES[0], LINES[1], LINES[2]
    );
    assert_eq!(
        found(Kind::PrivateKey, &format!("{whole}\n\nThat is it.")),
        [whole.as_str()]
    );
}

#[test]
fn a_key_that_is_cut_off_ends_with_its_lines() {
    let whole = format!("-----BEGIN RSA PRIVATE KEY-----\n{}\n{}", LINES[0], LINES[1]);
    for behind in [
        "",
        "\n",
        "\nThis is all that I can see. Why is it refused?",
        "\",\n",
    ] {
        let text = format!("{whole}{behind}");
        assert_eq!(found(Kind::PrivateKey, &text), [whole.as_str()], "{text}");
    }
}

#[test]
fn what_stands_for_a_private_key_is_none() {
    for text in [
        "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nthe lines of the key come here\n-----END PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY----------END RSA PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n-----END PRIVATE KEY-----",
        "-----BEGIN CERTIFICATE-----\nMHcCAQEEIIrYSSNQFaA2Hwf1duRSxKtLYX5CB04fSeQ6tF1aY9PuoAoGCCqGSM49\n-----END CERTIFICATE-----",
        "The file begins with -----BEGIN PRIVATE KEY----- and then come its lines, is that right?",
        "PuTTY-User-Key-File-2: what does that mean? PuTTY asks me to convert the file.",
    ] {
        assert!(found(Kind::PrivateKey, text).is_empty(), "{text}");
        assert!(detect(text).is_empty(), "{text}");
    }
}
