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

#[test]
fn addresses_end_where_people_end_them() {
    for (text, urls) in [
        (
            "see https://x.example-site.org/wiki/Rust_(language) for more",
            &["https://x.example-site.org/wiki/Rust_(language)"][..],
        ),
        (
            "(see https://x.example-site.org/wiki/Rust_(language))",
            &["https://x.example-site.org/wiki/Rust_(language)"],
        ),
        (
            "(https://x.example-site.org/a), then",
            &["https://x.example-site.org/a"],
        ),
        (
            "[a](https://one.firma.de/a)[b](https://two.firma.de/b)",
            &["https://one.firma.de/a", "https://two.firma.de/b"],
        ),
        (
            "[https://one.firma.de/a](https://one.firma.de/a)",
            &["https://one.firma.de/a", "https://one.firma.de/a"],
        ),
        (
            "https://de.firma.de/wiki/Köln?",
            &["https://de.firma.de/wiki/Köln"],
        ),
        (
            "https://müller.firma.de/wiki/Москва.",
            &["https://müller.firma.de/wiki/Москва"],
        ),
        (
            "このhttps://www.firma.de/testはページ",
            &["https://www.firma.de/test"],
        ),
        ("«https://www.firma.de/test»", &["https://www.firma.de/test"]),
        (
            "Is it www.firma-meier.de/kontakt/team.html?",
            &["www.firma-meier.de/kontakt/team.html"],
        ),
        (
            "firma-meier.de/kontakt?a=1 (or firma.de)",
            &["firma-meier.de/kontakt?a=1", "firma.de"],
        ),
        (
            "jdbc:postgresql://db.firma.de:5432/app",
            &["jdbc:postgresql://db.firma.de:5432/app"],
        ),
        ("The url:https://firma.de/a", &["https://firma.de/a"]),
        (
            "open \"https://firma.de/a\" or 'http://firma.de'",
            &["\"https://firma.de/a\"", "'http://firma.de'"],
        ),
        (
            "open \"https://firma.de/a or 'http://firma.de\"",
            &["https://firma.de/a", "http://firma.de"],
        ),
        (
            "It is at www.firma.berlin/a, not at www.firma.",
            &["www.firma.berlin/a"],
        ),
        ("http://intranet/page, state-of-the-art and/or read.me", &[]),
    ] {
        assert_eq!(found(Kind::Url, text), urls, "{text}");
    }
    // One that is cut at the longest that is looked at is not cut within a character.
    for lead in ["", "a"] {
        let text = format!("https://firma.de/{lead}{}", "é".repeat(2_000));
        assert_eq!(found(Kind::Url, &text).len(), 1);
    }
}

#[test]
fn addresses_with_a_password_are_found_whole() {
    for (text, url) in [
        (
            "DB = \"jdbc:mysql://app:h7Kq2mZ9@db.firma.de:3306/app\";",
            "jdbc:mysql://app:h7Kq2mZ9@db.firma.de:3306/app",
        ),
        (
            "connect('postgresql://app:h7Kq2mZ9@db.firma.de:5432/app')",
            "postgresql://app:h7Kq2mZ9@db.firma.de:5432/app",
        ),
        (
            "redis://:h7Kq2mZ9@cache.internal:6379/0",
            "redis://:h7Kq2mZ9@cache.internal:6379/0",
        ),
        (
            "(https://app:h7Kq2mZ9@git.firma.de/x.git)",
            "https://app:h7Kq2mZ9@git.firma.de",
        ),
        (
            "https://app:über7Kq2m@git.firma.de/x.git",
            "https://app:über7Kq2m@git.firma.de",
        ),
    ] {
        assert_eq!(found(Kind::UrlCredentials, text), [url], "{text}");
    }
    for text in [
        "jdbc:mysql://app:secret@[host1:1111,host2:2222]/db",
        "postgres://app:password@localhost/app",
        "https://${USER}:${PASSWORD}@git.firma.de",
        "jdbc:mysql://localhost:3306/app",
        "https://firma.de:8443/@name",
    ] {
        assert!(found(Kind::UrlCredentials, text).is_empty(), "{text}");
    }
}

#[test]
fn keys_are_called_by_what_they_carry() {
    // A key of a project has its maker's name within; what has only its beginning is a key of somebody else.
    let with = "sk-proj-Xi8tdMjHV6pmbBbwilTeT3BlbkFJ3UDnpdEwNNm6wVBpYM0o";
    let without = "sk-proj-Xi8tdMjHV6pmbBbwilTe4TqAzwFJ3UDnpdEwNNm6wVBpYM0o";
    assert_eq!(found(Kind::OpenAiKey, with), [with]);
    assert!(found(Kind::OpenAiKey, without).is_empty());
    assert_eq!(found(Kind::ApiKey, without), [without]);
    // The numbers of a token differ, unless they stand for some.
    let token = |first: &str, second: &str| format!("xoxb-{first}-{second}-h7Kq2mZ9pR4sT6uV8wX1yZ3a");
    let (real, example) = (
        token("2834751926", "3948572615"),
        token("1234567890", "1234567890"),
    );
    assert_eq!(found(Kind::Slack, &real), [real.as_str()]);
    assert!(found(Kind::Slack, &example).is_empty());
    let value = "28a345acc8a7d9cd2a6c161d4a7facf1";
    assert_eq!(
        found(Kind::Linear, &format!("LINEAR_CLIENT_SECRET={value}")),
        [value]
    );
    assert!(found(Kind::Linear, &format!("linear gradient {value}")).is_empty());
}

#[test]
fn passwords_of_words_with_marks_between_are_found() {
    for (text, value) in [
        ("psql --password=strongp@55! --host=db", "strongp@55!"),
        ("my password: Sommer#2024, please", "Sommer#2024"),
        ("PGPASSWORD=Katze@Haus7 psql", "Katze@Haus7"),
        ("[(host=one,user=app,password=h7Kq2mZ9),(host=two)]", "h7Kq2mZ9"),
        ("jdbc:mysql://[(host=one,password=h7Kq2mZ9)]/db", "h7Kq2mZ9"),
        (
            "[![](https://a.firma.de/b.svg?token=bRzT3WyOXZ7q)](https://a.firma.de/b)",
            "bRzT3WyOXZ7q",
        ),
        ("password: m{h7K)q2m)Z9", "m{h7K)q2m)Z9"),
    ] {
        assert_eq!(found(Kind::Keyword, text), [value], "{text}");
    }
    for text in [
        "password: ask me on monday",
        "secret: actions/checkout@v3",
        "password: '#password2'",
        "password = user.name@host1",
        "[(host=one,user=app,password=secret),(host=two,password=secret)]",
        "The password field (see #12) is too short.",
    ] {
        assert!(found(Kind::Keyword, text).is_empty(), "{text}");
    }
}

#[test]
fn a_title_is_no_name() {
    assert_eq!(found(Kind::Person, "his name is Mr. Harbour"), ["Harbour"]);
    assert_eq!(
        found(Kind::Person, "My name is Dr. Anna Schmidt."),
        ["Anna Schmidt"]
    );
    assert!(found(Kind::Person, "his name is Mr. or Mrs., I forgot").is_empty());
}

#[test]
fn an_address_is_no_secret_of_its_name() {
    for text in [
        "[discord-url]: https://discord.firma.de/EeF3cQw",
        "token_endpoint = https://login.firma.de/oauth/EeF3cQwTn",
        "twitter: https://social.firma.de/AbCdEf12",
    ] {
        assert!(detect(text).is_empty(), "{text}");
        assert_eq!(found(Kind::Url, text).len(), 1, "{text}");
    }
}
