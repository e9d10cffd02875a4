//! Brings the pass over a text, the rules and the words together.

use crate::ids::{self, Level};
use crate::kind::{Kind, Reason};
use crate::order::order;
use crate::scan::{Event, Hit, Scan, What, scan};
use crate::text::{DIGIT, HIGH, LOWER, Text, UNDER, UPPER};
use crate::words as w;
use crate::{Finding, assign, money, net, person, phone, secret};

/// How far a word tells of what follows it, and of what precedes it, in bytes.
const BEFORE: usize = 64;
const AFTER: usize = 32;
/// How far the nearest word decides, in bytes.
const NEAREST: usize = 28;
/// What is named by other words than those of a telephone.
const NAMED_OTHERWISE: u64 = w::OTHER
    | w::CARD
    | w::BANK
    | w::ROUTING
    | w::SOCIAL
    | w::TAX
    | w::PASSPORT
    | w::DRIVER
    | w::ID
    | w::PLATE
    | w::ZIP
    | w::COORDINATE;

/// What stands around a place.
#[derive(Debug, Clone, Copy, Default)]
struct Near {
    /// Everything on both sides.
    all: u64,
    /// Everything before.
    before: u64,
    /// The nearest word before.
    nearest: u64,
    /// How many bytes lie between.
    gap: usize,
    /// What follows at once.
    after: u64,
}

/// One reading of a range.
struct Reading {
    kind: Kind,
    start: usize,
    end: usize,
    confidence: u8,
    reason: Reason,
}

pub(crate) struct Engine<'a> {
    source: &'a str,
    text: Text<'a>,
    hits: Vec<Hit>,
    /// The first word that can still be near.
    low: usize,
    alone: bool,
    /// Nothing begins before it: a key was found there.
    quiet: usize,
    readings: Vec<Reading>,
}

impl<'a> Engine<'a> {
    pub(crate) fn new(source: &'a str) -> Self {
        Self {
            source,
            text: Text::new(source),
            hits: Vec::new(),
            low: 0,
            alone: false,
            quiet: 0,
            readings: Vec::new(),
        }
    }

    /// Everything that was found, in its order; nothing overlaps.
    pub(crate) fn run(mut self) -> (Vec<Finding>, u64) {
        let Scan {
            hits,
            events,
            phrases,
            alone,
        } = scan(&self.text);
        self.hits = hits;
        self.alone = alone;
        for (start, end) in phrases {
            let run = self.source.get(start..end).unwrap_or_default();
            for (from, to) in money::phrases(run) {
                self.push(Kind::SeedPhrase, start + from, start + to, 95, Reason::Check);
            }
        }
        for event in events {
            self.event(event);
        }
        #[cfg(test)]
        let steps = self.text.steps();
        #[cfg(not(test))]
        let steps = 0;
        (self.resolve(), steps)
    }

    fn push(&mut self, kind: Kind, start: usize, end: usize, confidence: u8, reason: Reason) {
        if start < end && self.text.boundary(start) && self.text.boundary(end) {
            self.readings.push(Reading {
                kind,
                start,
                end,
                confidence,
                reason,
            });
        }
    }

    /// A secret, within which nothing else is looked for.
    fn secret(&mut self, kind: Kind, start: usize, end: usize, reason: Reason) {
        let confidence = if reason == Reason::Assigned { 90 } else { 97 };
        self.push(kind, start, end, confidence, reason);
        self.quiet = self.quiet.max(end);
    }

    fn event(&mut self, event: Event) {
        let Event { start, end, what } = event;
        match what {
            What::Word(marks) => self.word(start, end, marks),
            What::Mark(byte) if start >= self.quiet => self.mark(start, byte),
            What::Token(classes) if start >= self.quiet => self.token(start, end, classes),
            _ => {}
        }
    }

    fn mark(&mut self, place: usize, byte: u8) {
        match byte {
            b'@' => {
                if let Some((start, end)) = net::email(&self.text, place) {
                    self.push(Kind::Email, start, end, 92, Reason::Form);
                    if let Some((from, to)) = person::before_address(&self.text, start) {
                        self.push(Kind::Person, from, to, 70, Reason::Introduced);
                    }
                    if self.text.class(end) & DIGIT != 0 {
                        self.text.cut(end);
                        let stop = self.text.run(end, 20, |byte| byte.is_ascii_digit());
                        self.number(end, stop);
                    }
                }
            }
            b':' if self.text.starts(place + 1, b"//") => self.address(place),
            b':' if self.text.at(place + 1) == b':' && !self.text.word_before(place) => {
                if let Some(end) = net::ip6(&self.text, place) {
                    self.push(Kind::Ip, place, end, 90, Reason::Form);
                }
            }
            b':' if let Some(start) = self.pair(place) => {
                if let Some(end) = net::mac(&self.text, start) {
                    self.push(Kind::Mac, start, end, 92, Reason::Form);
                }
            }
            b'=' | b':' | b'>' => {
                if let Some((kind, value)) = assign::operator(&self.text, place) {
                    self.assigned(kind, value);
                }
            }
            b'"' | b'\'' | b'`' => {
                if let Some((kind, value)) = assign::quotation(&self.text, place) {
                    self.assigned(kind, value);
                }
            }
            b'+' | b'(' => self.phone(place),
            b'~' => {
                if let Some((start, end)) = secret::azure(&self.text, place) {
                    self.secret(Kind::AzureKey, start, end, Reason::Prefix);
                }
            }
            _ => {}
        }
    }

    /// Where a pair of letters begins that ends at a colon, with another pair and a colon behind it.
    fn pair(&self, colon: usize) -> Option<usize> {
        let start = colon.checked_sub(2)?;
        let more = self.text.at(colon + 3) == b':' && self.text.at(start).is_ascii_hexdigit();
        (more && !self.text.word_before(start)).then_some(start)
    }

    /// A value that its name calls secret; a key that is known by its form counts for more.
    fn assigned(&mut self, kind: Kind, value: assign::Value) {
        self.push(kind, value.start, value.end, 90, Reason::Assigned);
    }

    fn address(&mut self, colon: usize) {
        let Some(found) = net::address(&self.text, colon) else {
            return;
        };
        let host = self.text.slice(found.host, found.end);
        if let Some((colon, at)) = found.password {
            let password = self.text.slice(colon + 1, at);
            let user = self.text.slice(found.host, colon);
            if credentials(user, password) {
                let web = self.text.starts(found.start, b"http") || self.text.starts(found.start, b"ftp");
                let end = if web { found.host_end } else { found.end };
                self.push(Kind::UrlCredentials, found.start, end.max(at), 96, Reason::Form);
                return;
            }
        }
        for (part, kind) in [
            (b"hooks.slack.com/".as_slice(), Kind::Slack),
            (b"discord.com/api/webhooks/", Kind::DiscordToken),
            (b"discordapp.com/api/webhooks/", Kind::DiscordToken),
        ] {
            if host.starts_with(part) && host.len() > part.len() + 24 && !secret::placeholder(host) {
                self.secret(kind, found.start, found.end, Reason::Prefix);
                return;
            }
        }
        if crate::text::holds(host, b".webhook.office.com/webhookb2/") && host.len() > 100 {
            self.secret(Kind::ApiKey, found.start, found.end, Reason::Prefix);
            return;
        }
        // What stands before the host is no mail address.
        if memchr::memchr(b'@', self.text.slice(found.host, found.host_end)).is_some() {
            self.quiet = self.quiet.max(found.host_end);
        }
    }

    fn word(&mut self, start: usize, end: usize, marks: u64) {
        if marks & w::BEGIN != 0
            && let Some((from, to)) = secret::private_key(&self.text, start)
        {
            self.secret(Kind::PrivateKey, from, to, Reason::Prefix);
        }
        if start < self.quiet {
            return;
        }
        if marks & w::SECRET != 0
            && let Some(value) = assign::told(&self.text, end)
        {
            self.push(Kind::Keyword, value.start, value.end, 80, Reason::Assigned);
        }
        if marks & w::CURL != 0
            && let Some(value) = assign::curl_user(&self.text, start)
        {
            self.push(Kind::Keyword, value.start, value.end, 90, Reason::Assigned);
        }
        if marks & w::AUTHORIZATION != 0
            && let Some((kind, value)) = assign::bearer(&self.text, end)
        {
            self.assigned(kind, value);
        }
        if marks & w::BIRTH != 0
            && let Some((from, to)) = person::birth(&self.text, end)
        {
            self.push(Kind::Birth, from, to, 90, Reason::Word);
        }
        if marks & w::STREET != 0
            && let Some((from, to)) = person::street(&self.text, start, end)
        {
            self.push(Kind::Address, from, to, 80, Reason::Form);
        }
        if marks & w::STREET_BEFORE != 0
            && let Some((from, to)) = person::street_before(&self.text, start, end)
        {
            self.push(Kind::Address, from, to, 78, Reason::Form);
        }
        if marks & w::TITLE != 0
            && let Some((from, to)) = person::titled(&self.text, start, end)
        {
            self.push(Kind::Person, from, to, 70, Reason::Introduced);
        }
        if marks & w::NAME != 0
            && let Some((from, to)) = person::introduced(&self.text, start, end)
        {
            self.push(Kind::Person, from, to, 72, Reason::Introduced);
        }
        if marks & w::REGARDS != 0
            && let Some((from, to)) = person::signed(&self.text, end)
        {
            self.push(Kind::Person, from, to, 72, Reason::Introduced);
        }
        for (mark, kind) in [
            (w::HEALTH, Kind::Health),
            (w::RELIGION, Kind::Religion),
            (w::ORIENTATION, Kind::Orientation),
            (w::POLITICS, Kind::Politics),
            (w::UNION, Kind::Union),
            (w::ORIGIN, Kind::Origin),
        ] {
            if marks & mark != 0 && person::said(&self.text, start, kind == Kind::Health).is_some() {
                self.push(kind, start, end, 60, Reason::Said);
            }
        }
    }

    fn token(&mut self, start: usize, end: usize, classes: u8) {
        if self.keys(start, end, classes) {
            return;
        }
        let first = self.text.class(start);
        if first & DIGIT != 0 {
            self.number(start, end);
        } else if classes & HIGH == 0 || first & HIGH == 0 && classes & DIGIT != 0 {
            self.letters(start, end, classes);
        } else if classes & DIGIT != 0 {
            // A number that follows letters of a script without spaces.
            let from = start
                + self
                    .text
                    .slice(start, end)
                    .iter()
                    .take_while(|byte| **byte >= 0x80)
                    .count();
            self.mixed(from);
        }
    }

    /// A number or a mark behind letters of another script, up to the next of them.
    fn mixed(&mut self, start: usize) {
        if self.text.class(start) & DIGIT != 0 {
            self.phone(start);
        }
        self.identity(start);
    }

    /// Keys and tokens; whether one was found.
    fn keys(&mut self, start: usize, end: usize, classes: u8) -> bool {
        let length = end - start;
        let mut found = secret::prefix(&self.text, start).map(|(kind, stop)| (kind, start, stop));
        if found.is_none() && classes & UNDER != 0 {
            // What a key is called may hang on it: `MY_key-…`.
            let marks = (start..end.min(start + 24))
                .filter(|place| self.text.at(*place) == b'_')
                .take(3);
            let places: Vec<usize> = marks.map(|place| place + 1).collect();
            found = places
                .into_iter()
                .find_map(|place| secret::prefix(&self.text, place).map(|(kind, stop)| (kind, place, stop)));
        }
        if let Some((kind, from, stop)) = found {
            self.secret(kind, from, stop, Reason::Prefix);
            return true;
        }
        if length >= 17
            && let Some(stop) = secret::jwt(&self.text, start)
        {
            self.secret(Kind::Jwt, start, stop, Reason::Form);
            return true;
        }
        if classes & DIGIT != 0
            && length > 1
            && let Some((kind, stop)) = secret::shaped(&self.text, start, end)
        {
            self.secret(kind, start, stop, Reason::Form);
            return true;
        }
        if length >= 14 && classes & (HIGH | UNDER) == 0 {
            let word = self.text.slice(start, end);
            if money::purse(word) {
                self.push(Kind::Crypto, start, end, 95, Reason::Check);
                return true;
            }
            if money::purse_key(word) {
                self.secret(Kind::PrivateKey, start, end, Reason::Check);
                return true;
            }
        }
        false
    }

    /// What begins with a digit.
    fn number(&mut self, start: usize, end: usize) {
        let after = self.text.at(end);
        let goes_on = matches!(after, b'.' | b'-' | b'/' | b' ' | b':' | b'(' | 0xC2)
            && (self.text.class(end + 1) & (DIGIT | UPPER | LOWER) != 0
                || matches!(self.text.at(end + 1), b'(' | b':' | 0xA0));
        if let Some((from, to)) = person::street_number(&self.text, start) {
            self.push(Kind::Address, from, to, 75, Reason::Form);
        }
        if end - start < 5 && !goes_on {
            return;
        }
        if after == b'.'
            && let Some(stop) = net::ip4(&self.text, start)
        {
            let near = self.near(start, stop);
            if near.nearest & w::OTHER == 0 {
                self.push(Kind::Ip, start, stop, 90, Reason::Form);
            }
            return;
        }
        if matches!(after, b':' | b'-' | b'.')
            && let Some(stop) = net::mac(&self.text, start)
        {
            self.push(Kind::Mac, start, stop, 92, Reason::Form);
            return;
        }
        if after == b':'
            && let Some(stop) = net::ip6(&self.text, start)
        {
            self.push(Kind::Ip, start, stop, 90, Reason::Form);
            return;
        }
        if after == b'.' {
            let near = self.near(start, end + 12);
            let signed = start.saturating_sub(usize::from(self.text.before(start) == b'-'));
            if let Some(stop) = person::coordinates(&self.text, signed, near.all & w::COORDINATE != 0) {
                let reason = if near.all & w::COORDINATE != 0 {
                    Reason::Word
                } else {
                    Reason::Form
                };
                self.push(Kind::Coordinates, signed, stop, 85, reason);
                return;
            }
        }
        let near = self.near(start, end);
        let named = near.before & w::CARD != 0 || near.after & w::CARD != 0;
        if let Some(stop) = money::card(&self.text, start, named) {
            let reason = if named { Reason::CheckWord } else { Reason::Check };
            self.push(Kind::Card, start, stop, 93, reason);
            if !self.alone {
                return;
            }
        }
        self.phone(start);
        self.identity(start);
    }

    /// What begins with a letter and has digits in it or behind it.
    fn letters(&mut self, start: usize, end: usize, classes: u8) {
        let after = self.text.at(end);
        if matches!(after, b':' | b'-' | b'.') && end - start <= 4 {
            if let Some(stop) = net::mac(&self.text, start) {
                self.push(Kind::Mac, start, stop, 92, Reason::Form);
                return;
            }
            if after == b':'
                && let Some(stop) = net::ip6(&self.text, start)
            {
                self.push(Kind::Ip, start, stop, 90, Reason::Form);
                return;
            }
        }
        if classes & DIGIT != 0
            && let Some(stop) = money::iban(&self.text, start)
        {
            self.push(Kind::Iban, start, stop, 97, Reason::Check);
            self.quiet = self.quiet.max(stop);
            return;
        }
        let numbered =
            classes & DIGIT != 0 || matches!(after, b'-' | b' ') && self.text.class(end + 1) & DIGIT != 0;
        if end - start <= 20 && numbered {
            self.identity(start);
        }
    }

    fn phone(&mut self, start: usize) {
        if start < self.quiet {
            return;
        }
        let near = self.near(start, start + 7);
        let named = Self::named_phone(near);
        let Some(found) = phone::find(&self.text, start, named, self.alone) else {
            return;
        };
        let end = found.end;
        let behind = self.near(start, end).after & w::PHONE != 0;
        let (confidence, reason) = match found.sure {
            phone::Sure::Form if named || behind => (90, Reason::Word),
            phone::Sure::Form if near.nearest & w::OTHER != 0 && self.text.at(start) != b'+' => return,
            phone::Sure::Form => (80, Reason::Form),
            phone::Sure::Named if named || behind => (78, Reason::Word),
            phone::Sure::Named => (50, Reason::Alone),
        };
        self.push(Kind::Phone, start, end, confidence, reason);
        if found.turkish {
            self.push(Kind::PhoneTr, start, end, 49, reason);
        }
        if found.philippine {
            self.push(Kind::PhonePh, start, end, 49, reason);
        }
    }

    /// Whether the words around a number say that it is one of a telephone.
    fn named_phone(near: Near) -> bool {
        if near.nearest & w::PHONE != 0 || near.after & w::PHONE != 0 {
            return true;
        }
        let otherwise = near.nearest & NAMED_OTHERWISE != 0;
        let number = near.nearest & w::NUMBER != 0 && near.gap < 10 && near.before & NAMED_OTHERWISE == 0;
        near.before & w::PHONE != 0 && !otherwise || number
    }

    /// The numbers and marks of states and registers.
    fn identity(&mut self, start: usize) {
        let first = self.text.at(start);
        let near = self.near(start, start + 14);
        if near.all == 0 && !self.alone && first.is_ascii_lowercase() {
            return;
        }
        let run = if first.is_ascii_digit() {
            self.text.run(start, ids::LEAD, |byte| byte.is_ascii_digit())
        } else {
            self.text.run(start, ids::LEAD, |byte| byte.is_ascii_alphabetic())
        } - start;
        for rule in ids::rules(first, run, near.all, self.alone) {
            let named = near.all & rule.words != 0;
            let wanted = match rule.level {
                Level::Anywhere => true,
                Level::Near => named || self.alone,
                Level::Named => named,
            };
            if !wanted {
                continue;
            }
            let Some(fit) = rule.fits(&self.text, start) else {
                continue;
            };
            let own = near.nearest & rule.words != 0;
            if !own && near.nearest & w::OTHER != 0 && !(rule.level == Level::Anywhere && rule.digit) {
                continue;
            }
            if fit.lower && !self.alone && (!named || rule.words & w::PLATE != 0) {
                continue;
            }
            let (confidence, reason) = match (rule.digit, named, rule.level) {
                (true, true, _) => (95, Reason::CheckWord),
                (false, true, Level::Anywhere) => (92, Reason::Word),
                (false, true, _) => (84, Reason::Word),
                (true, false, Level::Anywhere) => (86, Reason::Check),
                (false, false, Level::Anywhere) => (81, Reason::Form),
                (true, false, _) => (55, Reason::Alone),
                (false, false, _) => (50, Reason::Alone),
            };
            self.push(rule.kind, start, fit.end, confidence, reason);
        }
        // A code of a state before five digits is a postcode of the United States.
        if first.is_ascii_digit()
            && run == 5
            && start > 3
            && self.text.before(start) == b' '
            && person::state(self.text.slice(start - 3, start - 1))
            && !self.text.word(start - 4)
            && (near.before & w::POST != 0 || self.text.slice(start.saturating_sub(5), start - 3) == b", ")
            && let Some(end) = person::zip(&self.text, start)
        {
            self.push(Kind::Zip, start, end, 80, Reason::Form);
        }
    }

    /// The words around a range. Ranges are asked for in the order of their beginnings, within [`BEFORE`] of it.
    fn near(&mut self, start: usize, end: usize) -> Near {
        let far = start.saturating_sub(2 * BEFORE);
        while self.hits.get(self.low).is_some_and(|hit| hit.end < far) {
            self.low += 1;
        }
        let mut near = Near::default();
        for hit in self.hits.iter().skip(self.low) {
            if hit.start > end + AFTER {
                break;
            }
            if hit.end <= start && hit.end + BEFORE >= start {
                near.all |= hit.marks;
                near.before |= hit.marks;
                near.gap = start - hit.end;
                near.nearest = if hit.end + NEAREST >= start { hit.marks } else { 0 };
            } else if hit.start >= end {
                near.all |= hit.marks;
                if hit.start <= end + 16 {
                    near.after |= hit.marks;
                }
            }
        }
        near
    }

    /// Of readings that overlap, the surer one stays; of those of one range, all stay, the surest first.
    fn resolve(self) -> Vec<Finding> {
        let length = self.text.len();
        let readings = order(self.readings, |reading| {
            (reading.start, length - reading.end, u8::MAX - reading.confidence)
        });
        let mut found: Vec<Finding> = Vec::new();
        for reading in readings {
            if let Some(last) = found.last_mut()
                && last.end > reading.start
            {
                if (last.start, last.end) == (reading.start, reading.end) {
                    if last.kind != reading.kind && !last.also.contains(&reading.kind) {
                        last.also.push(reading.kind);
                    }
                    continue;
                }
                let (had, has) = (
                    (last.confidence, last.end - last.start),
                    (reading.confidence, reading.end - reading.start),
                );
                if had >= has {
                    continue;
                }
                found.pop();
            }
            found.push(Finding {
                kind: reading.kind,
                also: Vec::new(),
                start: reading.start,
                end: reading.end,
                confidence: reading.confidence,
                reason: reading.reason,
            });
        }
        found
    }
}

/// Whether a name and a password in an address are real ones.
fn credentials(user: &[u8], password: &[u8]) -> bool {
    let variable = |part: &[u8]| {
        part.iter()
            .any(|byte| matches!(byte, b'$' | b'<' | b'>' | b'{' | b'}' | b'%' | b'*'))
            && !part.iter().any(u8::is_ascii_digit)
    };
    let stands_in = [
        b"password".as_slice(),
        b"PASSWORD",
        b"passwd",
        b"your_password",
        b"yourpassword",
        b"<password>",
        b"PASS",
        b"xxx",
        b"pwd",
        b"mypassword",
        b"secret",
        b"redacted",
        b"REDACTED",
    ];
    let port = password.iter().all(u8::is_ascii_digit) && password.len() <= 5;
    let default = user == password && password.iter().all(u8::is_ascii_lowercase);
    password.len() > 3
        && !default
        && !variable(user)
        && !variable(password)
        && !port
        && !stands_in.contains(&password)
        && !secret::placeholder(password)
}
