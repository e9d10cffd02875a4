//! Numbers and marks that states, insurers and registers give, as a table of shapes.
//!
//! A shape has a character for each place: `#` a digit, `@` a letter, `*` either, `-` a hyphen or a space that may
//! be missing everywhere, `.` the same with a full stop or a slash as well, `=` a hyphen that must be there, `_` a
//! space that must be there; everything else stands for itself. The separators of one value are all the same.

use crate::checksum::{luhn, mod11_10, month_day, number, uniform, value, verhoeff, weighted};
use crate::kind::Kind;
use crate::text::{DIGIT, LOWER, Text, UPPER, WORD};
use crate::words as w;

/// Where a value counts that fits its shape and its check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    /// Everywhere, in capitals.
    Anywhere,
    /// Near a word that names it, or alone.
    Near,
    /// Near a word that names it.
    Named,
}

/// A shape, with what must hold.
pub(crate) struct Rule {
    pub(crate) kind: Kind,
    shape: &'static [u8],
    check: fn(&[u8]) -> bool,
    /// Whether the check is a check digit.
    pub(crate) digit: bool,
    pub(crate) words: u64,
    pub(crate) level: Level,
    /// How many digits, or letters, it begins with: up to the first separator, and without separators.
    lead: (u8, u8),
}

/// Most characters of a shape without separators.
const MOST: usize = 24;

/// A value that fitted a shape.
pub(crate) struct Fit {
    pub(crate) end: usize,
    pub(crate) lower: bool,
    compact: [u8; MOST],
    length: usize,
}

impl Fit {
    pub(crate) fn compact(&self) -> &[u8] {
        self.compact.get(..self.length).unwrap_or_default()
    }
}

/// Whether a shape fits at a place, and nothing that belongs to the same value stands on either side.
pub(crate) fn fit(text: &Text<'_>, start: usize, shape: &[u8]) -> Option<Fit> {
    let mut fit = Fit {
        end: start,
        lower: false,
        compact: [0; MOST],
        length: 0,
    };
    // None: not decided yet; 0: no separators.
    let mut separator = None;
    for place in shape {
        let byte = text.at(fit.end);
        let class = text.class(fit.end);
        match *place {
            b'-' | b'.' | b'=' | b'_' => {
                let may = match *place {
                    b'=' => byte == b'-',
                    b'_' => byte == b' ',
                    b'-' => matches!(byte, b'-' | b' '),
                    _ => matches!(byte, b'-' | b' ' | b'.' | b'/'),
                };
                let found = if may { byte } else { 0 };
                if found == 0 && matches!(*place, b'=' | b'_') || separator.is_some_and(|it| it != found) {
                    return None;
                }
                separator = Some(found);
                fit.end += usize::from(found != 0);
                continue;
            }
            b'#' if class & DIGIT != 0 => {}
            b'@' if class & (UPPER | LOWER) != 0 => {}
            b'*' if class & (DIGIT | UPPER | LOWER) != 0 => {}
            literal if literal == byte.to_ascii_uppercase() && literal != b'#' => {}
            _ => return None,
        }
        fit.lower |= class & LOWER != 0;
        *fit.compact.get_mut(fit.length)? = byte.to_ascii_uppercase();
        fit.length += 1;
        fit.end += 1;
    }
    closed(text, start, fit.end).then_some(fit)
}

/// Whether a value ends at both sides: no word goes on, and no number behind a separator.
pub(crate) fn closed(text: &Text<'_>, start: usize, end: usize) -> bool {
    if text.word_before(start) || text.word(end) && text.at(end) < 0x80 {
        return false;
    }
    let (before, after) = (text.before(start), text.at(end));
    let joined_before = matches!(before, b'-' | b'.' | b'/' | b'+' | b':' | b',' | b'#')
        && start >= 2
        && text.class(start - 2) & DIGIT != 0
        || matches!(before, b'-' | b'+') && start >= 2 && text.class(start - 2) & WORD != 0;
    let joined_after = matches!(after, b'-' | b'/' | b'+' | b':')
        && text.class(end + 1) & (WORD & !HIGH_BIT) != 0
        || matches!(after, b'.' | b',') && text.class(end + 1) & DIGIT != 0;
    !joined_before && !joined_after
}

const HIGH_BIT: u8 = crate::text::HIGH;

/// Longest run of digits or letters at the beginning of a shape that is told from longer ones.
pub(crate) const LEAD: usize = 20;

/// The rules of the shapes that begin with a digit, or of those that begin with a letter.
pub(crate) struct Rules {
    /// In the order in which they are asked.
    all: &'static [Rule],
    /// Of those that can fit what begins with so many digits, or letters: a bit for each place in `all`.
    by_lead: [u128; LEAD + 1],
    /// Those that count everywhere.
    everywhere: u128,
    /// The words that name any of the others.
    words: u64,
}

static BY_DIGIT: Rules = table(DIGITS);
static BY_LETTER: Rules = table(LETTERS);

const fn table(all: &'static [Rule]) -> Rules {
    assert!(all.len() <= 128, "a place is a bit");
    let (mut by_lead, mut everywhere) = ([0; LEAD + 1], 0);
    let mut place = 0;
    while place < all.len() {
        let mut run = 0;
        while run <= LEAD {
            if all[place].may(run) {
                by_lead[run] |= 1 << place;
            }
            run += 1;
        }
        if matches!(all[place].level, Level::Anywhere) {
            everywhere |= 1 << place;
        }
        place += 1;
    }
    Rules {
        all,
        by_lead,
        everywhere,
        words: words(all),
    }
}

const fn words(rules: &[Rule]) -> u64 {
    let (mut place, mut words) = (0, 0);
    while place < rules.len() {
        if !matches!(rules[place].level, Level::Anywhere) {
            words |= rules[place].words;
        }
        place += 1;
    }
    words
}

/// The rules that can count for what begins with this byte and so many digits or letters, in their order, where these
/// words stand around it or nothing does.
pub(crate) fn rules(first: u8, run: usize, near: u64, alone: bool) -> impl Iterator<Item = &'static Rule> {
    let rules = if first.is_ascii_digit() {
        &BY_DIGIT
    } else {
        &BY_LETTER
    };
    let mut left = rules.by_lead.get(run).copied().unwrap_or(0);
    if !alone && near & rules.words == 0 {
        left &= rules.everywhere;
    }
    std::iter::from_fn(move || {
        let place = left.trailing_zeros() as usize;
        // Takes the lowest bit away.
        left &= left.wrapping_sub(1);
        rules.all.get(place)
    })
}

impl Rule {
    /// Whether it can fit what begins with so many digits, or so many letters.
    const fn may(&self, run: usize) -> bool {
        let (parted, whole) = self.lead;
        whole == 0 || run == parted as usize || run == whole as usize
    }

    /// Whether it fits at a place, with its check.
    pub(crate) fn fits(&self, text: &Text<'_>, start: usize) -> Option<Fit> {
        fit(text, start, self.shape).filter(|fit| (self.check)(fit.compact()))
    }
}

const fn rule(
    kind: Kind,
    shape: &'static str,
    check: fn(&[u8]) -> bool,
    digit: bool,
    words: u64,
    level: Level,
) -> Rule {
    Rule {
        kind,
        shape: shape.as_bytes(),
        check,
        digit,
        words,
        level,
        lead: lead(shape.as_bytes()),
    }
}

/// How many of the first character a shape begins with: up to a separator, and without separators; 0 if that is open.
const fn lead(shape: &[u8]) -> (u8, u8) {
    let first = shape[0];
    let (mut place, mut whole, mut parted) = (0, 0, 0);
    while place < shape.len() {
        match shape[place] {
            byte if byte == first && (byte == b'#' || byte == b'@') => whole += 1,
            b'-' | b'.' | b'=' | b'_' | b'/' | b'+' | b'(' => {
                if parted == 0 {
                    parted = whole;
                }
                if matches!(shape[place], b'=' | b'_' | b'/' | b'+' | b'(') {
                    return (parted, parted);
                }
            }
            b'#' | b'@' => break,
            _ => return (0, 0),
        }
        place += 1;
    }
    (if parted == 0 { whole } else { parted }, whole)
}

use Level::{Anywhere, Named, Near};

/// Shapes that begin with a digit.
const DIGITS: &[Rule] = &[
    rule(Kind::UsSsn, "###=##=####", ssn, false, w::SOCIAL, Anywhere),
    rule(Kind::UsSsn, "###.##.####", ssn, false, w::SOCIAL, Near),
    rule(Kind::UsItin, "###-##-####", itin, false, w::TAX, Near),
    rule(Kind::UsPassport, "#########", any, false, w::PASSPORT, Near),
    rule(Kind::UsDriver, "#######", any, false, w::DRIVER, Named),
    rule(Kind::UsDriver, "####-##-####", any, false, w::DRIVER, Named),
    rule(Kind::UsBank, "########", any, false, w::BANK, Named),
    rule(Kind::UsBank, "#########", any, false, w::BANK, Named),
    rule(Kind::UsBank, "##########", any, false, w::BANK, Named),
    rule(Kind::UsBank, "############", any, false, w::BANK, Named),
    rule(
        Kind::AbaRouting,
        "####-####-#",
        aba,
        true,
        w::ROUTING | w::BANK,
        Near,
    ),
    rule(Kind::UsMbi, "#@*#-@*#-@@##", mbi, false, w::MEDICARE, Anywhere),
    rule(Kind::UsNpi, "####-###-###", npi, true, w::PHYSICIAN, Near),
    rule(
        Kind::UkNhs,
        "###-###-####",
        nhs,
        true,
        w::NHS | w::HEALTH_ID,
        Near,
    ),
    rule(Kind::CaSin, "###-###-###", sin, true, w::SIN | w::SOCIAL, Near),
    rule(
        Kind::AuAbn,
        "##-###-###-###",
        abn,
        true,
        w::BUSINESS | w::TAX,
        Near,
    ),
    rule(Kind::AuAcn, "###-###-###", acn, true, w::BUSINESS, Near),
    rule(Kind::AuTfn, "###-###-###", tfn, true, w::TAX, Near),
    rule(
        Kind::AuMedicare,
        "####-#####-#",
        au_medicare,
        true,
        w::MEDICARE,
        Near,
    ),
    rule(
        Kind::InAadhaar,
        "####-####-####",
        aadhaar,
        true,
        w::AADHAAR | w::ID,
        Near,
    ),
    rule(Kind::InGstin, "##@@@@@####@*Z*", gstin, false, w::TAX, Anywhere),
    rule(Kind::SgUen, "########@", any, false, w::BUSINESS, Near),
    rule(Kind::SgUen, "#########@", any, false, w::BUSINESS, Near),
    rule(
        Kind::KrRrn,
        "######=#######",
        rrn,
        false,
        w::RRN | w::ID,
        Anywhere,
    ),
    rule(
        Kind::KrRrn,
        "#############",
        rrn_checked,
        true,
        w::RRN | w::ID,
        Near,
    ),
    rule(
        Kind::KrFrn,
        "######=#######",
        frn,
        false,
        w::RRN | w::ID,
        Anywhere,
    ),
    rule(Kind::KrFrn, "#############", frn, false, w::RRN | w::ID, Near),
    rule(Kind::KrBrn, "###-##-#####", brn, true, w::BUSINESS, Near),
    rule(
        Kind::KrDriver,
        "##-##-######-##",
        kr_driver,
        false,
        w::DRIVER,
        Near,
    ),
    rule(Kind::ThTnin, "#-####-#####-##-#", thai, true, w::ID, Near),
    rule(Kind::PlPesel, "###########", pesel, true, w::ID | w::TAX, Near),
    rule(Kind::FiId, "######+###*", fi_id, true, w::ID, Anywhere),
    rule(Kind::FiId, "######=###*", fi_id, true, w::ID, Anywhere),
    rule(Kind::FiId, "######@###*", fi_id, true, w::ID, Anywhere),
    rule(
        Kind::SePersonal,
        "######=####",
        se_personal,
        true,
        w::ID | w::SOCIAL,
        Anywhere,
    ),
    rule(
        Kind::SePersonal,
        "########-####",
        se_personal,
        true,
        w::ID | w::SOCIAL,
        Near,
    ),
    rule(
        Kind::SeOrganisation,
        "######=####",
        se_organisation,
        true,
        w::BUSINESS,
        Near,
    ),
    rule(Kind::EsNif, "########-@", nif, true, w::TAX | w::ID, Anywhere),
    rule(
        Kind::ItVat,
        "###########",
        it_vat,
        true,
        w::TAX | w::BUSINESS,
        Near,
    ),
    rule(Kind::ItIdentity, "#######@@", any, false, w::ID, Near),
    rule(Kind::DeTax, "##-###-###-###", de_tax, true, w::TAX, Near),
    rule(
        Kind::DeSocial,
        "##-######-@-###",
        de_social,
        true,
        w::SOCIAL,
        Anywhere,
    ),
    rule(Kind::DeLanr, "#########", lanr, true, w::HEALTH_ID, Near),
    rule(Kind::DeBsnr, "#########", not_uniform, false, w::HEALTH_ID, Near),
    rule(Kind::TrId, "###########", tr_id, true, w::ID, Near),
    rule(Kind::TrPlate, "##_@_##", tr_plate, false, w::PLATE, Near),
    rule(Kind::TrPlate, "##_@_###", tr_plate, false, w::PLATE, Near),
    rule(Kind::TrPlate, "##_@_####", tr_plate, false, w::PLATE, Near),
    rule(Kind::TrPlate, "##_@@_##", tr_plate, false, w::PLATE, Near),
    rule(Kind::TrPlate, "##_@@_###", tr_plate, false, w::PLATE, Near),
    rule(Kind::TrPlate, "##_@@_####", tr_plate, false, w::PLATE, Near),
    rule(Kind::TrPlate, "##_@@@_##", tr_plate, false, w::PLATE, Near),
    rule(Kind::TrPlate, "##_@@@_###", tr_plate, false, w::PLATE, Near),
    rule(Kind::TrPlate, "##_@@@_####", tr_plate, false, w::PLATE, Near),
    rule(Kind::NgNin, "###########", not_uniform, false, w::ID, Near),
    rule(Kind::ZaId, "######-####-###", za_id, true, w::ID, Near),
    rule(Kind::PhTin, "0##-###-###", any, false, w::TAX, Near),
    rule(Kind::PhTin, "0##-###-###-###", any, false, w::TAX | w::ID, Near),
    rule(
        Kind::FrNir,
        "#-##-##-##-###-###-##",
        nir,
        true,
        w::SOCIAL | w::HEALTH_ID,
        Anywhere,
    ),
    rule(Kind::NlBsn, "####.##.###", bsn, true, w::SOCIAL | w::TAX, Named),
    rule(
        Kind::BeNational,
        "##.##.##.###.##",
        be_national,
        true,
        w::ID,
        Near,
    ),
    rule(Kind::PtNif, "###-###-###", pt_nif, true, w::TAX, Named),
    rule(Kind::BrCpf, "###.###.###=##", cpf, true, w::TAX | w::ID, Anywhere),
    rule(Kind::BrCpf, "###########", cpf, true, w::TAX, Named),
    rule(
        Kind::BrCnpj,
        "##############",
        cnpj,
        true,
        w::TAX | w::BUSINESS,
        Named,
    ),
    rule(Kind::ArCuit, "##-########-#", cuit, true, w::TAX | w::ID, Near),
    rule(Kind::ClRut, "########=*", rut, true, w::ID, Near),
    rule(Kind::NoId, "######-#####", no_id, true, w::ID, Near),
    rule(
        Kind::DkCpr,
        "######=####",
        dk_cpr,
        false,
        w::ID | w::SOCIAL,
        Named,
    ),
    rule(Kind::ChAhv, "756.####.####.##", ch_ahv, true, w::SOCIAL, Anywhere),
    rule(Kind::AtSocial, "####-######", at_social, true, w::SOCIAL, Named),
    rule(Kind::CzBirth, "######/####", cz_birth, true, w::ID, Near),
    rule(Kind::RoCnp, "#############", cnp, true, w::ID, Near),
    rule(Kind::BgEgn, "##########", egn, true, w::ID, Named),
    rule(Kind::HrOib, "###########", mod11_10, true, w::ID | w::TAX, Named),
    rule(Kind::EeId, "###########", ee_id, true, w::ID, Named),
    rule(Kind::GrAmka, "###########", amka, true, w::SOCIAL, Named),
    rule(Kind::IePps, "#######@", pps, true, w::SOCIAL, Near),
    rule(Kind::IlId, "#########", luhn, true, w::ID, Named),
    rule(Kind::CnId, "#################*", cn_id, true, w::ID, Anywhere),
    rule(Kind::JpMyNumber, "####-####-####", jp_number, true, w::ID, Named),
    rule(Kind::MyKad, "######=##=####", mykad, false, w::ID, Near),
    rule(Kind::IdNik, "################", nik, false, w::ID, Named),
    rule(Kind::IsKennitala, "######=####", kennitala, true, w::ID, Named),
    rule(Kind::SiEmso, "#############", emso, true, w::ID, Named),
    rule(Kind::Zip, "#####", any, false, w::ZIP, Named),
    rule(Kind::Zip, "#####=####", any, false, w::ZIP, Named),
    rule(Kind::Passport, "########", any, false, w::PASSPORT, Named),
];

/// Shapes that begin with a letter.
const LETTERS: &[Rule] = &[
    rule(Kind::UsPassport, "@########", any, false, w::PASSPORT, Near),
    rule(Kind::UsDriver, "@#######", any, false, w::DRIVER, Named),
    rule(Kind::UsDriver, "@############", any, false, w::DRIVER, Named),
    rule(Kind::UsDriver, "@##############", any, false, w::DRIVER, Named),
    rule(Kind::UsDriver, "@-###-####-####", any, false, w::DRIVER, Named),
    rule(
        Kind::MedicalLicense,
        "@@#######",
        dea,
        true,
        w::PHYSICIAN | w::DRIVER,
        Near,
    ),
    rule(
        Kind::UkNino,
        "@@-##-##-##-@",
        nino,
        false,
        w::NINO | w::SOCIAL,
        Anywhere,
    ),
    rule(Kind::UkPassport, "@@#######", any, false, w::PASSPORT, Near),
    rule(
        Kind::UkDriving,
        "@****######@**@@",
        uk_driving,
        false,
        w::DRIVER,
        Anywhere,
    ),
    rule(Kind::UkVehicle, "@@##-@@@", uk_vehicle, false, w::PLATE, Near),
    rule(
        Kind::UkVehicle,
        "@###-@@@",
        uk_prefix_plate,
        false,
        w::PLATE,
        Near,
    ),
    rule(Kind::UkVehicle, "@##-@@@", uk_prefix_plate, false, w::PLATE, Near),
    rule(Kind::UkVehicle, "@#-@@@", uk_prefix_plate, false, w::PLATE, Near),
    rule(
        Kind::UkVehicle,
        "@@@-###@",
        uk_suffix_plate,
        false,
        w::PLATE,
        Near,
    ),
    rule(Kind::UkVehicle, "@@@-##@", uk_suffix_plate, false, w::PLATE, Near),
    rule(Kind::UkVehicle, "@@@-#@", uk_suffix_plate, false, w::PLATE, Near),
    rule(
        Kind::UkPostcode,
        "@@#@_#@@",
        uk_postcode,
        false,
        w::POST,
        Anywhere,
    ),
    rule(
        Kind::UkPostcode,
        "@@##_#@@",
        uk_postcode,
        false,
        w::POST,
        Anywhere,
    ),
    rule(Kind::UkPostcode, "@@#_#@@", uk_postcode, false, w::POST, Anywhere),
    rule(Kind::UkPostcode, "@#@_#@@", uk_postcode, false, w::POST, Anywhere),
    rule(Kind::UkPostcode, "@##_#@@", uk_postcode, false, w::POST, Anywhere),
    rule(Kind::UkPostcode, "@#_#@@", uk_postcode, false, w::POST, Anywhere),
    rule(Kind::UkPostcode, "@@#@#@@", uk_postcode, false, w::ZIP, Near),
    rule(Kind::UkPostcode, "@@###@@", uk_postcode, false, w::ZIP, Near),
    rule(Kind::UkPostcode, "@@##@@", uk_postcode, false, w::ZIP, Near),
    rule(Kind::UkPostcode, "@#@#@@", uk_postcode, false, w::ZIP, Near),
    rule(Kind::UkPostcode, "@###@@", uk_postcode, false, w::ZIP, Near),
    rule(Kind::UkPostcode, "@##@@", uk_postcode, false, w::ZIP, Near),
    rule(Kind::InPan, "@@@@@####@", pan, false, w::TAX, Anywhere),
    rule(
        Kind::InPassport,
        "@#######",
        in_passport,
        false,
        w::PASSPORT,
        Near,
    ),
    rule(Kind::InVoter, "@@@#######", any, false, w::VOTER, Near),
    rule(Kind::InVehicle, "@@-##-@-####", in_vehicle, false, w::PLATE, Near),
    rule(
        Kind::InVehicle,
        "@@-##-@@-####",
        in_vehicle,
        false,
        w::PLATE,
        Near,
    ),
    rule(Kind::InVehicle, "@@-#-@-####", in_vehicle, false, w::PLATE, Near),
    rule(Kind::InVehicle, "@@-#-@@-####", in_vehicle, false, w::PLATE, Near),
    rule(
        Kind::InVehicle,
        "@@-#-@@@-####",
        in_vehicle,
        false,
        w::PLATE,
        Near,
    ),
    rule(Kind::InVehicle, "@@####", in_vehicle, false, w::PLATE, Near),
    rule(Kind::SgNric, "@#######@", nric, true, w::ID, Anywhere),
    rule(Kind::SgNric, "@#######@", any, false, w::ID, Near),
    rule(Kind::SgUen, "@##@@####@", uen, false, w::BUSINESS, Near),
    rule(Kind::SgUen, "@##@@####@", uen_known, false, w::BUSINESS, Anywhere),
    rule(
        Kind::KrPassport,
        "@########",
        kr_passport,
        false,
        w::PASSPORT,
        Near,
    ),
    rule(
        Kind::KrPassport,
        "@###@####",
        kr_passport,
        false,
        w::PASSPORT,
        Near,
    ),
    rule(Kind::EsNie, "@#######-@", nie, true, w::TAX | w::ID, Anywhere),
    rule(Kind::EsPassport, "@@@######", any, false, w::PASSPORT, Near),
    rule(
        Kind::ItFiscal,
        "@@@@@@##@##@###@",
        it_fiscal,
        false,
        w::TAX | w::ID,
        Anywhere,
    ),
    rule(Kind::ItDriver, "@@#######@", any, false, w::DRIVER, Near),
    rule(Kind::ItDriver, "U1*******@", it_driver, false, w::DRIVER, Near),
    rule(Kind::ItIdentity, "@@-#######", any, false, w::ID, Near),
    rule(Kind::ItIdentity, "@@#####@@", any, false, w::ID, Near),
    rule(Kind::ItPassport, "@@#######", any, false, w::PASSPORT, Near),
    rule(Kind::DeIdCard, "@********", de_document, true, w::ID, Near),
    rule(Kind::DeIdCard, "T########", any, false, w::ID, Near),
    rule(
        Kind::DePassport,
        "@********",
        de_passport,
        true,
        w::PASSPORT,
        Near,
    ),
    rule(Kind::DeHealth, "@#########", kvnr, true, w::HEALTH_ID, Near),
    rule(Kind::DeVat, "DE-#########", any, true, w::TAX, Near),
    rule(Kind::NgVehicle, "@@@-###@@", any, false, w::PLATE, Near),
    rule(Kind::MxCurp, "@@@@######@@@@@@*#", curp, false, w::ID, Anywhere),
    rule(Kind::MxRfc, "@@@@######***", rfc, false, w::TAX, Named),
    rule(Kind::TwId, "@#########", tw_id, true, w::ID, Near),
    rule(Kind::HkId, "@######(*)", hk_id, true, w::ID, Anywhere),
    rule(Kind::Passport, "@#######", any, false, w::PASSPORT, Named),
    rule(Kind::Passport, "@@######", any, false, w::PASSPORT, Named),
    rule(Kind::Plate, "@@-##-##", any, false, w::PLATE, Named),
    rule(Kind::Plate, "@@-###-@@", any, false, w::PLATE, Named),
    rule(Kind::Plate, "@@@-####", any, false, w::PLATE, Named),
    rule(Kind::Plate, "@@@-###", any, false, w::PLATE, Named),
    rule(Kind::Plate, "@=@@_###", any, false, w::PLATE, Named),
    rule(Kind::Plate, "@=@@_####", any, false, w::PLATE, Named),
    rule(Kind::Plate, "@@=@@_###", any, false, w::PLATE, Named),
    rule(Kind::Plate, "@@=@@_####", any, false, w::PLATE, Named),
];

fn any(_: &[u8]) -> bool {
    true
}

fn not_uniform(digits: &[u8]) -> bool {
    !uniform(digits)
}

/// Digits of a range as a number.
fn part(digits: &[u8], start: usize, end: usize) -> u64 {
    number(digits.get(start..end).unwrap_or_default())
}

/// The value of one character.
fn one(digits: &[u8], place: usize) -> u32 {
    value(digits.get(place).copied().unwrap_or(b'0'))
}

/// The first of them.
fn head(digits: &[u8], length: usize) -> &[u8] {
    digits.get(..length).unwrap_or_default()
}

/// Areas that the Social Security Administration does not assign: 000, 666; of 900 to 999, which are for taxpayers
/// without a number of their own, a person may still call one a social security number.
fn ssn(digits: &[u8]) -> bool {
    const PUBLISHED: [&[u8]; 3] = [b"078051120", b"219099999", b"123456789"];
    let area = part(digits, 0, 3);
    area != 0
        && area != 666
        && part(digits, 3, 5) != 0
        && part(digits, 5, 9) != 0
        && !uniform(digits)
        && !PUBLISHED[..2].contains(&digits)
}

/// Groups of individual taxpayer numbers: 50 to 65, 70 to 88, 90 to 92, 94 to 99 (IRS).
fn itin(digits: &[u8]) -> bool {
    one(digits, 0) == 9 && matches!(part(digits, 3, 5), 50..=65 | 70..=88 | 90..=92 | 94..=99)
}

/// Weights 3, 7, 1; the first two digits are a district of the Federal Reserve.
fn aba(digits: &[u8]) -> bool {
    matches!(part(digits, 0, 2), 1..=12 | 21..=32 | 61..=72 | 80)
        && weighted(digits, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10)
}

/// Letters without S, L, O, I, B, Z; the first digit from 1 (CMS).
fn mbi(code: &[u8]) -> bool {
    one(code, 0) != 0 && !code.iter().any(|byte| b"SLOIBZ".contains(byte))
}

/// Luhn, with 80840 before it (CMS).
fn npi(digits: &[u8]) -> bool {
    matches!(one(digits, 0), 1 | 2) && (crate::checksum::luhn_sum(digits) + 24).is_multiple_of(10)
}

/// Two letters and a check digit (DEA).
fn dea(code: &[u8]) -> bool {
    let odd = one(code, 2) + one(code, 4) + one(code, 6);
    let even = one(code, 3) + one(code, 5) + one(code, 7);
    (odd + 2 * even) % 10 == one(code, 8) && b"ABCDEFGHJKLMPRSTUX".contains(&code[0])
}

/// Weights 10 to 2, modulo 11 (NHS Data Dictionary).
fn nhs(digits: &[u8]) -> bool {
    let check = 11 - weighted(digits, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    check % 11 == one(digits, 9) && check != 10 && !uniform(digits)
}

/// Letters of the prefix that are not given out (HMRC, NIM39110).
fn nino(code: &[u8]) -> bool {
    const NEVER: [&[u8]; 7] = [b"BG", b"GB", b"KN", b"NK", b"NT", b"TN", b"ZZ"];
    let prefix = head(code, 2);
    !prefix.iter().any(|byte| b"DFIQUV".contains(byte))
        && code.get(1) != Some(&b'O')
        && !NEVER.contains(&prefix)
        && matches!(code.last(), Some(b'A'..=b'D'))
}

/// Five characters of a name, the birth date in the digits, initials (DVLA).
fn uk_driving(code: &[u8]) -> bool {
    let name = head(code, 5);
    let mut letters = name.iter().skip_while(|byte| byte.is_ascii_alphabetic());
    let month = part(code, 6, 8) % 50;
    letters.all(|byte| *byte == b'9')
        && month_day(month, part(code, 8, 10))
        && code.get(11).is_some_and(u8::is_ascii_alphabetic)
}

/// Two letters of a place, two digits of a half-year, three letters (since 2001).
fn uk_vehicle(code: &[u8]) -> bool {
    let year = part(code, 2, 4);
    !b"IQZ".contains(&code[0])
        && code.get(1).is_some_and(|byte| !b"IQZ".contains(byte))
        && matches!(year, 2..=29 | 51..=79)
        && code.iter().skip(4).all(|byte| !b"IQ".contains(byte))
}

/// A letter of the year, digits, three letters (1983 to 2001).
fn uk_prefix_plate(code: &[u8]) -> bool {
    !b"IOQUZ".contains(&code[0]) && code.iter().skip(1).all(|byte| !b"IQ".contains(byte))
}

/// Three letters, digits, a letter of the year (1963 to 1983).
fn uk_suffix_plate(code: &[u8]) -> bool {
    code.last().is_some_and(|byte| !b"IOQUZ".contains(byte))
        && head(code, 3).iter().all(|byte| !b"IQ".contains(byte))
}

/// Letters that each place of a postcode may have (Royal Mail).
fn uk_postcode(code: &[u8]) -> bool {
    let Some((unit, outward)) = code.len().checked_sub(3).map(|split| {
        let (outward, unit) = code.split_at(split);
        (unit, outward)
    }) else {
        return false;
    };
    let letters = outward
        .iter()
        .take_while(|byte| byte.is_ascii_alphabetic())
        .count();
    unit.iter().skip(1).all(|byte| !b"CIKMOV".contains(byte))
        && !b"QVX".contains(&code[0])
        && (letters < 2 || !b"IJZ".contains(&outward[1]))
        && outward.last().is_some_and(|last| match (letters, last) {
            (1, b'A'..=b'Z') => b"ABCDEFGHJKPSTUW".contains(last),
            (2, b'A'..=b'Z') => b"ABEHMNPRVWXY".contains(last),
            _ => true,
        })
}

fn sin(digits: &[u8]) -> bool {
    one(digits, 0) != 0 && one(digits, 0) != 8 && luhn(digits)
}

/// The first digit less one; weights 10, 1, 3 to 19; modulo 89 (Australian Business Register).
fn abn(digits: &[u8]) -> bool {
    let sum = weighted(digits, &[10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
    one(digits, 0) != 0 && sum >= 10 && (sum - 10).is_multiple_of(89)
}

fn acn(digits: &[u8]) -> bool {
    (10 - weighted(digits, &[8, 7, 6, 5, 4, 3, 2, 1]) % 10) % 10 == one(digits, 8)
}

fn tfn(digits: &[u8]) -> bool {
    weighted(digits, &[1, 4, 3, 7, 5, 8, 6, 9, 10]).is_multiple_of(11) && !uniform(digits)
}

fn au_medicare(digits: &[u8]) -> bool {
    matches!(one(digits, 0), 2..=6)
        && weighted(digits, &[1, 3, 7, 9, 1, 3, 7, 9]) % 10 == one(digits, 8)
        && one(digits, 9) != 0
}

fn aadhaar(digits: &[u8]) -> bool {
    one(digits, 0) > 1 && verhoeff(digits) && !digits.iter().eq(digits.iter().rev())
}

/// The fourth letter is the kind of holder (Income Tax Department).
fn pan(code: &[u8]) -> bool {
    code.get(3).is_some_and(|byte| b"PCHABGJLFT".contains(byte))
}

fn gstin(code: &[u8]) -> bool {
    matches!(part(code, 0, 2), 1..=38 | 97 | 99) && one(code, 12) != 0
}

fn in_passport(code: &[u8]) -> bool {
    one(code, 1) != 0
}

/// States and territories of India in the marks of cars.
fn in_vehicle(code: &[u8]) -> bool {
    const STATES: &[u8] = b"ANAPARASBRCHCGDDDLGAGJHRHPJKJHKAKLLALDMPMHMNMLMZNLODORPYPBRJSKTNTSTRUPUKUAWB";
    STATES.chunks(2).any(|state| state == head(code, 2))
}

/// Weights 2, 7, 6, 5, 4, 3, 2 and a table of letters for each series.
fn nric(code: &[u8]) -> bool {
    let (series, digits) = (code[0], code.get(1..8).unwrap_or_default());
    let mut sum = weighted(digits, &[2, 7, 6, 5, 4, 3, 2]);
    let table: &[u8] = match series {
        b'S' | b'T' => b"JZIHGFEDCBA",
        b'F' | b'G' => b"XWUTRQPNMLK",
        b'M' => b"KLJNPQRTUWX",
        _ => return false,
    };
    match series {
        b'T' | b'G' => sum += 4,
        b'M' => {
            sum += 3;
            return table.get(10 - (sum % 11) as usize) == code.last();
        }
        _ => {}
    }
    table.get((sum % 11) as usize) == code.last()
}

fn uen(code: &[u8]) -> bool {
    b"TSR".contains(&code[0])
}

fn uen_known(code: &[u8]) -> bool {
    const ENTITIES: &[u8] = b"LPLLFCPFRFMQMMNBCCCSMBFMGSDPCPNRCMCDMDHSVHCHMHCLXLCXHCRPTUTCFBFNPAPBSSMCSMGAGB";
    let entity = code.get(3..5).unwrap_or_default();
    uen(code) && ENTITIES.chunks(2).any(|known| known == entity)
}

fn birth_six(digits: &[u8]) -> bool {
    month_day(part(digits, 2, 4), part(digits, 4, 6))
}

fn rrn(digits: &[u8]) -> bool {
    birth_six(digits) && matches!(one(digits, 6), 1..=4)
}

const KOREAN: [u32; 12] = [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5];

/// The check digit was dropped for numbers given since October 2020.
fn rrn_checked(digits: &[u8]) -> bool {
    let due = (11 - weighted(digits, &KOREAN) % 11) % 10;
    rrn(digits)
        && (due == one(digits, 12)
            || part(digits, 0, 2) >= 20
            || one(digits, 6) >= 3
            || part(digits, 7, 9) <= 95)
}

fn frn(digits: &[u8]) -> bool {
    birth_six(digits) && matches!(one(digits, 6), 5..=8)
}

fn brn(digits: &[u8]) -> bool {
    let sum = weighted(digits, &[1, 3, 7, 1, 3, 7, 1, 3, 5]) + one(digits, 8) * 5 / 10;
    (10 - sum % 10) % 10 == one(digits, 9)
}

fn kr_driver(digits: &[u8]) -> bool {
    matches!(part(digits, 0, 2), 11..=28)
}

fn kr_passport(code: &[u8]) -> bool {
    b"MSRODG".contains(&code[0])
}

/// Weights 13 to 2, modulo 11; the second and third digits are a province.
fn thai(digits: &[u8]) -> bool {
    let sum = weighted(digits, &[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
    matches!(one(digits, 0), 1..=8)
        && (11 - sum % 11) % 10 == one(digits, 12)
        && !matches!(part(digits, 1, 3), 28 | 29 | 59 | 68 | 69 | 78 | 79 | 87..=89 | 97..=99)
}

fn pesel(digits: &[u8]) -> bool {
    let check = (10 - weighted(digits, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10) % 10;
    check == one(digits, 10) && month_day(part(digits, 2, 4) % 20, part(digits, 4, 6))
}

/// The remainder by 31 of the nine digits, as a character.
fn fi_id(code: &[u8]) -> bool {
    const MARKS: &[u8] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";
    // The mark of the century may be a hyphen, which is no part of the compact form.
    let shift = code.len() - 10;
    if shift == 1 && !code.get(6).is_some_and(|mark| b"+ABCDEFUVWXY".contains(mark)) {
        return false;
    }
    let serial = part(code, 6 + shift, 9 + shift);
    let rest = (part(code, 0, 6) * 1000 + serial) % 31;
    month_day(part(code, 2, 4), part(code, 0, 2))
        && serial > 1
        && usize::try_from(rest).ok().and_then(|rest| MARKS.get(rest)) == code.last()
}

/// The last ten digits.
fn ten(digits: &[u8]) -> &[u8] {
    digits.get(digits.len().saturating_sub(10)..).unwrap_or_default()
}

fn se_personal(digits: &[u8]) -> bool {
    let short = ten(digits);
    let day = part(short, 4, 6);
    let century = digits.len() == 10 || matches!(part(digits, 0, 2), 18..=20);
    let day = if day > 60 { day - 60 } else { day };
    luhn(short) && century && month_day(part(short, 2, 4), day)
}

fn se_organisation(digits: &[u8]) -> bool {
    luhn(digits) && one(digits, 2) > 1
}

const SPANISH: &[u8] = b"TRWAGMYFPDXBNJZSQVHLCKE";

fn nif(code: &[u8]) -> bool {
    usize::try_from(part(code, 0, 8) % 23)
        .ok()
        .and_then(|rest| SPANISH.get(rest))
        == code.last()
}

fn nie(code: &[u8]) -> bool {
    let series = match code[0] {
        b'X' => 0,
        b'Y' => 1,
        b'Z' => 2,
        _ => return false,
    };
    let sum = series * 10_000_000 + part(code, 1, 8);
    usize::try_from(sum % 23).ok().and_then(|rest| SPANISH.get(rest)) == code.last()
}

/// A letter for the month, a day of 1 to 31 or, for women, 41 to 71; the check letter is often mistyped, and the
/// shape is that of nothing else.
fn it_fiscal(code: &[u8]) -> bool {
    code.get(8).is_some_and(|month| b"ABCDEHLMPRST".contains(month))
        && matches!(part(code, 9, 11), 1..=31 | 41..=71)
}

fn it_vat(digits: &[u8]) -> bool {
    luhn(digits) && part(digits, 0, 7) != 0
}

fn it_driver(code: &[u8]) -> bool {
    code.get(2..9)
        .is_some_and(|body| body.iter().all(|byte| !b"AEIOQ".contains(byte)))
}

/// ISO 7064 MOD 11,10; no digit more than three times among the first ten.
fn de_tax(digits: &[u8]) -> bool {
    let first = head(digits, 10);
    let most = (b'0'..=b'9')
        .map(|digit| first.iter().filter(|byte| **byte == digit).count())
        .max();
    one(digits, 0) != 0 && most.is_some_and(|most| most <= 3) && mod11_10(digits)
}

/// Weights 7, 3, 1 over letters and digits; vowels and the like are not used (ICAO 9303).
fn de_document(code: &[u8]) -> bool {
    let body = head(code, 8);
    code.iter()
        .all(|byte| byte.is_ascii_digit() || b"CFGHJKLMNPRTVWXYZ".contains(byte))
        && code.last().is_some_and(u8::is_ascii_digit)
        && body.iter().filter(|byte| byte.is_ascii_digit()).count() > 1
        && weighted(body, &[7, 3, 1, 7, 3, 1, 7, 3]) % 10 == one(code, 8)
}

fn de_passport(code: &[u8]) -> bool {
    b"CFGHJKL".contains(&code[0]) && de_document(code)
}

/// Weights 2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1 over digit sums; the letter counts as two digits.
fn de_social(code: &[u8]) -> bool {
    let letter = one(code, 8) - 9;
    let digits = [
        one(code, 0),
        one(code, 1),
        one(code, 2),
        one(code, 3),
        one(code, 4),
        one(code, 5),
        one(code, 6),
        one(code, 7),
        letter / 10,
        letter % 10,
        one(code, 9),
        one(code, 10),
    ];
    let weights = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1];
    let sum: u32 = digits
        .iter()
        .zip(weights)
        .map(|(digit, weight)| digit * weight / 10 + digit * weight % 10)
        .sum();
    let (day, month) = (part(code, 2, 4), part(code, 4, 6));
    sum % 10 == one(code, 11) && month <= 12 && month > 0 && day <= 99
}

/// The letter as two digits, then Luhn from the left.
fn kvnr(code: &[u8]) -> bool {
    let letter = one(code, 0) - 9;
    let digits = [letter / 10, letter % 10]
        .into_iter()
        .chain((1..9).map(|place| one(code, place)));
    let sum: u32 = digits
        .enumerate()
        .map(|(index, digit)| {
            let digit = digit * if index % 2 == 1 { 2 } else { 1 };
            digit / 10 + digit % 10
        })
        .sum();
    sum % 10 == one(code, 9)
}

fn lanr(digits: &[u8]) -> bool {
    (10 - weighted(digits, &[4, 9, 4, 9, 4, 9]) % 10) % 10 == one(digits, 6) && !uniform(digits)
}

fn tr_id(digits: &[u8]) -> bool {
    let odd: u32 = (0..9).step_by(2).map(|place| one(digits, place)).sum();
    let even: u32 = (1..9).step_by(2).map(|place| one(digits, place)).sum();
    let tenth = (odd * 7 + 10 * 10 - even) % 10;
    let sum: u32 = (0..10).map(|place| one(digits, place)).sum();
    one(digits, 0) != 0 && tenth == one(digits, 9) && sum % 10 == one(digits, 10)
}

fn tr_plate(code: &[u8]) -> bool {
    matches!(part(code, 0, 2), 1..=81)
}

fn za_id(digits: &[u8]) -> bool {
    birth_six(digits) && one(digits, 10) < 3 && luhn(digits)
}

fn nir(digits: &[u8]) -> bool {
    matches!(one(digits, 0), 1 | 2)
        && matches!(part(digits, 3, 5), 1..=12 | 20 | 30..=42 | 50..=99)
        && 97 - part(digits, 0, 13) % 97 == part(digits, 13, 15)
}

fn bsn(digits: &[u8]) -> bool {
    let sum = i64::from(weighted(digits, &[9, 8, 7, 6, 5, 4, 3, 2])) - i64::from(one(digits, 8));
    sum % 11 == 0 && !uniform(digits)
}

fn be_national(digits: &[u8]) -> bool {
    let (body, check) = (part(digits, 0, 9), part(digits, 9, 11));
    month_day(part(digits, 2, 4).max(1), part(digits, 4, 6).max(1))
        && (97 - body % 97 == check || 97 - (2_000_000_000 + body) % 97 == check)
}

fn pt_nif(digits: &[u8]) -> bool {
    let rest = weighted(digits, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    one(digits, 0) != 0 && (if rest < 2 { 0 } else { 11 - rest }) == one(digits, 8)
}

fn double_check(digits: &[u8], length: usize, first: &[u32], second: &[u32]) -> bool {
    let due = |sum: u32| if sum % 11 < 2 { 0 } else { 11 - sum % 11 };
    !uniform(digits)
        && due(weighted(head(digits, length), first)) == one(digits, length)
        && due(weighted(head(digits, length + 1), second)) == one(digits, length + 1)
}

fn cpf(digits: &[u8]) -> bool {
    double_check(
        digits,
        9,
        &[10, 9, 8, 7, 6, 5, 4, 3, 2],
        &[11, 10, 9, 8, 7, 6, 5, 4, 3, 2],
    )
}

fn cnpj(digits: &[u8]) -> bool {
    double_check(
        digits,
        12,
        &[5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2],
        &[6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2],
    )
}

fn cuit(digits: &[u8]) -> bool {
    let check = (11 - weighted(digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11;
    matches!(part(digits, 0, 2), 20 | 23 | 24 | 27 | 30 | 33 | 34) && check == one(digits, 10)
}

fn rut(code: &[u8]) -> bool {
    let rest = 11 - weighted(code, &[3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    match (rest, code.last()) {
        (11, Some(b'0')) | (10, Some(b'K')) => true,
        (rest, Some(last)) => last.is_ascii_digit() && rest == value(*last),
        _ => false,
    }
}

fn no_id(digits: &[u8]) -> bool {
    let due = |sum: u32| (11 - sum % 11) % 11;
    month_day(part(digits, 2, 4), part(digits, 0, 2))
        && due(weighted(digits, &[3, 7, 6, 1, 8, 9, 4, 5, 2])) == one(digits, 9)
        && due(weighted(digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2])) == one(digits, 10)
}

fn dk_cpr(digits: &[u8]) -> bool {
    month_day(part(digits, 2, 4), part(digits, 0, 2))
}

/// The check digit of EAN-13.
fn ch_ahv(digits: &[u8]) -> bool {
    weighted(digits, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]).is_multiple_of(10)
}

fn at_social(digits: &[u8]) -> bool {
    weighted(digits, &[3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11 == one(digits, 3)
        && month_day(part(digits, 6, 8), part(digits, 4, 6))
}

fn cz_birth(code: &[u8]) -> bool {
    let digits: Vec<u8> = code.iter().copied().filter(u8::is_ascii_digit).collect();
    let month = part(&digits, 2, 4) % 50 % 20;
    month_day(month, part(&digits, 4, 6)) && number(&digits).is_multiple_of(11)
}

fn cnp(digits: &[u8]) -> bool {
    let rest = weighted(digits, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
    one(digits, 0) != 0
        && month_day(part(digits, 3, 5), part(digits, 5, 7))
        && (if rest == 10 { 1 } else { rest }) == one(digits, 12)
}

fn egn(digits: &[u8]) -> bool {
    let rest = weighted(digits, &[2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10;
    month_day(part(digits, 2, 4) % 20, part(digits, 4, 6)) && rest == one(digits, 9)
}

fn ee_id(digits: &[u8]) -> bool {
    let mut rest = weighted(digits, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
    if rest == 10 {
        rest = weighted(digits, &[3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11 % 10;
    }
    matches!(one(digits, 0), 1..=6)
        && month_day(part(digits, 3, 5), part(digits, 5, 7))
        && rest == one(digits, 10)
}

fn amka(digits: &[u8]) -> bool {
    month_day(part(digits, 2, 4), part(digits, 0, 2)) && luhn(digits)
}

fn pps(code: &[u8]) -> bool {
    let rest = weighted(code, &[8, 7, 6, 5, 4, 3, 2]) % 23;
    let due = if rest == 0 {
        b'W'
    } else {
        b'@' + u8::try_from(rest).unwrap_or(0)
    };
    code.last() == Some(&due)
}

/// ISO 7064 MOD 11-2.
fn cn_id(code: &[u8]) -> bool {
    let sum = weighted(code, &[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
    let due = b"10X98765432"[(sum % 11) as usize];
    matches!(part(code, 6, 10), 1900..=2100)
        && month_day(part(code, 10, 12), part(code, 12, 14))
        && code.last() == Some(&due)
}

fn jp_number(digits: &[u8]) -> bool {
    let rest = weighted(digits, &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    (if rest < 2 { 0 } else { 11 - rest }) == one(digits, 11)
}

fn tw_id(code: &[u8]) -> bool {
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVXYWZIO";
    let Some(index) = LETTERS.iter().position(|letter| *letter == code[0]) else {
        return false;
    };
    let number = u32::try_from(index).unwrap_or(0) + 10;
    let sum = number / 10
        + number % 10 * 9
        + weighted(code.get(1..).unwrap_or_default(), &[8, 7, 6, 5, 4, 3, 2, 1, 1]);
    matches!(one(code, 1), 1 | 2) && sum.is_multiple_of(10)
}

fn hk_id(code: &[u8]) -> bool {
    let check = match code.get(8) {
        Some(b'A') => 10,
        Some(byte) if byte.is_ascii_digit() => value(*byte),
        _ => return false,
    };
    let sum =
        36 * 9 + one(code, 0) * 8 + weighted(code.get(1..7).unwrap_or_default(), &[7, 6, 5, 4, 3, 2]) + check;
    sum.is_multiple_of(11)
}

fn mykad(digits: &[u8]) -> bool {
    birth_six(digits)
}

fn nik(digits: &[u8]) -> bool {
    let day = part(digits, 6, 8);
    month_day(part(digits, 8, 10), if day > 40 { day - 40 } else { day })
}

fn kennitala(digits: &[u8]) -> bool {
    let due = (11 - weighted(digits, &[3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11;
    month_day(part(digits, 2, 4), part(digits, 0, 2) % 40) && due == one(digits, 8)
}

fn emso(digits: &[u8]) -> bool {
    let due = (11 - weighted(digits, &[7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11;
    month_day(part(digits, 2, 4), part(digits, 0, 2)) && due == one(digits, 12)
}

fn curp(code: &[u8]) -> bool {
    month_day(part(code, 6, 8), part(code, 8, 10)) && matches!(code.get(10), Some(b'H' | b'M' | b'X'))
}

fn rfc(code: &[u8]) -> bool {
    month_day(part(code, 6, 8), part(code, 8, 10))
}
