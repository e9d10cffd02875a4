//! The whole way of many records into a store, checking them there, and out again: a backup that is taken in, held
//! against its signatures and written anew, in memory and on `SQLite`.

use anyhow::{Context, Result, bail, ensure};
use counterfoil_app::app::{App, Sender};
use counterfoil_app::archive::message::{ArchiveAnswer, ArchiveReply, ArchiveRequest};
use counterfoil_app::memory::Memory;
use counterfoil_app::message::{Answer, Reply, Request};
use counterfoil_app::ports::Host;
use counterfoil_core::age::Encryptor;
use counterfoil_core::encoding::{from_base64, to_base64, to_base64url};
use counterfoil_core::log::{Head, append_batch};
use counterfoil_native::{Profile, block_on};
use serde_json::json;

use crate::FEW;
use crate::append::{body, entry, salt};
use crate::sample::{self, LOG, NOW};
use crate::table::{Table, rate};

/// Bytes of a backup in one message.
const PIECE: usize = 512 * 1024;

fn page() -> Sender {
    Sender {
        own: "chrome-extension://bench/".to_owned(),
        url: "chrome-extension://bench/app.html".to_owned(),
        ..Sender::default()
    }
}

fn archive<H: Host>(app: &App<H>, request: ArchiveRequest) -> Result<ArchiveReply> {
    match block_on(app.handle_archive(&page(), request)).answer {
        ArchiveAnswer::Ok { reply } => Ok(reply),
        ArchiveAnswer::Failed { failure } => bail!("refused: {failure}"),
    }
}

fn ask<H: Host>(app: &App<H>, request: Request) -> Result<Reply> {
    match block_on(app.handle(&page(), request)).answer {
        Answer::Ok { reply } => Ok(reply),
        Answer::Failed { failure } => bail!("refused: {failure}"),
    }
}

/// A backup of one log with [`FEW`] records, as another device would have written it.
pub(crate) fn made() -> Result<Vec<u8>> {
    let root = sample::root();
    let bodies: Vec<_> = (0..FEW).map(body).collect();
    let entries = bodies.iter().zip(0..).map(|(body, number)| entry(body, number));
    let batch = append_batch(&Head::new(LOG), &root.log_key(&LOG)?, entries)?;
    let mut lines = vec![
        json!({"counterfoil_backup": {"v": 1, "time": NOW * 1000, "records": FEW}}),
        json!({"log": {"id": LOG, "root": 0, "size": FEW, "note": batch.note}}),
    ];
    for (line, number) in batch.lines.into_iter().zip(0..) {
        lines.push(json!({"record": {
            "line": String::from_utf8(line.line)?, "salt": to_base64url(&salt(number)),
            "body": String::from_utf8(line.body)?
        }}));
    }
    lines.push(json!({"end": {"lines": lines.len()}}));
    let recipient = root.backup_identity()?.recipient();
    let (mut encryptor, mut file) = Encryptor::new(&recipient, [5; 32], [3; 16], [6; 16])?;
    for line in &lines {
        encryptor.push(format!("{line}\n").as_bytes(), &mut file)?;
    }
    encryptor.finish(&mut file)?;
    Ok(file)
}

fn restore<H: Host>(app: &App<H>, pieces: &[String]) -> Result<()> {
    let words = sample::root().words().to_string();
    let ArchiveReply::Restoring { restore, .. } =
        archive(app, ArchiveRequest::Restore { words: words.into() })?
    else {
        bail!("another reply to a restore");
    };
    for (data, index) in pieces.iter().zip(0..) {
        let (restore, data) = (restore.clone(), data.clone());
        archive(app, ArchiveRequest::RestorePiece { restore, index, data })?;
    }
    let ArchiveReply::Restored { view } = archive(app, ArchiveRequest::RestoreFinish { restore })? else {
        bail!("another reply to the end of a restore");
    };
    ensure!(u64::from(view.added) == FEW, "{} records came in", view.added);
    Ok(())
}

fn check<H: Host>(app: &App<H>) -> Result<()> {
    let Reply::Checked { lines, damaged } = ask(app, Request::Check)? else {
        bail!("another reply to a check");
    };
    ensure!(lines >= FEW && damaged.is_empty(), "the log is not whole");
    Ok(())
}

fn back_up<H: Host>(app: &App<H>) -> Result<()> {
    let ArchiveReply::Backup { backup, .. } = archive(app, ArchiveRequest::Backup)? else {
        bail!("another reply to a backup");
    };
    let mut length = 0;
    for index in 0.. {
        let backup = backup.clone();
        let ArchiveReply::Piece { data, last, .. } =
            archive(app, ArchiveRequest::BackupPiece { backup, index })?
        else {
            bail!("another reply to a piece");
        };
        length += from_base64(&data)?.len();
        if last {
            break;
        }
    }
    ensure!(length > 0, "the backup is empty");
    Ok(())
}

pub(crate) fn measure(runs: usize, table: &mut Table) -> Result<()> {
    let file = made()?;
    let pieces: Vec<String> = file.chunks(PIECE).map(to_base64).collect();
    on("memory", runs, table, &pieces, || {
        Ok((App::new(Memory::default()), ()))
    })?;
    on("SQLite", runs, table, &pieces, || {
        let folder = tempfile::tempdir()?;
        let profile = Profile::create(&folder.path().join("log")).context("no log can be made")?;
        Ok((App::new(profile), folder))
    })
}

/// Measures on one kind of store. What is made with the app is kept while it is used.
fn on<H: Host, K>(
    store: &str,
    runs: usize,
    table: &mut Table,
    pieces: &[String],
    new: impl Fn() -> Result<(App<H>, K)>,
) -> Result<()> {
    let (mut restored, mut checked, mut backed) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..runs {
        let (app, _kept) = new()?;
        restored.push(rate(FEW, || restore(&app, pieces))?);
        checked.push(rate(FEW, || check(&app))?);
        backed.push(rate(FEW, || back_up(&app))?);
    }
    let unit = "records/s";
    table.row(
        &format!("restore into {store} (bulk append, whole path)"),
        unit,
        &restored,
        Some("append, 1,000"),
    );
    table.row(
        &format!("check a profile in {store}"),
        unit,
        &checked,
        Some("check a private log"),
    );
    table.row(&format!("back up from {store}"), unit, &backed, None);
    Ok(())
}
