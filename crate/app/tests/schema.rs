//! Stores of earlier schemas, as their own version wrote them, are brought to this one without losing anything.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use counterfoil_app::UNDO;
use counterfoil_app::app::App;
use counterfoil_app::error::Code;
use counterfoil_app::memory::{Cut, Memory};
use counterfoil_app::message::{Event, Reply, Request};
use counterfoil_app::ports::{Batch, Op, Store, Table};
use counterfoil_app::view::Review;
use data_encoding::HEXLOWER;
use support::burglar::finds;
use support::{NOW, Profile, WORK, wait};

/// A store of schema 1, in memory.
fn schema_1() -> Profile {
    let dump: serde_json::Value = serde_json::from_str(include_str!("stores/schema-1.json")).unwrap();
    // Another device's random bytes: those of the first one are in the store.
    let host = Memory::seeded(1);
    host.set_time(NOW + UNDO);
    let hex = |value: &serde_json::Value| HEXLOWER.decode(value.as_str().unwrap().as_bytes()).unwrap();
    host.set_schema_1_key(hex(&dump["data_key"]).try_into().unwrap());
    let table = |name: &str| Table::ALL.into_iter().find(|table| table.name() == name).unwrap();
    let ops = dump["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let key = row[1].as_str().unwrap().to_owned();
            Op::Put(table(row[0].as_str().unwrap()), key, hex(&row[2]))
        })
        .collect();
    let guard = (Table::Meta, "state".to_owned(), None);
    wait(host.commit(Batch { guard, ops })).unwrap();
    Profile::over(App::with_work(host, WORK))
}

/// Everything that the store of schema 1 held.
fn holds_all(profile: &Profile) {
    let items = profile.items();
    let texts: Vec<_> = items.iter().map(|item| item.preview.as_str()).collect();
    assert_eq!(
        texts,
        [
            "Größe 📏 and\nlines",
            "marked",
            "marked and exported",
            "first words"
        ]
    );
    assert_eq!(items[1].review, Review::Marked);
    assert!(matches!(items[3].review, Review::Deleting { .. }));
    assert_eq!(profile.page_fails(Request::Record { seq: 1 }), Code::RecordGone);
    let counts = profile.popup(support::SITE).counts;
    assert_eq!((counts.total, counts.marked), (3, 1));
    assert_eq!(
        profile.whole(),
        6,
        "five records and a tombstone, all signed as they were"
    );
    let Reply::Exports { view } = profile.page(Request::Exports) else {
        panic!()
    };
    assert!(!profile.file(&view.exports[0].id).is_empty());
    let rows = profile.app.host().rows();
    assert!(
        !rows
            .iter()
            .any(|(table, ..)| matches!(table, Table::Line | Table::Content))
    );
}

#[test]
fn a_store_of_schema_1_is_brought_to_this_one() {
    let profile = schema_1();
    holds_all(&profile);
    let mut profile = profile.reopened();
    holds_all(&profile);
    // It goes on in the same log, and what is deleted now is deleted for good.
    profile.submit("after the change").unwrap();
    profile.at(3 * UNDO);
    wait(profile.app.event(Event::Woken)).unwrap();
    assert_eq!(profile.items().len(), 4, "the first record went");
    assert!(!finds(profile.app.host(), "first words"));
    assert_eq!(profile.settings().logs.len(), 1);
    profile.whole();
}

#[test]
fn a_migration_killed_at_any_step_starts_over() {
    for cut in Cut::ALL {
        for step in 0.. {
            let profile = schema_1();
            let before = profile.app.host().steps();
            profile.app.host().cut_at(step, cut);
            let _ = wait(profile.app.event(Event::Started));
            let reached = profile.app.host().steps() > before + step;
            let profile = profile.reopened();
            holds_all(&profile);
            if !reached {
                assert!(step > 2, "nothing was cut");
                break;
            }
        }
    }
}

#[test]
fn a_store_of_schema_1_without_its_key_is_left_alone() {
    let profile = schema_1();
    let rows = profile.app.host().rows();
    profile.app.host().set_schema_1_key([9; 32]);
    assert_eq!(profile.page_fails(Request::Settings), Code::KeysUnavailable);
    assert_eq!(profile.app.host().rows(), rows);
}
