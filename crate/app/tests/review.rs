//! Keep, mark, delete, undo; lists and filters.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use counterfoil_app::UNDO;
use counterfoil_app::error::Code;
use counterfoil_app::message::{Effect, Event, Reply, Request};
use counterfoil_app::view::{Filter, Review};
use support::{NOW, Profile, page, wait};

fn three() -> Profile {
    let mut profile = Profile::recording();
    for text in ["first", "second", "third"] {
        profile.submit(text).unwrap();
    }
    profile
}

fn changed(profile: &Profile, request: Request) -> u32 {
    match profile.page(request) {
        Reply::Changed { count } => count,
        other => panic!("{other:?}"),
    }
}

#[test]
fn marks_are_kept_and_taken_away() {
    let profile = three();
    assert_eq!(changed(&profile, Request::Mark { seqs: vec![0, 2, 2] }), 2);
    assert_eq!(changed(&profile, Request::Mark { seqs: vec![0] }), 0);
    assert_eq!(profile.popup(support::SITE).counts.marked, 2);
    let marked = profile
        .list(
            Filter {
                marked: true,
                ..Filter::default()
            },
            None,
        )
        .items;
    assert_eq!(marked.iter().map(|item| item.seq).collect::<Vec<_>>(), [2, 0]);
    assert_eq!(changed(&profile, Request::Keep { seqs: vec![0, 1] }), 1);
    let profile = profile.reopened();
    assert_eq!(profile.popup(support::SITE).counts.marked, 1);
    assert_eq!(
        profile.page_fails(Request::Mark { seqs: vec![3] }),
        Code::RecordGone
    );
    assert_eq!(
        profile.page_fails(Request::Mark { seqs: vec![1, 99] }),
        Code::RecordGone
    );
    assert_eq!(
        profile.popup(support::SITE).counts.marked,
        1,
        "a refused request changes nothing"
    );
    let many = (0..1_001).collect();
    assert_eq!(
        profile.page_fails(Request::Mark { seqs: many }),
        Code::MessageInvalid
    );
}

#[test]
fn a_deletion_can_be_undone_until_its_time_also_after_a_restart() {
    let profile = three();
    changed(&profile, Request::Mark { seqs: vec![1] });
    let outcome = profile.send(&page(), Request::Delete { seqs: vec![1] });
    assert_eq!(
        outcome.effects,
        [Effect::Wake { at: NOW + UNDO }, Effect::Refresh]
    );
    assert_eq!(profile.items()[1].review, Review::Deleting { until: NOW + UNDO });
    let counts = profile.popup(support::SITE).counts;
    assert_eq!((counts.total, counts.today, counts.marked), (2, 2, 0));

    let profile = profile.reopened();
    profile.at(UNDO - 1);
    wait(profile.app.event(Event::Woken)).unwrap();
    assert_eq!(changed(&profile, Request::Undo { seqs: vec![1] }), 1);
    assert_eq!(
        profile.items()[1].review,
        Review::Marked,
        "it comes back as it was"
    );
    assert_eq!(profile.record(1).text, "second");
    let counts = profile.popup(support::SITE).counts;
    assert_eq!((counts.total, counts.today, counts.marked), (3, 3, 1));
}

#[test]
fn a_final_deletion_removes_the_content_and_signs_a_tombstone() {
    let profile = three();
    changed(&profile, Request::Delete { seqs: vec![1] });
    let profile = profile.reopened();
    profile.at(UNDO);
    let effects = wait(profile.app.event(Event::Woken)).unwrap();
    assert!(effects.contains(&Effect::Refresh));
    assert_eq!(profile.texts(), ["third", "first"]);
    assert_eq!(
        profile.page_fails(Request::Undo { seqs: vec![1] }),
        Code::RecordGone
    );
    assert_eq!(profile.page_fails(Request::Record { seq: 1 }), Code::RecordGone);
    assert_eq!(
        profile.page_fails(Request::Record { seq: 3 }),
        Code::RecordGone,
        "the tombstone is no record"
    );
    assert_eq!(
        profile.page_fails(Request::Mark { seqs: vec![3] }),
        Code::RecordGone
    );
    assert_eq!(profile.popup(support::SITE).counts.total, 2);
    profile.whole();
}

#[test]
fn a_clock_that_goes_back_delays_no_deletion() {
    let profile = three();
    profile.at(365 * 86_400_000);
    changed(&profile, Request::Delete { seqs: vec![0] });
    profile.at(0);
    changed(&profile, Request::Delete { seqs: vec![1] });
    profile.at(UNDO);
    assert_eq!(profile.texts(), ["third"]);
}

#[test]
fn a_list_is_paged_and_filtered_by_all_words_in_any_case() {
    let mut profile = Profile::recording();
    for n in 0..140u32 {
        // A new minute for every few, within the limits of a site.
        profile.at(u64::from(n) * 10_000);
        let text = if n % 35 == 0 {
            format!("Ölofen Nummer {n}")
        } else {
            format!("other {n}")
        };
        profile.submit(&text).unwrap();
    }
    let mut seen = Vec::new();
    let mut before = None;
    loop {
        let view = profile.list(Filter::default(), before);
        assert!(view.items.len() <= 50);
        seen.extend(view.items.iter().map(|item| item.seq));
        before = view.next;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(seen, (0..140).rev().collect::<Vec<u64>>());

    let find = |text: &str| {
        profile.list(
            Filter {
                text: text.into(),
                marked: false,
            },
            None,
        )
    };
    let found: Vec<String> = find("nummer ÖLOFEN")
        .items
        .into_iter()
        .map(|item| item.preview)
        .collect();
    assert_eq!(
        found,
        [
            "Ölofen Nummer 105",
            "Ölofen Nummer 70",
            "Ölofen Nummer 35",
            "Ölofen Nummer 0"
        ]
    );
    let nothing = find("ölofen other");
    assert!(nothing.items.is_empty() && nothing.next.is_none());
}

#[test]
fn a_preview_is_short_and_the_record_whole() {
    let mut profile = Profile::recording();
    let text = "🦁".repeat(1_000);
    profile.submit(&text).unwrap();
    let item = &profile.items()[0];
    assert_eq!(item.preview.chars().count(), 280);
    assert_eq!(item.length, 1_000);
    assert_eq!(profile.record(0).text, text);
}
