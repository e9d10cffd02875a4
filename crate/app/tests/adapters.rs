//! What adapters change about what is recorded, edits, health, pauses, answers and ratings.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use counterfoil_app::app::Sender;
use counterfoil_app::error::Code;
use counterfoil_app::message::{
    Answered, Capture, Effect, Event, FamilySeen, Field, Hints, Icon, Observed, PauseLength, Rated, Reply,
    Request, Unproven, Verdict,
};
use counterfoil_app::view::{HealthState, Site, SitesView};
use counterfoil_core::record::Kind;
use support::{NOW, Profile, SITE, capture, page, site, wait};

const CHAT: &str = "https://chatgpt.com";
const HOUR: u64 = 3_600_000;

/// A profile that records these origins.
fn recording(origins: &[&str]) -> Profile {
    let profile = Profile::new();
    profile.page(Request::Consent { given: true });
    for origin in origins {
        profile.page(Request::SiteOn {
            url: (*origin).into(),
        });
    }
    let granted: Vec<String> = origins.iter().map(|origin| format!("{origin}/*")).collect();
    profile.permit(&granted.iter().map(String::as_str).collect::<Vec<_>>());
    profile
}

fn hints(id: &str) -> Hints {
    Hints {
        id: id.into(),
        whole: true,
        composer: true,
        ..Hints::default()
    }
}

/// A large field without marks or words.
fn plain(profile: &mut Profile, text: &str) -> Observed {
    Observed {
        field: Field {
            multiline: true,
            ..Field::default()
        },
        ..profile.observed(text)
    }
}

fn deliver(profile: &Profile, sender: &Sender, observed: Observed) -> Result<Capture, Code> {
    capture(profile.send(sender, Request::Observed { observed }))
}

fn sites(profile: &Profile) -> SitesView {
    match profile.page(Request::Sites) {
        Reply::Sites { view } => view,
        other => panic!("{other:?}"),
    }
}

fn of(profile: &Profile, origin: &str) -> Site {
    let view = sites(profile);
    view.sites.into_iter().find(|site| site.origin == origin).unwrap()
}

#[test]
fn a_page_of_a_wiki_that_others_began_is_edited() {
    const WIKI: &str = "https://en.wikipedia.org";
    let mut profile = recording(&[WIKI]);
    for (prefilled, due) in [(true, Kind::Edit), (false, Kind::Post)] {
        let mut observed = plain(&mut profile, &format!("a page about lighthouses {prefilled}"));
        observed.field.form = true;
        observed.field.prefilled = prefilled;
        observed.hints = Some(hints("wikipedia"));
        let sender = site(&format!("{WIKI}/w/index.php"));
        assert_eq!(deliver(&profile, &sender, observed), Ok(Capture::Recorded));
        assert_eq!(profile.items()[0].kind, due.as_str());
    }
}

#[test]
fn an_adapter_gives_kind_version_thread_model_and_evidence() {
    let mut profile = recording(&[CHAT]);
    let mut observed = plain(&mut profile, "how tall is a lighthouse");
    observed.url = format!("{CHAT}/");
    observed.hints = Some(Hints {
        model: Some("  Lighthouse\n 5 ".into()),
        ..hints("chatgpt")
    });
    // Sent on the first page, whose address names the conversation a moment later.
    let sender = Sender {
        tab: format!("{CHAT}/c/0f3a"),
        ..site(&format!("{CHAT}/"))
    };
    assert_eq!(deliver(&profile, &sender, observed), Ok(Capture::Recorded));
    let record = profile.record(0);
    assert_eq!(record.item.kind, "prompt");
    assert!(record.adapter.starts_with("chatgpt/20"), "{}", record.adapter);
    assert_eq!(record.confirmed, "enter/cleared");
    assert_eq!(record.model, "Lighthouse 5");
    assert_eq!(record.url, "https://chatgpt.com/");

    let mut elsewhere = plain(&mut profile, "a field that is not its composer");
    elsewhere.hints = Some(Hints {
        composer: false,
        ..hints("chatgpt")
    });
    assert_eq!(
        deliver(&profile, &site(&format!("{CHAT}/c/1")), elsewhere),
        Ok(Capture::Recorded)
    );
    let record = profile.record(1);
    assert_eq!(
        (record.item.kind.as_str(), record.adapter.as_str()),
        ("unknown", "generic/1")
    );
}

#[test]
fn an_adapter_is_that_of_the_senders_host_or_a_family() {
    let mut profile = recording(&[CHAT, SITE]);
    for (sender, id, expected) in [
        (CHAT, "chatgpt", Ok(Capture::Recorded)),
        (CHAT, "google", Err(Code::MessageInvalid)),
        (CHAT, "mastodon", Err(Code::MessageInvalid)),
        (SITE, "mastodon", Ok(Capture::Recorded)),
        (SITE, "chatgpt", Err(Code::MessageInvalid)),
        (SITE, "unheard-of", Err(Code::MessageInvalid)),
    ] {
        let mut observed = plain(&mut profile, id);
        observed.hints = Some(hints(id));
        assert_eq!(
            deliver(&profile, &site(&format!("{sender}/x")), observed),
            expected,
            "{sender} {id}"
        );
    }
}

#[test]
fn private_places_of_an_adapter_are_skipped_by_either_address() {
    let mut profile = recording(&[CHAT, SITE]);
    let temporary = format!("{CHAT}/?temporary-chat=true");
    for (sender, url, expected) in [
        (CHAT, temporary.as_str(), Capture::Ignored),
        (temporary.as_str(), CHAT, Capture::Ignored),
        (CHAT, CHAT, Capture::Recorded),
        // An address of another origin is not believed.
        (
            CHAT,
            "https://example.org/?temporary-chat=true",
            Capture::Recorded,
        ),
    ] {
        let mut observed = plain(&mut profile, url);
        observed.url = url.into();
        observed.hints = Some(hints("chatgpt"));
        let sender = format!("{sender}{}", if sender == CHAT { "/" } else { "" });
        assert_eq!(
            deliver(&profile, &site(&sender), observed),
            Ok(expected),
            "{sender} {url}"
        );
    }
    // Without what the page's adapter says, its rules for addresses hold all the same.
    let observed = plain(&mut profile, "between us");
    assert_eq!(
        deliver(&profile, &site(&temporary), observed),
        Ok(Capture::Ignored)
    );
    // A family whose private places only its selectors know waits for them.
    let mut early = plain(&mut profile, "too early");
    early.hints = Some(Hints {
        whole: false,
        composer: false,
        ..hints("mastodon")
    });
    assert_eq!(deliver(&profile, &site(SITE), early), Ok(Capture::Ignored));
    let mut direct = plain(&mut profile, "to one only");
    direct.hints = Some(hints("mastodon"));
    direct.url = format!("{SITE}/conversations/7");
    assert_eq!(deliver(&profile, &site(SITE), direct), Ok(Capture::Ignored));
}

#[test]
fn secrets_are_never_taken() {
    let mut profile = Profile::recording();
    let line = |says: &str| Field {
        says: says.into(),
        ..Field::default()
    };
    for (field, text) in [
        (line("Card number"), "4111 1111 1111 1111"),
        (line("Anything else"), "5555-5555-5555-4444"),
        (line("Enter the code from your app"), "482 913"),
        (line("Security code"), "x"),
        (
            Field {
                name: "seed_phrase".into(),
                multiline: true,
                ..Field::default()
            },
            "legal winner thank year",
        ),
    ] {
        let observed = Observed {
            field,
            ..profile.observed(text)
        };
        assert_eq!(profile.deliver(observed), Ok(Capture::Ignored), "{text}");
    }
    assert!(profile.items().is_empty());
    assert!(!format!("{:?}", profile.app.host().rows()).contains("4111"));
}

#[test]
fn an_edit_refers_to_the_record_that_it_replaces() {
    let mut profile = Profile::recording();
    profile.submit("the first try").unwrap();
    let first = profile.record(0).id;
    let edit = |profile: &mut Profile, before: &str, text: &str| {
        let mut observed = plain(profile, text);
        observed.field.prefilled = true;
        observed.before = Some(before.into());
        profile.deliver(observed)
    };
    assert_eq!(
        edit(&mut profile, "the  first try\n", "the second try"),
        Ok(Capture::Recorded)
    );
    let second = profile.record(1);
    assert_eq!((second.item.kind.as_str(), second.replaces), ("edit", first));
    assert_eq!(
        edit(&mut profile, "the second try", "the third"),
        Ok(Capture::Recorded)
    );
    assert_eq!(profile.record(2).replaces, second.id);
    // What the page put there, or another site knew, is nobody's record here.
    assert_eq!(
        edit(&mut profile, "a template", "filled in"),
        Ok(Capture::Recorded)
    );
    let record = profile.record(3);
    assert_eq!(
        (record.item.kind.as_str(), record.replaces.as_str()),
        ("unknown", "")
    );
}

/// What a page tells that has the marks of a family, or, with no id, that asks for those of all.
fn family(id: &str, number: u8) -> Request {
    Request::Family {
        family: FamilySeen {
            v: 1,
            nonce: format!("{number:032x}"),
            id: id.into(),
        },
    }
}

/// That who asked is brought this file of an adapter.
fn brings(file: &str) -> Effect {
    Effect::Bring {
        files: vec![format!("adapters/{file}.js")],
    }
}

#[test]
fn the_marks_of_a_family_bring_its_adapter() {
    let mut profile = Profile::recording();
    let here = site(&format!("{SITE}/home"));
    let asked = profile.send(&here, family("", 0));
    assert_eq!(asked.effects, [brings("families")]);
    let outcome = profile.send(&here, family("mastodon", 1));
    let Effect::Register { scripts } = &outcome.effects[0] else {
        panic!("{outcome:?}")
    };
    assert_eq!(scripts[0].id, "generic+mastodon");
    assert!(outcome.effects.contains(&brings("mastodon")));
    assert_eq!(capture(outcome), Ok(Capture::Ignored));
    assert_eq!(of(&profile, SITE).health.adapter, "Mastodon");
    for (id, sender) in [("chatgpt", &here), ("unheard-of", &here)] {
        assert_eq!(
            capture(profile.send(sender, family(id, 2))),
            Err(Code::MessageInvalid),
            "{id}"
        );
    }
    for id in ["", "mastodon"] {
        let off = profile.send(&site("https://evil.example/"), family(id, 3));
        assert_eq!(capture(off), Err(Code::SiteOff), "{id}");
    }
    // Its private places are known then, even to a page that says nothing of itself.
    let direct = plain(&mut profile, "to one only");
    let conversation = site(&format!("{SITE}/conversations/7"));
    assert_eq!(deliver(&profile, &conversation, direct), Ok(Capture::Ignored));
    // And the addresses of its searches.
    assert_eq!(
        profile.navigate(&format!("{SITE}/search?q=tides&pageno=1")),
        Ok(Capture::Recorded)
    );
    assert_eq!(profile.reopened().items().len(), 1);
}

#[test]
fn a_locked_profile_brings_the_adapter_of_a_family_and_remembers_nothing() {
    let mut profile = Profile::recording();
    lock(&profile);
    let here = site(&format!("{SITE}/home"));
    for (id, file) in [("", "families"), ("streamlit", "streamlit")] {
        let outcome = profile.send(&here, family(id, 4));
        assert_eq!(outcome.effects, [brings(file)]);
        assert_eq!(capture(outcome), Ok(Capture::Ignored));
        let off = profile.send(&site("https://evil.example/"), family(id, 5));
        assert_eq!(capture(off), Err(Code::SiteOff), "{id}");
    }
    assert_eq!(
        capture(profile.send(&here, family("unheard-of", 6))),
        Err(Code::MessageInvalid)
    );
    let mut asked = plain(&mut profile, "what is locked away");
    asked.hints = Some(hints("streamlit"));
    assert_eq!(deliver(&profile, &here, asked), Ok(Capture::Recorded));
    profile.page(Request::Unlock {
        passphrase: "open sesame".to_owned().into(),
    });
    assert_eq!(profile.items()[0].kind, "prompt");
    assert_eq!(of(&profile, SITE).health.adapter, "");
}

fn lock(profile: &Profile) {
    profile.page(Request::Passphrase {
        current: None,
        new: Some("open sesame".to_owned().into()),
    });
    profile.page(Request::Lock);
}

#[test]
fn health_is_kept_by_site_and_told_without_content() {
    let mut profile = recording(&[CHAT, SITE]);
    assert_eq!(of(&profile, CHAT).health.state, HealthState::Quiet);
    let mut good = plain(&mut profile, "words of mine");
    good.hints = Some(hints("chatgpt"));
    deliver(&profile, &site(&format!("{CHAT}/")), good).unwrap();
    assert_eq!(of(&profile, CHAT).health.last, Some(NOW));
    for n in 0..5 {
        let mut missed = plain(&mut profile, &format!("missed {n}"));
        missed.hints = Some(Hints {
            composer: false,
            ..hints("chatgpt")
        });
        deliver(&profile, &site(&format!("{CHAT}/")), missed).unwrap();
    }
    let health = of(&profile, CHAT).health;
    assert_eq!((health.state, health.silent), (HealthState::Stale, 5));
    let popup = profile.popup(SITE);
    assert!(
        popup
            .notices
            .iter()
            .any(|notice| notice.code == "notice_stale" && notice.site == "chatgpt.com")
    );

    let unproven = |count, number: u8| Request::Health {
        health: Unproven {
            v: 1,
            nonce: format!("{number:032x}"),
            unconfirmed: count,
            forged: 0,
        },
    };
    let here = site(&format!("{SITE}/"));
    assert_eq!(
        capture(profile.send(&here, unproven(30, 1))),
        Ok(Capture::Ignored)
    );
    let health = of(&profile, SITE).health;
    assert_eq!(
        (health.state, health.gestures, health.unconfirmed),
        (HealthState::Unconfirmed, 30, 30)
    );
    assert_eq!(
        capture(profile.send(&site("https://evil.example/"), unproven(1, 2))),
        Err(Code::SiteOff)
    );

    let report = sites(&profile).report;
    assert!(
        report.contains("chatgpt.com stale: 6 gestures, 6 recorded, 0 unconfirmed"),
        "{report}"
    );
    assert!(
        report.contains("example.org unconfirmed: 30 gestures"),
        "{report}"
    );
    assert!(
        !report.contains("words") && !report.contains("missed"),
        "{report}"
    );
}

#[test]
fn a_site_that_floods_is_named() {
    let mut profile = Profile::recording();
    for n in 0..counterfoil_app::PER_MINUTE {
        profile.submit(&format!("flood {n}")).unwrap();
    }
    let before = profile.app.host().rows();
    assert_eq!(profile.submit("one too many"), Err(Code::SiteCapped));
    assert_ne!(profile.app.host().rows(), before, "it is noted");
    let noted = profile.app.host().rows();
    for _ in 0..100 {
        assert_eq!(profile.submit("and more"), Err(Code::SiteCapped));
    }
    assert_eq!(
        profile.app.host().rows(),
        noted,
        "once a minute: a flood writes nothing"
    );
    profile.at(2 * 60_000);
    let site = of(&profile, SITE);
    assert_eq!(
        (site.health.state, site.health.floods),
        (HealthState::Flooding, 1)
    );
    assert_eq!(profile.popup(SITE).notices[0].code, "notice_flooding");
}

#[test]
fn a_pause_holds_everywhere_until_it_is_over_or_resumed() {
    let mut profile = Profile::recording();
    let pause = |length| Request::Pause { length, offset: 0 };
    let outcome = profile.send(&page(), pause(PauseLength::Hour));
    assert!(outcome.effects.contains(&Effect::Badge {
        text: "II".into(),
        icon: Icon::Paused,
    }));
    assert!(outcome.effects.contains(&Effect::Wake { at: NOW + HOUR }));
    assert_eq!(profile.submit("meanwhile"), Err(Code::Paused));
    assert_eq!(
        profile.navigate(&format!("{SITE}/search?q=meanwhile")),
        Err(Code::Paused)
    );
    assert_eq!(profile.popup(SITE).paused.unwrap().until, Some(NOW + HOUR));
    let mut profile = profile.reopened();
    profile.at(HOUR - 1);
    assert_eq!(profile.submit("still"), Err(Code::Paused));
    profile.at(HOUR);
    assert_eq!(profile.submit("over"), Ok(Capture::Recorded));
    let effects = wait(profile.app.event(Event::Woken)).unwrap();
    assert!(effects.contains(&Effect::Badge {
        text: "1".into(),
        icon: Icon::Off,
    }));
    assert_eq!(profile.popup(SITE).paused, None);

    profile.page(pause(PauseLength::Open));
    profile.at(1_000 * HOUR);
    assert_eq!(profile.submit("long after"), Err(Code::Paused));
    assert_eq!(sites(&profile).paused.unwrap().until, None);
    profile.page(Request::Resume);
    assert_eq!(profile.submit("resumed"), Ok(Capture::Recorded));
    assert_eq!(
        profile.page_fails(Request::Pause {
            length: PauseLength::Tomorrow,
            offset: 100_000
        }),
        Code::MessageInvalid
    );
}

#[test]
fn a_pause_holds_while_locked() {
    let mut profile = Profile::recording();
    profile.page(Request::Passphrase {
        current: None,
        new: Some("open sesame".to_owned().into()),
    });
    profile.page(Request::Pause {
        length: PauseLength::Hour,
        offset: 0,
    });
    profile.page(Request::Lock);
    assert_eq!(profile.submit("meanwhile"), Err(Code::Paused));
    profile.at(HOUR);
    assert_eq!(profile.submit("over"), Ok(Capture::Recorded));
}

#[test]
fn answers_and_ratings_are_kept_only_where_they_were_switched_on() {
    let mut profile = recording(&[CHAT, SITE]);
    let here = site(&format!("{CHAT}/c/7"));
    let mut prompt = plain(&mut profile, "how tall is a lighthouse");
    prompt.hints = Some(hints("chatgpt"));
    let asked = prompt.nonce.clone();
    deliver(&profile, &here, prompt).unwrap();
    let answered = |to: &str, number: u32| Request::Answered {
        answered: Answered {
            v: 1,
            nonce: format!("{number:032x}"),
            to: to.into(),
            at: NOW,
            text: "It depends on the coast.".into(),
            model: Some("Lighthouse 5".into()),
        },
    };
    let rated = |to: &str, number: u32| Request::Rated {
        rated: Rated {
            v: 1,
            nonce: format!("{number:032x}"),
            to: Some(to.into()),
            at: NOW,
            verdict: Verdict::Up,
        },
    };
    let switch = |responses, ratings| Request::SiteKinds {
        origin: CHAT.into(),
        responses,
        ratings,
    };
    assert_eq!(of(&profile, CHAT).responses, Some(false));
    assert_eq!(of(&profile, SITE).responses, None, "no adapter knows its answers");
    assert_eq!(
        capture(profile.send(&here, answered(&asked, 0xa1))),
        Err(Code::SiteOff)
    );
    assert_eq!(
        capture(profile.send(&here, rated(&asked, 0xa2))),
        Err(Code::SiteOff)
    );

    let outcome = profile.send(&page(), switch(true, true));
    let Effect::Register { scripts } = &outcome.effects[0] else {
        panic!("{outcome:?}")
    };
    assert!(scripts.iter().any(|script| script.id == "chatgpt+answers"));
    assert_eq!(
        capture(profile.send(&here, answered(&asked, 0xa1))),
        Ok(Capture::Recorded)
    );
    assert_eq!(
        capture(profile.send(&here, answered(&asked, 0xa1))),
        Ok(Capture::Merged)
    );
    assert_eq!(
        capture(profile.send(&here, answered("00", 0xa3))),
        Ok(Capture::Ignored),
        "it answers nothing that was recorded"
    );
    assert_eq!(
        capture(profile.send(&here, rated(&format!("{:032x}", 0xa1), 0xa2))),
        Ok(Capture::Recorded)
    );
    let (prompt, answer, rating) = (profile.record(0), profile.record(1), profile.record(2));
    assert_eq!(
        (
            answer.item.kind.as_str(),
            answer.text.as_str(),
            answer.model.as_str()
        ),
        ("response", "It depends on the coast.", "Lighthouse 5")
    );
    assert_eq!(answer.reply_to, prompt.id);
    assert_eq!(
        (rating.item.kind.as_str(), rating.text.as_str()),
        ("rating", "up")
    );
    assert_eq!(rating.reply_to, answer.id);
    assert!(prompt.hiding.is_some() && prompt.item.hidden == Some(0));
    assert!(
        answer.hiding.is_none() && answer.item.hidden.is_none(),
        "what is never shared hides nothing"
    );
    assert_eq!(
        of(&profile, CHAT).health.recorded,
        1,
        "an answer is no submission of the person's"
    );

    profile.page(switch(false, true));
    assert_eq!(
        capture(profile.send(&here, answered(&asked, 0xa4))),
        Err(Code::SiteOff)
    );
}

#[test]
fn answers_are_never_shared() {
    let mut profile = recording(&[CHAT]);
    let here = site(&format!("{CHAT}/c/7"));
    let mut prompt = plain(&mut profile, "a prompt");
    prompt.hints = Some(hints("chatgpt"));
    let asked = prompt.nonce.clone();
    deliver(&profile, &here, prompt).unwrap();
    profile.page(Request::SiteKinds {
        origin: CHAT.into(),
        responses: true,
        ratings: false,
    });
    let answered = Answered {
        v: 1,
        nonce: profile.nonce(),
        to: asked,
        at: NOW,
        text: "an answer".into(),
        model: None,
    };
    capture(profile.send(&here, Request::Answered { answered })).unwrap();
    profile.page(Request::Mark { seqs: vec![0, 1] });
    let draft = profile.draft("lab");
    assert_eq!(draft.lines.len(), 1);
    assert_eq!(
        (draft.excluded[0].seq, draft.excluded[0].code.as_str()),
        (1, "excluded_answer")
    );
    assert!(!draft.lines[0].contains("an answer"));
}
