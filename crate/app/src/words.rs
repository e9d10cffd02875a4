//! Words that pages put on their fields, in the languages of most pages, and what they mean.
//!
//! A word of a list is found where a word of the text begins. `|` at its end says that the text's word ends there,
//! and `#` stands for a digit. Words of scripts without spaces are found anywhere.

/// Longest text that is looked at, in characters: names and labels, never what a person wrote.
const MOST: usize = 400;

/// Names that search boxes have.
const SEARCHES: &[&str] = &[
    "q",
    "qs",
    "query",
    "querytext",
    "search",
    "searchquery",
    "search-query",
    "search_query",
    "wd",
    "kw",
    "keyword",
    "keywords",
    "searchterm",
    "searchterms",
];
/// Names that they share with other fields: believed in a form that gets, not in one that posts.
const SEARCHES_GET: &[&str] = &["s", "p", "k", "text", "word", "words", "term", "terms"];
const SEARCHING: &[&str] = &[
    "search",
    "suche",
    "busc",
    "busq",
    "recherche",
    "cerca",
    "pesquis",
    "zoek",
    "検索",
    "搜索",
    "搜尋",
    "بحث",
];
/// Names of the parts of a conversation.
const TALK: &[&str] = &["chat", "prompt", "conversation", "assistant"];
/// What invites the person to say something to somebody.
const TALK_TO: &[&str] = &[
    "messag",
    "ask",
    "prompt",
    "chat",
    "talk to",
    "nachricht",
    "frag",
    "mensag",
    "mensaj",
    "pergunt",
    "pregunt",
    "demand",
    "chied",
    "bericht",
    "vraag",
    "can i help",
    "メッセージ",
    "質問",
    "消息",
    "提问",
    "رسالة",
    "اسأل",
];

/// What invites the person to remark on something that others said.
const REMARKS: &[&str] = &[
    "comment",
    "komment",
    "coment",
    "opmerking",
    "reactie",
    "yorum",
    "комментар",
    "评论",
    "評論",
    "コメント",
    "댓글",
    "تعليق",
];

/// Secrets, in names that pages give to fields of any size.
const SECRET: &[&str] = &[
    "otp",
    "iban",
    "ssn",
    "secret key",
    "secretkey",
    "secret phrase",
    "secretphrase",
    "mnemonic",
    "seed phrase",
    "seedphrase",
    "recovery phrase",
    "recoveryphrase",
    "private key",
    "privatekey",
    "api key",
    "apikey",
    "パスワード",
    "密码",
    "密碼",
];
/// The same, wherever they stand in a word.
const SECRET_WITHIN: &[&str] = &["passw", "passphrase", "passcode", "cvv"];
/// And in the names of single lines; in larger fields `card` and `pass` are ordinary words.
const SECRET_LINE: &[&str] = &[
    "passkey",
    "pass|",
    "pass#",
    "passe#",
    "pwd",
    "totp",
    "2fa",
    "one time",
    "onetime",
    "cvc",
    "csc",
    "card",
    "ccn",
    "cc num",
    "cc exp",
    "cc name",
    "social sec",
    "socialsec",
    "pin|",
    "secret",
    "security code",
    "securitycode",
    "verification code",
    "verificationcode",
    "credit",
];
/// Names of fields for a code that is used once, or for one's own number.
const CODE: &[&str] = &[
    "code", "otp", "token", "pin|", "tan|", "verif", "2fa", "mfa", "auth", "digit", "bestatig", "验证",
    "驗證", "認証", "確認",
];

/// Whether this is the name of a search box; `gets` says whether its form puts the text into an address.
pub(crate) fn search_name(name: &str, gets: bool) -> bool {
    let name = name.trim().to_lowercase();
    SEARCHES.contains(&name.as_str()) || gets && SEARCHES_GET.contains(&name.as_str())
}

/// Whether these words stand on a search box or on its form.
pub(crate) fn searching(words: &str) -> bool {
    has(&spread(words), SEARCHING)
}

/// Whether these names are of the parts of a conversation.
pub(crate) fn talk(names: &str) -> bool {
    has(&spread(names), TALK)
}

/// Whether these words invite the person to say something to somebody.
pub(crate) fn talk_to(words: &str) -> bool {
    has(&spread(words), TALK_TO)
}

/// Whether these words are of a field for remarks on what others said.
pub(crate) fn remarks(words: &str) -> bool {
    has(&spread(words), REMARKS)
}

/// Whether a field with one of these names holds a secret.
pub(crate) fn secret(names: &[&str], multiline: bool) -> bool {
    names.iter().any(|name| {
        let name = spread(name);
        SECRET_WITHIN.iter().any(|word| name.contains(word))
            || has(&name, SECRET)
            || !multiline && has(&name, SECRET_LINE)
    })
}

/// Whether a field with one of these names takes a code.
pub(crate) fn code(names: &[&str]) -> bool {
    names.iter().any(|name| has(&spread(name), CODE))
}

/// Names and labels as words: camel case, hyphens and underscores apart, in small letters without accents.
fn spread(text: &str) -> String {
    let mut out = String::new();
    let mut before = ' ';
    for c in text.chars().take(MOST) {
        if c.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit()) {
            out.push(' ');
        }
        before = c;
        if c.is_whitespace() || matches!(c, '-' | '_') {
            if !out.ends_with(' ') {
                out.push(' ');
            }
        } else if !('\u{300}'..='\u{36f}').contains(&c) {
            out.extend(c.to_lowercase().map(plain));
        }
    }
    out
}

/// The letter under an accent, of those that the words above have.
fn plain(c: char) -> char {
    match c {
        'à'..='å' => 'a',
        'ç' => 'c',
        'è'..='ë' => 'e',
        'ì'..='ï' => 'i',
        'ñ' => 'n',
        'ò'..='ö' => 'o',
        'ù'..='ü' => 'u',
        other => other,
    }
}

/// Whether a text has one of these words.
fn has(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| {
        if !word.is_ascii() {
            return text.contains(word);
        }
        let (stem, tail) = match word.as_bytes().last() {
            Some(mark @ (b'|' | b'#')) => (word.trim_end_matches(['|', '#']), Some(*mark)),
            _ => (*word, None),
        };
        text.match_indices(stem).any(|(at, _)| {
            let before = text[..at].bytes().next_back();
            let after = text[at + stem.len()..].bytes().next();
            let ends = match tail {
                Some(b'|') => after.is_none_or(|byte| !byte.is_ascii_alphanumeric()),
                Some(_) => after.is_some_and(|byte| byte.is_ascii_digit()),
                None => true,
            };
            ends && before.is_none_or(|byte| !byte.is_ascii_alphanumeric())
        })
    })
}

/// Whether a text is the number of a payment card: digits with spaces or hyphens between them, of an issuer's
/// beginning and length (ISO/IEC 7812), whose last one is right by Luhn's sum.
pub(crate) fn card(text: &str) -> bool {
    let text = text.trim();
    if text.len() > 32
        || !text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b' ' | b'-'))
    {
        return false;
    }
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    let start = |length: usize| {
        digits
            .iter()
            .take(length)
            .fold(0, |number, digit| number * 10 + digit)
    };
    let issued = match digits.len() {
        13 | 19 if start(1) == 4 => true,
        14 => matches!(start(3), 300..=305) || matches!(start(2), 36 | 38 | 39),
        15 => matches!(start(2), 34 | 37),
        16 => start(1) == 4 || matches!(start(2), 50..=69) || matches!(start(4), 2221..=2720 | 3528..=3589),
        12 | 13 | 17..=19 => matches!(start(2), 50 | 56..=58 | 60..=69),
        _ => false,
    };
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| match (at % 2, digit * 2) {
            (0, _) => *digit,
            (_, double) => double / 10 + double % 10,
        })
        .sum();
    issued && sum.is_multiple_of(10)
}

/// Whether a text is a short number, as codes are: 4 to 8 digits, with spaces or hyphens between them.
pub(crate) fn short_number(text: &str) -> bool {
    let text = text.trim();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (4..=8).contains(&digits)
        && text.len() <= 12
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b' ' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_where_they_begin() {
        assert_eq!(spread("newMessage_Box-2  Où"), "new message box 2 ou");
        assert!(talk_to("Envía un mensaje"));
        assert!(talk_to("What can I help with?"));
        assert!(talk_to("質問してみましょう"));
        assert!(!talk_to("A task or a mask"), "inside a word");
        assert!(!talk_to("Write a comment"));
        assert!(remarks("newComment_body") && remarks("Deja tu comentario"));
        assert!(remarks("コメントする") && !remarks("recommended"));
        assert!(talk("div chatInput"));
        assert!(!talk("div snapchats"), "inside a word");
        assert!(searching("Búsqueda"));
        assert!(searching("Rechercher"));
        assert!(!searching("research"), "inside a word");
        assert!(search_name("Search_Query", false));
        assert!(search_name("s", true));
        assert!(!search_name("s", false));
    }

    #[test]
    fn secrets_by_name() {
        for name in [
            "userPassword",
            "new-passphrase",
            "cvv2",
            "iban",
            "otp_code",
            "secretKey",
            "api-key",
            "seed phrase",
            "パスワード",
        ] {
            assert!(secret(&["x", name], true), "{name}");
        }
        for name in [
            "pass",
            "pass2",
            "passe1",
            "passkey",
            "pwd",
            "card-number",
            "ccNum",
            "PIN",
            "Security code",
            "creditLimit",
            "secret",
        ] {
            assert!(secret(&[name], false), "{name}");
            assert!(
                !secret(&[name], true),
                "{name}: an ordinary word in a larger field"
            );
        }
        for name in ["passage", "discard", "pinboard", "q", "compass point", "option"] {
            assert!(!secret(&[name], false), "{name}");
        }
        assert!(code(&["", "Verification"]));
        assert!(code(&["loginToken"]));
        assert!(!code(&["barcode", "decode"]), "inside a word");
    }

    #[test]
    fn cards_by_issuer_length_and_sum() {
        for number in [
            "4111 1111 1111 1111",
            "4111-1111-1111-1111",
            "4222222222222",
            "5555555555554444",
            "2223003122003222",
            "378282246310005",
            "30569309025904",
            "6011111111111117",
            "3530111333300000",
            "6200000000000005",
            "6759649826438453",
        ] {
            assert!(card(number), "{number}");
        }
        for text in [
            "4111 1111 1111 1112",
            "1111111111111117",
            "41111111",
            "call 4111 1111 1111 1111",
            "0000000000000000",
            "9999999999999995",
            "",
        ] {
            assert!(!card(text), "{text}");
        }
    }

    #[test]
    fn short_numbers() {
        for text in ["482913", "482 913", "12-34", " 0000 "] {
            assert!(short_number(text), "{text}");
        }
        for text in ["482", "123456789", "12a4", "", "call 1234"] {
            assert!(!short_number(text), "{text}");
        }
    }
}
