//! What every host must do, as one suite: it runs on memory, on `SQLite` and in both browsers, so it knows no test
//! framework. A check says what it saw where that is not what the ports promise.
#![allow(async_fn_in_trait)] // as in [`crate::ports`]

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use crate::error::Code;
use crate::ports::{
    Batch, Clock, Entropy, Exclusive, Files, Host, Keyring, Op, Span, Store, StoreError, Table, random,
};

/// What a check says: nothing, or what it saw.
pub type Verdict = Result<(), String>;

/// Makes the hosts that are checked.
pub trait Factory {
    /// The host.
    type Host: Host;

    /// A host on a new, empty profile, on a device of its own.
    async fn create(&mut self) -> Result<Self::Host, String>;
    /// Another process, or what is nearest to it, on the profile of a host that lives on.
    async fn alongside(&mut self, host: &Self::Host) -> Result<Self::Host, String>;
    /// The profile of a host whose process has ended, in a new one.
    async fn reopen(&mut self, host: Self::Host) -> Result<Self::Host, String>;
    /// Makes a profile with a row in it, in a schema that is newer than this program's, and lets the program at it.
    async fn newer(&mut self) -> Result<Newer, String>;
}

/// What happened to a profile of a newer schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newer {
    /// What opening it and reading a row gave.
    pub read: Result<(), StoreError>,
    /// What opening it and committing a row gave.
    pub written: Result<(), StoreError>,
    /// Whether the profile is what it was, byte for byte or row for row.
    pub untouched: bool,
}

macro_rules! checks {
    ($factory:ident; $($check:ident)*) => {
        [$((stringify!($check), $check($factory).await)),*]
    };
}

/// Runs every check on hosts of its own: its name, and what it saw if something was wrong.
pub async fn run<F: Factory>(factory: &mut F) -> Vec<(&'static str, Verdict)> {
    checks!(factory;
        rows_are_put_got_overwritten_and_removed
        tables_do_not_share_keys
        operations_of_a_batch_happen_in_order
        a_range_keeps_its_bounds
        a_range_keeps_order_and_limit
        keys_order_by_their_letters
        a_conflict_leaves_nothing
        a_batch_is_seen_whole_or_not_at_all
        a_large_value_is_kept
        a_batch_of_many_rows_is_kept
        everything_is_there_after_reopening
        two_handles_see_each_others_commits
        of_two_writers_one_meets_a_conflict
        the_lock_excludes_until_it_is_dropped
        counting_under_the_lock_loses_nothing
        files_are_written_read_and_removed
        a_file_takes_longer_and_shorter_bytes
        files_are_independent
        a_key_is_wrapped_and_unwrapped
        a_key_of_another_device_is_refused
        bent_wrappings_are_refused
        the_session_remembers_and_forgets
        a_new_profile_has_no_key_of_schema_1
        a_newer_schema_is_refused_and_untouched
        random_bytes_differ
        the_clock_is_past_2020_or_set
    )
    .into()
}

async fn rows_are_put_got_overwritten_and_removed<F: Factory>(factory: &mut F) -> Verdict {
    let host = factory.create().await?;
    is(
        "a row of an empty store",
        get(&host, Table::Meta, "a").await?,
        None,
    )?;
    for value in [vec![1, 2, 3], Vec::new(), (0..=u8::MAX).collect()] {
        write(&host, [put(Table::Meta, "a", &value)]).await?;
        is("the row", get(&host, Table::Meta, "a").await?, Some(value))?;
    }
    write(
        &host,
        [remove(Table::Meta, "a"), remove(Table::Meta, "never there")],
    )
    .await?;
    is("a removed row", get(&host, Table::Meta, "a").await?, None)
}

async fn tables_do_not_share_keys<F: Factory>(factory: &mut F) -> Verdict {
    let host = factory.create().await?;
    write(
        &host,
        Table::ALL.map(|table| put(table, "one key", table.name().as_bytes())),
    )
    .await?;
    for table in Table::ALL {
        let rows = range(
            &host,
            table,
            Span {
                limit: 10,
                ..Span::default()
            },
        )
        .await?;
        is(
            table.name(),
            rows,
            vec![("one key".to_owned(), table.name().into())],
        )?;
    }
    Ok(())
}

async fn operations_of_a_batch_happen_in_order<F: Factory>(factory: &mut F) -> Verdict {
    let host = factory.create().await?;
    write(
        &host,
        [
            put(Table::Meta, "twice", b"first"),
            put(Table::Record, "twice", b"other table"),
            put(Table::Meta, "twice", b"second"),
            put(Table::Meta, "gone", b"for a moment"),
            remove(Table::Meta, "gone"),
            remove(Table::Meta, "back"),
            put(Table::Meta, "back", b"again"),
        ],
    )
    .await?;
    is(
        "twice",
        get(&host, Table::Meta, "twice").await?,
        Some(b"second".to_vec()),
    )?;
    is("gone", get(&host, Table::Meta, "gone").await?, None)?;
    is(
        "back",
        get(&host, Table::Meta, "back").await?,
        Some(b"again".to_vec()),
    )
}

async fn a_range_keeps_its_bounds<F: Factory>(factory: &mut F) -> Verdict {
    let host = factory.create().await?;
    let all = Span {
        limit: u32::MAX,
        ..Span::default()
    };
    is("an empty table", keys(&host, all).await?, Vec::<String>::new())?;
    write(
        &host,
        ["a", "b", "ba", "c", "d"].map(|key| put(Table::Record, key, key.as_bytes())),
    )
    .await?;
    // A neighbour in the order of the tables must not show.
    write(&host, [put(Table::Leaf, "b", b"leaf")]).await?;
    let cases: [(Option<&str>, Option<&str>, &[&str]); 11] = [
        (None, None, &["a", "b", "ba", "c", "d"]),
        (Some("b"), None, &["b", "ba", "c", "d"]),
        (None, Some("c"), &["a", "b", "ba"]),
        (Some("b"), Some("c"), &["b", "ba"]),
        (Some("aa"), Some("bb"), &["b", "ba"]),
        (Some("b"), Some("b"), &[]),
        (Some("c"), Some("b"), &[]),
        (Some("e"), None, &[]),
        (None, Some("a"), &[]),
        (Some("bb"), Some("c"), &[]),
        (Some("d"), Some("e"), &["d"]),
    ];
    for (from, below, expected) in cases {
        for newest_first in [false, true] {
            let mut expected: Vec<_> = expected.iter().map(|key| (*key).to_owned()).collect();
            if newest_first {
                expected.reverse();
            }
            let span = Span {
                from,
                below,
                newest_first,
                limit: 100,
            };
            is(&format!("{span:?}"), keys(&host, span).await?, expected)?;
        }
    }
    Ok(())
}

async fn a_range_keeps_order_and_limit<F: Factory>(factory: &mut F) -> Verdict {
    let host = factory.create().await?;
    let key = |number: usize| format!("{number:04}");
    write(
        &host,
        (0..100).map(|number| put(Table::Record, &key(number), &[u8::try_from(number).unwrap_or(0)])),
    )
    .await?;
    for (limit, count) in [(0, 0), (1, 1), (7, 7), (100, 100), (101, 100), (u32::MAX, 100)] {
        let up: Vec<_> = (0..count).map(key).collect();
        let down: Vec<_> = (100 - count..100).rev().map(key).collect();
        for (newest_first, expected) in [(false, up), (true, down)] {
            let span = Span {
                newest_first,
                limit,
                ..Span::default()
            };
            is(&format!("{span:?}"), keys(&host, span).await?, expected)?;
        }
    }
    for (limit, count) in [(5, 5), (30, 20)] {
        let span = Span {
            from: Some("0040"),
            below: Some("0060"),
            newest_first: true,
            limit,
        };
        let expected: Vec<_> = (60 - count..60).rev().map(key).collect();
        is(&format!("{span:?}"), keys(&host, span).await?, expected)?;
    }
    let rows = range(
        &host,
        Table::Record,
        Span {
            from: Some("0098"),
            limit: 5,
            ..Span::default()
        },
    )
    .await?;
    is(
        "values with their keys",
        rows,
        vec![(key(98), vec![98]), (key(99), vec![99])],
    )
}

async fn keys_order_by_their_letters<F: Factory>(factory: &mut F) -> Verdict {
    let host = factory.create().await?;
    // Prefixes first, upper case before lower, and outside ASCII by code point.
    let ordered = [
        "", "A", "Z", "a", "a\u{1}", "a a", "a-a", "a0", "a00", "aa", "b", "b'\"%_", "é", "é0", "Ω", "中文",
    ];
    write(
        &host,
        ordered
            .iter()
            .rev()
            .map(|key| put(Table::Record, key, key.as_bytes())),
    )
    .await?;
    let span = Span {
        limit: 100,
        ..Span::default()
    };
    is(
        "all keys",
        keys(&host, span).await?,
        ordered.map(str::to_owned).to_vec(),
    )?;
    for key in ordered {
        is(key, get(&host, Table::Record, key).await?, Some(key.into()))?;
    }
    let span = Span {
        from: Some("a0"),
        below: Some("a1"),
        limit: 100,
        ..Span::default()
    };
    is(
        "a prefix",
        keys(&host, span).await?,
        vec!["a0".to_owned(), "a00".to_owned()],
    )?;
    let span = Span {
        from: Some("é"),
        below: Some("中"),
        newest_first: true,
        limit: 2,
    };
    is(
        "outside ASCII",
        keys(&host, span).await?,
        vec!["Ω".to_owned(), "é0".to_owned()],
    )
}

async fn a_conflict_leaves_nothing<F: Factory>(factory: &mut F) -> Verdict {
    let host = factory.create().await?;
    write(
        &host,
        [
            put(Table::Meta, "guard", b"now"),
            put(Table::Record, "kept", b"old"),
        ],
    )
    .await?;
    let guards = [
        ("guard", None),
        ("guard", Some(b"before".to_vec())),
        ("guard", Some(Vec::new())),
        ("guard", Some(b"now and more".to_vec())),
        ("none", Some(b"now".to_vec())),
        ("none", Some(Vec::new())),
    ];
    for (key, expected) in guards {
        let told = format!("a guard on {key} of {expected:?}");
        let batch = Batch {
            guard: (Table::Meta, key.to_owned(), expected),
            ops: vec![
                put(Table::Record, "new", b"new"),
                put(Table::Record, "kept", b"new"),
                remove(Table::Meta, "guard"),
            ],
        };
        is(&told, host.commit(batch).await, Err(StoreError::Conflict))?;
        is("new", get(&host, Table::Record, "new").await?, None)?;
        is(
            "kept",
            get(&host, Table::Record, "kept").await?,
            Some(b"old".to_vec()),
        )?;
        is(
            "guard",
            get(&host, Table::Meta, "guard").await?,
            Some(b"now".to_vec()),
        )?;
    }
    let batch = Batch {
        guard: (Table::Meta, "guard".to_owned(), Some(b"now".to_vec())),
        ops: vec![put(Table::Meta, "guard", b"next")],
    };
    is("a guard that holds", host.commit(batch).await, Ok(()))?;
    is(
        "guard",
        get(&host, Table::Meta, "guard").await?,
        Some(b"next".to_vec()),
    )
}

async fn a_batch_is_seen_whole_or_not_at_all<F: Factory>(factory: &mut F) -> Verdict {
    const ROWS: usize = 200;
    let host = factory.create().await?;
    let reader = factory.alongside(&host).await?;
    for round in 0..4_u8 {
        let writing = write(
            &host,
            (0..ROWS).map(|row| put(Table::Record, &format!("{row:03}"), &[round])),
        );
        let reading = async {
            let mut seen = Vec::new();
            for _ in 0..3 {
                let span = Span {
                    limit: u32::MAX,
                    ..Span::default()
                };
                seen.push(range(&reader, Table::Record, span).await?);
            }
            Ok::<_, String>(seen)
        };
        let (written, seen) = both(writing, reading).await;
        written?;
        for rows in seen? {
            let values: BTreeSet<_> = rows.iter().map(|(_, value)| value.clone()).collect();
            let whole = matches!((rows.len(), values.len()), (0, 0) | (ROWS, 1));
            holds(whole, || {
                format!("{} rows with the values {values:?} were seen", rows.len())
            })?;
        }
    }
    Ok(())
}

async fn a_large_value_is_kept<F: Factory>(factory: &mut F) -> Verdict {
    const LARGE: u32 = 4 << 20;
    let host = factory.create().await?;
    let large: Vec<u8> = (0..LARGE)
        .map(|place| (place.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    write(&host, [put(Table::Segment, "large", &large)]).await?;
    let found = get(&host, Table::Segment, "large").await?;
    holds(found.as_ref() == Some(&large), || {
        "other bytes were read than were written".to_owned()
    })?;
    let host = factory.reopen(host).await?;
    let found = get(&host, Table::Segment, "large").await?;
    holds(found == Some(large), || {
        "other bytes were read after reopening".to_owned()
    })
}

async fn a_batch_of_many_rows_is_kept<F: Factory>(factory: &mut F) -> Verdict {
    const ROWS: u32 = 5_000;
    let host = factory.create().await?;
    let row = |number: u32| (format!("{number:016x}"), [number.to_be_bytes(); 50].concat());
    write(
        &host,
        (0..ROWS).map(|number| {
            let (key, value) = row(number);
            put(Table::Leaf, &key, &value)
        }),
    )
    .await?;
    let rows = range(
        &host,
        Table::Leaf,
        Span {
            limit: u32::MAX,
            ..Span::default()
        },
    )
    .await?;
    let whole = rows.iter().cloned().eq((0..ROWS).map(row));
    holds(whole, || format!("{} rows came back, or others", rows.len()))
}

async fn everything_is_there_after_reopening<F: Factory>(factory: &mut F) -> Verdict {
    let host = factory.create().await?;
    write(
        &host,
        [
            put(Table::Meta, "kept", b"row"),
            put(Table::Record, "gone", b"row"),
        ],
    )
    .await?;
    write(&host, [remove(Table::Record, "gone")]).await?;
    host.write_file("keys-a", b"file").await.map_err(told)?;
    let wrapped = host.wrap(&[7; 32]).await.map_err(told)?;
    let host = factory.reopen(host).await?;
    is(
        "the row",
        get(&host, Table::Meta, "kept").await?,
        Some(b"row".to_vec()),
    )?;
    is("the removed row", get(&host, Table::Record, "gone").await?, None)?;
    is(
        "the file",
        host.read_file("keys-a").await,
        Ok(Some(b"file".to_vec())),
    )?;
    is("the key", *host.unwrap(&wrapped).await.map_err(told)?, [7; 32])
}

async fn two_handles_see_each_others_commits<F: Factory>(factory: &mut F) -> Verdict {
    let one = factory.create().await?;
    let other = factory.alongside(&one).await?;
    for round in 0..3_u8 {
        write(&one, [put(Table::Meta, "one", &[round])]).await?;
        is(
            "seen by the other",
            get(&other, Table::Meta, "one").await?,
            Some(vec![round]),
        )?;
        write(&other, [put(Table::Meta, "other", &[round])]).await?;
        is(
            "seen by the one",
            get(&one, Table::Meta, "other").await?,
            Some(vec![round]),
        )?;
    }
    one.write_file("keys-a", b"one's").await.map_err(told)?;
    is(
        "the file",
        other.read_file("keys-a").await,
        Ok(Some(b"one's".to_vec())),
    )?;
    let wrapped = one.wrap(&[3; 32]).await.map_err(told)?;
    is("the key", *other.unwrap(&wrapped).await.map_err(told)?, [3; 32])
}

async fn of_two_writers_one_meets_a_conflict<F: Factory>(factory: &mut F) -> Verdict {
    let one = factory.create().await?;
    let other = factory.alongside(&one).await?;
    for round in 0..5_u8 {
        let before = get(&one, Table::Meta, "guard").await?;
        let batch = |writer: u8| Batch {
            guard: (Table::Meta, "guard".to_owned(), before.clone()),
            ops: vec![put(Table::Meta, "guard", &[round, writer])],
        };
        let (first, second) = both(one.commit(batch(1)), other.commit(batch(2))).await;
        let winner = match (&first, &second) {
            (Ok(()), Err(StoreError::Conflict)) => 1,
            (Err(StoreError::Conflict), Ok(())) => 2,
            _ => return Err(format!("the writers were told {first:?} and {second:?}")),
        };
        is(
            "the guard",
            get(&one, Table::Meta, "guard").await?,
            Some(vec![round, winner]),
        )?;
    }
    Ok(())
}

async fn the_lock_excludes_until_it_is_dropped<F: Factory>(factory: &mut F) -> Verdict {
    let one = factory.create().await?;
    let other = factory.alongside(&one).await?;
    // The lock is not of a handle: the same one has to wait as well.
    for second in [&other, &one] {
        let first = one.exclusive().await.map_err(told)?;
        let mut waiting = pin!(second.exclusive());
        let mut early = None;
        // A few turns of the host's loop: whoever could get in would be in.
        for _ in 0..5 {
            if early.is_none() {
                early = at_once(waiting.as_mut()).await;
            }
            get(&one, Table::Meta, "turn").await?;
        }
        let entered = matches!(early, Some(Ok(_)));
        holds(!entered, || {
            "a second one got the lock while the first held it".to_owned()
        })?;
        drop(first);
        let held = match early {
            None => waiting.await,
            // Its wait was bounded and is over.
            Some(_) => second.exclusive().await,
        };
        drop(held.map_err(|failure| format!("the lock was dropped, and still refused: {failure}"))?);
    }
    // Who gave up waiting is not in the way.
    let first = one.exclusive().await.map_err(told)?;
    {
        let mut waiting = pin!(other.exclusive());
        let _ = at_once(waiting.as_mut()).await;
    }
    drop(first);
    drop(one.exclusive().await.map_err(told)?);
    Ok(())
}

async fn counting_under_the_lock_loses_nothing<F: Factory>(factory: &mut F) -> Verdict {
    const EACH: u8 = 10;
    let one = factory.create().await?;
    let other = factory.alongside(&one).await?;
    let (first, second) = both(count(&one, EACH), count(&other, EACH)).await;
    first.and(second)?;
    is(
        "the count",
        get(&one, Table::Meta, "count").await?,
        Some(vec![2 * EACH]),
    )
}

async fn count(host: &impl Host, times: u8) -> Verdict {
    for _ in 0..times {
        let _turn = host.exclusive().await.map_err(told)?;
        let before = get(host, Table::Meta, "count").await?;
        let next = before
            .as_deref()
            .and_then(|row| row.first().copied())
            .unwrap_or(0)
            + 1;
        let batch = Batch {
            guard: (Table::Meta, "count".to_owned(), before),
            ops: vec![put(Table::Meta, "count", &[next])],
        };
        host.commit(batch).await.map_err(told)?;
    }
    Ok(())
}

async fn files_are_written_read_and_removed<F: Factory>(factory: &mut F) -> Verdict {
    let host = factory.create().await?;
    is("a file that is missing", host.read_file("keys-a").await, Ok(None))?;
    is("removing it", host.remove_file("keys-a").await, Ok(()))?;
    for bytes in [(0..=u8::MAX).collect(), Vec::new(), vec![7; 300_000]] {
        is("writing", host.write_file("keys-a", &bytes).await, Ok(()))?;
        let found = host.read_file("keys-a").await;
        holds(found.as_ref() == Ok(&Some(bytes)), || {
            "other bytes were read than were written".to_owned()
        })?;
    }
    is("removing", host.remove_file("keys-a").await, Ok(()))?;
    is("a removed file", host.read_file("keys-a").await, Ok(None))?;
    is("writing again", host.write_file("keys-a", b"back").await, Ok(()))?;
    is(
        "a file that is back",
        host.read_file("keys-a").await,
        Ok(Some(b"back".to_vec())),
    )
}

async fn a_file_takes_longer_and_shorter_bytes<F: Factory>(factory: &mut F) -> Verdict {
    let mut host = factory.create().await?;
    for (round, length) in [100, 5_000, 20, 0, 64, 64].into_iter().enumerate() {
        let bytes = vec![u8::try_from(round).unwrap_or(0); length];
        is("writing", host.write_file("keys-a", &bytes).await, Ok(()))?;
        is("reading", host.read_file("keys-a").await, Ok(Some(bytes.clone())))?;
        host = factory.reopen(host).await?;
        is(
            "reading after reopening",
            host.read_file("keys-a").await,
            Ok(Some(bytes)),
        )?;
    }
    Ok(())
}

async fn files_are_independent<F: Factory>(factory: &mut F) -> Verdict {
    let host = factory.create().await?;
    let elsewhere = factory.create().await?;
    for name in ["keys-a", "keys-b", "keys", "0"] {
        host.write_file(name, name.as_bytes()).await.map_err(told)?;
    }
    host.remove_file("keys").await.map_err(told)?;
    is("removed", host.read_file("keys").await, Ok(None))?;
    for name in ["keys-a", "keys-b", "0"] {
        is(name, host.read_file(name).await, Ok(Some(name.into())))?;
        is("another profile's", elsewhere.read_file(name).await, Ok(None))?;
    }
    // Files are not rows.
    is("a row", get(&host, Table::Meta, "keys-a").await?, None)
}

async fn a_key_is_wrapped_and_unwrapped<F: Factory>(factory: &mut F) -> Verdict {
    let host = factory.create().await?;
    let key: [u8; 32] = random(&host).map_err(told)?;
    let first = host.wrap(&key).await.map_err(told)?;
    let second = host.wrap(&key).await.map_err(told)?;
    holds(first != second, || {
        "one key was wrapped twice into the same bytes".to_owned()
    })?;
    let open = first.windows(key.len()).any(|window| window == key);
    holds(!open, || "the wrapping shows the key".to_owned())?;
    is("the first", *host.unwrap(&first).await.map_err(told)?, key)?;
    is("the second", *host.unwrap(&second).await.map_err(told)?, key)
}

async fn a_key_of_another_device_is_refused<F: Factory>(factory: &mut F) -> Verdict {
    let host = factory.create().await?;
    let other = factory.create().await?;
    let wrapped = host.wrap(&[1; 32]).await.map_err(told)?;
    refused("a device without a key", &other, &wrapped).await?;
    let others = other.wrap(&[2; 32]).await.map_err(told)?;
    refused("another device", &other, &wrapped).await?;
    refused("the first device", &host, &others).await?;
    is("its own", *host.unwrap(&wrapped).await.map_err(told)?, [1; 32])
}

async fn bent_wrappings_are_refused<F: Factory>(factory: &mut F) -> Verdict {
    let host = factory.create().await?;
    let wrapped = host.wrap(&[1; 32]).await.map_err(told)?;
    for place in 0..wrapped.len() {
        let mut bent = wrapped.clone();
        bent[place] ^= 1;
        refused(&format!("byte {place} bent"), &host, &bent).await?;
    }
    for length in [0, 1, 12, 24, wrapped.len() - 1] {
        refused(&format!("cut to {length} bytes"), &host, &wrapped[..length]).await?;
    }
    refused("a byte more", &host, &[&wrapped[..], &[0]].concat()).await
}

async fn refused(what: &str, host: &impl Host, wrapped: &[u8]) -> Verdict {
    match host.unwrap(wrapped).await {
        Err(failure) => is(what, failure.code, Code::KeysUnavailable),
        Ok(_) => Err(format!("{what}: it was unwrapped")),
    }
}

async fn the_session_remembers_and_forgets<F: Factory>(factory: &mut F) -> Verdict {
    let host = factory.create().await?;
    let remembered =
        async || Ok::<_, String>(host.session().await.map_err(told)?.map(|secret| secret.to_vec()));
    host.set_session(None).await.map_err(told)?;
    is("a new session", remembered().await?, None)?;
    for secret in [(0..=u8::MAX).collect(), vec![0; 40], Vec::new(), vec![255]] {
        host.set_session(Some(&secret)).await.map_err(told)?;
        is("the secret", remembered().await?, Some(secret))?;
    }
    host.set_session(None).await.map_err(told)?;
    is("after forgetting", remembered().await?, None)
}

async fn a_new_profile_has_no_key_of_schema_1<F: Factory>(factory: &mut F) -> Verdict {
    let host = factory.create().await?;
    host.wrap(&[1; 32]).await.map_err(told)?;
    let found = host.schema_1_key().await.map_err(told)?;
    holds(found.is_none(), || "there is one".to_owned())
}

async fn a_newer_schema_is_refused_and_untouched<F: Factory>(factory: &mut F) -> Verdict {
    let newer = factory.newer().await?;
    is("reading", newer.read, Err(StoreError::Newer))?;
    is("writing", newer.written, Err(StoreError::Newer))?;
    holds(newer.untouched, || "it was touched".to_owned())
}

async fn random_bytes_differ<F: Factory>(factory: &mut F) -> Verdict {
    let host = factory.create().await?;
    let other = factory.create().await?;
    let other = factory.alongside(&other).await?;
    let mut seen = BTreeSet::new();
    for _ in 0..100 {
        for drawn in [random::<16>(&host), random::<16>(&other)] {
            holds(seen.insert(drawn.map_err(told)?), || {
                "the same bytes came twice".to_owned()
            })?;
        }
    }
    // More than a browser gives at once.
    let mut long = vec![0; 200_000];
    host.fill(&mut long).map_err(told)?;
    let empty = long
        .chunks(1_000)
        .any(|chunk| chunk.iter().all(|byte| *byte == 0));
    holds(!empty, || "a part of a long buffer was left empty".to_owned())
}

async fn the_clock_is_past_2020_or_set<F: Factory>(factory: &mut F) -> Verdict {
    const YEAR_2020: u64 = 1_577_836_800_000;
    const YEAR_2200: u64 = 7_258_118_400_000;
    let host = factory.create().await?;
    let (first, second) = (host.now(), host.now());
    holds(first <= second, || format!("it went from {first} to {second}"))?;
    // Memory's clock stands at zero until a test sets it.
    holds(first == 0 || (YEAR_2020..YEAR_2200).contains(&first), || {
        format!("it says {first} ms")
    })
}

fn put(table: Table, key: &str, value: &[u8]) -> Op {
    Op::Put(table, key.to_owned(), value.to_vec())
}

fn remove(table: Table, key: &str) -> Op {
    Op::Remove(table, key.to_owned())
}

/// Commits under a guard that always holds.
async fn write(store: &impl Store, ops: impl IntoIterator<Item = Op>) -> Verdict {
    let batch = Batch {
        guard: (Table::Meta, "never there".to_owned(), None),
        ops: ops.into_iter().collect(),
    };
    store.commit(batch).await.map_err(told)
}

async fn get(store: &impl Store, table: Table, key: &str) -> Result<Option<Vec<u8>>, String> {
    store.get(table, key).await.map_err(told)
}

async fn range(store: &impl Store, table: Table, span: Span<'_>) -> Result<Vec<(String, Vec<u8>)>, String> {
    store.range(table, span).await.map_err(told)
}

async fn keys(store: &impl Store, span: Span<'_>) -> Result<Vec<String>, String> {
    let rows = range(store, Table::Record, span).await?;
    Ok(rows.into_iter().map(|(key, _)| key).collect())
}

fn told(error: impl Debug) -> String {
    format!("{error:?}")
}

#[allow(clippy::needless_pass_by_value)] // both are made where it is called
fn is<T: PartialEq + Debug>(what: &str, found: T, expected: T) -> Verdict {
    holds(found == expected, || {
        format!("{what}: found {found:?}, expected {expected:?}")
    })
}

fn holds(truth: bool, otherwise: impl FnOnce() -> String) -> Verdict {
    if truth { Ok(()) } else { Err(otherwise()) }
}

/// Polls a future once: its output, if it has one already.
async fn at_once<T>(mut future: std::pin::Pin<&mut impl Future<Output = T>>) -> Option<T> {
    poll_fn(|context| {
        Poll::Ready(match future.as_mut().poll(context) {
            Poll::Ready(output) => Some(output),
            Poll::Pending => None,
        })
    })
    .await
}

/// Runs two futures side by side.
async fn both<A, B>(one: impl Future<Output = A>, other: impl Future<Output = B>) -> (A, B) {
    let (mut one, mut other) = (pin!(one), pin!(other));
    let (mut first, mut second) = (None, None);
    poll_fn(|context| {
        if first.is_none()
            && let Poll::Ready(output) = one.as_mut().poll(context)
        {
            first = Some(output);
        }
        if second.is_none()
            && let Poll::Ready(output) = other.as_mut().poll(context)
        {
            second = Some(output);
        }
        match (first.take(), second.take()) {
            (Some(first), Some(second)) => Poll::Ready((first, second)),
            (one, other) => {
                (first, second) = (one, other);
                Poll::Pending
            }
        }
    })
    .await
}
