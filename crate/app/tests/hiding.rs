//! What a record hides where it is shared: found, decided, taken back, kept, and gone before anything is signed.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use counterfoil_app::UNDO;
use counterfoil_app::error::Code;
use counterfoil_app::message::{Effect, Event, Hide, Reply, Request};
use counterfoil_app::ports::Table;
use counterfoil_app::view::{DraftView, FindingGroup, FindingReason, FindingView, HidingView, RecordView};
use counterfoil_core::bundle::verify::{Expect, verify};
use serde_json::Value;
use support::burglar::finds;
use support::{Profile, choice, digest, page, wait};

const TEXT: &str =
    "🦊 Write to one@example.org or pay with 4111 1111 1111 1111; I met Übersee, and I have diabetes.";

fn profile() -> Profile {
    let mut profile = Profile::recording();
    profile.submit(TEXT).unwrap();
    profile
}

fn hiding(view: RecordView) -> HidingView {
    view.hiding.unwrap()
}

/// The words of a finding, as a page cuts them out.
fn words(text: &str, finding: &FindingView) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    let range = finding.span.start as usize..finding.span.end as usize;
    String::from_utf16(&units[range]).unwrap()
}

/// The range of words in the text, as a page tells it.
fn range(text: &str, words: &str) -> (u32, u32) {
    let start = text[..text.find(words).unwrap()].encode_utf16().count();
    let end = start + words.encode_utf16().count();
    (u32::try_from(start).unwrap(), u32::try_from(end).unwrap())
}

fn record(reply: Reply) -> RecordView {
    match reply {
        Reply::Record { view } => view,
        other => panic!("{other:?}"),
    }
}

fn hide(profile: &Profile, words: &str, action: Hide) -> HidingView {
    let (start, end) = range(TEXT, words);
    hiding(record(profile.page(Request::Hide {
        seq: 0,
        start,
        end,
        action,
    })))
}

fn undo(profile: &Profile) -> HidingView {
    hiding(record(profile.page(Request::UndoHide { seq: 0 })))
}

fn mark(profile: &Profile) -> DraftView {
    profile.page(Request::Mark { seqs: vec![0] });
    profile.draft("lab")
}

fn line(draft: &DraftView) -> Value {
    serde_json::from_str(&draft.lines[0]).unwrap()
}

fn always(profile: &Profile, phrase: &str) -> Vec<String> {
    match profile.page(Request::AlwaysHide {
        phrase: phrase.into(),
    }) {
        Reply::Settings { view } => view.always_hidden,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_record_tells_what_was_found_in_it_and_why() {
    let profile = profile();
    let view = profile.record(0);
    assert_eq!(view.text, TEXT, "the record itself stays as it is");
    assert_eq!(view.item.hidden, Some(2));
    assert_eq!(profile.items()[0].hidden, Some(2));
    let hiding = hiding(view);
    let found: Vec<_> = hiding
        .findings
        .iter()
        .map(|one| {
            (
                words(TEXT, one),
                one.kind.as_str(),
                one.group,
                one.reason,
                one.action,
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            (
                "one@example.org".to_owned(),
                "EMAIL",
                FindingGroup::Contact,
                FindingReason::Form,
                Hide::Placeholder
            ),
            (
                "4111 1111 1111 1111".to_owned(),
                "CREDIT_CARD",
                FindingGroup::Finance,
                hiding.findings[1].reason,
                Hide::Placeholder
            ),
            (
                "diabetes".to_owned(),
                "HEALTH",
                FindingGroup::Special,
                FindingReason::Said,
                Hide::Keep
            ),
        ]
    );
    assert!(matches!(
        hiding.findings[1].reason,
        FindingReason::Check | FindingReason::CheckWord
    ));
    assert!(
        hiding
            .findings
            .iter()
            .all(|one| one.confidence >= 50 && !one.chosen && !one.added)
    );
    assert_eq!(
        hiding.findings[0].actions,
        [Hide::Keep, Hide::Mask, Hide::Placeholder, Hide::Drop],
        "an address has no form that says less"
    );
    let shared = hiding.shared.unwrap();
    assert_eq!(
        shared,
        "🦊 Write to [EMAIL_1] or pay with [CREDIT_CARD_1]; I met Übersee, and I have diabetes."
    );
    let units: Vec<u16> = shared.encode_utf16().collect();
    let places: Vec<String> = hiding
        .places
        .iter()
        .map(|at| String::from_utf16(&units[at.start as usize..at.end as usize]).unwrap())
        .collect();
    assert_eq!(places, ["[EMAIL_1]", "[CREDIT_CARD_1]"]);
    assert!(!hiding.undo);
}

#[test]
fn nothing_found_leaves_as_it_is() {
    let mut profile = Profile::recording();
    profile.submit("how tall is a lighthouse").unwrap();
    let hiding = hiding(profile.record(0));
    assert_eq!((hiding.findings, hiding.shared), (vec![], None));
    let draft = mark(&profile);
    assert_eq!(line(&draft)["redactions"], serde_json::json!([]));
    assert_eq!((draft.records[0].hidden, draft.records[0].shown), (0, 0));
}

#[test]
fn the_shared_text_is_redacted_before_it_is_signed() {
    let profile = profile();
    hide(&profile, "one@example.org", Hide::Keep);
    hide(&profile, "Übersee", Hide::Placeholder);
    let due =
        "🦊 Write to one@example.org or pay with [CREDIT_CARD_1]; I met [HIDDEN_1], and I have diabetes.";
    assert_eq!(hiding(profile.record(0)).shared.as_deref(), Some(due));

    let profile = profile.reopened();
    let draft = mark(&profile);
    let shared = line(&draft);
    assert_eq!(shared["text"], due, "what was decided survives a restart");
    assert_eq!(
        shared["redactions"],
        serde_json::json!([{"count": 1, "type": "CREDIT_CARD"}, {"count": 1, "type": "HIDDEN"}])
    );
    assert_eq!(
        (
            draft.records[0].seq,
            draft.records[0].hidden,
            draft.records[0].shown
        ),
        (0, 2, 2)
    );
    // Only the digest of what is left is signed.
    let original = draft.lines[0].replace("[CREDIT_CARD_1]", "4111 1111 1111 1111");
    let request = Request::Approve {
        draft: draft.draft.clone(),
        records_sha256: digest(&[original]),
    };
    assert_eq!(profile.page_fails(request), Code::DigestMismatch);
    let made = profile.approve(&draft).exports.remove(0);
    assert_eq!(made.records_sha256, digest(&draft.lines));
    let file = profile.file(&made.id);
    assert!(verify(&file.as_slice(), &Expect::default()).unwrap().valid);
    // The bundle is stored or deflated: its lines are looked at where they are stored as well.
    for gone in ["4111", "Übersee"] {
        assert!(!draft.lines[0].contains(gone));
        assert!(!file.windows(gone.len()).any(|bytes| bytes == gone.as_bytes()));
    }
    assert_eq!(profile.record(0).text, TEXT, "the log keeps what was written");
    profile.whole();
}

#[test]
fn each_way_to_hide_and_back() {
    let mut profile = Profile::recording();
    let text = "From 198.51.100.7, born on 10.12.1985, mail one@example.org";
    profile.submit(text).unwrap();
    let set = |words: &str, action| {
        let (start, end) = range(text, words);
        let request = Request::Hide {
            seq: 0,
            start,
            end,
            action,
        };
        hiding(record(profile.page(request)))
    };
    let first = hiding(profile.record(0));
    assert!(first.findings[0].actions.contains(&Hide::Generalise));
    set("198.51.100.7", Hide::Generalise);
    set("10.12.1985", Hide::Drop);
    let view = set("one@example.org", Hide::Mask);
    assert_eq!(
        view.shared.as_deref(),
        Some("From 198.51.100.0/24, born on , mail ███@███████.███")
    );
    assert!(view.findings.iter().all(|one| one.chosen));
    let counts: Vec<_> = view
        .redactions
        .iter()
        .map(|one| (one.kind.as_str(), one.count))
        .collect();
    assert_eq!(counts, [("DATE_OF_BIRTH", 1), ("EMAIL", 1), ("IP", 1)]);
    for words in ["198.51.100.7", "10.12.1985"] {
        set(words, Hide::Placeholder);
    }
    let view = set("one@example.org", Hide::Placeholder);
    assert_eq!(view.findings, first.findings, "what is proposed is no decision");
}

#[test]
fn decisions_are_taken_back_one_after_the_other_also_after_a_restart() {
    let profile = profile();
    let first = hiding(profile.record(0));
    let kept = hide(&profile, "one@example.org", Hide::Keep);
    assert!(kept.undo);
    let again = hide(&profile, "one@example.org", Hide::Keep);
    assert_eq!(again, kept, "deciding the same again changes nothing");
    let added = hide(&profile, "I met Übersee", Hide::Drop);
    assert_eq!(added.findings.len(), 4);
    assert!(added.findings[2].added);
    let profile = profile.reopened();
    assert_eq!(hiding(profile.record(0)), added);
    assert_eq!(undo(&profile), kept);
    assert_eq!(undo(&profile), first);
    assert_eq!(undo(&profile), first, "there is nothing more to take back");
    // What the person added is taken out by keeping it.
    hide(&profile, "Übersee", Hide::Placeholder);
    let view = hide(&profile, "Übersee", Hide::Keep);
    assert_eq!(view.findings, first.findings);
}

#[test]
fn words_are_hidden_wherever_they_stand_in_a_record() {
    let mut profile = Profile::recording();
    profile
        .submit("Anna met ANNA, not Annabel; anna@example.org knows")
        .unwrap();
    let phrase = |phrase: &str| Request::HidePhrase {
        seq: 0,
        phrase: phrase.into(),
    };
    let view = hiding(record(profile.page(phrase("  anna "))));
    assert_eq!(
        view.shared.as_deref(),
        Some("[HIDDEN_1] met [HIDDEN_1], not Annabel; [EMAIL_1] knows"),
        "what is hidden already stays what it is"
    );
    assert!(view.undo);
    assert_eq!(profile.page_fails(phrase("nobody")), Code::PhraseMissing);
    for bad in ["", " - ", "a b c d e f g h i j k l m", &"x".repeat(201)] {
        assert_eq!(profile.page_fails(phrase(bad)), Code::PhraseInvalid, "{bad:?}");
    }
    let view = hiding(record(profile.page(Request::UndoHide { seq: 0 })));
    assert_eq!(view.findings.len(), 1);
}

#[test]
fn what_is_no_range_is_refused() {
    let profile = profile();
    let length = u32::try_from(TEXT.encode_utf16().count()).unwrap();
    for (start, end) in [
        (0, 0),
        (5, 4),
        (0, length + 1),
        (1, 5),
        (0, 1),
        (u32::MAX, u32::MAX),
    ] {
        let request = Request::Hide {
            seq: 0,
            start,
            end,
            action: Hide::Drop,
        };
        assert_eq!(
            profile.page_fails(request),
            Code::MessageInvalid,
            "{start}..{end}"
        );
    }
    let request = Request::Hide {
        seq: 7,
        start: 0,
        end: 2,
        action: Hide::Drop,
    };
    assert_eq!(profile.page_fails(request), Code::RecordGone);
    let all = hiding(record(profile.page(Request::Hide {
        seq: 0,
        start: 0,
        end: length,
        action: Hide::Drop,
    })));
    assert_eq!((all.findings.len(), all.shared.as_deref()), (1, Some("")));
}

#[test]
fn a_draft_goes_when_something_else_is_to_be_hidden() {
    let profile = profile();
    let gone = |draft: &DraftView| {
        let request = Request::Approve {
            draft: draft.draft.clone(),
            records_sha256: digest(&draft.lines),
        };
        assert_eq!(profile.page_fails(request), Code::DraftGone);
    };
    let draft = mark(&profile);
    let (start, end) = range(TEXT, "Übersee");
    let outcome = profile.send(
        &page(),
        Request::Hide {
            seq: 0,
            start,
            end,
            action: Hide::Mask,
        },
    );
    assert_eq!(outcome.effects, [Effect::Refresh]);
    gone(&draft);
    let at_hand = || match profile.page(Request::Exports) {
        Reply::Exports { view } => view.draft,
        other => panic!("{other:?}"),
    };
    assert_eq!(at_hand(), None);
    let draft = profile.draft("lab");
    assert_eq!(at_hand().as_ref(), Some(&draft.draft));
    undo(&profile);
    gone(&draft);
    let draft = profile.draft("lab");
    always(&profile, "Übersee");
    gone(&draft);
    // What changes nothing takes no draft away.
    let draft = profile.draft("lab");
    always(&profile, "ÜBERSEE");
    hide(&profile, "one@example.org", Hide::Placeholder);
    profile.approve(&draft);
}

#[test]
fn a_list_hides_its_words_everywhere() {
    let mut profile = profile();
    profile.submit("Übersee again").unwrap();
    assert_eq!(always(&profile, " new   york "), ["new york"]);
    assert_eq!(always(&profile, "übersee"), ["new york", "übersee"]);
    assert_eq!(
        always(&profile, "UBERSEE"),
        ["new york", "übersee"],
        "the same words"
    );
    let profile = profile.reopened();
    for seq in [0, 1] {
        let hiding = hiding(profile.record(seq));
        let listed = hiding
            .findings
            .iter()
            .find(|one| one.kind == "PERSONAL_LIST")
            .unwrap();
        assert_eq!(
            (listed.group, listed.reason, listed.action),
            (FindingGroup::Personal, FindingReason::Listed, Hide::Placeholder)
        );
        assert!(hiding.shared.unwrap().contains("[PERSONAL_LIST_1]"));
    }
    profile.page(Request::Mark { seqs: vec![0, 1] });
    let draft = profile.draft("lab");
    assert!(draft.lines.iter().all(|line| !line.contains("bersee")));
    // It can stay in one record.
    let (start, end) = range(TEXT, "Übersee");
    profile.page(Request::Hide {
        seq: 0,
        start,
        end,
        action: Hide::Keep,
    });
    let draft = profile.draft("lab");
    assert!(draft.lines[0].contains("Übersee") && draft.lines[1].contains("[PERSONAL_LIST_1]"));
    let Reply::Settings { view } = profile.page(Request::NoLongerHide {
        phrase: "übersee".into(),
    }) else {
        panic!()
    };
    assert_eq!(view.always_hidden, ["new york"]);
    assert!(profile.draft("lab").lines[1].contains("Übersee again"));
    assert_eq!(
        profile.page_fails(Request::AlwaysHide { phrase: "?!".into() }),
        Code::PhraseInvalid
    );
    assert_eq!(
        Profile::new().page_fails(Request::AlwaysHide { phrase: "x".into() }),
        Code::LogMissing
    );
    profile.whole();
}

#[test]
fn a_list_is_sealed_and_what_is_taken_out_cannot_be_read_any_more() {
    let profile = profile();
    let bytes = |profile: &Profile, word: &str| {
        let history = profile.app.host().history();
        history
            .iter()
            .any(|(.., row)| row.windows(word.len()).any(|bytes| bytes == word.as_bytes()))
    };
    always(&profile, "Zauberberg");
    always(&profile, "Kilchberg");
    assert!(!bytes(&profile, "Zauberberg"));
    assert!(
        finds(profile.app.host(), "Zauberberg"),
        "with the keys of the device"
    );
    profile.page(Request::NoLongerHide {
        phrase: "Zauberberg".into(),
    });
    assert!(!finds(profile.app.host(), "Zauberberg"));
    assert!(finds(profile.app.host(), "Kilchberg"));
}

#[test]
fn a_locked_profile_shows_and_decides_nothing() {
    let profile = profile();
    always(&profile, "Zauberberg");
    let new = counterfoil_app::message::Secret::from("open sesame".to_owned());
    profile.page(Request::Passphrase {
        current: None,
        new: Some(new),
    });
    profile.page(Request::Lock);
    let profile = profile.browser_closed();
    for request in [
        Request::Settings,
        Request::Record { seq: 0 },
        Request::UndoHide { seq: 0 },
        Request::AlwaysHide { phrase: "x".into() },
        Request::NoLongerHide {
            phrase: "Zauberberg".into(),
        },
    ] {
        assert_eq!(profile.page_fails(request), Code::Locked);
    }
    // Neither the files nor the rows give it away.
    assert!(!finds_locked(&profile, "Zauberberg"));
}

/// Whether a text can be read without any key.
fn finds_locked(profile: &Profile, text: &str) -> bool {
    let host = profile.app.host();
    let rows = host.history().into_iter().map(|(.., row)| row);
    let files = host.files().into_iter().map(|(_, bytes)| bytes);
    rows.chain(files)
        .any(|bytes| bytes.windows(text.len()).any(|part| part == text.as_bytes()))
}

#[test]
fn decisions_go_with_their_record() {
    let profile = profile();
    hide(&profile, "Übersee", Hide::Placeholder);
    let decisions = |profile: &Profile| {
        let rows = profile.app.host().rows();
        rows.iter()
            .filter(|(table, key, _)| *table == Table::Review && key.starts_with('h'))
            .count()
    };
    assert_eq!(decisions(&profile), 1);
    profile.page(Request::Delete { seqs: vec![0] });
    profile.page(Request::Undo { seqs: vec![0] });
    assert!(hiding(profile.record(0)).undo, "undone, it is as it was");
    profile.page(Request::Delete { seqs: vec![0] });
    profile.at(UNDO);
    wait(profile.app.event(Event::Woken)).unwrap();
    assert_eq!(decisions(&profile), 0);
    assert!(!finds(profile.app.host(), "Übersee"));
    profile.whole();
}

#[test]
fn a_backup_brings_decisions_and_list_along_and_a_merge_hides_what_either_side_hides() {
    let profile = profile();
    hide(&profile, "Übersee", Hide::Mask);
    hide(&profile, "one@example.org", Hide::Keep);
    always(&profile, "Zauberberg");
    let (words, old) = (profile.words(), profile.backup());
    let elsewhere = Profile::elsewhere(1);
    elsewhere.restore(&words, &old, 1 << 20).unwrap();
    assert_eq!(hiding(elsewhere.record(0)), hiding(profile.record(0)));
    assert_eq!(elsewhere.settings().always_hidden, ["Zauberberg"]);
    elsewhere.whole();

    // Here something else is hidden now, and what the backup showed is not.
    undo(&profile);
    hide(&profile, "Write", Hide::Placeholder);
    profile.page(Request::NoLongerHide {
        phrase: "Zauberberg".into(),
    });
    always(&profile, "Kilchberg");
    undo(&profile);
    undo(&profile);
    hide(&profile, "Write", Hide::Placeholder);
    profile.restore(&words, &old, 1 << 20).unwrap();
    let merged = hiding(profile.record(0));
    assert_eq!(
        merged.shared.as_deref(),
        Some("🦊 [HIDDEN_1] to [EMAIL_1] or pay with [CREDIT_CARD_1]; I met ███████, and I have diabetes.")
    );
    assert_eq!(profile.settings().always_hidden, ["Kilchberg", "Zauberberg"]);
    let before = merged;
    profile.restore(&words, &old, 1 << 20).unwrap();
    assert_eq!(hiding(profile.record(0)), before, "a second time changes nothing");
    profile.whole();
}

#[test]
fn what_cannot_be_read_is_not_shared() {
    let profile = profile();
    hide(&profile, "Übersee", Hide::Placeholder);
    always(&profile, "Zauberberg");
    let spoil = |table: Table, start: &str| {
        let host = profile.app.host();
        let rows = host.rows();
        let key = rows
            .iter()
            .find(|(of, key, _)| *of == table && key.starts_with(start))
            .map(|(_, key, _)| key)
            .unwrap();
        host.tamper(table, key, |row| *row.last_mut().unwrap() ^= 1);
    };
    profile.page(Request::Mark { seqs: vec![0] });
    spoil(Table::Review, "h");
    let draft = Request::Draft { choice: choice("x") };
    assert_eq!(profile.page_fails(draft.clone()), Code::NothingToExport);
    // Deciding anew mends it.
    hide(&profile, "Übersee", Hide::Placeholder);
    assert_eq!(profile.draft("x").lines.len(), 1);

    spoil(Table::Meta, "always-hidden");
    assert_eq!(profile.page_fails(draft), Code::StoreCorrupt);
    let audit = wait(profile.app.check()).unwrap();
    let named: Vec<_> = audit.damaged.iter().map(|damage| damage.name.as_str()).collect();
    assert_eq!(named, ["meta/always-hidden"]);
    profile.page(Request::Repair);
    assert_eq!(profile.settings().always_hidden, Vec::<String>::new());
    assert_eq!(profile.draft("x").lines.len(), 1);
    profile.whole();
}
