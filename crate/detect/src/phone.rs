//! Telephone numbers, by a numbering plan of our own: for each country code, how long a number is.

use crate::text::{DIGIT, Text};

/// Country codes with the fewest and the most digits of a number behind them (ITU-T E.164 and its list of assigned
/// codes; lengths of the national plans).
static COUNTRIES: &[(u16, u8, u8)] = &[
    (1, 10, 10),
    (7, 10, 10),
    (20, 8, 10),
    (27, 9, 9),
    (30, 10, 10),
    (31, 9, 9),
    (32, 8, 9),
    (33, 9, 9),
    (34, 9, 9),
    (36, 8, 9),
    (39, 6, 11),
    (40, 9, 9),
    (41, 9, 9),
    (43, 4, 13),
    (44, 9, 10),
    (45, 8, 8),
    (46, 7, 10),
    (47, 8, 8),
    (48, 9, 9),
    (49, 6, 12),
    (51, 8, 9),
    (52, 10, 11),
    (53, 6, 8),
    (54, 10, 11),
    (55, 10, 11),
    (56, 8, 9),
    (57, 8, 10),
    (58, 10, 10),
    (60, 7, 10),
    (61, 9, 9),
    (62, 7, 12),
    (63, 8, 10),
    (64, 8, 10),
    (65, 8, 8),
    (66, 8, 9),
    (81, 9, 10),
    (82, 7, 11),
    (84, 8, 10),
    (86, 10, 12),
    (90, 10, 10),
    (91, 10, 10),
    (92, 9, 10),
    (93, 9, 9),
    (94, 9, 9),
    (95, 7, 10),
    (98, 10, 10),
    (211, 9, 9),
    (212, 9, 9),
    (213, 8, 9),
    (216, 8, 8),
    (218, 8, 9),
    (220, 7, 7),
    (221, 9, 9),
    (222, 8, 8),
    (223, 8, 8),
    (224, 8, 9),
    (225, 8, 10),
    (226, 8, 8),
    (227, 8, 8),
    (228, 8, 8),
    (229, 8, 10),
    (230, 7, 8),
    (231, 7, 9),
    (232, 8, 8),
    (233, 9, 9),
    (234, 7, 10),
    (235, 8, 8),
    (236, 8, 8),
    (237, 8, 9),
    (238, 7, 7),
    (239, 7, 7),
    (240, 9, 9),
    (241, 7, 8),
    (242, 9, 9),
    (243, 7, 9),
    (244, 9, 9),
    (245, 7, 9),
    (246, 7, 7),
    (248, 7, 7),
    (249, 9, 9),
    (250, 8, 9),
    (251, 9, 9),
    (252, 7, 9),
    (253, 8, 8),
    (254, 9, 10),
    (255, 9, 9),
    (256, 9, 9),
    (257, 8, 8),
    (258, 8, 9),
    (260, 9, 9),
    (261, 9, 10),
    (262, 9, 9),
    (263, 8, 10),
    (264, 8, 9),
    (265, 7, 9),
    (266, 8, 8),
    (267, 7, 8),
    (268, 8, 8),
    (269, 7, 7),
    (290, 4, 5),
    (291, 7, 7),
    (297, 7, 7),
    (298, 6, 6),
    (299, 6, 6),
    (350, 8, 8),
    (351, 9, 9),
    (352, 5, 11),
    (353, 7, 10),
    (354, 7, 9),
    (355, 8, 9),
    (356, 8, 8),
    (357, 8, 8),
    (358, 5, 12),
    (359, 7, 9),
    (370, 8, 8),
    (371, 8, 8),
    (372, 7, 8),
    (373, 8, 8),
    (374, 8, 8),
    (375, 9, 9),
    (376, 6, 9),
    (377, 8, 9),
    (378, 6, 10),
    (380, 9, 9),
    (381, 8, 9),
    (382, 8, 8),
    (383, 8, 8),
    (385, 8, 9),
    (386, 8, 8),
    (387, 8, 8),
    (389, 8, 8),
    (420, 9, 9),
    (421, 9, 9),
    (423, 7, 9),
    (500, 5, 5),
    (501, 7, 7),
    (502, 8, 8),
    (503, 8, 8),
    (504, 8, 8),
    (505, 8, 8),
    (506, 8, 8),
    (507, 7, 8),
    (508, 6, 6),
    (509, 8, 8),
    (590, 9, 9),
    (591, 8, 8),
    (592, 7, 7),
    (593, 8, 9),
    (594, 9, 9),
    (595, 9, 9),
    (596, 9, 9),
    (597, 6, 7),
    (598, 8, 8),
    (599, 7, 8),
    (670, 7, 8),
    (672, 6, 6),
    (673, 7, 7),
    (674, 7, 7),
    (675, 7, 8),
    (676, 5, 7),
    (677, 5, 7),
    (678, 5, 7),
    (679, 7, 7),
    (680, 7, 7),
    (682, 5, 5),
    (683, 4, 7),
    (685, 5, 7),
    (686, 5, 8),
    (687, 6, 6),
    (688, 5, 7),
    (689, 6, 8),
    (690, 4, 7),
    (691, 7, 7),
    (692, 7, 7),
    (800, 8, 8),
    (850, 8, 10),
    (852, 8, 8),
    (853, 8, 8),
    (855, 8, 9),
    (856, 8, 10),
    (870, 9, 9),
    (880, 8, 10),
    (886, 8, 9),
    (960, 7, 7),
    (961, 7, 8),
    (962, 8, 9),
    (963, 8, 9),
    (964, 8, 10),
    (965, 8, 8),
    (966, 8, 9),
    (967, 7, 9),
    (968, 8, 8),
    (970, 8, 9),
    (971, 8, 9),
    (972, 8, 9),
    (973, 8, 8),
    (974, 8, 8),
    (975, 7, 8),
    (976, 8, 8),
    (977, 8, 10),
    (992, 9, 9),
    (993, 8, 8),
    (994, 9, 9),
    (995, 9, 9),
    (996, 9, 9),
    (998, 9, 9),
];

/// Most groups and digits that are looked at.
const GROUPS: usize = 8;
const DIGITS: usize = 18;

/// Groups of digits, as they stand.
struct Groups {
    digits: [u8; DIGITS],
    /// Length of each group.
    sizes: [usize; GROUPS],
    /// End of each group in the text, with a closing parenthesis.
    ends: [usize; GROUPS],
    /// What stands before each group: the separator, 0 at the first.
    marks: [u8; GROUPS],
    count: usize,
    plus: bool,
    /// The group in parentheses.
    inside: Option<usize>,
}

/// How sure a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sure {
    /// By its form.
    Form,
    /// Only because something nearby says so.
    Named,
}

/// A number that was found.
pub(crate) struct Number {
    pub(crate) end: usize,
    pub(crate) sure: Sure,
    pub(crate) turkish: bool,
    pub(crate) philippine: bool,
}

/// The telephone number that begins at a digit, at `+` or at `(`.
pub(crate) fn find(text: &Text<'_>, start: usize, named: bool, alone: bool) -> Option<Number> {
    let groups = collect(text, start)?;
    for count in (1..=groups.count).rev() {
        let end = groups.ends[count - 1];
        let (closed, end) = closed(text, start, end);
        if closed && let Some(sure) = groups.judge(count, named, alone) {
            let (turkish, philippine) = groups.plans(count);
            return Some(Number {
                end,
                sure,
                turkish,
                philippine,
            });
        }
    }
    None
}

/// Whether the number ends there, and its end with an extension that hangs on it.
fn closed(text: &Text<'_>, start: usize, end: usize) -> (bool, usize) {
    let (before, after) = (text.before(start), text.at(end));
    let glued = text.word_before(start) && before < 0x80
        || matches!(before, b'-' | b'+' | b'#' | b'$' | b'*') && start > 1 && text.word(start - 2)
        || matches!(before, b'.' | b',' | b'/' | b'-') && start > 1 && text.class(start - 2) & DIGIT != 0
        || matches!(before, b'#' | b'$');
    // In a row of numbers, none is one of a telephone.
    let rowed = before == b' ' && start > 1 && text.class(start - 2) & DIGIT != 0 && !text.word_before(start)
        || after == b' ' && text.class(end + 1) & DIGIT != 0;
    if glued || rowed && text.class(start) & DIGIT != 0 && text.slice(start, end).contains(&b' ') {
        return (false, end);
    }
    if after == b'x' {
        let extension = text.run(end + 1, 6, |byte| byte.is_ascii_digit());
        if extension > end + 1 && !text.word(extension) {
            return (true, extension);
        }
    }
    let next = text.at(end + 1);
    let goes_on = text.word(end) && after < 0x80
        || matches!(after, b'-' | b'/' | b'.' | b',' | b':') && next.is_ascii_digit()
        || matches!(after, b'-' | b'/')
            && next.is_ascii_uppercase()
            && !text.at(end + 2).is_ascii_lowercase()
        || matches!(after, b'%' | b'(');
    (!goes_on, end)
}

fn collect(text: &Text<'_>, start: usize) -> Option<Groups> {
    let mut groups = Groups {
        digits: [0; DIGITS],
        sizes: [0; GROUPS],
        ends: [0; GROUPS],
        marks: [0; GROUPS],
        count: 0,
        plus: text.at(start) == b'+',
        inside: None,
    };
    let mut place = start + usize::from(groups.plus);
    let (mut total, mut mark) = (0, 0);
    while groups.count < GROUPS {
        let open = text.at(place) == b'(';
        if open && (groups.inside.is_some() || groups.count > 2) {
            break;
        }
        let from = place + usize::from(open);
        let end = text.run(from, DIGITS, |byte| byte.is_ascii_digit());
        if end == from || total + end - from > DIGITS {
            break;
        }
        for (at, digit) in (total..).zip(text.slice(from, end)) {
            *groups.digits.get_mut(at)? = *digit;
        }
        total += end - from;
        groups.sizes[groups.count] = end - from;
        groups.marks[groups.count] = mark;
        place = end;
        if open {
            if text.at(place) != b')' {
                break;
            }
            groups.inside = Some(groups.count);
            place += 1;
        }
        groups.ends[groups.count] = place;
        groups.count += 1;
        mark = text.at(place);
        let next = text.at(place + 1);
        if matches!(mark, b' ' | b'-' | b'.' | b'/') && (next.is_ascii_digit() || next == b'(') {
            place += 1;
        } else if mark == 0xC2 && next == 0xA0 {
            mark = b' ';
            place += 2;
        } else if open && mark.is_ascii_digit() || mark == b'(' {
            mark = 0;
        } else {
            break;
        }
    }
    (groups.count > 0).then_some(groups)
}

impl Groups {
    fn digits(&self, count: usize) -> &[u8] {
        let total: usize = self.sizes.iter().take(count).sum();
        self.digits.get(..total).unwrap_or_default()
    }

    /// Whether one separator stands between all groups, apart from a group in parentheses and a country code.
    fn even(&self, from: usize, count: usize) -> bool {
        let from = from.max(self.inside.map_or(0, |inside| inside + 1));
        let marks = self.marks.get(from + 1..count).unwrap_or_default();
        marks.windows(2).all(|pair| pair[0] == pair[1])
    }

    fn judge(&self, count: usize, named: bool, alone: bool) -> Option<Sure> {
        let digits = self.digits(count);
        let sizes = self.sizes.get(..count).unwrap_or_default();
        if self.inside.is_some_and(|inside| inside >= count) {
            return None;
        }
        if self.plus {
            return country(digits, named).then_some(Sure::Form);
        }
        if let Some(rest) = digits.strip_prefix(b"00")
            && rest.len() > 8
            && sizes[0] != 10
            && country(rest, named)
        {
            return Some(if count > 2 { Sure::Form } else { Sure::Named })
                .filter(|sure| *sure == Sure::Form || named || alone);
        }
        let decimal = count == 2 && self.marks[1] == b'.' && self.inside.is_none();
        if crate::checksum::uniform(digits) || self.date(count) || decimal {
            return None;
        }
        let spaced = self
            .marks
            .get(1..count)
            .is_some_and(|marks| marks.contains(&b' '));
        // North America: an area code and an exchange; groups of three, three, four.
        let skip = match sizes {
            [3, 3, 4] => Some(0),
            [1, 3, 3, 4] if digits[0] == b'1' => Some(1),
            [10] if alone || named => Some(0),
            [6, 4] if self.inside.is_none() && named => Some(0),
            _ => None,
        };
        if let Some(skip) = skip
            && matches!(digits.get(skip), Some(b'2'..=b'9'))
            && (self.inside.is_some_and(|inside| sizes[inside] == 3) || self.even(skip, count))
        {
            if named || alone {
                return Some(Sure::Named);
            }
            let split = self.inside.is_some() || count > 2 && !spaced;
            return split.then_some(Sure::Form);
        }
        // A trunk prefix: 0, then groups of two and more.
        let trunk = digits.first() == Some(&b'0') && digits.get(1).is_some_and(|digit| *digit != b'0');
        let small = sizes.iter().skip(1).all(|size| (2..=7).contains(size)) || self.inside.is_some();
        if trunk
            && (9..=11).contains(&digits.len())
            && small
            && (self.even(0, count) || self.inside.is_some())
            && sizes != [3, 2, 4]
        {
            let groups = count > 2 && sizes.iter().all(|size| *size <= 5);
            if groups && digits.len() >= 9 && !matches!(self.marks[1], b'/') {
                return Some(if named { Sure::Named } else { Sure::Form });
            }
            if named || alone {
                return Some(Sure::Named);
            }
        }
        if alone && sizes.len() == 1 && digits.len() == 10 && digits[0] != b'0' && digits[0] != b'1' {
            return Some(Sure::Named);
        }
        let plain = (7..=15).contains(&digits.len()) && (self.even(0, count) || self.inside.is_some());
        let shaped = count > 1 && sizes.iter().all(|size| *size <= 8) || (7..=12).contains(&sizes[0]);
        // Turkish mobiles are written without their trunk prefix.
        if alone && sizes == [3, 3, 2, 2] && digits[0] != b'0' {
            return Some(Sure::Named);
        }
        (named && plain && shaped && sizes != [3, 2, 4]).then_some(Sure::Named)
    }

    /// A date or a range of years in numbers.
    fn date(&self, count: usize) -> bool {
        let number = |group: usize, digits: usize| {
            let from: usize = self.sizes.iter().take(group).sum();
            crate::checksum::number(self.digits.get(from..from + digits).unwrap_or_default())
        };
        match self.sizes.get(..count).unwrap_or_default() {
            [4, 2 | 1, 2] | [4, 2, 1] => {
                (1800..=2100).contains(&number(0, 4))
                    && number(1, self.sizes[1]) <= 12
                    && number(2, self.sizes[2]) <= 31
            }
            [1 | 2, 1 | 2, 4] | [2, 2, 4, 2, ..] => {
                let (one, two) = (number(0, self.sizes[0]), number(1, self.sizes[1]));
                one <= 31 && two <= 31 && (one <= 12 || two <= 12) && (1800..=2100).contains(&number(2, 4))
            }
            [4, 2, 2, ..] => (1800..=2100).contains(&number(0, 4)) && number(1, 2) <= 12,
            [4, 4] => (1800..=2100).contains(&number(0, 4)) && (1800..=2100).contains(&number(1, 4)),
            [8] => {
                (1900..=2100).contains(&number(0, 4)) && number(0, 6) % 100 <= 12 && number(0, 6) % 100 > 0
            }
            _ => false,
        }
    }

    /// Whether it is a number of Turkey, and of the Philippines.
    fn plans(&self, count: usize) -> (bool, bool) {
        let digits = self.digits(count);
        let plan = |code: &[u8]| {
            let rest = if self.plus {
                digits.strip_prefix(code)?
            } else {
                digits
            };
            let national = rest.strip_prefix(b"0").unwrap_or(rest);
            (national.len() == 10).then_some((national[0], rest.len() == 11 || self.plus))
        };
        let turkish = plan(b"90").is_some_and(|(first, _)| (b'2'..=b'5').contains(&first));
        let philippine = plan(b"63").is_some_and(|(first, trunk)| first == b'9' && trunk);
        (turkish, philippine)
    }
}

/// Whether digits are a country code and as many more as its plan allows. Where a word names the number, or the code
/// is unknown, one digit more or less is forgiven.
fn country(digits: &[u8], named: bool) -> bool {
    for length in 1..=3 {
        let code = crate::checksum::number(digits.get(..length).unwrap_or_default());
        if let Some((_, fewest, most)) = COUNTRIES.iter().find(|(known, ..)| u64::from(*known) == code) {
            let mut rest = digits.get(length..).unwrap_or_default();
            // A trunk prefix is often left in: +46 (0)8 …
            let italy = code == 39;
            if !italy && rest.first() == Some(&b'0') {
                rest = rest.get(1..).unwrap_or_default();
            }
            let spread = usize::from(named);
            let (fewest, most) = (usize::from(*fewest), usize::from(*most) + spread);
            return rest.len() + spread >= fewest && rest.len() <= most;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, named: bool) -> Option<&str> {
        let looked = Text::new(text);
        find(&looked, 0, named, false).map(|number| &text[..number.end])
    }

    #[test]
    fn plans_hold() {
        for number in [
            "+1 415 555 0132",
            "(415) 555-0132",
            "415.555.0132",
            "+44 (20) 7123 4567",
            "+49 30 1234567",
            "+46 (0)8 928 571 38",
            "0490 75 40 81",
            "01.84.17.61.18",
            "090-1234-5678",
            "001-518-640-0854",
            "1-800-555-0199",
            "345-899-3560x4587",
        ] {
            assert_eq!(found(number, false), Some(number));
        }
        for number in [
            "467 3395",
            "60-56-85-91",
            "9472 7916",
            "(37) 788-063",
            "21 284 698 2548",
        ] {
            assert_eq!(found(number, false), None, "{number}");
            assert_eq!(found(number, true), Some(number));
        }
        for number in [
            "2024-05-17",
            "01.02.2024",
            "12.05.1999",
            "123 456 7890",
            "+12 34",
            "415-555-0132-A",
            "1234567",
            "100.000.000",
        ] {
            assert_eq!(found(number, false), None, "{number}");
        }
        assert_eq!(found("415-555-0132 2 times", false), Some("415-555-0132"));
    }
}
