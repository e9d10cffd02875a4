//! Backup and restore: into a new profile, into one that holds other histories, with deletions on both sides.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use counterfoil_app::UNDO;
use counterfoil_app::archive::message::{ArchiveReply, ArchiveRequest};
use counterfoil_app::error::Code;
use counterfoil_app::memory::Cut;
use counterfoil_app::message::{Event, Reply, Request, Secret};
use counterfoil_app::ports::{Clock, Table};
use counterfoil_app::view::WordsState;
use support::burglar::finds;
use support::{Profile, choice, wait};

/// Logs in, as a person would after a restore: consent, and the permission of the site.
fn recording(profile: &Profile) {
    profile.page(Request::Consent { given: true });
    profile.page(Request::SiteOn {
        url: support::SITE.into(),
    });
    profile.permit(&["https://example.org/*"]);
}

fn say(profile: &mut Profile, texts: impl IntoIterator<Item = String>) {
    for text in texts {
        let now = Clock::now(profile.app.host());
        profile.app.host().set_time(now + 3_000);
        profile.submit(&text).unwrap();
    }
}

fn delete(profile: &Profile, seqs: Vec<u64>) {
    profile.page(Request::Delete { seqs });
    let now = Clock::now(profile.app.host());
    profile.app.host().set_time(now + UNDO);
    wait(profile.app.event(Event::Woken)).unwrap();
}

fn numbered(name: &str, count: u32) -> impl Iterator<Item = String> {
    let name = name.to_owned();
    (0..count).map(move |n| format!("{name} {n}"))
}

/// All texts, newest first, over all pages.
fn texts(profile: &Profile) -> Vec<String> {
    let mut texts = Vec::new();
    let mut before = None;
    loop {
        let page = profile.list(counterfoil_app::view::Filter::default(), before);
        assert_eq!(page.damaged, []);
        texts.extend(page.items.into_iter().map(|item| item.preview));
        before = page.next;
        if before.is_none() {
            return texts;
        }
    }
}

/// A profile with packed and unpacked records, one deleted, one marked, and an export.
fn lived_in() -> Profile {
    let mut profile = Profile::recording();
    say(&mut profile, numbered("first", 300));
    profile.page(Request::Mark { seqs: vec![7, 8] });
    let draft = profile.draft("lab");
    profile.approve(&draft);
    profile.page(Request::Mark { seqs: vec![9] });
    delete(&profile, vec![3, 280]);
    say(&mut profile, numbered("second", 5));
    profile
}

#[test]
fn a_backup_brings_everything_back_into_a_new_profile() {
    let profile = lived_in();
    let words = profile.words();
    let file = profile.backup();
    assert_eq!(profile.settings().backup_behind, 0);
    let here = texts(&profile);
    for piece in [file.len(), 1_000, 70_001] {
        let restored = Profile::elsewhere(1);
        let report = restored.restore(&words, &file, piece).unwrap();
        assert_eq!((report.logs, report.added, report.exports), (1, 303, 1));
        assert_eq!((report.known, report.mended, report.deleted), (0, 0, 0));
        assert_eq!(texts(&restored), here);
        let settings = restored.settings();
        assert_eq!(settings.logs.len(), 2);
        assert!(settings.logs[0].read_only && !settings.logs[1].read_only);
        assert_eq!(settings.logs[0].did, profile.settings().logs[0].did);
        assert_ne!(settings.logs[1].did, settings.logs[0].did);
        assert_eq!(settings.words, WordsState::Confirmed, "the person has them");
        assert_eq!(restored.popup(support::SITE).counts.marked, 1);
        restored.whole();
    }
}

#[test]
fn a_restored_profile_goes_on_in_a_new_log_and_under_new_names() {
    let profile = lived_in();
    let (words, file) = (profile.words(), profile.backup());
    let mut restored = Profile::elsewhere(2);
    restored.restore(&words, &file, 1 << 20).unwrap();
    recording(&restored);
    let Reply::Exports { view } = restored.page(Request::Exports) else {
        panic!()
    };
    assert!(view.exports[0].available);
    assert_eq!(restored.file(&view.exports[0].id), {
        let Reply::Exports { view } = profile.page(Request::Exports) else {
            panic!()
        };
        profile.file(&view.exports[0].id)
    });
    say(&mut restored, numbered("later", 2));
    let newest = &restored.items()[0];
    assert_eq!(
        (newest.preview.as_str(), newest.place.log, newest.place.position),
        ("later 1", 1, 1)
    );
    // What the lab has is not given to it again, and the key that signs now is another.
    restored.page(Request::Mark { seqs: vec![7] });
    let draft = restored.draft("lab");
    assert_eq!(draft.excluded.len(), 1);
    assert_ne!(draft.did, view.exports[0].did);
    assert_eq!(draft.start, 0);
    let restored = restored.reopened();
    restored.whole();
    // And a backup of it opens with the same words.
    let again = Profile::elsewhere(3);
    let report = again.restore(&words, &restored.backup(), 1 << 20).unwrap();
    assert_eq!((report.logs, report.added), (2, 305));
    assert_eq!(texts(&again), texts(&restored));
}

#[test]
fn a_merge_keeps_both_histories_and_a_second_one_changes_nothing() {
    let profile = lived_in();
    let (words, file) = (profile.words(), profile.backup());
    let mut other = Profile::elsewhere(4);
    recording(&other);
    say(&mut other, numbered("other", 30));
    let mine = other.words();
    let report = other.restore(&words, &file, 1 << 20).unwrap();
    assert_eq!((report.logs, report.added), (1, 303));
    assert_eq!(other.settings().logs.len(), 3);
    say(&mut other, numbered("after", 3));
    let all = texts(&other);
    assert_eq!(all.len(), 336);
    for part in [
        numbered("other", 30).collect::<Vec<_>>(),
        texts(&profile),
        numbered("after", 3).collect(),
    ] {
        assert!(part.iter().all(|text| all.contains(text)));
    }
    other.whole();
    let report = other.restore(&words, &file, 1 << 20).unwrap();
    assert_eq!((report.logs, report.added, report.known), (0, 0, 303));
    assert_eq!(other.settings().logs.len(), 3);
    assert_eq!(texts(&other), all);
    // Its own words open a backup of both.
    let third = Profile::elsewhere(5);
    third.restore(&mine, &other.backup(), 1 << 20).unwrap();
    assert_eq!(texts(&third), all);
    third.whole();
}

#[test]
fn a_deletion_wins_on_whichever_side_it_was_made() {
    let mut profile = lived_in();
    let words = profile.words();
    let old = profile.backup();
    say(&mut profile, numbered("third", 2));
    delete(&profile, vec![20]);
    let new = profile.backup();
    // Deleted here, still in the old backup: it stays deleted.
    let report = profile.restore(&words, &old, 1 << 20).unwrap();
    assert_eq!((report.added, report.mended), (0, 0));
    assert!(!finds(profile.app.host(), "first 20\""));
    // Deleted in the backup, still here: it goes.
    let behind = Profile::elsewhere(6);
    behind.restore(&words, &old, 1 << 20).unwrap();
    assert!(finds(behind.app.host(), "first 20\""));
    let report = behind.restore(&words, &new, 1 << 20).unwrap();
    assert_eq!((report.logs, report.added, report.deleted), (0, 2, 1));
    assert!(!finds(behind.app.host(), "first 20\""));
    assert_eq!(texts(&behind).len(), 304);
    behind.whole();
    profile.whole();
    // A record of a log that is read-only can be deleted, and the tombstone is believed elsewhere.
    delete(&behind, vec![30]);
    let file = behind.backup();
    let third = Profile::elsewhere(7);
    third.restore(&words, &old, 1 << 20).unwrap();
    let report = third.restore(&words, &file, 1 << 20).unwrap();
    assert_eq!(report.deleted, 2);
    assert_eq!(texts(&third), texts(&behind));
    third.whole();
}

#[test]
fn a_bad_backup_is_refused_and_changes_nothing() {
    let profile = lived_in();
    let (words, file) = (profile.words(), profile.backup());
    let other = Profile::elsewhere(8);
    recording(&other);
    let rows = |profile: &Profile| {
        profile
            .app
            .host()
            .rows()
            .into_iter()
            .filter(|(table, key, _)| *table != Table::Meta || !key.starts_with("state"))
            .collect::<Vec<_>>()
    };
    let before = rows(&other);
    let wrong = Secret::from(format!("{}art", "abandon ".repeat(23)));
    assert_eq!(other.restore(&wrong, &file, 1 << 20), Err(Code::BackupWords));
    assert_eq!(
        other.restore(&words, b"not a backup", 1 << 20),
        Err(Code::BackupInvalid)
    );
    assert_eq!(other.restore(&words, b"", 1 << 20), Err(Code::BackupInvalid));
    for end in [1, 100, 300, file.len() / 2, file.len() - 1] {
        let refused = other.restore(&words, &file[..end], 50_000).unwrap_err();
        assert!(
            matches!(refused, Code::BackupInvalid | Code::BackupDamaged),
            "{end}: {refused:?}"
        );
    }
    for at in (250..file.len()).step_by(file.len() / 20) {
        let mut bent = file.clone();
        bent[at] ^= 1;
        assert_eq!(
            other.restore(&words, &bent, 50_000),
            Err(Code::BackupDamaged),
            "{at}"
        );
    }
    assert_eq!(rows(&other), before);
    other.whole();
}

#[test]
fn a_damaged_record_is_named_and_mended_by_a_backup() {
    let profile = lived_in();
    let (words, file) = (profile.words(), profile.backup());
    let here = texts(&profile);
    let segment = |profile: &Profile| {
        let rows = profile.app.host().rows();
        rows.into_iter()
            .find(|(table, ..)| *table == Table::Segment)
            .map(|(_, key, _)| key)
            .unwrap()
    };
    let key = segment(&profile);
    let host = profile.app.host();
    host.tamper(Table::Segment, &key, |row| row[100] ^= 1);
    host.tamper(Table::Record, "0000000000000304", |row| row[40] ^= 1);
    let profile = profile.reopened();
    let audit = wait(profile.app.check()).unwrap();
    let names: Vec<_> = audit.damaged.iter().map(|damage| damage.name.as_str()).collect();
    assert_eq!(
        names,
        [format!("segment/{key}").as_str(), "record/0000000000000304"]
    );
    // The rest is usable, and says what is missing.
    let page = profile.list(counterfoil_app::view::Filter::default(), None);
    assert!(!page.items.is_empty() && !page.damaged.is_empty());
    let ArchiveReply::Backup { backup, .. } = profile.archive(ArchiveRequest::Backup) else {
        panic!()
    };
    let piece = ArchiveRequest::BackupPiece { backup, index: 0 };
    assert_eq!(
        profile.try_archive(piece).unwrap_err(),
        Code::StoreCorrupt,
        "no backup leaves out unsaid"
    );
    let report = profile.restore(&words, &file, 1 << 20).unwrap();
    assert!(report.mended > 0, "{report:?}");
    assert_eq!(texts(&profile), here);
    profile.whole();
}

#[test]
fn without_a_backup_the_rest_goes_on_without_what_is_damaged() {
    let profile = lived_in();
    let (words, file) = (profile.words(), profile.backup());
    let here = texts(&profile);
    let rows = profile.app.host().rows();
    let (_, key, _) = rows.iter().find(|(table, ..)| *table == Table::Segment).unwrap();
    profile
        .app
        .host()
        .tamper(Table::Segment, key, |row| row[100] ^= 1);
    let profile = profile.reopened();
    let Reply::Checked { damaged, .. } = profile.page(Request::Repair) else {
        panic!()
    };
    assert_eq!(damaged, []);
    profile.whole();
    assert!(texts(&profile).len() < here.len());
    assert_eq!(
        profile.popup(support::SITE).counts.total as usize,
        texts(&profile).len()
    );
    // And a backup that turns up later still mends it.
    profile.restore(&words, &file, 1 << 20).unwrap();
    assert_eq!(texts(&profile), here);
    profile.whole();
}

#[test]
fn the_keys_are_kept_twice_and_their_loss_is_named_and_survived() {
    for name in ["segment-keys", "data-key"] {
        let profile = lived_in();
        let here = texts(&profile);
        profile
            .app
            .host()
            .tamper_file(&format!("{name}-a"), |bytes| bytes.truncate(20));
        let profile = profile.reopened();
        assert_eq!(texts(&profile), here, "one copy is enough");
        profile
            .app
            .host()
            .tamper_file(&format!("{name}-b"), |bytes| bytes[60] ^= 1);
        let mut profile = profile.reopened();
        assert_eq!(texts(&profile), here, "it was kept twice again");
        for side in ["a", "b"] {
            profile
                .app
                .host()
                .tamper_file(&format!("{name}-{side}"), |bytes| bytes[60] ^= 1);
        }
        profile = profile.reopened();
        if name == "data-key" {
            assert_eq!(profile.page_fails(Request::Settings), Code::KeysDamaged);
            profile.page(Request::ForgetAll);
            let profile = profile.reopened();
            assert_eq!(profile.app.host().rows(), []);
            continue;
        }
        assert_eq!(profile.submit("not lost in silence"), Err(Code::KeysDamaged));
        let audit = wait(profile.app.check()).unwrap();
        assert_eq!(audit.damaged[0].name, name);
        profile.page(Request::Repair);
        profile.whole();
        profile.submit("it goes on").unwrap();
        assert_eq!(texts(&profile), ["it goes on"]);
    }
}

#[test]
fn a_restore_killed_at_any_step_is_whole_or_nothing() {
    let mut source = Profile::recording();
    say(&mut source, numbered("source", 6));
    delete(&source, vec![2]);
    let (words, file) = (source.words(), source.backup());
    for cut in Cut::ALL {
        for step in 0.. {
            let mut profile = Profile::elsewhere(9);
            recording(&profile);
            say(&mut profile, numbered("here", 3));
            let before = profile.app.host().steps();
            profile.app.host().cut_at(step, cut);
            let done = profile.restore(&words, &file, 200);
            let reached = profile.app.host().steps() > before + step;
            let mut profile = profile.reopened();
            let count = texts(&profile).len();
            assert!(count == 3 || count == 8, "{cut:?} at {step}: {count}");
            assert!(done.is_err() || count == 8);
            profile.whole();
            say(&mut profile, numbered("goes on", 1));
            profile.restore(&words, &file, 1 << 20).unwrap();
            assert_eq!(texts(&profile).len(), 9, "{cut:?} at {step}");
            profile.whole();
            if !reached {
                break;
            }
        }
    }
}

#[test]
fn a_pseudonym_can_be_left_behind() {
    let mut profile = Profile::recording();
    say(&mut profile, numbered("text", 3));
    profile.page(Request::Mark { seqs: vec![0] });
    let first = profile.draft("lab");
    profile.approve(&first);
    let reset = Request::ResetAudience { name: "lab".into() };
    let Reply::Exports { view } = profile.page(reset.clone()) else {
        panic!()
    };
    assert_eq!(
        (view.audiences[0].did.as_str(), view.audiences[0].records),
        ("", 1)
    );
    profile.page(Request::Mark { seqs: vec![0, 1] });
    let second = profile.draft("lab");
    assert_ne!(second.did, first.did);
    assert_eq!(
        (second.start, second.lines.len(), second.excluded.len()),
        (0, 1, 1)
    );
    let view = profile.approve(&second);
    assert_eq!(view.audiences[0].did, second.did);
    assert_eq!(
        profile.page_fails(Request::ResetAudience {
            name: "nobody".into()
        }),
        Code::ExportGone
    );
    let _ = choice("lab");
}

#[test]
fn a_backup_holds_no_words_and_says_when_it_is_due() {
    let mut profile = Profile::recording();
    let words = profile.words();
    assert_eq!(
        Profile::new().try_archive(ArchiveRequest::Backup).unwrap_err(),
        Code::LogMissing
    );
    assert!(!profile.settings().backup_due);
    say(&mut profile, numbered("text", 1));
    profile.at(31 * 86_400_000);
    assert!(profile.settings().backup_due);
    let file = profile.backup();
    assert!(!profile.settings().backup_due);
    let root = counterfoil_core::keys::Root::from_words(words.expose()).unwrap();
    let mut opened = counterfoil_core::age::Decryptor::new(&root.backup_identity().unwrap());
    let mut plain = zeroize::Zeroizing::new(Vec::new());
    opened.push(&file, &mut plain).unwrap();
    opened.finish(&mut plain).unwrap();
    let text = String::from_utf8(plain.to_vec()).unwrap();
    assert!(text.contains("text 0"));
    let entropy = data_encoding::HEXLOWER.encode(root.entropy());
    assert!(!text.contains(&entropy) && !text.contains(words.expose()));
    assert!(
        text.ends_with("{\"end\":{\"lines\":4}}\n"),
        "{}",
        &text[text.len() - 60..]
    );
}

#[test]
fn a_lost_leaf_hash_stays_named_until_a_backup_brings_it_back() {
    let profile = lived_in();
    let (words, file) = (profile.words(), profile.backup());
    let here = texts(&profile);
    let first = "0000000000000000";
    profile
        .app
        .host()
        .tamper(Table::Leaves, first, |row| row[40] ^= 1);
    let profile = profile.reopened();
    let named = |profile: &Profile| {
        let damaged = wait(profile.app.check()).unwrap().damaged;
        damaged.into_iter().map(|damage| damage.name).collect::<Vec<_>>()
    };
    assert_eq!(named(&profile), [format!("leaves/{first}")]);
    // The leaf hash of the deleted record is gone: nothing here can make it again, and nobody says it is whole.
    profile.page(Request::Repair);
    assert_eq!(named(&profile), [format!("leaves/{first}")]);
    assert_eq!(texts(&profile), here, "no record was lost");
    profile.restore(&words, &file, 1 << 20).unwrap();
    assert_eq!(texts(&profile), here);
    profile.whole();
}
