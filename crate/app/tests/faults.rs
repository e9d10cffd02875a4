//! Killed at any moment, two at once, full, damaged, newer: nothing that was counted is lost, and the log holds.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use counterfoil_app::UNDO;
use counterfoil_app::app::App;
use counterfoil_app::error::Code;
use counterfoil_app::memory::Fault;
use counterfoil_app::message::{Capture, Event, Request};
use counterfoil_app::ports::Table;
use support::{Profile, digest, wait};

#[test]
fn a_worker_killed_around_the_commit_loses_nothing_and_records_once() {
    for fault in [Fault::BeforeCommit, Fault::AfterCommit, Fault::Abort, Fault::Full] {
        let mut profile = Profile::recording();
        profile.submit("before").unwrap();
        let observed = profile.observed("during");
        profile.app.host().fail_next(fault);
        let failed = profile.deliver(observed.clone());
        assert!(
            matches!(failed, Err(Code::StoreUnwritable | Code::StoreFull)),
            "{fault:?}: {failed:?}"
        );
        let mut profile = profile.reopened();
        let expected = if fault == Fault::AfterCommit {
            Capture::Merged
        } else {
            Capture::Recorded
        };
        assert_eq!(profile.deliver(observed), Ok(expected), "{fault:?}");
        profile.submit("after").unwrap();
        assert_eq!(profile.texts(), ["after", "during", "before"], "{fault:?}");
        profile.whole();
    }
}

#[test]
fn every_change_is_whole_or_not_at_all_under_kills() {
    // The same history with each single commit killed, before and after it is carried out.
    for fault in [Fault::BeforeCommit, Fault::AfterCommit] {
        for killed in 0..14 {
            let mut profile = Profile::recording();
            let mut step = 0;
            let mut run = |profile: Profile, request: Request| {
                if step == killed {
                    profile.app.host().fail_next(fault);
                }
                step += 1;
                let _ = profile.send(&support::page(), request);
                profile.reopened()
            };
            for text in ["a", "b", "c"] {
                profile.submit(text).unwrap();
            }
            profile = run(profile, Request::Mark { seqs: vec![0, 1] });
            profile = run(profile, Request::Delete { seqs: vec![2] });
            profile = run(profile, Request::Undo { seqs: vec![2] });
            profile = run(profile, Request::Delete { seqs: vec![2] });
            profile = run(
                profile,
                Request::Draft {
                    choice: support::choice("x"),
                },
            );
            profile.at(UNDO);
            profile = run(profile, Request::Exports);
            profile = run(profile, Request::Popup { url: None });
            let counts = profile.popup(support::SITE).counts;
            let live = profile.items();
            let live = live
                .iter()
                .filter(|item| !matches!(item.review, counterfoil_app::view::Review::Deleting { .. }));
            assert_eq!(counts.total as usize, live.count(), "{fault:?} at {killed}");
            profile.whole();
        }
    }
}

#[test]
fn an_approval_killed_after_its_commit_never_signs_a_second_tree() {
    for fault in [Fault::BeforeCommit, Fault::AfterCommit] {
        let mut profile = Profile::recording();
        profile.submit("one").unwrap();
        profile.page(Request::Mark { seqs: vec![0] });
        let draft = profile.draft("lab");
        let approve = Request::Approve {
            draft: draft.draft.clone(),
            records_sha256: digest(&draft.lines),
        };
        profile.app.host().fail_next(fault);
        assert_eq!(profile.page_fails(approve.clone()), Code::StoreUnwritable);
        let profile = profile.reopened();
        if fault == Fault::AfterCommit {
            assert_eq!(profile.page_fails(approve), Code::DraftGone);
        } else {
            profile.page(approve);
        }
        let counterfoil_app::message::Reply::Exports { view } = profile.page(Request::Exports) else {
            panic!()
        };
        assert_eq!(view.exports.len(), 1);
        assert!(!profile.file(&view.exports[0].id).is_empty());
    }
}

#[test]
fn two_windows_append_to_one_log() {
    let mut profile = Profile::recording();
    let other = App::new(profile.app.host().alongside());
    for n in 0..10 {
        let here = profile.observed(&format!("here {n}"));
        let there = profile.observed(&format!("there {n}"));
        let sender = support::site("https://example.org/");
        let request = |observed| Request::Observed { observed };
        let mut one = std::pin::pin!(profile.app.handle(&sender, request(here)));
        let mut two = std::pin::pin!(other.handle(&sender, request(there)));
        let (mut first, mut second) = (None, None);
        let both = std::future::poll_fn(|context| {
            use std::future::Future;
            if first.is_none()
                && let std::task::Poll::Ready(outcome) = one.as_mut().poll(context)
            {
                first = Some(outcome);
            }
            if second.is_none()
                && let std::task::Poll::Ready(outcome) = two.as_mut().poll(context)
            {
                second = Some(outcome);
            }
            if first.is_some() && second.is_some() {
                std::task::Poll::Ready(())
            } else {
                std::task::Poll::Pending
            }
        });
        wait(both);
        assert_eq!(support::capture(first.unwrap()), Ok(Capture::Recorded));
        assert_eq!(support::capture(second.unwrap()), Ok(Capture::Recorded));
    }
    assert_eq!(profile.items().len(), 20);
    profile.whole();
}

#[test]
fn damage_is_named_and_nothing_is_written_over_it() {
    let mut profile = Profile::recording();
    profile.submit("one").unwrap();
    profile
        .app
        .host()
        .tamper(Table::Record, "0000000000000000", |row| row[30] ^= 1);
    let profile = profile.reopened();
    assert_eq!(profile.page_fails(Request::Record { seq: 0 }), Code::StoreCorrupt);
    for row in ["state", "state-copy"] {
        profile.app.host().tamper(Table::Meta, row, |row| row[30] ^= 1);
    }
    let before = profile.app.host().rows();
    let mut profile = profile.reopened();
    assert_eq!(profile.submit("two"), Err(Code::StoreCorrupt));
    assert_eq!(
        profile.page_fails(Request::Consent { given: true }),
        Code::StoreCorrupt
    );
    assert!(wait(profile.app.event(Event::Started)).is_err());
    assert_eq!(profile.app.host().rows(), before);
}

#[test]
fn a_newer_schema_and_a_lost_key_are_refused_untouched() {
    let mut profile = Profile::recording();
    profile.submit("one").unwrap();
    profile.app.host().tamper(Table::Meta, "state", |row| row[0] = 9);
    let before = profile.app.host().rows();
    let mut profile = profile.reopened();
    assert_eq!(profile.submit("two"), Err(Code::StoreNewer));
    assert_eq!(profile.app.host().rows(), before);

    let mut profile = Profile::recording();
    profile.submit("one").unwrap();
    profile.app.host().lose_key();
    let before = profile.app.host().rows();
    let mut profile = profile.reopened();
    assert_eq!(profile.submit("two"), Err(Code::KeysUnavailable));
    assert_eq!(
        profile.page_fails(Request::Consent { given: true }),
        Code::KeysUnavailable
    );
    assert_eq!(profile.app.host().rows(), before);
}

#[test]
fn no_row_holds_readable_text() {
    let mut profile = Profile::recording();
    let text = "a sentence that must not lie open on the disk";
    profile.submit(text).unwrap();
    profile.page(Request::Mark { seqs: vec![0] });
    profile.approve(&profile.draft("lab"));
    for (table, key, row) in profile.app.host().rows() {
        let holds = |word: &str| row.windows(word.len()).any(|window| window == word.as_bytes());
        for word in ["sentence", "example.org", "lab", "did:key", "prompt"] {
            // Where recording is on lies open, as it does in the browser's own registration.
            let open = (table, key.as_str()) == (Table::Meta, "open") && word == "example.org";
            assert!(!holds(word) || open, "{word} in {table:?}/{key}");
        }
        assert!(!key.contains("example"), "{key}");
    }
}
