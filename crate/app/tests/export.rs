//! Exports: exactly what was shown is signed, and anybody can check it.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use counterfoil_app::UNDO;
use counterfoil_app::error::Code;
use counterfoil_app::message::{ExportChoice, Reply, Request};
use counterfoil_app::view::TimeDetail;
use counterfoil_core::bundle::verify::{Expect, verify};
use support::{Profile, choice, digest};

fn marked(texts: &[&str]) -> Profile {
    let mut profile = Profile::recording();
    for text in texts {
        profile.submit(text).unwrap();
    }
    profile.page(Request::Mark {
        seqs: (0..texts.len() as u64).collect(),
    });
    profile
}

#[test]
fn an_approved_draft_becomes_a_bundle_that_verifies() {
    let profile = marked(&["one", "two\nlines 🦁"]);
    let draft = profile.draft("for a friend");
    assert_eq!(draft.lines.len(), 2);
    assert!(draft.lines[1].contains("two\\nlines 🦁"));
    assert!(draft.lines[1].contains("\"site\":\"example.org\""));
    assert!(!draft.lines[1].contains("T0"), "no fine time");
    let exports = profile.approve(&draft).exports;
    assert_eq!(exports.len(), 1);
    assert_eq!((exports[0].records, exports[0].available), (2, true));
    assert_eq!(exports[0].records_sha256, digest(&draft.lines));

    let file = profile.file(&exports[0].id);
    let report = verify(&file.as_slice(), &Expect::default()).unwrap();
    assert!(report.valid, "{report:?}");
    assert_eq!(
        profile.popup(support::SITE).counts.marked,
        0,
        "what was exported is marked no more"
    );

    let profile = profile.reopened();
    assert_eq!(
        profile.file(&exports[0].id),
        file,
        "the same bytes after a restart"
    );
}

#[test]
fn only_the_digest_of_what_was_shown_is_signed() {
    let profile = marked(&["one"]);
    let draft = profile.draft("x");
    for wrong in [
        String::new(),
        digest(&[]),
        digest(&["{}".to_owned()]),
        digest(&draft.lines).to_uppercase(),
    ] {
        let request = Request::Approve {
            draft: draft.draft.clone(),
            records_sha256: wrong,
        };
        assert_eq!(profile.page_fails(request), Code::DigestMismatch);
    }
    let newer = profile.draft("x");
    let old = Request::Approve {
        draft: draft.draft.clone(),
        records_sha256: digest(&draft.lines),
    };
    assert_eq!(
        profile.page_fails(old),
        Code::DraftGone,
        "a newer draft replaced it"
    );
    profile.approve(&newer);
    let again = Request::Approve {
        draft: newer.draft.clone(),
        records_sha256: digest(&newer.lines),
    };
    assert_eq!(
        profile.page_fails(again),
        Code::DraftGone,
        "a draft is approved once"
    );
}

#[test]
fn the_same_audience_continues_its_log_and_another_shares_nothing_with_it() {
    let mut profile = marked(&["one", "two"]);
    let first = profile.approve(&profile.draft("lab")).exports;
    profile.submit("three").unwrap();
    profile.page(Request::Mark { seqs: vec![0, 2] });
    let draft = profile.draft(" lab ");
    assert_eq!((draft.start, draft.lines.len()), (2, 1));
    assert_eq!(draft.excluded.len(), 1);
    assert_eq!(draft.excluded[0].code, "excluded_already");
    let second = profile.approve(&draft).exports;
    let id = second
        .iter()
        .map(|export| &export.id)
        .find(|id| **id != first[0].id)
        .unwrap();
    let report = verify(&profile.file(id).as_slice(), &Expect::default()).unwrap();
    assert!(report.valid, "{report:?}");
    assert!(
        report
            .notes
            .iter()
            .any(|note| note == "history before start: not checked"),
        "{:?}",
        report.notes
    );

    profile.page(Request::Mark { seqs: vec![0] });
    let other = profile.draft("somebody else");
    assert_ne!(other.did, draft.did);
    assert_eq!(other.start, 0);
    let field = |line: &str, name: &str| -> String {
        serde_json::from_str::<serde_json::Value>(line).unwrap()[name]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let lines = profile.draft("a third").lines;
    for name in ["id", "salt"] {
        assert_ne!(field(&other.lines[0], name), field(&lines[0], name), "{name}");
    }
}

#[test]
fn a_draft_takes_along_what_was_chosen_and_no_more() {
    let profile = marked(&["one"]);
    let draft = |time, site| match profile.page(Request::Draft {
        choice: ExportChoice {
            time,
            site,
            ..choice("x")
        },
    }) {
        Reply::Draft { view } => serde_json::from_str::<serde_json::Value>(&view.lines[0]).unwrap(),
        other => panic!("{other:?}"),
    };
    assert_eq!(draft(TimeDetail::Day, true)["time"].as_str().unwrap().len(), 10);
    assert_eq!(draft(TimeDetail::Month, true)["time"].as_str().unwrap().len(), 7);
    let bare = draft(TimeDetail::None, false);
    assert!(bare.get("time").is_none() && bare.get("site").is_none(), "{bare}");
    for private in ["url", "typed", "pasted", "adapter", "altered"] {
        assert!(bare.get(private).is_none(), "{private}");
    }
}

#[test]
fn what_cannot_be_exported_is_said() {
    let mut profile = Profile::recording();
    assert_eq!(
        profile.page_fails(Request::Draft { choice: choice("x") }),
        Code::NothingToExport
    );
    let mut unknown = profile.observed("who knows");
    unknown.field = counterfoil_app::message::Field::default();
    profile.deliver(unknown).unwrap();
    profile.submit("known").unwrap();
    profile.page(Request::Mark { seqs: vec![0] });
    assert_eq!(
        profile.page_fails(Request::Draft { choice: choice("x") }),
        Code::NothingToExport
    );
    profile.page(Request::Mark { seqs: vec![1] });
    let draft = profile.draft("x");
    assert_eq!(draft.lines.len(), 1);
    assert_eq!(
        (draft.excluded[0].seq, draft.excluded[0].code.as_str()),
        (0, "excluded_unknown")
    );
    for name in ["", "  ", "a\nb", &"x".repeat(65)] {
        assert_eq!(
            profile.page_fails(Request::Draft { choice: choice(name) }),
            Code::NameInvalid,
            "{name:?}"
        );
    }
    assert_eq!(
        profile.page_fails(Request::Chunk {
            export: "none".into(),
            index: 0
        }),
        Code::ExportGone
    );
}

#[test]
fn deleting_a_record_takes_its_drafts_and_its_copies_along() {
    let profile = marked(&["one", "two"]);
    let made = profile.approve(&profile.draft("lab")).exports.remove(0);
    profile.page(Request::Mark { seqs: vec![0, 1] });
    let draft = profile.draft("other");
    profile.page(Request::Delete { seqs: vec![1] });
    let request = Request::Approve {
        draft: draft.draft.clone(),
        records_sha256: digest(&draft.lines),
    };
    assert_eq!(profile.page_fails(request), Code::DraftGone);
    assert!(!profile.file(&made.id).is_empty(), "until the deletion is final");
    profile.at(UNDO);
    let Reply::Exports { view } = profile.page(Request::Exports) else {
        panic!()
    };
    assert!(!view.exports[0].available);
    assert_eq!(
        profile.page_fails(Request::Chunk {
            export: made.id,
            index: 0
        }),
        Code::ExportGone
    );
}
