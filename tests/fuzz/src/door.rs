//! The message door: several messages from one input, from pages, sites and the browser, to a profile that holds
//! records.
//!
//! The first byte of an input chooses the profile; the rest is lines. The first letter of a line says where it comes
//! from, the rest is the message as JSON. What only a reply tells stands for itself: `$draft`, `$digest`, `$export`,
//! `$backup`, `$restore`; `$words` are the profile's own, `$file` is a backup of it, `$nonce` is new each time.

use std::collections::BTreeMap;

use counterfoil_app::app::{App, Sender};
use counterfoil_app::archive::message::{ArchiveAnswer, ArchiveReply, ArchiveRequest};
use counterfoil_app::error::Code;
use counterfoil_app::memory::Memory;
use counterfoil_app::message::{Answer, Event, Privilege, Reply, Request};
use counterfoil_app::ports::Clock as _;
use counterfoil_app::tagged::from_json;
use counterfoil_core::bundle::verify::{Expect, verify};
use counterfoil_core::encoding::{from_base64, to_base64};

use crate::Target;
use crate::input::{Dice, Input};
use crate::profile::{SNAPSHOTS, Snapshot};
use crate::support::{self, WORK, wait};

/// See the module.
pub(crate) const TARGET: Target = Target {
    name: "door",
    run,
    seeds,
    longest: 8 * 1024,
    mutate,
};

/// Messages of one input, at most.
const MESSAGES: usize = 24;

/// One of each message, and some that belong together.
const LINES: [&str; 91] = [
    r#"s{"type":"observed","observed":{"v":1,"nonce":"$nonce","text":"how tall is a lighthouse","at":1795000900000,"intent":"enter","confirm":"cleared","typed":24,"pasted":0,"altered":false,"field":{"search":false,"multiline":true,"prefilled":false,"conversation":true,"form":false}}}"#,
    r#"s{"type":"observed","observed":{"v":1,"nonce":"00000000000000000000000000000001","text":"a\u0000b","at":0,"intent":"click","confirm":"detached","typed":0,"pasted":4294967295,"altered":true,"field":{"search":true,"multiline":false,"prefilled":true,"conversation":false,"form":true}}}"#,
    r#"f{"type":"observed","observed":{"v":1,"nonce":"$nonce","text":"from a frame","at":18446744073709551615,"intent":"submit","confirm":"submitted","typed":4294967295,"pasted":0,"altered":false,"field":{"search":false,"multiline":false,"prefilled":false,"conversation":false,"form":true}}}"#,
    r#"s{"type":"navigated","navigated":{"v":1,"nonce":"$nonce","at":1795000900000,"url":"https://example.org/search?q=lighthouse+keepers"}}"#,
    r#"o{"type":"navigated","navigated":{"v":1,"nonce":"$nonce","at":1795000900000,"url":"https://other.example/?q=x"}}"#,
    r#"s{"type":"held","held":{"v":1,"text":"previewed only","typed":14,"pasted":0}}"#,
    r#"s{"type":"words"}"#,
    r#"o{"type":"list","filter":{},"before":null}"#,
    r#"p{"type":"popup","url":"https://example.org/x"}"#,
    r#"p{"type":"popup","url":null}"#,
    r#"p{"type":"welcome"}"#,
    r#"p{"type":"consent","given":true}"#,
    r#"p{"type":"consent","given":false}"#,
    r#"p{"type":"sites"}"#,
    r#"p{"type":"site_on","url":"https://other.example:8443/x"}"#,
    r#"p{"type":"site_on","url":"https://example.org"}"#,
    r#"p{"type":"site_off","origin":"https://example.org"}"#,
    r#"p{"type":"list","filter":{"text":"light","marked":false},"before":null}"#,
    r#"p{"type":"list","filter":{"text":"","marked":true},"before":7}"#,
    r#"p{"type":"record","seq":0}"#,
    r#"p{"type":"record","seq":9007199254740993}"#,
    r#"p{"type":"keep","seqs":[1,2]}"#,
    r#"p{"type":"mark","seqs":[0,1,2,2,99]}"#,
    r#"p{"type":"delete","seqs":[3]}"#,
    r#"p{"type":"undo","seqs":[3]}"#,
    r#"p{"type":"draft","choice":{"name":"lab","time":"day","site":true}}"#,
    r#"p{"type":"draft","choice":{"name":"\u202elab","time":"none","site":false}}"#,
    r#"p{"type":"approve","draft":"$draft","records_sha256":"$digest"}"#,
    r#"p{"type":"approve","draft":"$draft","records_sha256":"00"}"#,
    r#"p{"type":"discard","draft":"$draft"}"#,
    r#"p{"type":"exports"}"#,
    r#"p{"type":"chunk","export":"$export","index":0}"#,
    r#"p{"type":"chunk","export":"$export","index":4294967295}"#,
    r#"p{"type":"check"}"#,
    r#"p{"type":"repair"}"#,
    r#"p{"type":"status"}"#,
    r#"p{"type":"unlock","passphrase":"open sesame"}"#,
    r#"p{"type":"unlock","passphrase":"wrong"}"#,
    r#"p{"type":"lock"}"#,
    r#"p{"type":"settings"}"#,
    r#"p{"type":"words"}"#,
    r#"p{"type":"confirm_words","words":"$words"}"#,
    r#"p{"type":"passphrase","current":null,"new":"open sesame"}"#,
    r#"p{"type":"passphrase","current":"open sesame","new":null}"#,
    r#"p{"type":"idle_lock","minutes":5}"#,
    r#"p{"type":"retention","days":30}"#,
    r#"p{"type":"retention","days":null}"#,
    r#"p{"type":"forget","since":1795000000000}"#,
    r#"p{"type":"forget","since":0}"#,
    r#"p{"type":"forget_all"}"#,
    r#"p{"type":"undo_forget_all"}"#,
    r#"p{"type":"reset_audience","name":"lab"}"#,
    r#"p{"type":"backup"}"#,
    r#"p{"type":"backup_piece","backup":"$backup","index":0}"#,
    r#"p{"type":"backup_saved","backup":"$backup"}"#,
    r#"p{"type":"restore","words":"$words"}"#,
    r#"p{"type":"restore_piece","restore":"$restore","index":0,"data":"$file"}"#,
    r#"p{"type":"restore_finish","restore":"$restore"}"#,
    r#"p{"type":"restore_cancel","restore":"$restore"}"#,
    r#"e{"type":"installed"}"#,
    r#"e{"type":"started"}"#,
    r#"e{"type":"woken"}"#,
    r#"e{"type":"permissions","origins":["https://example.org/*","<all_urls>"]}"#,
    "t40",
    "r",
    "b",
    r#"s{"type":"observed","observed":{"v":1,"nonce":"$nonce","text":"a second try","at":1795000900000,"intent":"click","confirm":"moved","typed":12,"pasted":0,"altered":false,"field":{"multiline":true,"prefilled":true,"name":"comment","id":"c1","says":"Say something","action":"/post","around":["div chat","main"]},"url":"https://example.org/t/7?temporary=true","before":"how tall is a lighthouse","hints":{"id":"mastodon","whole":true,"composer":true,"kinds":[0,9],"model":"m"}}}"#,
    r#"s{"type":"health","health":{"v":1,"nonce":"$nonce","unconfirmed":16}}"#,
    r#"s{"type":"family","family":{"v":1,"nonce":"$nonce","id":""}}"#,
    r#"s{"type":"family","family":{"v":1,"nonce":"$nonce","id":"mastodon"}}"#,
    r#"s{"type":"answered","answered":{"v":1,"nonce":"$nonce","to":"00000000000000000000000000000001","at":1795000900000,"text":"very tall","model":null}}"#,
    r#"s{"type":"rated","rated":{"v":1,"nonce":"$nonce","to":null,"at":1795000900000,"verdict":"up"}}"#,
    r#"p{"type":"site_kinds","origin":"https://example.org","responses":true,"ratings":true}"#,
    r#"p{"type":"pause","length":"hour","offset":-120}"#,
    r#"p{"type":"pause","length":"tomorrow","offset":2147483647}"#,
    r#"p{"type":"resume"}"#,
    r#"p{"type":"hide","seq":0,"start":0,"end":3,"action":"placeholder"}"#,
    r#"p{"type":"hide","seq":0,"start":2,"end":4294967295,"action":"keep"}"#,
    r#"p{"type":"hide_phrase","seq":0,"phrase":"Lighthouse"}"#,
    r#"p{"type":"undo_hide","seq":0}"#,
    r#"p{"type":"always_hide","phrase":"tall is"}"#,
    r#"p{"type":"no_longer_hide","phrase":"tall is"}"#,
    r#"p{"type":"find","query":"","before":null}"#,
    r#"p{"type":"find","query":"light \"tall is -kind:post is:marked after:2020","before":9007199254740993}"#,
    r#"p{"type":"count","query":"-light site:example.org","before":7}"#,
    r#"p{"type":"conversation","seq":0}"#,
    r#"p{"type":"decide_all","query":"light","except":[1],"decision":"mark","before":null}"#,
    r#"p{"type":"decide_all","query":"","except":[],"decision":"delete","before":9}"#,
    r#"p{"type":"decide_all","query":"tall","except":[],"decision":{"hide":{"phrase":"tall"}},"before":null}"#,
    r#"p{"type":"hide_in","seqs":[0,1,99],"phrase":"lighthouse"}"#,
    r#"s{"type":"find","query":"light","before":null}"#,
];

/// Places of [`LINES`] that make sense one after the other.
const STORIES: [&[usize]; 15] = [
    &[11, 15, 62, 0, 3, 8, 17],
    &[22, 25, 27, 30, 31, 33],
    &[23, 63, 61, 24, 33],
    &[42, 38, 0, 36, 17, 33, 43],
    &[55, 56, 57, 17, 33],
    &[52, 53, 54, 40, 41],
    &[48, 63, 61, 33, 45, 61],
    &[49, 63, 63, 61, 10, 11],
    &[25, 27, 51, 25, 27, 29, 64, 34, 65, 33],
    &[72, 0, 66, 68, 69, 66, 70, 71, 13, 17, 33],
    &[73, 0, 8, 75, 0, 74, 38, 0, 67, 36, 33],
    &[0, 76, 78, 80, 19, 22, 25, 79, 81, 27],
    &[82, 0, 83, 86, 25, 87, 24, 63, 61, 82, 84, 33],
    &[82, 42, 38, 82, 36, 82, 43, 88, 85, 33],
    &[49, 82, 63, 61, 82, 11, 15, 0, 82, 90, 55, 56, 57, 82],
];

fn seeds() -> Vec<Vec<u8>> {
    let stories = STORIES
        .iter()
        .map(|story| story.iter().map(|at| LINES[*at]).collect::<Vec<_>>());
    let single = LINES.iter().map(|line| vec![*line]);
    let all = stories.chain(single).zip((0_u8..4).cycle());
    let one = all.map(|(lines, profile)| [&[profile], lines.join("\n").as_bytes()].concat());
    let every = |profile| [&[profile], LINES[..MESSAGES].join("\n").as_bytes()].concat();
    one.chain((0..4).map(every)).collect()
}

/// Puts in, takes out, repeats or exchanges a line, or puts another value in the place of one.
fn mutate(data: &[u8], seed: u32) -> Option<Vec<u8>> {
    const VALUES: [&str; 18] = [
        "0",
        "1",
        "3",
        "-1",
        "4294967296",
        "9007199254740992",
        "18446744073709551615",
        "null",
        "true",
        "[]",
        "[0]",
        "{}",
        r#""""#,
        r#""$draft""#,
        r#""https://user@example.org:0/..""#,
        r#""\ud83d\ude00\u202e""#,
        r#""lab""#,
        r#""$words""#,
    ];
    let (profile, rest) = data.split_first()?;
    let text = std::str::from_utf8(rest).ok()?;
    let mut dice = Dice(seed.into());
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    let (at, other) = (dice.below(lines.len()), dice.below(lines.len()));
    match dice.below(6) {
        0 => lines.insert(at, LINES[dice.below(LINES.len())].to_owned()),
        1 => lines.push(LINES[dice.below(LINES.len())].to_owned()),
        2 => lines.insert(at, lines[other].clone()),
        3 => drop(lines.remove(at)),
        4 => lines.swap(at, other),
        _ => {
            // A value of a member ends at the next comma or bracket: for most, that is all of it.
            let line = &lines[at];
            let starts: Vec<_> = line.match_indices("\":").map(|(found, _)| found + 2).collect();
            let start = *starts.get(dice.below(starts.len()))?;
            let end = start + line[start..].find([',', '}'])?;
            let value = VALUES[dice.below(VALUES.len())];
            lines[at] = format!("{}{value}{}", &line[..start], &line[end..]);
        }
    }
    Some([&[*profile], lines.join("\n").as_bytes()].concat())
}

struct Door<'a> {
    app: App<Memory>,
    /// Another process of the same profile: that of the search.
    archive: App<Memory>,
    snapshot: &'a Snapshot,
    told: BTreeMap<&'static str, String>,
    nonce: u64,
    forgets: bool,
}

fn run(data: &[u8]) {
    let mut input = Input(data);
    let snapshot = &SNAPSHOTS[input.choice(SNAPSHOTS.len())];
    let Some(text) = input.text() else { return };
    let app = snapshot.open();
    let mut door = Door {
        archive: App::with_work(app.host().alongside(), WORK),
        app,
        snapshot,
        told: BTreeMap::new(),
        nonce: 0,
        forgets: false,
    };
    for line in text.split('\n').take(MESSAGES) {
        door.take(line);
    }
    door.whole();
    door.restart(door.app.host().reopen());
    door.whole();
}

impl Door<'_> {
    fn take(&mut self, line: &str) {
        let Some(from) = line.chars().next() else { return };
        let rest = &line[from.len_utf8()..];
        match from {
            't' => {
                let now = self.app.host().now();
                let seconds: u64 = rest.parse().unwrap_or(1);
                let now = now.saturating_add(seconds.saturating_mul(1000));
                self.app.host().set_time(now);
                self.archive.host().set_time(now);
            }
            'r' => self.restart(self.app.host().reopen()),
            'b' => self.restart(self.app.host().close_browser()),
            'e' => {
                if let Ok(event) = from_json::<Event>(rest.as_bytes()) {
                    let _ = wait(self.app.event(event));
                }
            }
            's' => self.send(&support::site("https://example.org/chat?session=secret"), rest),
            'o' => self.send(&support::site("https://other.example/"), rest),
            'f' => {
                let frame = Sender {
                    own: support::OWN.into(),
                    url: "about:srcdoc".into(),
                    origin: support::SITE.into(),
                    tab: "https://example.org/top".into(),
                };
                self.send(&frame, rest);
            }
            _ => self.send(&support::page(), rest),
        }
    }

    fn restart(&mut self, host: Memory) {
        self.archive = App::with_work(host.alongside(), WORK);
        self.app = App::with_work(host, WORK);
    }

    fn send(&mut self, sender: &Sender, message: &str) {
        let message = self.filled(message);
        if let Ok(request) = from_json::<ArchiveRequest>(message.as_bytes()) {
            return self.look(sender, request);
        }
        let Ok(request) = from_json::<Request>(message.as_bytes()) else {
            return;
        };
        self.forgets |= request == Request::ForgetAll;
        let due = request.privilege() == sender.privilege();
        let outcome = wait(self.app.handle(sender, request));
        serde_json::to_string(&outcome).unwrap();
        match outcome.answer {
            Answer::Failed { failure } => {
                assert_eq!(failure.code == Code::NotAllowed, !due, "{failure}");
                assert_ne!(failure.code, Code::Internal, "{failure}");
                assert_ne!(failure.code, Code::StoreCorrupt, "{failure}");
            }
            Answer::Ok { reply } => {
                assert!(due, "the sender may not ask for this");
                let captured = matches!(reply, Reply::Captured { .. });
                assert_eq!(captured, sender.privilege() == Privilege::Site);
                self.learn(&reply);
            }
        }
    }

    /// What the archive finds is there; a backup and a restore are remembered by their names.
    fn look(&mut self, sender: &Sender, request: ArchiveRequest) {
        let due = sender.privilege() == Privilege::Page;
        let outcome = wait(self.archive.handle_archive(sender, request));
        serde_json::to_string(&outcome).unwrap();
        match outcome.answer {
            ArchiveAnswer::Failed { failure } => {
                assert_eq!(failure.code == Code::NotAllowed, !due, "{failure}");
                assert_ne!(failure.code, Code::Internal, "{failure}");
                assert_ne!(failure.code, Code::StoreCorrupt, "{failure}");
                assert!(failure.code != Code::Locked || self.archive.archive_bytes() == 0);
            }
            ArchiveAnswer::Ok {
                reply: ArchiveReply::Searched { view },
            } => {
                assert!(due && view.damaged.is_empty() && view.looked <= view.of);
                for found in view.items {
                    let seq = found.item.seq;
                    let there = wait(self.app.handle(&support::page(), Request::Record { seq }));
                    assert!(matches!(there.answer, Answer::Ok { .. }), "{seq} is gone");
                }
            }
            ArchiveAnswer::Ok { reply } => {
                assert!(due, "the sender may not ask for this");
                match reply {
                    ArchiveReply::Backup { backup, .. } => drop(self.told.insert("$backup", backup)),
                    ArchiveReply::Restoring { restore, .. } => drop(self.told.insert("$restore", restore)),
                    _ => {}
                }
            }
        }
    }

    fn filled(&mut self, message: &str) -> String {
        if !message.contains('$') {
            return message.to_owned();
        }
        self.nonce += 1;
        let mut message = message
            .replace("$nonce", &format!("{:032x}", u128::from(self.nonce) << 32))
            .replace("$words", &self.snapshot.words)
            .replace("$file", &to_base64(&self.snapshot.backup));
        for (name, value) in &self.told {
            message = message.replace(name, value);
        }
        message
    }

    fn learn(&mut self, reply: &Reply) {
        match reply {
            Reply::Draft { view } => {
                self.told.insert("$draft", view.draft.clone());
                self.told.insert("$digest", support::digest(&view.lines));
            }
            Reply::Exports { view } => {
                if let Some(export) = view.exports.first() {
                    self.told.insert("$export", export.id.clone());
                }
            }
            Reply::Chunk { data, count: 1 } => {
                let file = from_base64(data).unwrap();
                assert!(
                    verify(&file, &Expect::default()).unwrap().valid,
                    "an exported file is not valid"
                );
            }
            _ => {}
        }
    }

    /// Every log is what was signed, and no line of it is lost.
    fn whole(&self) {
        match wait(self.app.check()) {
            Ok(audit) => {
                assert_eq!(audit.damaged, []);
                assert!(
                    self.forgets || audit.lines >= self.snapshot.lines,
                    "lines were lost"
                );
            }
            Err(failure) => assert_eq!(failure.code, Code::Locked, "{failure}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_is_a_message() {
        for line in LINES {
            let (from, message) = line.split_at(1);
            let message = message.replace("$nonce", &"0".repeat(32));
            match from {
                "t" | "r" | "b" => {}
                "e" => drop(from_json::<Event>(message.as_bytes()).unwrap()),
                _ => {
                    let of_main = from_json::<Request>(message.as_bytes()).is_ok();
                    let of_archive = from_json::<ArchiveRequest>(message.as_bytes()).is_ok();
                    assert!(of_main != of_archive, "{line}");
                }
            }
        }
    }

    #[test]
    fn changes_by_line_keep_the_profile_and_stay_text() {
        let seed = seeds().pop().unwrap();
        let changed: Vec<_> = (0..100).filter_map(|number| mutate(&seed, number)).collect();
        assert!(changed.len() > 90);
        assert!(
            changed
                .iter()
                .all(|made| made[0] == seed[0] && std::str::from_utf8(made).is_ok())
        );
        assert!(changed.iter().filter(|made| **made != seed).count() > 80);
    }
}
