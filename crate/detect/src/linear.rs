//! No text, however hostile, takes longer than its length allows: a test grows what begins each search, and counts the
//! bytes that are looked at.

use crate::engine::Engine;
use crate::net;
use crate::text::Text;

/// Most bytes that are looked at for each byte of a text. A limit, not a measure: what people write takes fewer than
/// ten.
const MOST: u64 = 900;
/// Lengths, in bytes.
const SHORT: usize = 12_000;
const LONG: usize = 48_000;

fn steps(text: &str) -> u64 {
    let plain = Text::new(text);
    net::plain(&plain);
    Engine::new(text).run().1 + plain.steps()
}

/// One for each anchor and each search behind it: begun and never ended, ended too late, nested, and near misses.
const SEEDS: &[&str] = &[
    "@",
    "a@",
    "a@b",
    "a@b.",
    "a.a@a.a",
    "a@b.c@",
    "-@-",
    "x@xn--a.",
    ":",
    "::",
    "::1",
    "a::",
    "1:",
    "1:2:",
    "f:f:f:f:f:f:f:",
    "1.1.1.",
    "1.1.1.1.",
    "1.1.1.1/",
    "aa:bb:cc:",
    "aa-bb-cc-",
    "://",
    "a://",
    "http://a:b",
    "http://a:b@",
    "https://x?",
    "https://x.y/((",
    "https://x.y/))",
    "https://x.y/é",
    "jdbc:mysql://",
    "x.com/",
    "x.com/(",
    "a-b.com/",
    "https://hooks.slack.com/services/",
    "=",
    "a=",
    "key=",
    "key=a1b2c3d4e5f6g7h8",
    "password=\"",
    "password=\"a",
    "password='x' ",
    "key:'",
    "token=>",
    "<key>\n",
    "secret \"",
    "\"a\" == ",
    "\"a\", \"b\"",
    "set(\"key\", \"",
    "password is ",
    "password ",
    "curl -u ",
    "curl ",
    "curl --user a:b1 -u ",
    "authorization: ",
    "bearer ",
    "+",
    "+1",
    "+1 ",
    "(",
    "((",
    "(1",
    "(1)",
    "1 ",
    "12 ",
    "123-",
    "123-45-",
    "0 1 2 3 4 5 6 7 8 9 ",
    "4111 ",
    "4111-1111-1111-1111 ",
    "4111111111111111",
    "0",
    "1/2/",
    "12.3456, ",
    "12.3456,12.3456,",
    "GB",
    "GB82 ",
    "GB82 WEST 1234 5698 7654 32 ",
    "DE89",
    "A1 ",
    "AB 12 34 56 ",
    "A",
    "eyJ",
    "eyJhbGciOiJIUzI1NiIsIn.",
    "eyJhbGciOiJIUzI1NiIsIn.eyJhbGciOiJIUzI1NiIsIn.",
    "sk-",
    "sk-a",
    "sk-ant-api03-",
    "ghp_",
    "ghp_a",
    "xoxb-1-",
    "AKIA",
    "_sk-",
    "a_b_c_d_",
    "a_",
    "SG.a.",
    "glpat-a.",
    "-----BEGIN ",
    "-----BEGIN PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\nA",
    "-----BEGIN PRIVATE KEY-----\nAbcdefghijklmnopqrstuvwxyz0123456789+/",
    "---- BEGIN PRIVATE KEY ----",
    "PuTTY-User-Key-File-",
    "PuTTY-User-Key-File-AAAAAAAAAAAAAAAAAAAAAAAA",
    "PuTTY-User-Key-File-2: AbcdefghijklmnopqrstuvwxyzAbcdefghijklmnopqrstuvwxyz",
    "BEGIN ",
    "aaa8Q~",
    "8Q~aaaa",
    "12345:A",
    "123456789012345|",
    "legal ",
    "legal winner ",
    "abandon ",
    "wallet ",
    "word ",
    "phone ",
    "phone 1",
    "passport ",
    "passport A1234567 ",
    "ssn 123456789 ",
    "id 12345678901 ",
    "dob ",
    "dob 1 ",
    "dob 1/1/",
    "born in May ",
    "my name is ",
    "my name is A",
    "My Name Is Ab ",
    "name: ",
    "name: Ab ",
    "Mr. ",
    "Mr. Ab ",
    "I am ",
    "I'm Ab ",
    "regards,\n",
    "regards,\nAb ",
    "Street ",
    "1 A Street ",
    "A B C Street ",
    "Hauptstraße 1 ",
    "rue de la ",
    "rue Ab ",
    "Calle de los ",
    "I have diabetes ",
    "i am a very ",
    "my my my cancer ",
    "diabetes ",
    "lat 1.1, ",
    "SW1A 1AA ",
    "CA 90210 ",
    "34 AB 123 ",
    "é",
    "éa1",
    "é1 ",
    "号码1",
    "ÿ",
    "\u{a0}1",
    "a\u{300}",
    "_",
    "__a",
    "~",
    "`",
    "``a",
    "'",
    "\"",
    "\"\"",
    ">",
    ">a",
    ">\n",
    "\n",
    " ",
    "\0",
    "a",
    "z1",
    "Az",
    "aB",
    "aBcD1",
    "0x",
    "0xabcdef",
    "1BoatSLRHtKNngkdXEeobR76b53LETtpyT ",
    "bc1q",
    "x.com",
    "x.y.z.com ",
    "www.",
];

#[test]
fn steps_grow_with_the_length_alone() {
    let mut worst = (0, String::new());
    for first in SEEDS {
        // A seed by itself, and between others that bring words and quotes near it.
        for around in ["", "phone passport id ", "\"1 "] {
            let unit = format!("{first}{around}");
            let long = unit.repeat(LONG / unit.len() + 1);
            let short = unit.repeat(SHORT / unit.len() + 1);
            let (few, many) = (steps(&short), steps(&long));
            let (before, after) = (few / short.len() as u64, many / long.len() as u64);
            if after > worst.0 {
                worst = (after, unit.clone());
            }
            assert!(after <= MOST, "{after} bytes looked at for each of {unit:?}");
            assert!(
                after <= before + before / 4 + 4,
                "{unit:?}: {before} a byte grow to {after}"
            );
        }
    }
    println!(
        "at worst {} bytes looked at for each byte, of {:?}",
        worst.0, worst.1
    );
}

#[test]
fn ordinary_text_is_looked_at_a_few_times() {
    let text = "Could you explain how compound interest works? If I put 2500 into an account at 3.5 % a year, how much is it \
                after 12 years, and why is that more than 12 times the interest of the first year?\n"
        .repeat(100);
    let each = steps(&text) / text.len() as u64;
    assert!(each <= 10, "{each}");
}
