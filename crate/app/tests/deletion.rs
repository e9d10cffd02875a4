//! What is deleted cannot be read again with anything that is left on the device.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use counterfoil_app::UNDO;
use counterfoil_app::error::Code;
use counterfoil_app::message::{Effect, Event, Reply, Request};
use support::burglar::finds;
use support::{NOW, Profile, wait};

const SECRET: &str = "the vicar drowned the accounts";
const DAY: u64 = 86_400_000;

/// A profile with records before and after the one with the secret; gives its number.
fn with_secret(before: u32, after: u32) -> (Profile, u64) {
    let mut profile = Profile::recording();
    let mut minute = 0;
    let mut say = |profile: &mut Profile, text: &str| {
        minute += 1;
        profile.at(minute * 3_000);
        profile.submit(text).unwrap();
    };
    for n in 0..before {
        say(&mut profile, &format!("before {n}"));
    }
    say(&mut profile, SECRET);
    let seq = profile.items()[0].seq;
    for n in 0..after {
        say(&mut profile, &format!("after {n}"));
    }
    (profile, seq)
}

fn delete(profile: &Profile, seq: u64) {
    profile.page(Request::Delete { seqs: vec![seq] });
    let now = profile.app.host();
    let later = counterfoil_app::ports::Clock::now(now) + UNDO;
    now.set_time(later);
    wait(profile.app.event(Event::Woken)).unwrap();
}

#[test]
fn no_ciphertext_yields_a_deleted_text_under_any_key_left() {
    // Not yet packed, packed, packed and gone on, alone.
    for (before, after) in [(3, 2), (255, 0), (20, 250), (0, 0)] {
        let (profile, seq) = with_secret(before, after);
        assert!(finds(profile.app.host(), SECRET), "the burglar is blind");
        delete(&profile, seq);
        assert!(
            !finds(profile.app.host(), SECRET),
            "{before} before, {after} after"
        );
        if before + after > 0 {
            let other = if before > 0 { "before 0" } else { "after 0" };
            assert!(finds(profile.app.host(), other), "the rest is readable");
        }
        let records = u64::from(before + after);
        assert_eq!(profile.whole(), records + 2, "a leaf and a tombstone stay");
        let profile = profile.reopened();
        assert_eq!(profile.page_fails(Request::Record { seq }), Code::RecordGone);
        assert_eq!(u64::from(profile.popup(support::SITE).counts.total), records);
        profile.whole();
    }
}

#[test]
fn drafts_exports_and_previews_of_a_deleted_text_go_too() {
    let (profile, seq) = with_secret(3, 3);
    profile.page(Request::Mark { seqs: vec![seq] });
    let first = profile.draft("lab");
    profile.page(Request::Discard { draft: first.draft });
    let draft = profile.draft("lab");
    let export = profile.approve(&draft).exports[0].clone();
    assert!(!profile.file(&export.id).is_empty());
    profile.page(Request::Mark { seqs: vec![seq] });
    delete(&profile, seq);
    assert!(!finds(profile.app.host(), SECRET));
    assert_eq!(
        profile.page_fails(Request::Chunk {
            export: export.id,
            index: 0
        }),
        Code::ExportGone
    );
    profile.whole();
}

#[test]
fn a_discarded_draft_cannot_be_read_again() {
    let (profile, seq) = with_secret(1, 0);
    profile.page(Request::Mark { seqs: vec![seq] });
    let draft = profile.draft("lab");
    let line = draft.lines[0].clone();
    assert!(finds(profile.app.host(), &line[..40].replace('"', "\\\"")));
    profile.page(Request::Discard { draft: draft.draft });
    assert!(!finds(profile.app.host(), &line[..40].replace('"', "\\\"")));
}

#[test]
fn undo_survives_a_restart_until_its_time() {
    let (profile, seq) = with_secret(2, 1);
    profile.page(Request::Delete { seqs: vec![seq] });
    let profile = profile.reopened();
    wait(profile.app.event(Event::Started)).unwrap();
    profile.page(Request::Undo { seqs: vec![seq] });
    let profile = profile.reopened();
    assert_eq!(profile.record(seq).text, SECRET);
    assert_eq!(profile.popup(support::SITE).counts.total, 4);
}

#[test]
fn the_last_hour_is_forgotten_and_can_be_undone() {
    let (profile, _) = with_secret(4, 3);
    let now = 3_600_000 + 4 * 3_000;
    profile.at(now);
    assert_eq!(profile.settings().last_hour, 5);
    let since = NOW + now - 3_600_000;
    let Reply::Forgotten { seqs } = profile.page(Request::Forget { since }) else {
        panic!()
    };
    assert_eq!(seqs.len(), 5, "the fourth of the eight and what came after it");
    assert_eq!(profile.popup(support::SITE).counts.total, 3);
    profile.page(Request::Undo { seqs: seqs.clone() });
    assert_eq!(profile.popup(support::SITE).counts.total, 8);
    profile.page(Request::Forget { since });
    profile.at(now + UNDO);
    let profile = profile.reopened();
    wait(profile.app.event(Event::Woken)).unwrap();
    assert_eq!(profile.texts(), ["before 2", "before 1", "before 0"]);
    assert!(!finds(profile.app.host(), SECRET));
    profile.whole();
}

#[test]
fn retention_deletes_what_is_older_and_nothing_else() {
    let mut profile = Profile::recording();
    for day in 0..40_u64 {
        profile.at(day * DAY);
        let mut observed = profile.observed(&format!("day {day}"));
        observed.at = NOW + day * DAY;
        profile.deliver(observed).unwrap();
    }
    profile.page(Request::Mark { seqs: vec![3, 30] });
    let Reply::Settings { view } = profile.page(Request::Retention { days: Some(30) }) else {
        panic!()
    };
    assert_eq!(view.retention_days, Some(30));
    // Kept: the last thirty days before now, which is the last day.
    let texts = profile.texts();
    assert_eq!((texts.len(), texts.last().unwrap().as_str()), (31, "day 9"));
    assert_eq!(profile.popup(support::SITE).counts.marked, 1);
    assert!(!finds(profile.app.host(), "day 8"));
    let profile = profile.reopened();
    profile.at(45 * DAY);
    let effects = wait(profile.app.event(Event::Woken)).unwrap();
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Wake { .. })));
    assert_eq!(profile.texts().last().unwrap(), "day 15");
    profile.whole();
}

#[test]
fn forgetting_everything_leaves_nothing_and_can_be_undone_before() {
    let (mut profile, _) = with_secret(300, 2);
    let at = profile.settings().forget_all_at;
    assert_eq!(at, None);
    let Reply::Settings { view } = profile.page(Request::ForgetAll) else {
        panic!()
    };
    assert!(view.forget_all_at.is_some());
    assert_eq!(profile.submit("meanwhile"), Err(Code::Forgetting));
    profile.page(Request::UndoForgetAll);
    profile.submit("again").unwrap();
    profile.page(Request::ForgetAll);
    let later = counterfoil_app::ports::Clock::now(profile.app.host()) + UNDO;
    profile.app.host().set_time(later);
    let profile = profile.reopened();
    let effects = wait(profile.app.event(Event::Woken)).unwrap();
    assert!(effects.contains(&Effect::Register { scripts: vec![] }));
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::Release { .. }))
    );
    // The browser tells that the permissions are gone: that writes nothing.
    profile.permit(&["https://other.example/*"]);
    profile.permit(&[]);
    assert_eq!(profile.app.host().rows(), []);
    assert_eq!(profile.app.host().files(), []);
    // The profile begins anew, with other keys and without consent.
    let mut profile = profile.reopened();
    assert_eq!(profile.submit("too early"), Err(Code::NoConsent));
    profile.page(Request::Consent { given: true });
    profile.page(Request::SiteOn {
        url: support::SITE.into(),
    });
    profile.permit(&["https://example.org/*"]);
    profile.submit("a new life").unwrap();
    assert_eq!(profile.texts(), ["a new life"]);
    assert!(!finds(profile.app.host(), SECRET));
}

#[test]
fn a_deletion_killed_at_any_step_is_carried_out_and_nothing_else_is_lost() {
    use counterfoil_app::memory::Cut;
    for cut in Cut::ALL {
        for step in 0.. {
            let (profile, seq) = with_secret(5, 3);
            profile.page(Request::Delete { seqs: vec![seq] });
            let later = counterfoil_app::ports::Clock::now(profile.app.host()) + UNDO;
            profile.app.host().set_time(later);
            let before = profile.app.host().steps();
            profile.app.host().cut_at(step, cut);
            let whole = wait(profile.app.event(Event::Woken)).is_ok();
            let reached = profile.app.host().steps() > before + step;
            let profile = profile.reopened();
            wait(profile.app.event(Event::Started)).unwrap();
            assert!(!finds(profile.app.host(), SECRET), "{cut:?} at {step}");
            assert_eq!(profile.items().len(), 8, "{cut:?} at {step}");
            assert_eq!(profile.whole(), 10, "{cut:?} at {step}: one tombstone");
            if !reached {
                assert!(whole);
                assert!(step > 3, "nothing was cut");
                break;
            }
        }
    }
}
