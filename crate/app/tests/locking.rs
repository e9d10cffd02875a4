//! Words, passphrase, lock and inbox.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use counterfoil_app::error::Code;
use counterfoil_app::memory::Cut;
use counterfoil_app::message::{Capture, Effect, Event, Icon, Reply, Request, Secret, SiteIcon, Unproven};
use counterfoil_app::ports::Clock;
use counterfoil_app::view::WordsState;
use support::burglar::finds;
use support::{Profile, wait};

const PASSPHRASE: &str = "lantern over the harbour";

fn secret(text: &str) -> Secret {
    Secret::from(text.to_owned())
}

fn set(profile: &Profile, current: Option<&str>, new: Option<&str>) -> Result<(), Code> {
    let request = Request::Passphrase {
        current: current.map(secret),
        new: new.map(secret),
    };
    match profile.send(&support::page(), request).answer {
        counterfoil_app::message::Answer::Ok { .. } => Ok(()),
        counterfoil_app::message::Answer::Failed { failure } => Err(failure.code),
    }
}

fn unlock(profile: &Profile, passphrase: &str) -> Result<(), Code> {
    let request = Request::Unlock {
        passphrase: secret(passphrase),
    };
    match profile.send(&support::page(), request).answer {
        counterfoil_app::message::Answer::Ok { .. } => Ok(()),
        counterfoil_app::message::Answer::Failed { failure } => Err(failure.code),
    }
}

/// A profile with a passphrase, one record, and open.
fn protected() -> Profile {
    let mut profile = Profile::recording();
    profile.submit("before the lock").unwrap();
    set(&profile, None, Some(PASSPHRASE)).unwrap();
    profile
}

fn later(profile: &Profile, milliseconds: u64) {
    let now = Clock::now(profile.app.host());
    profile.app.host().set_time(now + milliseconds);
}

#[test]
fn the_words_are_shown_until_they_are_confirmed_and_never_after() {
    let profile = Profile::new();
    assert_eq!(profile.page_fails(Request::Words), Code::LogMissing);
    let profile = Profile::recording();
    assert_eq!(profile.settings().words, WordsState::Unseen);
    let words = profile.words();
    assert_eq!(words.expose().split(' ').count(), 24);
    assert_eq!(profile.settings().words, WordsState::Shown);
    let confirm = |text: String| Request::ConfirmWords {
        words: Secret::from(text),
    };
    assert_eq!(profile.page_fails(confirm("xyzzy two".into())), Code::WordUnknown);
    assert_eq!(
        profile.page_fails(confirm("abandon ".repeat(3))),
        Code::WordsCount
    );
    assert_eq!(
        profile.page_fails(confirm("abandon ".repeat(24))),
        Code::WordsChecksum
    );
    let other = format!("{}art", "abandon ".repeat(23));
    assert_eq!(profile.page_fails(confirm(other)), Code::WordsWrong);
    let profile = profile.reopened();
    assert_eq!(profile.words(), words, "not confirmed: shown again");
    profile.page(confirm(words.expose().to_uppercase().replace(' ', "  \n")));
    assert_eq!(profile.settings().words, WordsState::Confirmed);
    assert_eq!(profile.page_fails(Request::Words), Code::WordsShown);
}

#[test]
fn secrets_do_not_show_in_debug_output() {
    let request = Request::Unlock {
        passphrase: secret(PASSPHRASE),
    };
    assert!(!format!("{request:?}").contains("harbour"));
    let profile = Profile::recording();
    let reply = profile.page(Request::Words);
    let words = profile.words();
    let first = words.expose().split(' ').next().unwrap();
    assert!(!format!("{reply:?}").contains(first));
}

#[test]
fn a_locked_profile_answers_nothing_but_its_status() {
    let profile = protected();
    assert!(!profile.status().locked && profile.status().passphrase);
    let Reply::Status { view } = profile.page(Request::Lock) else {
        panic!()
    };
    assert!(view.locked);
    for request in [
        Request::Popup { url: None },
        Request::Settings,
        Request::Words,
        Request::Check,
        Request::Exports,
        Request::Record { seq: 0 },
        Request::ForgetAll,
        Request::Consent { given: true },
    ] {
        assert_eq!(profile.page_fails(request), Code::Locked);
    }
    assert!(!finds(profile.app.host(), "before the lock"), "the disk is open");
    assert_eq!(
        unlock(&profile, "lantern over the harbor"),
        Err(Code::PassphraseWrong)
    );
    unlock(&profile, PASSPHRASE).unwrap();
    assert_eq!(profile.texts(), ["before the lock"]);
    profile.whole();
}

#[test]
fn a_locked_profile_shows_that_it_goes_on_recording() {
    let profile = protected();
    profile.page(Request::Lock);
    let over = |icon| {
        vec![SiteIcon {
            origin: support::SITE.into(),
            icon,
        }]
    };
    let started = wait(profile.app.event(Event::Started)).unwrap();
    assert!(started.contains(&Effect::Icons {
        sites: over(Icon::On),
        others: Some(Icon::Off),
    }));
    let health = Unproven {
        v: 1,
        nonce: "0".repeat(32),
        unconfirmed: 0,
        forged: 0,
    };
    let come = profile.send(&support::site("https://example.org/"), Request::Health { health });
    assert_eq!(
        come.effects,
        [Effect::Icons {
            sites: over(Icon::On),
            others: None,
        }]
    );
}

#[test]
fn without_a_passphrase_there_is_nothing_to_lock_with() {
    let profile = Profile::recording();
    assert_eq!(profile.page_fails(Request::Lock), Code::NoPassphrase);
    assert_eq!(unlock(&profile, PASSPHRASE), Err(Code::NoPassphrase));
    assert_eq!(set(&profile, None, Some("short")), Err(Code::PassphraseShort));
    assert!(!profile.status().passphrase);
}

#[test]
fn a_dead_worker_stays_open_and_a_closed_browser_locks() {
    let profile = protected().reopened();
    assert_eq!(profile.texts(), ["before the lock"]);
    let profile = profile.browser_closed();
    assert!(profile.status().locked);
    let effects = wait(profile.app.event(Event::Started)).unwrap();
    assert!(
        effects.contains(&Effect::Register {
            scripts: vec![support::generic(&["https://example.org/*"])]
        }),
        "recording goes on: {effects:?}"
    );
    unlock(&profile, PASSPHRASE).unwrap();
    assert_eq!(profile.texts(), ["before the lock"]);
}

#[test]
fn it_locks_when_nobody_uses_it() {
    let mut profile = protected();
    profile.page(Request::IdleLock { minutes: 5 });
    later(&profile, 4 * 60_000);
    profile.page(Request::Popup { url: None });
    later(&profile, 4 * 60_000);
    let effects = wait(profile.app.event(Event::Woken)).unwrap();
    let due = Clock::now(profile.app.host()) + 60_000;
    assert!(effects.contains(&Effect::Wake { at: due }), "{effects:?}");
    assert!(!profile.status().locked);
    // Asking for the status was no use of it, what a site sends neither, nor an event.
    profile.submit("recorded all the same").unwrap();
    later(&profile, 60_000);
    wait(profile.app.event(Event::Woken)).unwrap();
    assert!(profile.status().locked);
    // A worker that starts when the time is over does not open it either.
    unlock(&profile, PASSPHRASE).unwrap();
    later(&profile, 6 * 60_000);
    let profile = profile.reopened();
    assert_eq!(profile.page_fails(Request::Settings), Code::Locked);
}

#[test]
fn the_passphrase_changes_without_the_log_being_written_anew() {
    let profile = protected();
    let rows = profile.app.host().rows();
    assert_eq!(
        set(&profile, Some("not the right one"), Some("another passphrase")),
        Err(Code::PassphraseWrong)
    );
    assert_eq!(
        set(&profile, None, Some("another passphrase")),
        Err(Code::PassphraseWrong)
    );
    set(&profile, Some(PASSPHRASE), Some("another passphrase")).unwrap();
    let untouched = |rows: &[(counterfoil_app::ports::Table, String, Vec<u8>)]| {
        rows.iter()
            .filter(|(table, key, _)| {
                *table != counterfoil_app::ports::Table::Meta || key != "locked" && !key.starts_with("state")
            })
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(untouched(&profile.app.host().rows()), untouched(&rows));
    let profile = profile.browser_closed();
    assert_eq!(unlock(&profile, PASSPHRASE), Err(Code::PassphraseWrong));
    unlock(&profile, "another passphrase").unwrap();
    set(&profile, Some("another passphrase"), None).unwrap();
    let profile = profile.browser_closed();
    assert!(!profile.status().passphrase);
    assert_eq!(profile.texts(), ["before the lock"]);
}

#[test]
fn wrong_passphrases_wait_even_across_restarts_and_kills() {
    let profile = protected().browser_closed();
    for _ in 0..3 {
        assert_eq!(unlock(&profile, "wrong wrong"), Err(Code::PassphraseWrong));
    }
    assert_eq!(unlock(&profile, PASSPHRASE), Err(Code::PassphraseWait));
    let profile = profile.browser_closed();
    assert_eq!(unlock(&profile, PASSPHRASE), Err(Code::PassphraseWait));
    assert!(profile.status().wait_until.is_some());
    later(&profile, 1_000);
    // Killed while it tried: the attempt counts all the same.
    profile.app.host().cut_at(1, Cut::Before);
    let _ = unlock(&profile, "wrong wrong");
    let profile = profile.reopened();
    assert_eq!(unlock(&profile, PASSPHRASE), Err(Code::PassphraseWait));
    later(&profile, 2_000);
    unlock(&profile, PASSPHRASE).unwrap();
    assert_eq!(profile.status().wait_until, None);
    // A clock that went back makes nobody wait for ever.
    profile.page(Request::Lock);
    for _ in 0..3 {
        assert_eq!(unlock(&profile, "wrong wrong"), Err(Code::PassphraseWrong));
    }
    profile.at(0);
    assert_eq!(unlock(&profile, PASSPHRASE), Err(Code::PassphraseWait));
    later(&profile, 1_000);
    unlock(&profile, PASSPHRASE).unwrap();
}

#[test]
fn what_is_captured_while_locked_waits_sealed_and_is_recorded_at_unlock() {
    let mut profile = protected();
    profile.page(Request::Lock);
    let first = profile.observed("while locked, one");
    assert_eq!(profile.deliver(first.clone()), Ok(Capture::Recorded));
    assert_eq!(profile.deliver(first.clone()), Ok(Capture::Merged), "a retry");
    later(&profile, 1_000);
    profile.submit("while locked, two").unwrap();
    assert_eq!(profile.status().waiting, 2);
    assert!(!finds(profile.app.host(), "while locked"), "the inbox is open");
    let off = support::site("https://other.example/");
    let observed = profile.observed("not here");
    let refused = support::capture(profile.send(&off, Request::Observed { observed }));
    assert_eq!(refused, Err(Code::SiteOff));
    let profile = profile.browser_closed();
    unlock(&profile, PASSPHRASE).unwrap();
    assert_eq!(
        profile.texts(),
        ["while locked, two", "while locked, one", "before the lock"]
    );
    assert_eq!(profile.status().waiting, 0);
    assert_eq!(profile.deliver(first), Ok(Capture::Merged), "a late retry");
    profile.whole();
    // The inbox has another key now: what it held is deleted like everything else.
    let seq = profile.items()[1].seq;
    profile.page(Request::Delete { seqs: vec![seq] });
    later(&profile, counterfoil_app::UNDO);
    wait(profile.app.event(Event::Woken)).unwrap();
    assert!(!finds(profile.app.host(), "while locked, one"));
    assert!(finds(profile.app.host(), "while locked, two"));
}

#[test]
fn a_flood_is_stopped_while_locked_too() {
    let mut profile = protected();
    profile.page(Request::Lock);
    for n in 0..counterfoil_app::PER_MINUTE {
        profile.submit(&format!("{n}")).unwrap();
    }
    assert_eq!(profile.submit("one more"), Err(Code::SiteCapped));
}

#[test]
fn a_permission_that_was_withdrawn_while_locked_is_honoured() {
    let mut profile = protected();
    profile.page(Request::Lock);
    profile.permit(&[]);
    unlock(&profile, PASSPHRASE).unwrap();
    assert_eq!(profile.submit("no more"), Err(Code::SiteOff));
}

#[test]
fn an_unlock_killed_at_any_step_loses_and_doubles_nothing() {
    for cut in Cut::ALL {
        for step in 0.. {
            let mut profile = protected();
            profile.page(Request::Lock);
            profile.submit("one").unwrap();
            profile.submit("two").unwrap();
            let before = profile.app.host().steps();
            profile.app.host().cut_at(step, cut);
            let _ = unlock(&profile, PASSPHRASE);
            let reached = profile.app.host().steps() > before + step;
            // The session may remember that it was opened: then what waited is taken in without another unlock.
            let profile = if step % 2 == 0 {
                profile.browser_closed()
            } else {
                profile.reopened()
            };
            later(&profile, 60_000);
            if profile.status().locked {
                unlock(&profile, PASSPHRASE).unwrap();
            }
            assert_eq!(profile.popup(support::SITE).counts.total, 3);
            assert_eq!(profile.status().waiting, 0);
            assert_eq!(
                profile.texts(),
                ["two", "one", "before the lock"],
                "{cut:?} at {step}"
            );
            profile.whole();
            if !reached {
                break;
            }
        }
    }
}

#[test]
fn setting_a_passphrase_killed_at_any_step_leaves_one_way_in() {
    for cut in Cut::ALL {
        for step in 0.. {
            let mut profile = Profile::recording();
            profile.submit("kept").unwrap();
            let before = profile.app.host().steps();
            profile.app.host().cut_at(step, cut);
            let _ = set(&profile, None, Some(PASSPHRASE));
            let reached = profile.app.host().steps() > before + step;
            let profile = profile.browser_closed();
            if profile.status().locked {
                unlock(&profile, PASSPHRASE).unwrap();
            }
            assert_eq!(profile.texts(), ["kept"], "{cut:?} at {step}");
            profile.whole();
            if !reached {
                break;
            }
        }
    }
}
