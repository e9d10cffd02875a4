//! What is recorded, once, and what never is.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use counterfoil_app::PER_MINUTE;
use counterfoil_app::app::Sender;
use counterfoil_app::error::Code;
use counterfoil_app::message::{
    Answer, Capture, Effect, Event, ExportChoice, Field, Icon, PauseLength, Reply, Request, Unproven,
};
use counterfoil_app::view::{Review, SiteState, TimeDetail};
use support::{NOW, Profile, SITE, capture, page, site, wait};

#[test]
fn a_submission_becomes_one_record_with_its_exact_text() {
    let mut profile = Profile::recording();
    let text = "Line one\n\n  líne two 🦁\u{202e} and more";
    assert_eq!(profile.submit(text), Ok(Capture::Recorded));

    let popup = profile.popup("https://example.org/chat");
    assert_eq!(popup.counts.total, 1);
    assert_eq!(popup.counts.today, 1);
    assert_eq!(popup.site.unwrap().state, SiteState::On);
    assert_eq!(popup.recent.len(), 1);
    let item = &popup.recent[0];
    assert_eq!(
        (item.kind.as_str(), item.site.as_str(), item.time),
        ("prompt", "example.org", NOW)
    );
    assert_eq!(item.review, Review::Private);

    let record = profile.record(item.seq);
    assert_eq!(record.text, text);
    assert_eq!(record.url, "https://example.org/chat", "the query is not kept");
}

#[test]
fn nothing_is_recorded_without_consent_switch_and_permission() {
    let mut fresh = Profile::new();
    assert_eq!(fresh.submit("x"), Err(Code::NoConsent));
    assert_eq!(
        fresh.page_fails(Request::SiteOn { url: SITE.into() }),
        Code::NoConsent
    );

    fresh.page(Request::Consent { given: true });
    assert_eq!(fresh.submit("x"), Err(Code::SiteOff));
    fresh.page(Request::SiteOn { url: SITE.into() });
    assert_eq!(
        fresh.submit("x"),
        Err(Code::SiteOff),
        "the browser's permission is missing"
    );
    assert_eq!(fresh.popup(SITE).site.unwrap().state, SiteState::Unpermitted);
    fresh.permit(&["https://example.org/*"]);
    assert_eq!(fresh.submit("x"), Ok(Capture::Recorded));

    fresh.permit(&[]);
    assert_eq!(
        fresh.submit("y"),
        Err(Code::SiteOff),
        "withdrawn in the browser's own settings"
    );
    fresh.permit(&["https://example.org/*"]);
    fresh.page(Request::SiteOff { origin: SITE.into() });
    assert_eq!(fresh.submit("y"), Err(Code::SiteOff));
    fresh.page(Request::SiteOn { url: SITE.into() });
    fresh.page(Request::Consent { given: false });
    assert_eq!(fresh.submit("y"), Err(Code::NoConsent));
    assert_eq!(fresh.texts(), ["x"]);
}

#[test]
fn the_site_is_the_senders_and_never_the_messages() {
    let mut profile = Profile::recording();
    for sender in [
        site("https://evil.example/"),
        site("http://example.org/"),
        site("https://example.org:8443/"),
        site("https://example.org.evil.example/"),
        Sender {
            origin: "https://evil.example".into(),
            ..site("https://example.org/")
        },
        Sender {
            origin: "null".into(),
            ..site("https://example.org/")
        },
        Sender {
            own: support::OWN.into(),
            ..Sender::default()
        },
    ] {
        let observed = profile.observed("forged");
        let refused = support::capture(profile.send(&sender, Request::Observed { observed }));
        assert!(
            matches!(refused, Err(Code::SiteOff | Code::SiteInvalid)),
            "{sender:?}: {refused:?}"
        );
    }
    // A frame without an address of its own speaks for the origin it inherited.
    let frame = Sender {
        url: "about:blank".into(),
        ..site("https://example.org/page")
    };
    let observed = profile.observed("from a blank frame");
    assert_eq!(
        support::capture(profile.send(&frame, Request::Observed { observed })),
        Ok(Capture::Recorded)
    );
    assert_eq!(profile.record(0).url, "https://example.org/page");
    assert_eq!(profile.items().len(), 1);

    // An address told by the message must have the sender's origin.
    let navigated = counterfoil_app::message::Navigated {
        v: 1,
        nonce: profile.nonce(),
        at: NOW,
        url: "https://example.org/search?q=forged".into(),
    };
    let refused = profile.send(&site("https://evil.example/"), Request::Navigated { navigated });
    assert_eq!(support::capture(refused), Err(Code::SiteInvalid));
}

#[test]
fn a_site_may_send_what_it_saw_and_nothing_else() {
    let mut profile = Profile::recording();
    profile.submit("mine").unwrap();
    for request in [
        Request::Popup { url: None },
        Request::Record { seq: 0 },
        Request::List {
            filter: counterfoil_app::view::Filter::default(),
            before: None,
        },
        Request::Consent { given: false },
        Request::SiteOn {
            url: "https://evil.example".into(),
        },
        Request::SiteOff { origin: SITE.into() },
        Request::Delete { seqs: vec![0] },
        Request::Draft {
            choice: support::choice("x"),
        },
        Request::Exports,
        Request::Chunk {
            export: "x".into(),
            index: 0,
        },
    ] {
        let outcome = profile.send(&site("https://example.org/"), request.clone());
        assert!(
            matches!(&outcome.answer, Answer::Failed { failure } if failure.code == Code::NotAllowed),
            "{request:?}"
        );
        assert!(outcome.effects.is_empty());
    }
    let observed = profile.observed("from a page of ours");
    let outcome = profile.send(&page(), Request::Observed { observed });
    assert_eq!(support::capture(outcome), Err(Code::NotAllowed));
    assert_eq!(profile.texts(), ["mine"]);
}

#[test]
fn a_retry_is_harmless_and_a_repeated_sentence_counts() {
    let mut profile = Profile::recording();
    let once = profile.observed("yes");
    assert_eq!(profile.deliver(once.clone()), Ok(Capture::Recorded));
    assert_eq!(profile.deliver(once.clone()), Ok(Capture::Merged));
    assert_eq!(profile.submit("yes"), Ok(Capture::Recorded));
    let profile = profile.reopened();
    profile.at(60_000);
    assert_eq!(profile.deliver(once), Ok(Capture::Merged));
    assert_eq!(profile.items().len(), 2);
}

#[test]
fn a_search_is_one_record_whichever_way_it_is_seen() {
    let mut profile = Profile::recording();
    let mut observed = profile.observed("why is the sky blue");
    observed.field = Field {
        search: true,
        form: true,
        ..Field::default()
    };
    assert_eq!(profile.deliver(observed), Ok(Capture::Recorded));
    profile.at(2_000);
    let url = "https://example.org/search?q=why+is+the+sky+blue";
    assert_eq!(profile.navigate(url), Ok(Capture::Merged));
    assert_eq!(
        profile.navigate("https://example.org/search?q=why+is+the+sky+blue&page=2"),
        Ok(Capture::Ignored)
    );
    assert_eq!(
        profile.navigate("https://example.org/about"),
        Ok(Capture::Ignored)
    );
    assert_eq!(
        profile.navigate("https://example.org/search?q=cats"),
        Ok(Capture::Recorded)
    );
    assert_eq!(profile.texts(), ["cats", "why is the sky blue"]);
    assert!(profile.items().iter().all(|item| item.kind == "search"));
}

#[test]
fn a_previewed_text_counts_when_the_next_page_sends_it() {
    let mut profile = Profile::recording();
    let here = site("https://example.org/edit");
    let mut untouched = profile.observed("typed on the page before\r\n");
    untouched.typed = 0;
    untouched.field = Field {
        multiline: true,
        form: true,
        prefilled: true,
        ..Field::default()
    };
    assert_eq!(
        profile.deliver(untouched.clone()),
        Ok(Capture::Ignored),
        "nobody typed it"
    );

    let held = counterfoil_app::message::Held {
        v: 1,
        text: "typed on the page before".into(),
        typed: 20,
        pasted: 4,
    };
    let outcome = profile.send(&here, Request::Held { held: held.clone() });
    assert_eq!(support::capture(outcome), Ok(Capture::Ignored));
    assert!(profile.items().is_empty(), "a preview is no submission");
    let mut other = untouched.clone();
    other.text = "what the page put in its place".into();
    assert_eq!(profile.deliver(other), Ok(Capture::Ignored));
    let elsewhere = profile.send(&site("https://evil.example/"), Request::Held { held });
    assert_eq!(support::capture(elsewhere), Err(Code::SiteOff));
    assert_eq!(profile.deliver(untouched), Ok(Capture::Recorded));
    let record = profile.record(0);
    assert_eq!((record.typed, record.pasted), (20, 4));
    assert_eq!(record.item.kind, "post", "what the page put back is no edit");
    // Only a digest is remembered.
    assert!(!format!("{:?}", profile.app.host().rows()).contains("typed on"));
}

#[test]
fn malformed_submissions_are_refused() {
    let mut profile = Profile::recording();
    let good = profile.observed("text");
    for (what, bad, code) in [
        (
            "version",
            counterfoil_app::message::Observed { v: 2, ..good.clone() },
            Code::MessageInvalid,
        ),
        (
            "short nonce",
            counterfoil_app::message::Observed {
                nonce: "00".into(),
                ..good.clone()
            },
            Code::MessageInvalid,
        ),
        (
            "upper-case nonce",
            counterfoil_app::message::Observed {
                nonce: "A".repeat(32),
                ..good.clone()
            },
            Code::MessageInvalid,
        ),
        (
            "long text",
            counterfoil_app::message::Observed {
                text: "x".repeat(counterfoil_app::TEXT_LIMIT + 1),
                ..good.clone()
            },
            Code::TextTooLong,
        ),
    ] {
        assert_eq!(profile.deliver(bad), Err(code), "{what}");
    }
    assert_eq!(profile.submit(" \n\t "), Ok(Capture::Ignored));
    let longest = "x".repeat(counterfoil_app::TEXT_LIMIT);
    assert_eq!(profile.submit(&longest), Ok(Capture::Recorded));
    assert_eq!(profile.record(0).text, longest);
    assert_eq!(profile.items().len(), 1);
}

#[test]
fn a_flood_is_stopped_said_and_over_in_a_minute() {
    let mut profile = Profile::recording();
    let mut icons = Vec::new();
    for n in 0..PER_MINUTE {
        let observed = profile.observed(&format!("flood {n}"));
        let outcome = profile.send(&site(&format!("{SITE}/")), Request::Observed { observed });
        for effect in &outcome.effects {
            if let Effect::Icons { sites, .. } = effect {
                icons.extend(sites.iter().map(|site| (n, site.icon)));
            }
        }
        assert_eq!(capture(outcome), Ok(Capture::Recorded));
    }
    assert_eq!(
        icons,
        [(PER_MINUTE - 1, Icon::Attention)],
        "the toolbar tells it with the last one"
    );
    assert_eq!(profile.submit("one too many"), Err(Code::SiteCapped));
    let popup = profile.popup(SITE);
    assert_eq!(popup.site.unwrap().state, SiteState::Capped);
    assert_eq!(popup.notices[0].code, "notice_capped");
    profile.at(60_000);
    assert_eq!(profile.submit("later"), Ok(Capture::Recorded));
    assert_eq!(profile.popup(SITE).counts.total, PER_MINUTE + 1);
}

#[test]
fn private_places_are_never_recorded() {
    let mut profile = Profile::new();
    profile.page(Request::Consent { given: true });
    let mail = "https://mail.google.com";
    assert_eq!(
        profile.page_fails(Request::SiteOn { url: mail.into() }),
        Code::SiteUnavailable
    );
    profile.page(Request::SiteOn {
        url: "https://x.com".into(),
    });
    profile.permit(&["https://x.com/*", "https://mail.google.com/*"]);
    for (url, expected) in [
        ("https://x.com/messages/1-2", Err(Code::SiteUnavailable)),
        ("https://mail.google.com/mail/u/0/", Err(Code::SiteUnavailable)),
        ("https://x.com/home", Ok(Capture::Recorded)),
    ] {
        let observed = profile.observed("hello");
        let outcome = profile.send(&site(url), Request::Observed { observed });
        assert_eq!(support::capture(outcome), expected, "{url}");
    }
    assert_eq!(
        profile.popup("https://x.com/messages").site.unwrap().state,
        SiteState::Unavailable
    );
    assert_eq!(
        profile.popup("chrome://settings/").site.unwrap().state,
        SiteState::Unavailable
    );
}

#[test]
fn the_time_of_a_gesture_is_believed_within_reason() {
    let mut profile = Profile::recording();
    for (at, expected) in [(NOW - 60_000, NOW - 60_000), (NOW + 60_000, NOW), (0, NOW)] {
        let mut observed = profile.observed("when");
        observed.at = at;
        profile.deliver(observed).unwrap();
        assert_eq!(profile.items()[0].time, expected);
    }
}

#[test]
fn the_browser_follows_what_is_on() {
    let profile = Profile::new();
    profile.page(Request::Consent { given: true });
    profile.page(Request::SiteOn { url: SITE.into() });
    let effects = wait(profile.app.event(Event::Permissions {
        origins: vec!["https://example.org/*".into()],
    }))
    .unwrap();
    assert!(effects.contains(&Effect::Register {
        scripts: vec![support::generic(&["https://example.org/*"])]
    }));
    assert!(effects.contains(&Effect::Inject {
        matches: "https://example.org/*".into(),
        files: support::generic(&[]).files,
    }));

    let second = profile
        .send(
            &page(),
            Request::SiteOn {
                url: "https://example.org:8443".into(),
            },
        )
        .effects;
    assert!(
        !second
            .iter()
            .any(|effect| matches!(effect, Effect::Inject { .. })),
        "the pattern is covered already"
    );
    let off = profile
        .send(&page(), Request::SiteOff { origin: SITE.into() })
        .effects;
    assert!(
        !off.iter().any(|effect| matches!(effect, Effect::Release { .. })),
        "another port still needs it"
    );
    let off = profile
        .send(
            &page(),
            Request::SiteOff {
                origin: "https://example.org:8443".into(),
            },
        )
        .effects;
    assert!(off.contains(&Effect::Register { scripts: vec![] }));
    assert!(off.contains(&Effect::Release {
        matches: "https://example.org/*".into()
    }));
    assert_eq!(
        wait(profile.app.event(Event::Installed)).unwrap(),
        [Effect::Open {
            page: "welcome/welcome.html".into()
        }]
    );
}

#[test]
fn the_badge_counts_what_was_not_looked_at() {
    let mut profile = Profile::recording();
    let observed = profile.observed("x");
    let outcome = profile.send(&site("https://example.org/"), Request::Observed { observed });
    assert_eq!(
        outcome.effects[0],
        Effect::Badge {
            text: "1".into(),
            icon: Icon::Off,
        }
    );
    let outcome = profile.send(&page(), Request::Popup { url: None });
    assert_eq!(
        outcome.effects,
        [Effect::Badge {
            text: String::new(),
            icon: Icon::Off,
        }]
    );
}

/// What a page tells when it comes into view, or when it made up so many events.
fn health(forged: u32) -> Request {
    Request::Health {
        health: Unproven {
            v: 1,
            nonce: "0".repeat(32),
            unconfirmed: 0,
            forged,
        },
    }
}

/// The icon over the one site, and the one over all others where that is told.
fn icons(effects: &[Effect]) -> (Option<Icon>, Option<Icon>) {
    let mut told = effects.iter().filter_map(|effect| match effect {
        Effect::Icons { sites, others } => Some((sites, *others)),
        _ => None,
    });
    let (sites, others) = told.next().unwrap();
    assert!(told.next().is_none(), "told twice: {effects:?}");
    assert!(sites.iter().all(|it| it.origin == SITE), "{sites:?}");
    (sites.first().map(|it| it.icon), others)
}

#[test]
fn the_toolbar_tells_how_recording_stands_on_each_site() {
    let here = site("https://example.org/");
    let profile = Profile::new();
    assert_eq!(capture(profile.send(&here, health(0))), Err(Code::SiteOff));

    let profile = Profile::recording();
    let rows = profile.app.host().rows();
    let come = |profile: &Profile| icons(&profile.send(&here, health(0)).effects);
    assert_eq!(come(&profile), (Some(Icon::On), None));
    assert_eq!(profile.app.host().rows(), rows, "coming into view writes nothing");
    let elsewhere = site("https://example.com/");
    assert_eq!(capture(profile.send(&elsewhere, health(0))), Err(Code::SiteOff));

    let ask = |request| icons(&profile.send(&page(), request).effects);
    let pause = Request::Pause {
        length: PauseLength::Open,
        offset: 0,
    };
    assert_eq!(ask(pause), (Some(Icon::Paused), Some(Icon::Paused)));
    assert_eq!(come(&profile), (Some(Icon::Paused), None));
    assert_eq!(ask(Request::Resume), (Some(Icon::On), Some(Icon::Off)));

    let forging = profile.send(&here, health(300));
    assert_eq!(icons(&forging.effects), (Some(Icon::Attention), None));
    assert_eq!(come(&profile), (Some(Icon::Attention), None));
    let off = Request::SiteOff { origin: SITE.into() };
    assert_eq!(ask(off), (Some(Icon::Off), Some(Icon::Off)));
    let on = Request::SiteOn { url: SITE.into() };
    assert_eq!(ask(on).0, Some(Icon::Attention));
    let unpermitted = wait(profile.app.event(Event::Permissions { origins: vec![] })).unwrap();
    assert_eq!(icons(&unpermitted), (Some(Icon::Attention), Some(Icon::Off)));
    let withdrawn = Request::Consent { given: false };
    assert_eq!(ask(withdrawn), (Some(Icon::Off), Some(Icon::Off)));
}

#[test]
fn what_is_practised_is_a_record_that_never_leaves() {
    let profile = Profile::new();
    let practise = |text: &str| Request::Practice { text: text.into() };
    assert_eq!(profile.page_fails(practise("hello")), Code::NoConsent);
    let profile = Profile::recording();
    for (text, due) in [
        ("Write to okapi@zoo.example", Capture::Recorded),
        ("Write to okapi@zoo.example", Capture::Recorded),
        (" \n", Capture::Ignored),
    ] {
        match profile.page(practise(text)) {
            Reply::Captured { capture } => assert_eq!(capture, due, "{text:?}"),
            other => panic!("{other:?}"),
        }
    }
    let items = profile.items();
    assert_eq!(items.len(), 2);
    assert_eq!((items[0].kind.as_str(), items[0].site.as_str()), ("unknown", ""));
    assert_eq!(items[0].hidden, Some(1));
    profile.page(Request::Mark {
        seqs: items.iter().map(|item| item.seq).collect(),
    });
    let choice = ExportChoice {
        name: "somebody".into(),
        time: TimeDetail::Day,
        site: true,
    };
    assert_eq!(
        profile.page_fails(Request::Draft { choice }),
        Code::NothingToExport
    );
    // No page of a site can write into the log this way.
    let outcome = profile.send(&site(SITE), practise("forged"));
    assert!(matches!(outcome.answer, Answer::Failed { failure } if failure.code == Code::NotAllowed));
}
