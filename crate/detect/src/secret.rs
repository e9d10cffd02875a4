//! Keys and tokens that are known by how they begin, as a table of forms.
//!
//! A form is what stands there, character for character, with runs in braces: a class, then how many. The classes:
//! `w` letters, digits, `_` and `-`; `a` letters and digits; `i` the same and `_`; `l` small letters and digits; `u`
//! capitals and digits; `k` letters; `h` hexadecimal; `d` digits; `b` Base64; `x` Base32; `e` as `w`, with `=` and
//! `.`; `s` as `b`. A form that begins with `^` is taken
//! however monotonous it is. Sources are what the providers publish on the forms of their keys.

use crate::kind::Kind;
use crate::text::{Text, WORD};

/// The forms; of two that fit, the first counts.
static FORMS: &[(&str, Kind)] = &[
    ("1//0{w43-150}", Kind::GoogleKey),
    ("A3-{u6}-{u11}-{u5}-{u5}-{u5}", Kind::ApiKey),
    ("A3-{u6}-{u6}-{u5}-{u5}-{u5}-{u5}", Kind::ApiKey),
    ("^A3T{u1}{u16}", Kind::AwsKey),
    ("^ABIA{u16}", Kind::AwsKey),
    ("ABSK{b109-269}", Kind::AwsBedrock),
    ("^ACCA{u16}", Kind::AwsKey),
    ("AC{h32}", Kind::TwilioKey),
    ("^AGE-SECRET-KEY-1{u58}", Kind::ApiKey),
    ("AGPA{u16}", Kind::AwsKey),
    ("AIDA{u16}", Kind::AwsKey),
    ("AIPA{u16}", Kind::AwsKey),
    ("AIza{w35}", Kind::GoogleKey),
    ("^AKIA{u16}", Kind::AwsKey),
    ("^AKC{a10-80}", Kind::Artifactory),
    ("ANPA{u16}", Kind::AwsKey),
    ("ANVA{u16}", Kind::AwsKey),
    ("API-{u26}", Kind::ApiKey),
    ("AQVN{w35-38}", Kind::ApiKey),
    ("AROA{u16}", Kind::AwsKey),
    ("^ASIA{u16}", Kind::AwsKey),
    ("ATATT3{e180-200}", Kind::ApiKey),
    ("ATBB{a32}", Kind::ApiKey),
    ("ATCTT3{e180-200}", Kind::ApiKey),
    ("^AP{h1}{a10-80}", Kind::Artifactory),
    ("BBDC-{b40-50}", Kind::ApiKey),
    ("CLOJARS_{a60}", Kind::ApiKey),
    ("EAAA{w22-60}", Kind::ApiKey),
    ("EAAC{a100-300}", Kind::ApiKey),
    ("EAAM{a100-300}", Kind::ApiKey),
    ("EZAK{a54}", Kind::ApiKey),
    ("EZTK{a54}", Kind::ApiKey),
    ("FLWPUBK_TEST-{h32}-X", Kind::ApiKey),
    ("FLWSECK-{h32}-X", Kind::ApiKey),
    ("FLWSECK_TEST-{l12-32}-X", Kind::ApiKey),
    ("FLWSECK_TEST-{l12}", Kind::ApiKey),
    ("GOCSPX-{w28}", Kind::GoogleKey),
    ("GR1348941{w20-80}", Kind::GitlabToken),
    ("HRKU-AA{w58}", Kind::ApiKey),
    ("LTAI{a12-24}", Kind::ApiKey),
    ("NRAK-{u27}", Kind::ApiKey),
    ("NRAK-{l27}", Kind::ApiKey),
    ("NRAL-{h32}", Kind::ApiKey),
    ("NRII-{w32}", Kind::ApiKey),
    ("NRJS-{h19}", Kind::ApiKey),
    ("PMAK-{h24}-{h34}", Kind::ApiKey),
    ("R_{h32}", Kind::ApiKey),
    ("SG.{w20-24}.{w39-50}", Kind::SendGrid),
    ("SG.{e66}", Kind::SendGrid),
    ("SK{h32}", Kind::TwilioKey),
    ("YC{w38}", Kind::ApiKey),
    ("_gitlab_session={l32}", Kind::GitlabToken),
    ("access-development-{w36}", Kind::ApiKey),
    ("access-production-{w36}", Kind::ApiKey),
    ("access-sandbox-{w36}", Kind::ApiKey),
    ("aio_{a28}", Kind::ApiKey),
    ("amzn.mws.{w36}", Kind::ApiKey),
    ("amzn1.oa2-cs.v1.{h64}", Kind::ApiKey),
    ("api_org_{k34}", Kind::HuggingFace),
    ("apify_api_{a36}", Kind::ApiKey),
    ("atk_{a40-80}", Kind::ApiKey),
    (
        "^bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t{b0-400}",
        Kind::AwsBedrock,
    ),
    ("cfat_{a40}{h8}", Kind::ApiKey),
    ("cfk_{a40}{h8}", Kind::ApiKey),
    ("cfut_{a40}{h8}", Kind::ApiKey),
    ("cio_{a32-64}", Kind::ApiKey),
    ("cmVmd{a59}", Kind::Artifactory),
    ("ctp_{a32-60}", Kind::ApiKey),
    ("dapi{h32}-{d1}", Kind::ApiKey),
    ("dapi{h32}", Kind::ApiKey),
    ("dckr_oat_{w32}", Kind::ApiKey),
    ("dckr_pat_{w27}", Kind::ApiKey),
    ("dnkey-{e26}-{e52}", Kind::ApiKey),
    ("doo_v1_{h64}", Kind::ApiKey),
    ("dop_v1_{h64}", Kind::ApiKey),
    ("dor_v1_{h64}", Kind::ApiKey),
    ("dose_{a64}", Kind::ApiKey),
    ("dp.{l2-8}.{a40-44}", Kind::ApiKey),
    ("dp.st.{w2-40}.{a40-44}", Kind::ApiKey),
    ("dt0c01.{a24}.{a64}", Kind::ApiKey),
    ("dt0s01.{a8}.{a64}", Kind::ApiKey),
    ("duffel_live_{e43}", Kind::ApiKey),
    ("duffel_test_{e43}", Kind::ApiKey),
    ("eyJrIjoi{b62-400}", Kind::ApiKey),
    ("ext_{l5-30}.{l4-6}.acc_{l5-32}.{b30-120}", Kind::ApiKey),
    ("figd_{w40}", Kind::ApiKey),
    ("fio-u-{e64}", Kind::ApiKey),
    ("flb_live_{a20-60}", Kind::ApiKey),
    ("fm1a_{b100-800}", Kind::ApiKey),
    ("fm1r_{b100-800}", Kind::ApiKey),
    ("fm2_{b100-800}", Kind::ApiKey),
    ("fo1_{w43}", Kind::ApiKey),
    ("ghb_{a36}", Kind::GithubToken),
    ("gho_{a36}", Kind::GithubToken),
    ("ghp_{a36}", Kind::GithubToken),
    ("ghr_{a36}", Kind::GithubToken),
    ("ghs_{a36}", Kind::GithubToken),
    ("ghu_{a36}", Kind::GithubToken),
    ("github_pat_{i82}", Kind::GithubToken),
    ("glagent-{w50-140}", Kind::GitlabToken),
    ("glc_{b32-400}", Kind::ApiKey),
    ("glcbt-{w20-60}", Kind::GitlabToken),
    ("gldt-{w20-64}", Kind::GitlabToken),
    ("glffct-{w20}", Kind::GitlabToken),
    ("glft-{w20-80}", Kind::GitlabToken),
    ("glimt-{w25}", Kind::GitlabToken),
    ("gloas-{w64}", Kind::GitlabToken),
    ("glpat-{w27-300}.{l9}", Kind::GitlabToken),
    ("glpat-{w20-60}", Kind::GitlabToken),
    ("glptt-{w40}", Kind::GitlabToken),
    ("glrt-t{d1}_{w27-300}.{l9}", Kind::GitlabToken),
    ("glrt-{w20-40}", Kind::GitlabToken),
    ("glsa_{a32}_{h8}", Kind::ApiKey),
    ("glsoat-{w20-80}", Kind::GitlabToken),
    ("glwt-{w20-40}", Kind::GitlabToken),
    ("gsk_{a52}", Kind::ApiKey),
    ("hf_{k34}", Kind::HuggingFace),
    ("hf_{a34-37}", Kind::HuggingFace),
    ("hooks.slack.com/services/{s24-80}", Kind::Slack),
    ("hooks.slack.com/triggers/{s24-80}", Kind::Slack),
    ("hooks.slack.com/workflows/{s24-80}", Kind::Slack),
    ("hvb.{w24-300}", Kind::Vault),
    ("hvr.{w24-300}", Kind::Vault),
    ("hvs.{w24-120}", Kind::Vault),
    ("ico-{a32}", Kind::ApiKey),
    ("key-{h32}", Kind::ApiKey),
    ("lin_api_{a40-48}", Kind::Linear),
    ("lin_oauth_{h40-64}", Kind::Linear),
    ("live_pub_{h31}", Kind::ApiKey),
    ("live_{h35}", Kind::ApiKey),
    ("live_{e40}", Kind::ApiKey),
    ("lsv2_pt_{h32}_{h10}", Kind::ApiKey),
    ("lsv2_sk_{h32}_{h10}", Kind::ApiKey),
    ("mfp_{a20-60}", Kind::ApiKey),
    ("npm_{a36}", Kind::NpmToken),
    ("ntn_{d11}{a35}", Kind::Notion),
    ("nvapi-{w60-70}", Kind::ApiKey),
    ("ops_eyJ{b60-1600}", Kind::ApiKey),
    ("p8e-{a32}", Kind::ApiKey),
    ("pat-na1-{w36}", Kind::ApiKey),
    ("pat.{w22}.{a24}.{a20}", Kind::ApiKey),
    ("pat{a14}.{h64}", Kind::ApiKey),
    ("pcsk_{i60-80}", Kind::ApiKey),
    ("phc_{a40-50}", Kind::ApiKey),
    ("phx_{a40-50}", Kind::ApiKey),
    ("pk.{a60}.{a22}", Kind::ApiKey),
    ("pnu_{a36}", Kind::ApiKey),
    ("pplx-{a48}", Kind::ApiKey),
    ("pscale_oauth_{e32-64}", Kind::ApiKey),
    ("pscale_pw_{e32-64}", Kind::ApiKey),
    ("pscale_tkn_{e32-64}", Kind::ApiKey),
    ("pubkey-{h32}", Kind::ApiKey),
    ("pul-{h40}", Kind::ApiKey),
    ("pypi-AgEIcHlwaS5vcmc{w50-1000}", Kind::PypiToken),
    ("pypi-AgENdGVzdC5weXBpLm9yZ{w50-1000}", Kind::PypiToken),
    ("r8_{a37}", Kind::ApiKey),
    ("rdme_{l70}", Kind::ApiKey),
    ("re_{i32-36}", Kind::ApiKey),
    ("rk_live_{a10-130}", Kind::StripeKey),
    ("rk_prod_{a10-130}", Kind::StripeKey),
    ("rk_test_{a10-130}", Kind::StripeKey),
    ("rubygems_{h48}", Kind::ApiKey),
    ("s-s4t2af-{h64}", Kind::ApiKey),
    ("s-s4t2ud-{h64}", Kind::ApiKey),
    ("sat.{w22}.{a24}.{a20}", Kind::ApiKey),
    ("sbp_{h40}", Kind::ApiKey),
    ("sc_{l5-30}.{l4-6}.acc_{l5-32}.{w30-120}", Kind::ApiKey),
    ("authress_{l5-30}.{l4-6}.acc_{l5-32}.{w30-120}", Kind::ApiKey),
    ("scauth_{l5-30}.{l4-6}.acc_{l5-32}.{w30-120}", Kind::ApiKey),
    ("secret_{a43}", Kind::Notion),
    ("sgp_local_{h40}", Kind::ApiKey),
    ("sgp_{h16}_{h40}", Kind::ApiKey),
    ("sgp_{h40}", Kind::ApiKey),
    ("sha256~{w43}", Kind::ApiKey),
    ("shippo_live_{h40}", Kind::ApiKey),
    ("shippo_test_{h40}", Kind::ApiKey),
    ("shpat_{h32}", Kind::Shopify),
    ("shpca_{h32}", Kind::Shopify),
    ("shppa_{h32}", Kind::Shopify),
    ("shpss_{h32}", Kind::Shopify),
    ("sk-ant-admin01-{w95}", Kind::AnthropicKey),
    ("sk-ant-api03-{w95}", Kind::AnthropicKey),
    ("sk-ant-oat01-{w80-120}", Kind::AnthropicKey),
    ("sk-ant-sid01-{w80-120}", Kind::AnthropicKey),
    ("sk-or-v1-{h64}", Kind::ApiKey),
    ("sk-{w20-250}", Kind::OpenAiKey),
    ("sk_live_{a10-130}", Kind::StripeKey),
    ("sk_prod_{a10-130}", Kind::StripeKey),
    ("sk_test_{a10-130}", Kind::StripeKey),
    ("sl.{e100-200}", Kind::ApiKey),
    ("sm_aat_{a16}", Kind::ApiKey),
    ("sm_pat_{a16}", Kind::ApiKey),
    ("sm_sat_{a16}", Kind::ApiKey),
    ("sntrys_eyJpYXQiO{b20-400}_{b43-44}", Kind::ApiKey),
    ("sntryu_{h64}", Kind::ApiKey),
    ("sq0atp-{w22-60}", Kind::ApiKey),
    ("sq0csp-{w43}", Kind::ApiKey),
    ("sqa_{e40}", Kind::ApiKey),
    ("sqp_{e40}", Kind::ApiKey),
    ("squ_{e40}", Kind::ApiKey),
    ("sourcegraph-{h40}", Kind::ApiKey),
    ("s.{a24}", Kind::Vault),
    ("t1.{e60-400}", Kind::ApiKey),
    ("test_pub_{h31}", Kind::ApiKey),
    ("test_{h35}", Kind::ApiKey),
    ("tfp_{e59}", Kind::ApiKey),
    ("tk-us-{w48}", Kind::ApiKey),
    ("^tskey-{l3-12}-{a10-20}-{a20-40}", Kind::ApiKey),
    ("ubdc_{a30-60}", Kind::ApiKey),
    ("v1.0-{h24}-{h146}", Kind::ApiKey),
    ("vca_{a24-60}", Kind::ApiKey),
    ("vci_{a24-60}", Kind::ApiKey),
    ("vck_{a24-60}", Kind::ApiKey),
    ("vcp_{a24-60}", Kind::ApiKey),
    ("vcr_{a24-60}", Kind::ApiKey),
    ("xai-{a80}", Kind::ApiKey),
    ("xapp-{d1}-{u8-16}-{d8-16}-{l20-80}", Kind::Slack),
    ("xkeysib-{h64}-{a16}", Kind::ApiKey),
    ("xoxa-{w10-80}", Kind::Slack),
    ("xoxb-{w16-90}", Kind::Slack),
    ("xoxc-{w16-90}", Kind::Slack),
    ("xoxd-{b16-300}", Kind::Slack),
    ("xoxe-{d1}-{u100-180}", Kind::Slack),
    ("xoxe-{d1}-{a100-180}", Kind::Slack),
    ("xoxe-{w40-120}", Kind::Slack),
    ("xoxe.xoxb-{d1}-{a100-180}", Kind::Slack),
    ("xoxe.xoxp-{d1}-{a100-180}", Kind::Slack),
    ("xoxo-{w16-80}", Kind::Slack),
    ("xoxp-{w16-90}", Kind::Slack),
    ("xoxr-{w10-80}", Kind::Slack),
    ("xoxs-{w16-80}", Kind::Slack),
    ("xprv{a107}", Kind::ApiKey),
];

/// The first form for each byte, and the next one for each form, one more than its place; 0 where there is none.
static CHAINS: ([u16; 256], [u16; FORMS.len()]) = chains();

#[allow(clippy::cast_possible_truncation, reason = "there are a few hundred forms")]
const fn chains() -> ([u16; 256], [u16; FORMS.len()]) {
    let (mut heads, mut next) = ([0; 256], [0; FORMS.len()]);
    let mut form = FORMS.len();
    while form > 0 {
        form -= 1;
        let bytes = FORMS[form].0.as_bytes();
        let first = if bytes[0] == b'^' { bytes[1] } else { bytes[0] } as usize;
        next[form] = heads[first];
        heads[first] = form as u16 + 1;
    }
    (heads, next)
}

/// Longest value that is looked at whole, in bytes.
const LONGEST: usize = 2048;

fn belongs(class: u8, byte: u8) -> bool {
    match class {
        b'w' => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'),
        b'a' => byte.is_ascii_alphanumeric(),
        b'i' => byte.is_ascii_alphanumeric() || byte == b'_',
        b'l' => byte.is_ascii_lowercase() || byte.is_ascii_digit(),
        b'u' => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
        b'k' => byte.is_ascii_alphabetic(),
        b'h' => byte.is_ascii_hexdigit(),
        b'd' => byte.is_ascii_digit(),
        b'b' | b's' => byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='),
        b'e' => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'=' | b'.'),
        _ => false,
    }
}

/// The end of what fits a form, and where its runs begin.
fn fits(text: &Text<'_>, start: usize, form: &[u8]) -> Option<(usize, usize)> {
    let (mut place, mut at) = (start, 0);
    let mut body = None;
    while let Some(byte) = form.get(at) {
        if *byte != b'{' {
            if text.at(place) != *byte {
                return None;
            }
            place += 1;
            at += 1;
            continue;
        }
        let class = *form.get(at + 1)?;
        let close = at + memchr::memchr(b'}', form.get(at..)?)?;
        let counts = form.get(at + 2..close)?;
        let (fewest, most) = match memchr::memchr(b'-', counts) {
            Some(dash) => (counts.get(..dash)?, counts.get(dash + 1..)?),
            None => (counts, counts),
        };
        let count = |digits: &[u8]| usize::try_from(crate::checksum::number(digits)).unwrap_or(LONGEST);
        let (fewest, most) = (count(fewest), count(most));
        body = body.or(Some(place));
        let end = text.run(place, most, |byte| belongs(class, byte));
        if end - place < fewest {
            return None;
        }
        place = end;
        at = close + 1;
    }
    Some((place, body.unwrap_or(start)))
}

/// The key that begins at the beginning of a word.
pub(crate) fn prefix(text: &Text<'_>, start: usize) -> Option<(Kind, usize)> {
    let first = text.at(start);
    let mut index = usize::from(CHAINS.0[usize::from(first)]);
    while index > 0 {
        let (form, kind) = &FORMS[index - 1];
        index = usize::from(CHAINS.1[index - 1]);
        let form = form.as_bytes();
        let monotonous = form.first() == Some(&b'^');
        let form = form.get(usize::from(monotonous)..).unwrap_or_default();
        if form.first() != Some(&first)
            || form.get(1) != Some(&text.at(start + 1)) && form.get(1) != Some(&b'{')
        {
            continue;
        }
        let Some((end, body)) = fits(text, start, form) else {
            continue;
        };
        let next = text.at(end);
        let last = text.at(end.saturating_sub(1));
        if text.class(end) & WORD != 0 && next < 0x80 || next == b'-' && text.word(end + 1) && last != b'-' {
            continue;
        }
        // A full stop ends a sentence and is no part of a key.
        let mut end = end;
        while end > body && matches!(text.at(end - 1), b'.') {
            end -= 1;
        }
        let value = text.slice(body, end);
        let stands_in = *kind != Kind::Artifactory && placeholder(value);
        let flat = dull(value) || value.len() >= 20 && entropy(value) < 2.3;
        if stands_in || !monotonous && flat || !known(*kind, text.slice(start, end), value) {
            continue;
        }
        // A key of a project carries the name of its maker within, in Base64; another's has the same beginning.
        let other = *kind == Kind::OpenAiKey
            && (value.starts_with(b"proj-") || value.starts_with(b"svcacct-"))
            && !crate::text::holds(value, b"T3BlbkFJ");
        return Some((if other { Kind::ApiKey } else { *kind }, end));
    }
    None
}

/// Keys that stand in published examples, by the hash of [`crate::words`] without its folding of case.
static EXAMPLES: &[u32] = &[
    0x739D_DD87,
    0xF095_1274,
    0x0AF7_CA9D,
    0x4E13_51CB,
    0xB878_2C2E,
    0x965B_D60A,
    0x1845_A427,
    0x00D9_B068,
    0xAF8F_AB00,
    0x722E_F8D0,
    0xC8A5_10E9,
    0x1751_C16C,
    0xF50C_0E72,
    0x6A41_F911,
    0x8EE1_D847,
    0xB188_7211,
];

/// What must hold of the keys of some providers besides their form.
fn known(kind: Kind, whole: &[u8], value: &[u8]) -> bool {
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let upper = value.iter().any(u8::is_ascii_uppercase);
    match kind {
        Kind::AwsKey => !whole.ends_with(b"EXAMPLE"),
        Kind::GoogleKey => {
            let hash = whole.iter().fold(crate::words::SEED, |hash, byte| {
                (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
            });
            !EXAMPLES.contains(&hash)
        }
        // Long ones carry a mark in the middle; the short ones of other providers have digits and letters.
        Kind::AnthropicKey => whole.ends_with(b"AA"),
        Kind::OpenAiKey => {
            digits > 2
                && !whole.starts_with(b"sk-ant-")
                && value.len() >= 20
                && entropy(value) > 3.2
                && !worded(value)
        }
        Kind::Vault => digits > 1 && (upper || value.len() > 90),
        // The numbers of a token are those of different things.
        Kind::Slack => whole.starts_with(b"hooks") || digits > 1 && !twice(value),
        Kind::GithubToken => digits > 0,
        Kind::ApiKey => digits > 0 || value.len() > 40,
        _ => true,
    }
}

/// Whether a value begins with the same number twice, as an example does: those of a token are of different things.
fn twice(value: &[u8]) -> bool {
    let dash = memchr::memchr(b'-', value).unwrap_or(0);
    dash > 3 && value.get(..=dash) == value.get(dash + 1..2 * dash + 2)
}

/// The entropy of bytes, in bits for each.
pub(crate) fn entropy(bytes: &[u8]) -> f32 {
    if bytes.is_empty() {
        return 0.0;
    }
    let mut counts = [0_u16; 256];
    for byte in bytes {
        counts[usize::from(*byte)] = counts[usize::from(*byte)].saturating_add(1);
    }
    #[allow(clippy::cast_precision_loss, reason = "values are short")]
    let length = bytes.len() as f32;
    counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| {
            let share = f32::from(*count) / length;
            -share * share.log2()
        })
        .sum()
}

/// Whether hardly any characters differ.
pub(crate) fn dull(bytes: &[u8]) -> bool {
    let mut seen = [false; 256];
    for byte in bytes {
        seen[usize::from(*byte)] = true;
    }
    let distinct = seen.iter().filter(|seen| **seen).count();
    distinct < 5.min(bytes.len().div_ceil(3) + 1)
}

/// Words of examples that stand for a value.
const STAND_INS: &[&[u8]] = &[
    b"xxxx",
    b"****",
    b"....",
    b"your",
    b"placeholder",
    b"changeme",
    b"change_me",
    b"change-me",
    b"insert",
    b"dummy",
    b"redacted",
    b"replace",
    b"put_",
    b"todo",
    b"sample",
    b"fake",
    b"random",
    b"secretshere",
    b"tokenhere",
    b"_here",
    b"-here",
    b"masked",
    b"hidden",
    b"removed",
    b"foobar",
    b"abc123",
    b"abcdefghijklmnopqrstuvwxyz",
    b"some-other-thing",
    b"<",
    b"null",
    b"none",
    b"undefined",
];

/// Whether something stands for a value and is none.
pub(crate) fn placeholder(value: &[u8]) -> bool {
    let short = value.get(..value.len().min(256)).unwrap_or_default();
    let lowered: Vec<u8> = short.iter().map(u8::to_ascii_lowercase).collect();
    let holds = |word: &[u8]| lowered.windows(word.len()).any(|window| window == word);
    if lowered.len() < 40 {
        return STAND_INS.iter().any(|word| holds(word));
    }
    // In a long value, a short word may stand by chance.
    STAND_INS
        .iter()
        .any(|word| (word.len() > 5 || !word[0].is_ascii_alphabetic()) && holds(word))
        || holds(b"xxxxxx")
}

/// Whether a value is made of words or of numbers with marks between, as names are.
pub(crate) fn worded(value: &[u8]) -> bool {
    let several = value
        .iter()
        .any(|byte| matches!(byte, b'_' | b'-' | b'.' | b'/' | b':'));
    let digits = if several { 6 } else { 2 };
    value
        .split(|byte| {
            matches!(
                byte,
                b'_' | b'-' | b'.' | b'/' | b':' | b' ' | b'\\' | b'#' | b'@' | b'+'
            )
        })
        .all(|part| {
            let letters = part
                .iter()
                .filter(|byte| byte.is_ascii_alphabetic() || **byte >= 0x80)
                .count();
            let capitals = part.iter().filter(|byte| byte.is_ascii_uppercase()).count();
            let number = part.iter().all(u8::is_ascii_digit) && part.len() <= 8;
            let word = letters == part.len()
                && letters <= 24
                && (capitals <= 1 || capitals == letters || camel(part));
            // A word with a number behind it: `value1`, `utf8`, `v2`.
            let counted = letters + trailing(part) == part.len()
                && trailing(part) <= digits
                && (capitals <= 1 || capitals == letters)
                && (trailing(part) <= 2 || letters > 1);
            // A number within a name of several words: `Sec1Key`.
            let digits = part.len() - letters;
            let within = letters >= 6 && digits <= 2 && capitals > 1 && camel(part);
            number || word || counted || within
        })
}

fn trailing(part: &[u8]) -> usize {
    part.iter().rev().take_while(|byte| byte.is_ascii_digit()).count()
}

/// Whether capitals stand only where words begin: `readTimeoutSeconds`.
fn camel(part: &[u8]) -> bool {
    let turns = part
        .windows(2)
        .filter(|pair| pair[0].is_ascii_uppercase() != pair[1].is_ascii_uppercase())
        .count();
    let capitals = part.iter().filter(|byte| byte.is_ascii_uppercase()).count();
    turns <= part.len() / 2 && capitals * 3 <= part.len() + 2 && turns <= 2 * capitals
}

/// A token of RFC 7519: two or three parts of Base64, the first of which is an object.
pub(crate) fn jwt(text: &Text<'_>, start: usize) -> Option<usize> {
    let url = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'/' | b'\\' | b'+');
    if !text.starts(start, b"ey") {
        return None;
    }
    let head = text.run(start, LONGEST, url);
    if head - start < 17 || text.at(head) != b'.' || !text.starts(head + 1, b"ey") {
        return None;
    }
    let body = text.run(head + 1, 2 * LONGEST, url);
    if body - head < 12 {
        return None;
    }
    let header = text.slice(start, head);
    let object = header.starts_with(b"eyJ") && closes(header);
    let mut end = body;
    let mut parts = 2;
    if text.at(body) == b'.' {
        let sign = text.run(body + 1, LONGEST, url);
        if sign - body > 10 {
            end = text.run(sign, 2, |byte| byte == b'=');
            parts = 3;
        } else if sign == body + 1 {
            end = body + usize::from(!text.word(body + 1));
        }
    }
    let random = parts == 3
        && !header.starts_with(b"eyJ")
        && entropy(header) > 3.5
        && header.iter().any(u8::is_ascii_digit);
    ((object || random) && !dull(text.slice(head + 1, body))).then_some(end)
}

/// Whether Base64 has a possible length, and ends with `}`.
fn closes(encoded: &[u8]) -> bool {
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => u32::from(byte - b'A'),
        b'a'..=b'z' => u32::from(byte - b'a') + 26,
        b'0'..=b'9' => u32::from(byte - b'0') + 52,
        b'+' | b'-' => 62,
        _ => 63,
    };
    let whole = encoded.len() / 4 * 4;
    let rest = encoded.get(whole..).unwrap_or_default();
    let quantum = if rest.is_empty() {
        encoded.get(whole.saturating_sub(4)..).unwrap_or_default()
    } else {
        rest
    };
    let bits = quantum.iter().fold(0, |bits, byte| bits << 6 | value(*byte));
    let last = match quantum.len() {
        2 => bits >> 4,
        3 => bits >> 2,
        4 => bits,
        _ => return false,
    };
    last & 0xFF == u32::from(b'}')
}

/// Longest private key, and longest one in a file of `PuTTY`, in bytes. The latter has no mark at which a search for
/// another one ends, and is kept short for it.
const ARMOUR: usize = 16 * 1024;
const PUTTY: usize = 4 * 1024;
/// A run of Base64 that long is a line of a key; no word is.
const LINE: usize = 24;
/// Bytes of lines that make a key; examples that stand for one have fewer.
const KEY: usize = 44;
/// How far headers go before the first line, and what stands between lines: quotes, marks of a quotation, breaks.
const HEADERS: usize = 256;
const BETWEEN: usize = 64;

/// A private key in armour (RFC 7468), by the word BEGIN after its hyphens, or a file of `PuTTY` by its first word.
pub(crate) fn private_key(text: &Text<'_>, begin: usize) -> Option<(usize, usize)> {
    let capital = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b' ';
    if text.starts(begin, b"PuTTY-User-Key-File-") {
        let (last, ..) = armour(text, begin + 20, PUTTY);
        return last.map(|last| (begin, last));
    }
    // Five hyphens, or four and a space (RFC 4716).
    let start = begin.checked_sub(5)?;
    if !text.starts(start, b"----")
        || !matches!(text.at(start + 4), b'-' | b' ')
        || !text.starts(begin, b"BEGIN")
    {
        return None;
    }
    let label = text.run(begin + 5, 64, capital);
    let name = text.slice(begin + 5, label).trim_ascii_end();
    if !text.starts(label, b"----")
        || !(name.ends_with(b"PRIVATE KEY") || name.ends_with(b"PRIVATE KEY BLOCK"))
    {
        return None;
    }
    let from = text.run(label, 5, |byte| byte == b'-');
    let (last, stop) = armour(text, from, ARMOUR);
    let footer = text.run(stop, 5, |byte| matches!(byte, b'-' | b' '));
    if text.starts(stop, b"----") && text.starts(footer, b"END") {
        let end = text.run(text.run(footer, 64, capital), 5, |byte| byte == b'-');
        return last.map(|_| (start, end));
    }
    // Cut off, as texts are that were copied in part: within the key, or behind its first line.
    let nothing = stop == text.len() && text.slice(from, stop).iter().all(u8::is_ascii_whitespace);
    last.or(nothing.then_some(from)).map(|end| (start, end))
}

/// The lines of a key behind its first: where the last of them ends, if they are one, and where the search stopped.
///
/// Headers before the lines, and what stands between them, may be anything that is short: a key is pasted out of
/// source code, out of a quotation, with its line breaks as two characters or as marks of HTML.
fn armour(text: &Text<'_>, from: usize, most: usize) -> (Option<usize>, usize) {
    let encoded = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'\\');
    let (mut place, mut last, mut bytes) = (from, from, 0);
    let stop = text.len().min(from + most);
    while place < stop {
        let end = text.run(place, most, encoded);
        if end - place >= LINE {
            bytes += end - place;
            last = end;
        } else if bytes > 0
            && end > place
            && (text.before(end) == b'='
                || end == text.len() && text.slice(place, end).iter().any(u8::is_ascii_digit))
        {
            // The last line may be a short one.
            last = end;
        }
        let far = if bytes == 0 { HEADERS } else { BETWEEN };
        if end - last > far || text.at(end) == b'-' && text.starts(end, b"----") {
            place = end;
            break;
        }
        place = end + 1;
    }
    let place = place.min(text.len());
    let key = bytes >= KEY && !dull(text.slice(from, last));
    (key.then_some(last), place)
}

/// A key of a word and what hangs on it, with no beginning of its own.
pub(crate) fn shaped(text: &Text<'_>, start: usize, end: usize) -> Option<(Kind, usize)> {
    let word = text.slice(start, end);
    let next = text.at(end);
    let fit = |form: &[u8]| {
        let (stop, _) = fits(text, start, form)?;
        (!text.word(stop) && !(text.at(stop) == b'-' && text.word(stop + 1))).then_some(stop)
    };
    let found = match (word.len(), next) {
        (32, b'-') => fit(b"{h32}-us{d1-2}").map(|stop| (Kind::Mailchimp, stop)),
        (5..=16, b':') if word.iter().all(u8::is_ascii_digit) => fit(b"{d5-16}:A{w34}")
            .filter(|_| word.len() >= 5 && !matches!(text.before(start), b':' | b'/' | b'-'))
            .map(|stop| (Kind::TelegramToken, stop)),
        (15 | 16, b'|' | b'%') => fit(b"{d15-16}|{w27-40}")
            .or_else(|| fit(b"{d15-16}%{w27-40}"))
            .map(|stop| (Kind::ApiKey, stop)),
        (14, b'.') => fit(b"{a14}.atlasv1.{e60-70}").map(|stop| (Kind::ApiKey, stop)),
        (24..=28, b'.') if matches!(word[0], b'M' | b'N' | b'O') => {
            fit(b"{w24-28}.{w6}.{w27-40}").map(|stop| (Kind::DiscordToken, stop))
        }
        (40, _) if word.ends_with(b"_mmk") => Some((Kind::ApiKey, end)),
        (42, _) if word.starts_with(b"4b1d") => Some((Kind::ApiKey, end)),
        (1..=4, b'-') if word == b"v1" => fit(b"v1.0-{h24}-{h146}").map(|stop| (Kind::ApiKey, stop)),
        (64, _) if word.starts_with(b"cmVm") => Some((Kind::Artifactory, end)),
        _ => None,
    };
    found.filter(|(_, stop)| {
        let value = text.slice(start, *stop);
        !placeholder(value) && !dull(value) && entropy(value) > 3.0
    })
}

/// A client secret of Azure: three characters, a digit, `Q~`, and 31 to 34 more; the tilde stands there.
pub(crate) fn azure(text: &Text<'_>, tilde: usize) -> Option<(usize, usize)> {
    let inside = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'~' | b'.' | b'-');
    let start = tilde.checked_sub(5)?;
    let head = text.slice(start, tilde);
    let mut end = text.run(tilde + 1, 36, inside);
    while end > tilde && text.at(end - 1) == b'.' {
        end -= 1;
    }
    let open = start == 0 || !inside(text.before(start)) && text.before(start) < 0x80;
    let body = end - tilde - 1;
    let fits = head.get(..3)?.iter().all(|byte| inside(*byte))
        && head.get(3)?.is_ascii_digit()
        && (31..=34).contains(&body)
        && open
        && !placeholder(text.slice(tilde, end))
        && entropy(text.slice(start, end)) > 3.0;
    fits.then_some((start, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_can_be_read() {
        for (form, _) in FORMS {
            assert!(form.is_ascii());
            let text = Text::new("");
            assert!(fits(&text, 0, form.trim_start_matches('^').as_bytes()).is_none());
        }
    }

    #[test]
    fn names_are_no_values() {
        for name in [
            "read_timeout_seconds",
            "readTimeoutSeconds",
            "user.name",
            "item-12",
            "v2",
            "utf8",
            "2024-05-17",
        ] {
            assert!(worded(name.as_bytes()), "{name}");
        }
        for value in ["q2522bobz3t869at", "ZHQvao-JZqvhdcNeofdlXfA4", "p8Wq-2kf9-x77a"] {
            assert!(!worded(value.as_bytes()), "{value}");
        }
    }
}
