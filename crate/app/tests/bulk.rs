//! Many records at once are there whole or not at all, after those that were there before, in a log that holds.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use counterfoil_app::app::App;
use counterfoil_app::error::Code;
use counterfoil_app::memory::Fault;
use counterfoil_app::message::{Event, Request};
use counterfoil_app::view::Filter;
use counterfoil_app::{Brought, TOGETHER};
use counterfoil_core::record::{Body, Kind};
use support::{NOW, Profile, wait};

fn brought(count: usize) -> Vec<Brought> {
    (0..count)
        .map(|number| Brought {
            kind: Kind::Prompt,
            time: NOW - 86_400_000,
            body: Body {
                text: Some(format!("brought {number}")),
                ..Body::default()
            },
        })
        .collect()
}

/// All texts, newest first.
fn texts(profile: &Profile) -> Vec<String> {
    let (mut texts, mut before) = (Vec::new(), None);
    loop {
        let view = profile.list(Filter::default(), before);
        texts.extend(view.items.into_iter().map(|item| item.preview));
        before = view.next;
        if before.is_none() {
            return texts;
        }
    }
}

#[test]
fn many_records_come_after_those_before_and_before_those_after() {
    let mut profile = Profile::recording();
    profile.submit("before").unwrap();
    wait(profile.app.bring(&brought(600))).unwrap();
    profile.submit("after").unwrap();
    wait(profile.app.bring(&brought(1))).unwrap();
    let found = texts(&profile);
    assert_eq!(found.len(), 603);
    assert_eq!(found[0], "brought 0");
    assert_eq!(found[1], "after");
    assert_eq!(found[2], "brought 599");
    assert_eq!(found[602], "before");
    let counts = profile.popup(support::SITE).counts;
    assert_eq!(counts.total, 603);
    assert_eq!(counts.today, 2, "what was written yesterday is not of today");
    profile.whole();
    let profile = profile.reopened();
    assert_eq!(texts(&profile), found);
    profile.whole();
}

#[test]
fn a_kill_leaves_all_of_them_or_none() {
    for fault in [Fault::BeforeCommit, Fault::AfterCommit, Fault::Abort, Fault::Full] {
        let mut profile = Profile::recording();
        profile.submit("before").unwrap();
        profile.app.host().fail_next(fault);
        let failed = wait(profile.app.bring(&brought(300)));
        assert!(failed.is_err(), "{fault:?}");
        let mut profile = profile.reopened();
        let due = if fault == Fault::AfterCommit { 301 } else { 1 };
        assert_eq!(texts(&profile).len(), due, "{fault:?}");
        profile.submit("after").unwrap();
        assert_eq!(texts(&profile).len(), due + 1, "{fault:?}");
        profile.whole();
    }
}

#[test]
fn brought_records_are_deleted_for_good_like_any_other() {
    let profile = Profile::recording();
    wait(profile.app.bring(&brought(300))).unwrap();
    profile.page(Request::Delete { seqs: vec![7] });
    profile.at(counterfoil_app::UNDO);
    wait(profile.app.event(Event::Woken)).unwrap();
    let found = texts(&profile);
    assert_eq!(found.len(), 299);
    assert!(!found.contains(&"brought 7".to_owned()));
    profile.whole();
}

#[test]
fn without_consent_or_by_the_million_nothing_is_brought() {
    let profile = Profile::new();
    let refused = wait(profile.app.bring(&brought(1))).unwrap_err();
    assert_eq!(refused.code, Code::NoConsent);
    let profile = Profile::recording();
    let refused = wait(profile.app.bring(&brought(TOGETHER + 1))).unwrap_err();
    assert_eq!(refused.code, Code::NotAllowed);
    assert!(texts(&profile).is_empty());
}

#[test]
fn what_another_process_brought_under_keys_that_were_not_spare_yet_is_read() {
    let profile = Profile::recording();
    assert_eq!(texts(&profile).len(), 0);
    let other = App::with_work(profile.app.host().alongside(), support::WORK);
    // Each lies in a segment of its own, under a key of its own: more than are made at a time.
    for _ in 0..100 {
        wait(other.bring(&brought(1))).unwrap();
    }
    let view = profile.list(Filter::default(), None);
    assert_eq!(view.items.len(), 50);
    assert_eq!(view.damaged, []);
    assert_eq!(texts(&profile).len(), 100);
    profile.whole();
}
