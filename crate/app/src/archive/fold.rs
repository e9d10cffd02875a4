//! Texts in the form in which they are searched: words in small letters and without accents, one space before and behind
//! each.
//!
//! Everything that is no letter, digit or symbol parts words. Scripts that put no spaces between words, and symbols as
//! emoji are, form runs of their own: a run is parted from the words around it, and is found from any place on. So every
//! question of a query is whether some bytes occur: ` wor` where a word begins so, ` two words ` for a phrase.

use std::sync::LazyLock;

/// Letters with accents, and what they are without; of the characters below [`TABLE`].
const PLAIN: &[(&str, char)] = &[
    ("àáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặ", 'a'),
    ("ḃḅḇƀɓ", 'b'),
    ("çćĉċčḉƈ", 'c'),
    ("ďḋḍḏḑḓđðƌɖ", 'd'),
    ("èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệǝ", 'e'),
    ("ḟƒ", 'f'),
    ("ĝğġģǧǵḡǥɠ", 'g'),
    ("ĥȟḣḥḧḩḫẖħ", 'h'),
    ("ìíîïĩīĭįǐȉȋḭḯỉịıɨ", 'i'),
    ("ĵǰɉ", 'j'),
    ("ķǩḱḳḵƙĸ", 'k'),
    ("ĺļľḷḹḻḽłŀƚ", 'l'),
    ("ḿṁṃ", 'm'),
    ("ñńņňǹṅṇṉṋŋƞ", 'n'),
    ("òóôõöōŏőơǒǫǭȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợøǿɔ", 'o'),
    ("ṕṗƥ", 'p'),
    ("ŕŗřȑȓṙṛṝṟɍ", 'r'),
    ("śŝşšșṡṣṥṧṩſẛ", 's'),
    ("ţťțṫṭṯṱẗŧƭ", 't'),
    ("ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữựʉ", 'u'),
    ("ṽṿ", 'v'),
    ("ŵẁẃẅẇẉẘ", 'w'),
    ("ẋẍ", 'x'),
    ("ýÿŷȳẏẙỳỵỷỹƴ", 'y'),
    ("źżžẑẓẕƶ", 'z'),
    ("άἀἁἂἃἄἅἆἇὰάᾀᾁᾂᾃᾄᾅᾆᾇᾰᾱᾲᾳᾴᾶᾷ", 'α'),
    ("έἐἑἒἓἔἕὲέ", 'ε'),
    ("ήἠἡἢἣἤἥἦἧὴήᾐᾑᾒᾓᾔᾕᾖᾗῂῃῄῆῇ", 'η'),
    ("ΐίϊἰἱἲἳἴἵἶἷὶίιῐῑῒΐῖῗ", 'ι'),
    ("όὀὁὂὃὄὅὸό", 'ο'),
    ("ῤῥ", 'ρ'),
    ("ς", 'σ'),
    ("ΰϋύὐὑὒὓὔὕὖὗὺύῠῡῢΰῦῧ", 'υ'),
    ("ώὠὡὢὣὤὥὦὧὼώᾠᾡᾢᾣᾤᾥᾦᾧῲῳῴῶῷ", 'ω'),
    ("ӑӓ", 'а'),
    ("ѓ", 'г'),
    ("ѐёӗ", 'е'),
    ("ӂӝ", 'ж'),
    ("ӟ", 'з'),
    ("йѝӣӥ", 'и'),
    ("ќ", 'к'),
    ("ӧ", 'о'),
    ("ўӯӱӳ", 'у'),
    ("ӵ", 'ч'),
    ("ӹ", 'ы'),
    ("ӭ", 'э'),
    ("ї", 'і'),
    ("ӛ", 'ә'),
    ("ӫ", 'ө'),
    // Hebrew letters at the end of a word.
    ("ך", 'כ'),
    ("ם", 'מ'),
    ("ן", 'נ'),
    ("ף", 'פ'),
    ("ץ", 'צ'),
    // Arabic letters that are written for one another.
    ("أإآٱ", 'ا'),
    ("ىی", 'ي'),
    ("ک", 'ك'),
    ("ة", 'ه'),
];
/// Letters that are two without their form.
const TWO: &[(char, &str)] = &[
    ('ß', "ss"),
    ('æ', "ae"),
    ('ǣ', "ae"),
    ('ǽ', "ae"),
    ('œ', "oe"),
    ('ĳ', "ij"),
    ('ǆ', "dz"),
    ('ǉ', "lj"),
    ('ǌ', "nj"),
    ('þ', "th"),
    ('\u{FB00}', "ff"),
    ('\u{FB01}', "fi"),
    ('\u{FB02}', "fl"),
    ('\u{FB03}', "ffi"),
    ('\u{FB04}', "ffl"),
    ('\u{FB05}', "st"),
    ('\u{FB06}', "st"),
];
/// Characters that are looked up.
const TABLE: u32 = 0x2000;

/// What stands for each character below [`TABLE`]; 0 where [`TWO`] says it.
static FOLDED: LazyLock<Vec<char>> = LazyLock::new(|| {
    let small = |c: char| c.to_lowercase().next().unwrap_or(c);
    let mut table: Vec<char> = (0..TABLE)
        .map(|at| char::from_u32(at).map_or('\0', small))
        .collect();
    let plain = |c: char| {
        let found = PLAIN.iter().find(|(accented, _)| accented.contains(c));
        found.map_or(c, |(_, plain)| *plain)
    };
    for folded in table.iter_mut().skip(0x80) {
        *folded = if TWO.iter().any(|(one, _)| one == folded) {
            '\0'
        } else {
            plain(*folded)
        };
    }
    table
});

/// What a character is to a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// It parts words.
    Gap,
    /// It belongs to the character before: an accent, a vowel sign, a joiner.
    Mark,
    /// Part of a word.
    Word,
    /// Part of a run that is found from any place on.
    Run,
}

fn class(c: char) -> Class {
    match u32::from(c) {
        0x00AD
        | 0x0300..=0x036F
        | 0x0483..=0x0489
        | 0x0591..=0x05BD
        | 0x05BF
        | 0x05C1..=0x05C2
        | 0x05C4..=0x05C5
        | 0x05C7
        | 0x0610..=0x061A
        | 0x0640
        | 0x064B..=0x065F
        | 0x0670
        | 0x06D6..=0x06DC
        | 0x06DF..=0x06E8
        | 0x06EA..=0x06ED
        | 0x093C
        | 0x09BC
        | 0x1AB0..=0x1AFF
        | 0x1DC0..=0x1DFF
        | 0x200B..=0x200F
        | 0x202A..=0x202E
        | 0x2060..=0x2069
        | 0x20D0..=0x20FF
        | 0x3099..=0x309A
        | 0xFE00..=0xFE0F
        | 0xFE20..=0xFE2F
        | 0xFEFF
        | 0x1F3FB..=0x1F3FF
        | 0xE0000..=0xE01EF => Class::Mark,
        // Thai and Lao, Tibetan, Burmese, Khmer: with the signs that are no letters.
        0x0E01..=0x0E3A
        | 0x0E40..=0x0E4E
        | 0x0E80..=0x0ECE
        | 0x0F40..=0x0F84
        | 0x1000..=0x1049
        | 0x1050..=0x109F
        | 0x1780..=0x17D3
        // Chinese and Japanese.
        | 0x2E80..=0x2FDF
        | 0x3005..=0x3007
        | 0x3041..=0x3096
        | 0x309D..=0x309F
        | 0x30A1..=0x30FA
        | 0x30FC..=0x312F
        | 0x31A0..=0x31FF
        | 0x3400..=0x4DBF
        | 0x4E00..=0x9FFF
        | 0xF900..=0xFAFF
        | 0xFF66..=0xFF9D
        | 0x20000..=0x3FFFF
        // Arrows, mathematics, pictures.
        | 0x20A0..=0x20CF
        | 0x2190..=0x23FF
        | 0x25A0..=0x27BF
        | 0x2900..=0x2BFF
        | 0x1F000..=0x1FAFF => Class::Run,
        // Signs of India that are no letters to Unicode stand within words.
        0x0900..=0x0963 | 0x0966..=0x0DFF => Class::Word,
        _ if c.is_alphanumeric() => Class::Word,
        _ => Class::Gap,
    }
}

/// Where the bytes of a folded text come from, in bytes of the text: where the character of each begins and ends.
#[derive(Debug, Default)]
pub(crate) struct Places {
    starts: Vec<usize>,
    ends: Vec<usize>,
}

impl Places {
    /// The stretch of the text that a stretch of the folded text comes from, without the spaces around it.
    pub(crate) fn span(&self, folded: &[u8], start: usize, end: usize) -> Option<(usize, usize)> {
        let within = folded.get(start..end)?;
        let ahead = within.iter().take_while(|byte| **byte == b' ').count();
        let behind = within.iter().rev().take_while(|byte| **byte == b' ').count();
        let from = *self.starts.get(start + ahead)?;
        let to = *self.ends.get((end - behind).checked_sub(1)?)?;
        (from < to).then_some((from, to))
    }
}

/// Hears of what is written for which bytes of the text.
trait Trace {
    /// So many bytes stand for the character that begins and ends there.
    fn written(&mut self, bytes: usize, start: usize, end: usize);
    /// A mark that begins and ends there belongs to the character before.
    fn mark(&mut self, start: usize, end: usize);
}

impl Trace for () {
    #[inline]
    fn written(&mut self, _: usize, _: usize, _: usize) {}
    #[inline]
    fn mark(&mut self, _: usize, _: usize) {}
}

impl Trace for Places {
    fn written(&mut self, bytes: usize, start: usize, end: usize) {
        for _ in 0..bytes {
            self.starts.push(start);
            self.ends.push(end);
        }
    }

    fn mark(&mut self, start: usize, end: usize) {
        for before in self.ends.iter_mut().rev().take_while(|before| **before == start) {
            *before = end;
        }
    }
}

/// Appends a text, folded. A text without words is a single space.
pub(crate) fn fold(text: &str, out: &mut Vec<u8>) {
    write(text, out, &mut ());
}

/// A text, folded, and where each of its bytes comes from.
pub(crate) fn fold_with_places(text: &str) -> (Vec<u8>, Places) {
    let (mut out, mut places) = (Vec::with_capacity(text.len() + 2), Places::default());
    write(text, &mut out, &mut places);
    (out, places)
}

fn write(text: &str, out: &mut Vec<u8>, trace: &mut impl Trace) {
    out.push(b' ');
    trace.written(1, 0, 0);
    let mut before = Class::Gap;
    let mut at = 0;
    while let Some(&byte) = text.as_bytes().get(at) {
        if byte < 0x80 {
            let is = if byte.is_ascii_alphanumeric() {
                if before == Class::Run {
                    out.push(b' ');
                    trace.written(1, at, at);
                }
                out.push(byte.to_ascii_lowercase());
                trace.written(1, at, at + 1);
                Class::Word
            } else {
                if before != Class::Gap {
                    out.push(b' ');
                    trace.written(1, at, at);
                }
                Class::Gap
            };
            before = is;
            at += 1;
            continue;
        }
        // A place between characters: there is one.
        let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else {
            break;
        };
        let end = at + c.len_utf8();
        let is = class(c);
        match is {
            Class::Mark => {
                trace.mark(at, end);
                at = end;
                continue;
            }
            Class::Gap => {
                if before != Class::Gap {
                    out.push(b' ');
                    trace.written(1, at, at);
                }
            }
            Class::Word | Class::Run => {
                if before != Class::Gap && before != is {
                    out.push(b' ');
                    trace.written(1, at, at);
                }
                let length = out.len();
                push(c, out);
                trace.written(out.len() - length, at, end);
            }
        }
        before = is;
        at = end;
    }
    if before != Class::Gap {
        out.push(b' ');
        trace.written(1, text.len(), text.len());
    }
}

/// Appends a character in small letters and without accents.
fn push(c: char, out: &mut Vec<u8>) {
    let code = u32::from(c);
    let looked = usize::try_from(code).ok().and_then(|at| FOLDED.get(at));
    let folded = match (looked, code) {
        (Some('\0'), _) | (None, 0xFB00..=0xFB06) => {
            let small = c.to_lowercase().next().unwrap_or(c);
            if let Some((_, two)) = TWO.iter().find(|(one, _)| *one == small) {
                out.extend_from_slice(two.as_bytes());
                return;
            }
            small
        }
        (Some(folded), _) => *folded,
        // Letters and digits as wide as ideographs.
        (None, 0xFF10..=0xFF19 | 0xFF21..=0xFF3A | 0xFF41..=0xFF5A) => {
            char::from_u32(code - 0xFEE0).map_or(c, |c| c.to_ascii_lowercase())
        }
        (None, _) => c.to_lowercase().next().unwrap_or(c),
    };
    out.extend_from_slice(folded.encode_utf8(&mut [0; 4]).as_bytes());
}

/// What a query asks of a folded text: words in their order.
///
/// Whole ones, or, with `open`, such as begin with what stands last. `None` where there is no word.
pub(crate) fn needle(words: &str, open: bool) -> Option<Vec<u8>> {
    let mut folded = Vec::with_capacity(words.len() + 2);
    fold(words, &mut folded);
    // The first and the last byte are spaces.
    let inner = folded.get(1..folded.len().checked_sub(1)?)?;
    let text = std::str::from_utf8(inner).ok()?;
    let run = |c: Option<char>| c.map(class) == Some(Class::Run);
    let (first, last) = (text.chars().next()?, text.chars().next_back());
    let start = usize::from(run(Some(first)));
    let end = folded.len() - usize::from(open || run(last));
    folded.get(start..end).map(<[u8]>::to_vec)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        let (with, places) = fold_with_places(text);
        let mut without = Vec::new();
        fold(text, &mut without);
        assert_eq!(with, without);
        assert_eq!((places.starts.len(), places.ends.len()), (with.len(), with.len()));
        String::from_utf8(with).unwrap()
    }

    #[test]
    fn texts_become_words() {
        for (text, due) in [
            ("", " "),
            ("  -- ", " "),
            ("Hello,  World!", " hello world "),
            ("Curaçao Curac\u{327}ao CURAÇAO", " curacao curacao curacao "),
            ("GROSS groß GROẞ", " gross gross gross "),
            ("Łódź İstanbul ıslak", " lodz istanbul islak "),
            ("Tiếng Việt, Đà Nẵng", " tieng viet da nang "),
            ("Ёлка йод і\u{308}жак їжак", " елка иод іжак іжак "),
            ("Ὀδυσσεύς ΟΔΥΣΣΕΥΣ", " οδυσσευσ οδυσσευσ "),
            ("مُحَمَّد إلى", " محمد الي "),
            ("שָׁלוֹם", " שלומ "),
            ("हिन्दी में।", " हिन्दी में "),
            ("質問、してみましょう", " 質問 してみましょう "),
            ("東京tower2026年", " 東京 tower2026 年 "),
            ("ｗｉｄｅ　１２", " wide 12 "),
            ("foo_bar's e-mail", " foo bar s e mail "),
            ("run 🏃🏽 now", " run 🏃 now "),
            ("ﬁne œuvre", " fine oeuvre "),
            ("co\u{AD}op a\u{200D}b", " coop ab "),
        ] {
            assert_eq!(folded(text), due, "{text}");
        }
    }

    #[test]
    fn folding_twice_is_folding_once() {
        for text in ["Łódź İstanbul", "東京tower", "ǅ Ǆ ẞ", "שָׁלוֹם", "ǄǇǊ ﬃ"] {
            let once = folded(text);
            assert_eq!(folded(&once), once, "{text}");
        }
        for at in 0..TABLE {
            let Some(c) = char::from_u32(at) else { continue };
            let once = folded(&c.to_string());
            assert_eq!(folded(&once), once, "U+{at:04X}");
        }
    }

    #[test]
    fn what_is_found_is_shown_where_it_stands() {
        let text = "A Curac\u{327}ao, 東京tower";
        let (folded, places) = fold_with_places(text);
        let shown = |words: &str, open: bool| {
            let needle = needle(words, open).unwrap();
            let at = folded.windows(needle.len()).position(|part| part == needle)?;
            let (start, end) = places.span(&folded, at, at + needle.len())?;
            Some(&text[start..end])
        };
        assert_eq!(shown("curaçao", false), Some("Curac\u{327}ao"));
        assert_eq!(shown("cura", true), Some("Cura"));
        assert_eq!(shown("cura", false), None);
        assert_eq!(shown("京", false), Some("京"));
        assert_eq!(shown("東京tow", true), Some("東京tow"));
        assert_eq!(shown("a curacao", true), Some("A Curac\u{327}ao"));
    }

    #[test]
    fn what_holds_no_word_asks_nothing() {
        assert_eq!(needle("", true), None);
        assert_eq!(needle(" -- ", false), None);
        assert_eq!(needle("Wör", true), Some(b" wor".to_vec()));
        assert_eq!(needle("two Words", false), Some(b" two words ".to_vec()));
        assert_eq!(needle("東京", false), Some("東京".as_bytes().to_vec()));
    }
}
