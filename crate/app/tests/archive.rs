//! The archive finds what a plain reading of every record finds, in steps that lose and repeat nothing; it holds nothing
//! of what is gone, and nothing while the profile is locked.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::collections::BTreeMap;

use counterfoil_app::app::App;
use counterfoil_app::archive::message::{ArchiveAnswer, ArchiveReply, ArchiveRequest, BulkDecision};
use counterfoil_app::archive::view::{ConversationView, CountedView, DecidedView, SearchView};
use counterfoil_app::error::Code;
use counterfoil_app::memory::{Cut, Fault, Memory};
use counterfoil_app::message::{Effect, Event, Request, Secret};
use counterfoil_app::view::{Filter, Item, Review};
use counterfoil_app::{Brought, UNDO};
use counterfoil_core::record::{Body, Kind};
use support::{NOW, Profile, WORK, page, site, wait};

const DAY: u64 = 86_400_000;

/// Another process of the same profile: the module of the search.
fn archive(profile: &Profile) -> App<Memory> {
    App::with_work(profile.app.host().alongside(), WORK)
}

fn ask(app: &App<Memory>, request: ArchiveRequest) -> Result<(ArchiveReply, Vec<Effect>), Code> {
    let outcome = wait(app.handle_archive(&page(), request));
    match outcome.answer {
        ArchiveAnswer::Ok { reply } => Ok((reply, outcome.effects)),
        ArchiveAnswer::Failed { failure } => Err(failure.code),
    }
}

fn find(app: &App<Memory>, query: &str, before: Option<u64>) -> SearchView {
    let query = query.to_owned();
    match ask(app, ArchiveRequest::Find { query, before }).unwrap().0 {
        ArchiveReply::Searched { view } => view,
        other => panic!("{other:?}"),
    }
}

/// Everything that is found, in as many answers as it takes; and how many those were.
fn all(app: &App<Memory>, query: &str) -> (Vec<Item>, usize) {
    let (mut items, mut before, mut answers, mut looked) = (Vec::new(), None, 0, 0);
    loop {
        let view = find(app, query, before);
        assert_eq!(view.damaged, []);
        assert!(view.items.len() <= 50);
        answers += 1;
        looked += view.looked;
        items.extend(view.items.into_iter().map(|found| found.item));
        match view.next {
            Some(next) => {
                assert!(before.is_none_or(|before| next < before), "it goes on");
                before = Some(next);
            }
            None => {
                assert_eq!(looked, view.of, "every position is looked through once");
                return (items, answers);
            }
        }
    }
}

fn texts(app: &App<Memory>, query: &str) -> Vec<String> {
    all(app, query).0.into_iter().map(|item| item.preview).collect()
}

/// The sum of all answers.
fn count(app: &App<Memory>, query: &str) -> (u64, BTreeMap<String, u32>, BTreeMap<String, u32>) {
    let (mut total, mut kinds, mut months, mut before) = (0, BTreeMap::new(), BTreeMap::new(), None);
    loop {
        let query = query.to_owned();
        let view: CountedView = match ask(app, ArchiveRequest::Count { query, before }).unwrap().0 {
            ArchiveReply::Counted { view } => view,
            other => panic!("{other:?}"),
        };
        total += view.total;
        for tally in view.kinds {
            *kinds.entry(tally.name).or_default() += tally.count;
        }
        for tally in view.months {
            *months.entry(tally.month).or_default() += tally.count;
        }
        match view.next {
            Some(next) => before = Some(next),
            None => return (total, kinds, months),
        }
    }
}

fn decide(
    app: &App<Memory>,
    query: &str,
    decision: BulkDecision,
    before: Option<u64>,
) -> Result<(DecidedView, Vec<Effect>), Code> {
    let request = ArchiveRequest::DecideAll {
        query: query.into(),
        except: Vec::new(),
        decision,
        before,
    };
    ask(app, request).map(|(reply, effects)| match reply {
        ArchiveReply::Decided { view } => (view, effects),
        other => panic!("{other:?}"),
    })
}

fn conversation(app: &App<Memory>, seq: u64) -> ConversationView {
    match ask(app, ArchiveRequest::Conversation { seq }).unwrap().0 {
        ArchiveReply::Conversation { view } => view,
        other => panic!("{other:?}"),
    }
}

/// Random numbers, the same at every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// Words as they are written, and in the form in which they are looked for.
const WORDS: [(&str, &str); 10] = [
    ("Lantern", "lantern"),
    ("harbour", "harbour"),
    ("TIDE", "tide"),
    ("Straße", "strasse"),
    ("Curaçao", "curacao"),
    ("мир", "мир"),
    ("東京都", "東京都"),
    ("lanterns", "lanterns"),
    ("tidal", "tidal"),
    ("Über", "uber"),
];
const GAPS: [&str; 4] = [" ", ", ", "\n", " – "];

fn text(dice: &mut Dice, number: usize) -> String {
    let mut text = format!("n{number}");
    for _ in 0..dice.below(6) {
        text.push_str(GAPS[usize::try_from(dice.below(4)).unwrap()]);
        text.push_str(WORDS[usize::try_from(dice.below(10)).unwrap()].0);
    }
    text
}

/// Whether a plain reading of a text finds a word.
fn reads(text: &str, word: &str) -> bool {
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '–'));
    words.filter(|it| !it.is_empty()).any(|written| {
        let known = WORDS.iter().find(|(it, _)| *it == written);
        let form = known.map_or(written, |(_, form)| *form);
        form.starts_with(word) || word == "京" && form.contains(word)
    })
}

fn brought(dice: &mut Dice, from: usize, count: usize) -> Vec<Brought> {
    let kinds = [
        Kind::Prompt,
        Kind::Search,
        Kind::Post,
        Kind::Response,
        Kind::Unknown,
    ];
    (from..from + count)
        .map(|number| Brought {
            kind: kinds[usize::try_from(dice.below(5)).unwrap()],
            time: NOW - dice.below(400) * DAY,
            body: Body {
                text: Some(text(dice, number)),
                site: Some(["example.org", "a.example.org", "other.test"][number % 3].into()),
                ..Body::default()
            },
        })
        .collect()
}

/// What a list shows, whole.
fn listed(profile: &Profile) -> Vec<Item> {
    let (mut items, mut before) = (Vec::new(), None);
    loop {
        let view = profile.list(Filter::default(), before);
        items.extend(view.items);
        before = view.next;
        if before.is_none() {
            return items;
        }
    }
}

/// Whether a record is to be found.
type Reading<'a> = Box<dyn Fn(&Item) -> bool + 'a>;

/// Asks everything, and compares it with a plain reading of the list.
fn agree(profile: &Profile, app: &App<Memory>) {
    let items = listed(profile);
    let seqs = |items: &[Item]| items.iter().map(|item| item.seq).collect::<Vec<_>>();
    assert_eq!(all(app, "").0, items, "an empty query is the list");
    let year = NOW - 200 * DAY;
    let since = counterfoil_core::time::day(year).unwrap();
    let start = counterfoil_core::time::parse_rfc3339_ms(&format!("{since}T00:00:00.000Z")).unwrap();
    let word = |word: &'static str| move |item: &Item| reads(&item.preview, word);
    let cases: Vec<(String, Reading<'_>)> = vec![
        ("lantern".into(), Box::new(word("lantern"))),
        ("TID".into(), Box::new(word("tid"))),
        ("strasse".into(), Box::new(word("strasse"))),
        ("curacao".into(), Box::new(word("curacao"))),
        ("ми".into(), Box::new(word("ми"))),
        ("京".into(), Box::new(word("京"))),
        ("n17".into(), Box::new(word("n17"))),
        ("nowhere".into(), Box::new(|_| false)),
        (
            "tide harbour".into(),
            Box::new(|item| reads(&item.preview, "tide") && reads(&item.preview, "harbour")),
        ),
        (
            "harbour -tide".into(),
            Box::new(|item| reads(&item.preview, "harbour") && !reads(&item.preview, "tide")),
        ),
        (
            "-lantern".into(),
            Box::new(|item| !reads(&item.preview, "lantern")),
        ),
        ("is:marked".into(), Box::new(|item| item.review == Review::Marked)),
        (
            "is:marked tid".into(),
            Box::new(|item| item.review == Review::Marked && reads(&item.preview, "tid")),
        ),
        (
            "is:private".into(),
            Box::new(|item| item.review == Review::Private),
        ),
        (
            "kind:prompt,search site:example.org".into(),
            Box::new(|item| {
                matches!(item.kind.as_str(), "prompt" | "search") && item.site.ends_with("example.org")
            }),
        ),
        (
            "-site:a.example.org".into(),
            Box::new(|item| item.site != "a.example.org"),
        ),
        (format!("before:{since}"), Box::new(move |item| item.time < start)),
        (
            format!("after:{since} uber"),
            Box::new(move |item| item.time >= start && reads(&item.preview, "uber")),
        ),
    ];
    for (query, reading) in &cases {
        let due: Vec<Item> = items.iter().filter(|item| reading(item)).cloned().collect();
        assert_eq!(seqs(&all(app, query).0), seqs(&due), "{query}");
        let counted = due
            .iter()
            .filter(|item| !matches!(item.review, Review::Deleting { .. }));
        let (total, kinds, months) = count(app, query);
        assert_eq!(total, counted.clone().count() as u64, "{query}");
        assert_eq!(
            kinds.values().map(|n| u64::from(*n)).sum::<u64>(),
            total,
            "{query}"
        );
        assert_eq!(
            months.values().map(|n| u64::from(*n)).sum::<u64>(),
            total,
            "{query}"
        );
        for (kind, n) in kinds {
            let of = counted.clone().filter(|item| item.kind == kind).count();
            assert_eq!(of, n as usize, "{query} {kind}");
        }
    }
}

#[test]
fn it_finds_what_a_plain_reading_finds_through_a_random_history() {
    for seed in 1..=6 {
        let mut dice = Dice(seed);
        let mut profile = Profile::recording();
        let app = archive(&profile);
        let (mut number, mut clock) = (0, 0);
        for round in 0..14 {
            match dice.below(7) {
                0 | 1 => {
                    let count = usize::try_from(dice.below(500)).unwrap() + 1;
                    wait(profile.app.bring(&brought(&mut dice, number, count))).unwrap();
                    number += count;
                }
                2 | 3 => {
                    for _ in 0..dice.below(40) {
                        clock += 3_000;
                        profile.at(clock);
                        let text = text(&mut dice, number);
                        profile.submit(&text).unwrap();
                        number += 1;
                    }
                }
                4 => {
                    let items = listed(&profile);
                    for _ in 0..dice.below(9) {
                        if let Some(item) =
                            items.get(usize::try_from(dice.below(items.len().max(1) as u64)).unwrap())
                        {
                            profile.page(Request::Mark { seqs: vec![item.seq] });
                        }
                    }
                }
                5 => {
                    let items = listed(&profile);
                    for _ in 0..dice.below(9) {
                        if let Some(item) =
                            items.get(usize::try_from(dice.below(items.len().max(1) as u64)).unwrap())
                        {
                            profile.page(Request::Delete { seqs: vec![item.seq] });
                        }
                    }
                }
                _ => {
                    clock += UNDO + 1;
                    profile.at(clock);
                    wait(profile.app.event(Event::Woken)).unwrap();
                }
            }
            app.host().set_time(NOW + clock);
            if round % 3 == 2 {
                agree(&profile, &app);
            }
        }
        agree(&profile, &app);
        // As a process that has just started sees it, and in answers that are cut short.
        let fresh = archive(&profile);
        agree(&profile, &fresh);
        profile.whole();
    }
}

#[test]
fn several_logs_after_a_restore() {
    let mut dice = Dice(99);
    let mut old = Profile::recording();
    wait(old.app.bring(&brought(&mut dice, 0, 700))).unwrap();
    old.submit("the last of the old log").unwrap();
    let (words, file) = (old.words(), old.backup());
    let mut new = Profile::elsewhere(7);
    new.page(Request::Consent { given: true });
    new.page(Request::SiteOn {
        url: support::SITE.into(),
    });
    new.permit(&["https://example.org/*"]);
    new.submit("before the restore").unwrap();
    let app = archive(&new);
    agree(&new, &app);
    new.restore(&words, &file, 1 << 20).unwrap();
    agree(&new, &app);
    new.submit("after the restore, at the harbour").unwrap();
    agree(&new, &app);
    assert_eq!(texts(&app, "\"the restore\"").len(), 2);
    assert_eq!(texts(&app, "\"old log\"").len(), 1);
}

#[test]
fn answers_end_in_time_and_go_on_without_loss() {
    let mut dice = Dice(5);
    let mut profile = Profile::recording();
    wait(profile.app.bring(&brought(&mut dice, 0, 3_000))).unwrap();
    profile.submit("and a lantern").unwrap();
    let app = archive(&profile);
    let due = texts(&app, "lantern");
    let (everything, _) = all(&app, "-nowhere");
    let sums = count(&app, "tid");
    // Every look at the clock costs more than an answer may take: each does one block.
    for app in [app, archive(&profile)] {
        app.host().set_tick(100);
        let (items, answers) = all(&app, "lantern");
        assert_eq!(
            items.iter().map(|item| item.preview.clone()).collect::<Vec<_>>(),
            due
        );
        assert!(answers > 10, "{answers}");
        assert_eq!(all(&app, "-nowhere").0, everything);
        assert_eq!(count(&app, "tid"), sums);
        let view = find(&app, "nowhere", None);
        assert!(
            view.items.is_empty() && view.next.is_some(),
            "what is found nowhere ends in time, too"
        );
        assert!(view.looked > 0 && view.looked < view.of);
    }
}

#[test]
fn an_excerpt_shows_the_first_match() {
    let mut profile = Profile::recording();
    profile.submit("Tea in Curaçao 🦊, and CURACAO again").unwrap();
    let long = format!(
        "{} the Lantern stands here, {}",
        "wörd ".repeat(300),
        "more ".repeat(300)
    );
    profile.submit(&long).unwrap();
    let app = archive(&profile);
    let of = |query: &str| {
        let view = find(&app, query, None);
        let found = view.items.into_iter().next().unwrap();
        let units: Vec<u16> = found.excerpt.encode_utf16().collect();
        let shown = |span: &counterfoil_app::view::Span| {
            String::from_utf16(&units[span.start as usize..span.end as usize]).unwrap()
        };
        (
            found.matches.iter().map(shown).collect::<Vec<_>>(),
            found.excerpt,
            found.begins,
            found.ends,
        )
    };
    let (matches, excerpt, begins, ends) = of("again curac");
    assert_eq!(matches, ["Curaç", "CURAC", "again"]);
    assert!(begins && ends && excerpt.starts_with("Tea"));
    let (matches, excerpt, begins, ends) = of("lantern");
    assert_eq!(matches, ["Lantern"]);
    assert!(excerpt.starts_with("wörd ") && excerpt.contains("the Lantern stands"));
    assert!(!begins && !ends);
    assert_eq!(excerpt.chars().count(), 280);
    let (matches, _, begins, _) = of("-lantern");
    assert!(matches.is_empty() && begins);
    let (matches, excerpt, begins, ends) = of("kind:prompt -curacao");
    assert!(matches.is_empty() && excerpt.starts_with("wörd") && begins && !ends);
}

#[test]
fn a_query_that_is_not_understood_says_so_and_decides_nothing() {
    let mut profile = Profile::recording();
    profile.submit("one").unwrap();
    let app = archive(&profile);
    let view = find(&app, "one kind:poem", None);
    assert_eq!((view.items.len(), view.faults.len()), (1, 1));
    assert_eq!(view.faults[0].code, "query_kind");
    let refused = decide(&app, "kind:poem", BulkDecision::Delete, None);
    assert_eq!(refused.unwrap_err(), Code::MessageInvalid);
    assert_eq!(find(&app, "", None).items[0].item.review, Review::Private);
}

#[test]
fn only_pages_ask_and_a_profile_without_a_log_finds_nothing() {
    let profile = Profile::new();
    let app = archive(&profile);
    let outcome = wait(app.handle_archive(
        &site("https://example.org/"),
        ArchiveRequest::Find {
            query: String::new(),
            before: None,
        },
    ));
    assert!(matches!(outcome.answer, ArchiveAnswer::Failed { failure } if failure.code == Code::NotAllowed));
    let view = find(&app, "x", None);
    assert_eq!((view.items.len(), view.next, view.of), (0, None, 0));
    assert_eq!(
        decide(&app, "", BulkDecision::Delete, None).unwrap_err(),
        Code::LogMissing
    );
    assert!(profile.app.host().files().is_empty(), "no keys are made");
}

#[test]
fn what_was_deleted_is_never_shown_nor_held() {
    let mut profile = Profile::recording();
    let mut dice = Dice(3);
    wait(profile.app.bring(&brought(&mut dice, 0, 600))).unwrap();
    profile.submit("a secret lighthouse").unwrap();
    let app = archive(&profile);
    let view = find(&app, "lighthouse", None);
    let packed = find(&app, "n300", None).items[0].item.seq;
    let held = app.archive_bytes();
    profile.page(Request::Delete {
        seqs: vec![view.items[0].item.seq, packed],
    });
    let pending = find(&app, "lighthouse", None).items[0].item.review;
    assert!(matches!(pending, Review::Deleting { .. }));
    assert_eq!(count(&app, "lighthouse").0, 0);
    // The other process makes it final; this one hears of it by what the background does after a refresh.
    profile.at(UNDO + 1);
    wait(profile.app.event(Event::Woken)).unwrap();
    wait(app.follow_archive());
    assert!(app.archive_bytes() < held);
    app.host().set_time(NOW + UNDO + 1);
    assert!(find(&app, "lighthouse", None).items.is_empty());
    assert!(find(&app, "n300", None).items.is_empty());
    assert_eq!(all(&app, "").0, listed(&profile));
    // Or this one does, before it answers.
    let seq = find(&app, "n301", None).items[0].item.seq;
    profile.page(Request::Delete { seqs: vec![seq] });
    app.host().set_time(NOW + 2 * UNDO + 2);
    assert!(find(&app, "n301", None).items.is_empty());
    profile.whole();
}

fn passphrase(profile: &Profile, current: Option<&str>, new: Option<&str>) {
    let secret = |text: &str| Secret::from(text.to_owned());
    profile.page(Request::Passphrase {
        current: current.map(secret),
        new: new.map(secret),
    });
}

#[test]
fn a_locked_profile_answers_nothing_and_leaves_nothing_in_memory() {
    const WORDS: &str = "lantern over the harbour";
    let find = |app: &App<Memory>| {
        let query = "tea".to_owned();
        ask(app, ArchiveRequest::Find { query, before: None }).map(drop)
    };
    // Opened before there was a passphrase, and after.
    for early in [true, false] {
        let mut profile = Profile::recording();
        profile.submit("tea").unwrap();
        let app = archive(&profile);
        if early {
            find(&app).unwrap();
        }
        passphrase(&profile, None, Some(WORDS));
        if !early {
            find(&app).unwrap();
        }
        assert!(app.archive_bytes() > 0);
        profile.page(Request::Lock);
        if early {
            assert_eq!(find(&app), Err(Code::Locked));
        } else {
            wait(app.follow_archive());
        }
        assert_eq!(app.archive_bytes(), 0, "{early}");
        assert_eq!(find(&app), Err(Code::Locked), "{early}");
        profile.page(Request::Unlock {
            passphrase: Secret::from(WORDS.to_owned()),
        });
        find(&app).unwrap();
        passphrase(&profile, Some(WORDS), None);
        find(&app).unwrap();
        // Locked again under another, while nobody looked.
        passphrase(&profile, None, Some("another harbour"));
        profile.page(Request::Lock);
        assert_eq!(find(&app), Err(Code::Locked), "{early}");
        assert_eq!(app.archive_bytes(), 0);
    }
}

#[test]
fn searching_is_a_use_that_keeps_the_profile_open() {
    let mut profile = Profile::recording();
    profile.submit("tea").unwrap();
    passphrase(&profile, None, Some("lantern over the harbour"));
    profile.page(Request::IdleLock { minutes: 5 });
    let app = archive(&profile);
    for minute in 1..=12 {
        app.host().set_time(NOW + minute * 60_000);
        assert_eq!(find(&app, "tea", None).items.len(), 1);
    }
    profile.at(12 * 60_000 + 30_000);
    wait(profile.app.event(Event::Woken)).unwrap();
    assert!(!profile.status().locked);
    // And what is used elsewhere is not locked from here.
    profile.at(16 * 60_000);
    profile.items();
    app.host().set_time(NOW + 18 * 60_000);
    assert_eq!(find(&app, "tea", None).items.len(), 1);
    app.host().set_time(NOW + 24 * 60_000);
    let query = String::new();
    assert_eq!(
        ask(&app, ArchiveRequest::Find { query, before: None }).unwrap_err(),
        Code::Locked
    );
}

#[test]
fn everything_forgotten_and_begun_anew() {
    let mut profile = Profile::recording();
    profile.submit("tea").unwrap();
    let app = archive(&profile);
    assert_eq!(find(&app, "tea", None).items.len(), 1);
    profile.page(Request::ForgetAll);
    profile.at(10 * 60_000);
    wait(profile.app.event(Event::Woken)).unwrap();
    profile.page(Request::Consent { given: true });
    profile.page(Request::SiteOn {
        url: support::SITE.into(),
    });
    profile.permit(&["https://example.org/*"]);
    profile.submit("coffee").unwrap();
    app.host().set_time(NOW + 10 * 60_000);
    assert_eq!(texts(&app, ""), ["coffee"]);
}

#[test]
fn damage_is_named_and_the_rest_is_found() {
    let mut profile = Profile::recording();
    wait(profile.app.bring(&brought(&mut Dice(4), 0, 600))).unwrap();
    profile.submit("and one").unwrap();
    let rows = profile.app.host().rows();
    let segment = rows.iter().find(|row| row.0.name() == "segment").unwrap();
    profile
        .app
        .host()
        .tamper(segment.0, &segment.1, |row| row[60] ^= 1);
    let app = archive(&profile);
    let (mut found, mut damaged, mut before) = (0, Vec::new(), None);
    loop {
        let view = find(&app, "", before);
        found += view.items.len();
        damaged.extend(view.damaged);
        before = view.next;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(found, 601 - 256);
    assert_eq!(damaged.len(), 1);
    assert_eq!(
        (damaged[0].name.clone(), damaged[0].records),
        (format!("segment/{}", segment.1), 256)
    );
}

#[test]
fn a_conversation_is_of_one_site_and_thread_with_what_is_tied_to_it() {
    let profile = Profile::recording();
    let body = |text: &str, site: &str, thread: Option<&str>, to: Option<&str>| Body {
        text: Some(text.into()),
        site: Some(site.into()),
        thread: thread.map(str::to_owned),
        reply_to: to.map(str::to_owned),
        ..Body::default()
    };
    let bring = |kind: Kind, body: Body| {
        wait(profile.app.bring(&[Brought {
            kind,
            time: NOW,
            body,
        }]))
        .unwrap();
        let newest = &profile.items()[0];
        (newest.seq, profile.record(newest.seq).id)
    };
    let (first, id) = bring(Kind::Prompt, body("one", "a.test", Some("t"), None));
    bring(Kind::Prompt, body("elsewhere", "b.test", Some("t"), None));
    let (_, answer) = bring(Kind::Response, body("answer", "a.test", None, Some(&id)));
    bring(Kind::Prompt, body("another", "a.test", Some("u"), None));
    bring(Kind::Rating, body("good", "a.test", None, Some(&answer)));
    let (last, _) = bring(Kind::Prompt, body("two", "a.test", Some("t"), None));
    bring(
        Kind::Response,
        body(
            "to nothing",
            "a.test",
            None,
            Some("0190a5b4-0000-7000-8000-000000000000"),
        ),
    );
    let app = archive(&profile);
    let shown = |seq: u64| {
        let view = conversation(&app, seq);
        assert!(!view.more);
        view.items.into_iter().map(|view| view.text).collect::<Vec<_>>()
    };
    assert_eq!(shown(first), ["one", "answer", "good", "two"]);
    assert_eq!(shown(last), shown(first));
    let alone = find(&app, "elsewhere", None).items[0].item.seq;
    assert_eq!(shown(alone), ["elsewhere"]);
    assert_eq!(
        ask(&app, ArchiveRequest::Conversation { seq: 1 << 30 }).unwrap_err(),
        Code::RecordGone
    );
    // Of a long one, the newest.
    let many: Vec<Brought> = (0..300)
        .map(|n| Brought {
            kind: Kind::Prompt,
            time: NOW,
            body: body(&format!("n{n}"), "a.test", Some("t"), None),
        })
        .collect();
    wait(profile.app.bring(&many)).unwrap();
    let view = conversation(&app, first);
    assert!(view.more);
    assert_eq!(view.items.len(), 200);
    assert_eq!(
        (view.items[0].text.as_str(), view.items[199].text.as_str()),
        ("one", "n299")
    );
}

/// Carries a decision out to its end; gives what changed, by step.
fn to_the_end(app: &App<Memory>, query: &str, decision: &BulkDecision) -> Vec<Vec<u64>> {
    let (mut steps, mut before) = (Vec::new(), None);
    loop {
        let (view, _) = decide(app, query, decision.clone(), before).unwrap();
        assert_eq!(view.changed as usize, view.seqs.len());
        assert!(view.seqs.len() <= 1_000);
        steps.push(view.seqs);
        before = view.next;
        if before.is_none() {
            return steps;
        }
    }
}

#[test]
fn decisions_reach_everything_that_is_found_once() {
    let mut profile = Profile::recording();
    wait(profile.app.bring(&brought(&mut Dice(8), 0, 2_600))).unwrap();
    profile.submit("a live harbour").unwrap();
    let app = archive(&profile);
    let steps = to_the_end(&app, "", &BulkDecision::Mark);
    assert!(steps.len() > 1, "more than one step changes at once");
    let items = listed(&profile);
    for item in &items {
        let may = !matches!(item.kind.as_str(), "response" | "rating" | "unknown");
        assert_eq!(item.review == Review::Marked, may, "{}", item.kind);
    }
    let marked = items.iter().filter(|item| item.review == Review::Marked).count();
    assert_eq!(steps.iter().map(Vec::len).sum::<usize>(), marked);
    assert_eq!(profile.popup(support::SITE).counts.marked as usize, marked);
    assert!(
        to_the_end(&app, "", &BulkDecision::Mark).concat().is_empty(),
        "nothing changes twice"
    );
    to_the_end(&app, "harbour", &BulkDecision::Keep);
    for item in listed(&profile)
        .iter()
        .filter(|item| reads(&item.preview, "harbour"))
    {
        assert_eq!(item.review, Review::Private);
    }
    // But for some.
    let spared = find(&app, "tide", None).items[3].item.seq;
    let request = ArchiveRequest::DecideAll {
        query: "tide".into(),
        except: vec![spared],
        decision: BulkDecision::Delete,
        before: None,
    };
    let (reply, effects) = ask(&app, request).unwrap();
    let ArchiveReply::Decided { view } = reply else {
        panic!()
    };
    assert!(!view.seqs.contains(&spared) && view.changed > 100);
    assert!(effects.contains(&Effect::Wake { at: NOW + UNDO }) && effects.contains(&Effect::Refresh));
    let counts = profile.popup(support::SITE).counts;
    assert_eq!(counts.total, 2_601 - view.changed);
    // What it changed can be undone, as any deletion.
    for seqs in view.seqs.chunks(1_000) {
        profile.page(Request::Undo { seqs: seqs.to_vec() });
    }
    assert_eq!(profile.popup(support::SITE).counts.total, 2_601);
    assert!(
        listed(&profile)
            .iter()
            .all(|item| !matches!(item.review, Review::Deleting { .. }))
    );
    agree(&profile, &app);
    profile.whole();
}

#[test]
fn a_deletion_of_many_that_is_killed_goes_on_and_becomes_final() {
    let mut profile = Profile::recording();
    wait(profile.app.bring(&brought(&mut Dice(2), 0, 1_500))).unwrap();
    profile.submit("a live tide").unwrap();
    let due: Vec<u64> = all(&archive(&profile), "tid")
        .0
        .iter()
        .map(|item| item.seq)
        .collect();
    for cut in [Cut::Before, Cut::After] {
        let app = archive(&profile);
        app.host().set_tick(30);
        let (first, _) = decide(&app, "tid", BulkDecision::Delete, None).unwrap();
        app.host().cut_at(0, cut);
        assert!(decide(&app, "tid", BulkDecision::Delete, first.next).is_err());
        // Another process goes on from where the last answer left it.
        let app = archive(&profile);
        app.host().set_time(NOW + 1_000);
        let mut before = first.next;
        while before.is_some() {
            before = decide(&app, "tid", BulkDecision::Delete, before).unwrap().0.next;
        }
        let deleting: Vec<u64> = listed(&profile)
            .iter()
            .filter(|item| matches!(item.review, Review::Deleting { .. }))
            .map(|item| item.seq)
            .collect();
        assert_eq!(deleting, due, "{cut:?}");
        for seqs in due.chunks(1_000) {
            profile.page(Request::Undo { seqs: seqs.to_vec() });
        }
    }
    let app = archive(&profile);
    app.host().fail_next(Fault::Full);
    assert_eq!(
        decide(&app, "tid", BulkDecision::Delete, None).unwrap_err(),
        Code::StoreFull
    );
    assert!(
        find(&app, "tid", None)
            .items
            .iter()
            .all(|it| it.item.review == Review::Private)
    );
    to_the_end(&app, "tid", &BulkDecision::Delete);
    profile.at(UNDO + 1);
    wait(profile.app.event(Event::Woken)).unwrap();
    app.host().set_time(NOW + UNDO + 1);
    assert!(texts(&app, "tid").is_empty());
    agree(&profile, &app);
    profile.whole();
}

#[test]
fn words_are_hidden_in_many_records() {
    let mut profile = Profile::recording();
    profile.submit("my friend Aurelia Lind and Aurelia").unwrap();
    profile.submit("nothing of her").unwrap();
    profile.submit("AURELIA LIND again").unwrap();
    let answer = Body {
        text: Some("Aurelia Lind, said the model".into()),
        ..Body::default()
    };
    wait(profile.app.bring(&[Brought {
        kind: Kind::Response,
        time: NOW,
        body: answer,
    }]))
    .unwrap();
    let seqs: Vec<u64> = profile.items().iter().map(|item| item.seq).collect();
    let app = archive(&profile);
    let request = ArchiveRequest::HideIn {
        seqs: seqs.clone(),
        phrase: "aurelia lind".into(),
    };
    let (ArchiveReply::Decided { view }, _) = ask(&app, request).unwrap() else {
        panic!()
    };
    assert_eq!((view.changed, view.left), (2, 1));
    let shared = |seq: u64| profile.record(seq).hiding.and_then(|hiding| hiding.shared);
    assert_eq!(shared(seqs[3]).unwrap(), "my friend [HIDDEN_1] and Aurelia");
    assert_eq!(shared(seqs[2]), None);
    let hide = BulkDecision::Hide {
        phrase: "Aurelia".into(),
    };
    let (view, _) = decide(&app, "aurelia", hide.clone(), None).unwrap();
    assert_eq!((view.changed, view.left, view.next), (1, 1, None));
    assert_eq!(shared(seqs[3]).unwrap(), "my friend [HIDDEN_1] and [HIDDEN_2]");
    assert_eq!(decide(&app, "aurelia", hide, None).unwrap().0.changed, 0);
    profile.page(Request::UndoHide { seq: seqs[3] });
    assert_eq!(shared(seqs[3]).unwrap(), "my friend [HIDDEN_1] and Aurelia");
    let nothing = BulkDecision::Hide { phrase: "--".into() };
    assert_eq!(decide(&app, "", nothing, None).unwrap_err(), Code::PhraseInvalid);
}
