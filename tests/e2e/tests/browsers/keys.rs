//! Keys and data through the real pages: what is deleted is gone, what is locked is shut, what is backed up comes back.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use counterfoil_e2e::browser::{Browser, Kind};
use counterfoil_e2e::process::{output, room};
use counterfoil_e2e::tools::{Tools, tests_dir};
use counterfoil_e2e::until::{SOON, START, until};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::burglar::{self, Disk};
use crate::crashes::log_holds;
use crate::first_run::{permitted, say};
use crate::lab::{Lab, ON, Session, on_fresh, on_session, trial};

const SECRET: &str = "the vicar drowned the accounts";
const BEFORE: &str = "said before the vicar";
const AFTER: &str = "said after the vicar";
/// Folders and files of a profile in which the browsers keep what belongs to a tab: the session storage of its page,
/// and what is needed to open it again.
const OF_TABS: [&str; 4] = [
    "Session Storage",
    "Sessions",
    "sessionstore-backups",
    "sessionstore.jsonlz4",
];
const PASSPHRASE: &str = "seven quiet lighthouses";

pub fn trials(lab: &Arc<Lab>, kind: Kind, trials: &mut Vec<Trial>) {
    trials.push(on_fresh(
        lab,
        kind,
        "what_is_deleted_opens_under_no_key_left_on_the_disk",
        deletion,
    ));
    trials.push(on_session(lab, kind, "undo_survives_a_killed_background", undo));
    trials.push(on_fresh(lab, kind, "the_last_hour_is_forgotten", last_hour));
    trials.push(on_fresh(
        lab,
        kind,
        "the_words_are_shown_until_they_are_confirmed",
        words,
    ));
    trials.push(on_fresh(
        lab,
        kind,
        "a_passphrase_locks_and_recording_goes_on",
        passphrase,
    ));
    trials.push(trial(
        lab,
        kind,
        "a_backup_is_opened_by_age_and_restored_in_the_other_browser",
        async move |lab, name| backup(lab, kind, name).await,
    ));
    trials.push(on_fresh(
        lab,
        kind,
        "forgetting_everything_leaves_nothing",
        everything,
    ));
}

/// Writes these texts on a site that is on; gives their numbers.
pub async fn record(session: &Session, texts: &[&str]) -> Result<Vec<u64>> {
    let browser = &session.browser;
    let since = browser.next_seq().await?;
    let tab = browser.open(&format!("http://{ON}/chat-enter.html")).await?;
    let mut seqs = Vec::new();
    for text in texts {
        say(session, text).await?;
        seqs.push(browser.recorded(since, ON, text).await?.seq);
    }
    browser.close(&tab).await?;
    Ok(seqs)
}

/// The texts of all records, oldest first.
async fn texts(browser: &Browser) -> Result<Vec<String>> {
    let records = browser.records(0).await?;
    Ok(records.into_iter().map(|record| record.text).collect())
}

/// What an element of the page in view says.
async fn told(browser: &Browser, selector: &str) -> Result<String> {
    let text = browser
        .run(
            "return document.querySelector(arguments[0])?.textContent.trim() ?? ''",
            vec![selector.into()],
        )
        .await?;
    Ok(text.as_str().unwrap_or_default().to_owned())
}

/// Waits until an element of the page in view says something.
async fn speaks(browser: &Browser, selector: &str) -> Result<String> {
    until(&format!("{selector} to say something"), START, async || {
        Ok(Some(told(browser, selector).await?).filter(|text| !text.is_empty()))
    })
    .await
}

/// The number in a `data-` attribute of the page in view.
async fn number(browser: &Browser, attribute: &str) -> Result<u64> {
    // In one step: the page may be painted anew between finding and reading.
    let read = "return document.querySelector(`[${arguments[0]}]`)?.getAttribute(arguments[0]) ?? null";
    let value = until(&format!("[{attribute}] to be there"), START, async || {
        let value = browser.run(read, vec![attribute.into()]).await?;
        Ok(value.as_str().map(str::to_owned))
    })
    .await?;
    Ok(value.parse()?)
}

/// "Check everything" in the full tab.
async fn check_everything(browser: &Browser) -> Result<()> {
    let page = browser.open_page("app/app.html#settings/logs").await?;
    browser.click("[data-action=check-all]").await?;
    let outcome = browser.find_within("[data-checked], [data-part=logs] [data-damaged]", START);
    let outcome = outcome.await?;
    ensure!(
        outcome.attr("data-checked").await?.is_some(),
        "the log does not hold: {}",
        outcome.text().await?
    );
    browser.close(&page).await
}

async fn deletion(session: &mut Session) -> Result<()> {
    session.make_ready().await?;
    let seqs = record(session, &[BEFORE, SECRET, AFTER]).await?;
    let browser = &session.browser;
    let before = burglar::take(browser).await?;
    let sealed = before.holding(SECRET);
    let ids: BTreeSet<u64> = sealed.iter().filter_map(burglar::Row::ring_key).collect();
    ensure!(
        !sealed.is_empty() && !ids.is_empty(),
        "the burglar is blind, or the text lies under a key that stays: {sealed:?}"
    );

    let page = browser.open_page("app/app.html#records").await?;
    let seq = seqs.get(1).copied().context("three were said")?;
    browser.press_on_record(seq, "delete").await?;
    browser.record_stands(seq, "deleting").await?;
    browser.close(&page).await?;
    burglar::destroyed(browser, &ids).await?;
    check_everything(browser).await?;
    let left = texts(browser).await?;
    ensure!(left == [BEFORE, AFTER], "listed: {left:?}");

    let after = burglar::take(browser).await?;
    ensure!(
        !after.finds(SECRET),
        "the deleted text can be read in a row or a file"
    );
    for text in [BEFORE, AFTER] {
        ensure!(
            after.finds(text),
            "the burglar does not find {text:?}, which stays"
        );
    }

    let profile = browser.profile()?;
    session.browser.crash();
    let disk = Disk::read(&profile)?;
    let (copies, on_disk) = disk.keys(&after);
    ensure!(
        copies >= 4,
        "{copies} files of keys on the disk instead of four at least"
    );
    ensure!(
        !after.keys().is_disjoint(&on_disk),
        "the burglar does not find the keys on the disk"
    );
    let mut keys = after.keys();
    keys.extend(on_disk);
    for row in &sealed {
        // Its old bytes may linger in the database's files; they are noise to whoever has these keys.
        ensure!(
            row.open(&keys).is_none(),
            "{}/{} opens, with bytes in {:?}",
            row.table,
            row.name,
            disk.with(&row.bytes)
        );
    }
    ensure!(
        after.rows.iter().any(|row| !disk.with(&row.bytes).is_empty()),
        "no row of the database is found on the disk"
    );
    for text in [SECRET, BEFORE, AFTER] {
        let mut clear = disk.with_text(text);
        // The page on which it was written keeps it too, and so does the browser for its tab.
        clear.retain(|path| !path.iter().any(|part| OF_TABS.iter().any(|name| part == *name)));
        ensure!(clear.is_empty(), "{text:?} stands in clear in {clear:?}");
    }
    Ok(())
}

async fn undo(session: &Session) -> Result<()> {
    let text = "taken back in time";
    let seqs = record(session, &[text]).await?;
    let seq = seqs.first().copied().context("one was said")?;
    let browser = &session.browser;
    let page = browser.open_page("app/app.html#records").await?;
    browser.press_on_record(seq, "delete").await?;
    browser.record_stands(seq, "deleting").await?;
    let began = browser.background_began().await?;
    ensure!(
        browser.kill_background().await?,
        "there was no background to kill"
    );
    browser.press_on_record(seq, "undo").await?;
    browser.record_stands(seq, "private").await?;
    ensure!(
        browser.background_began().await? != began,
        "the background was not killed"
    );
    let records = browser.records(seq).await?;
    let record = records.iter().find(|record| record.seq == seq);
    let record = record.context("the record is gone")?;
    ensure!(
        record.text == text && record.review["state"] == "private",
        "brought back as {record:?}"
    );
    log_holds(browser).await?;
    browser.close(&page).await
}

async fn last_hour(session: &mut Session) -> Result<()> {
    session.make_ready().await?;
    let said = [SECRET, AFTER];
    record(session, &said).await?;
    let browser = &session.browser;
    let before = burglar::take(browser).await?;
    let ids: BTreeSet<u64> = said
        .iter()
        .flat_map(|text| before.holding(text))
        .filter_map(|row| row.ring_key())
        .collect();
    ensure!(!ids.is_empty(), "the burglar is blind");

    let page = browser.open_page("app/app.html#settings/forget").await?;
    browser.find("[data-last-hour='2']").await?;
    browser.click("[data-action=forget-hour]").await?;
    browser.find("[data-last-hour='0']").await?;
    browser.click("[data-action=undo-forget]").await?;
    browser.find("[data-last-hour='2']").await?;
    let back = texts(browser).await?;
    ensure!(back == said, "brought back: {back:?}");

    browser.click("[data-action=forget-hour]").await?;
    browser.find("[data-last-hour='0']").await?;
    browser.close(&page).await?;
    let after = burglar::destroyed(browser, &ids).await?;
    for text in said {
        ensure!(!after.finds(text), "{text:?} can still be read");
    }
    let left = texts(browser).await?;
    ensure!(left.is_empty(), "listed: {left:?}");
    check_everything(browser).await
}

/// The words that the page in view shows.
async fn shown_words(browser: &Browser) -> Result<Vec<String>> {
    browser.find(".phrase-list").await?;
    let shown = browser
        .run(
            "return [...document.querySelectorAll('.phrase-list li')].map((item) =>
               [...item.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE)
                 .map((node) => node.data).join('').trim())",
            vec![],
        )
        .await?;
    let words: Vec<String> = serde_json::from_value(shown)?;
    ensure!(words.len() == 24, "{} words are shown", words.len());
    Ok(words)
}

/// Enters words in place of what the field holds, and presses the button.
async fn enter_words(browser: &Browser, words: &[String]) -> Result<()> {
    browser.find("#confirm-words").await?.clear().await?;
    browser.type_into("#confirm-words", &words.join(" ")).await?;
    browser.click("[data-action=confirm]").await
}

async fn words(session: &mut Session) -> Result<()> {
    session.make_ready().await?;
    record(session, &[BEFORE]).await?;
    let browser = &session.browser;
    let page = browser.open_page("app/app.html#settings/words").await?;
    browser.find("[data-words=unseen]").await?;
    browser.click("[data-action=show-words]").await?;
    let words = shown_words(browser).await?;
    browser.find("[data-words=shown]").await?;
    browser.click("[data-action=wrote-words]").await?;

    // A word that is on no list: the seventeenth.
    let mut wrong = words.clone();
    "counterfoil".clone_into(wrong.get_mut(16).context("24 words")?);
    enter_words(browser, &wrong).await?;
    let fault = speaks(browser, "#words-fault").await?;
    ensure!(
        fault
            .split(|c: char| !c.is_ascii_digit())
            .any(|part| part == "17"),
        "the fault does not name word 17: {fault}"
    );
    let marked = browser.run("return getSelection().toString()", vec![]).await?;
    ensure!(
        marked == "counterfoil",
        "selected is {marked}, not the wrong word"
    );

    // Words of the list in another order do not fit together, but for one in 256.
    let swapped = swapped(&words)?;
    enter_words(browser, &swapped).await?;
    until("another fault", SOON, async || {
        let now = told(browser, "#words-fault").await?;
        Ok((!now.is_empty() && now != fault).then_some(()))
    })
    .await?;
    browser.find("[data-words=shown]").await?;

    enter_words(browser, &words).await?;
    browser.find("[data-words=confirmed]").await?;
    browser.driver.refresh().await?;
    browser.find("[data-words=confirmed]").await?;
    let ways = "return document.querySelectorAll(
        '[data-action=show-words], [data-action=show-again], .phrase-list').length";
    ensure!(
        browser.run(ways, vec![]).await? == 0,
        "the words can still be shown"
    );
    let refused = browser.answer_to(&json!({ "type": "words" })).await?;
    ensure!(
        refused["failure"]["code"] == "words_shown",
        "asked again for the words: {refused}"
    );
    browser.close(&page).await
}

/// The words with the first one swapped with the next that differs from it.
fn swapped(words: &[String]) -> Result<Vec<String>> {
    let mut swapped = words.to_vec();
    let other = words
        .iter()
        .position(|word| Some(word) != words.first())
        .context("all words are the same")?;
    swapped.swap(0, other);
    Ok(swapped)
}

async fn status(browser: &Browser) -> Result<Value> {
    Ok(browser.ask(&json!({ "type": "status" })).await?["view"].take())
}

async fn badge(browser: &Browser) -> Result<Value> {
    browser
        .in_console("return await (globalThis.browser ?? chrome).action.getBadgeText({});")
        .await
}

async fn passphrase(session: &mut Session) -> Result<()> {
    session.make_ready().await?;
    record(session, &[BEFORE]).await?;
    let browser = &session.browser;
    let page = browser.open_page("app/app.html#settings/passphrase").await?;
    browser.click("[data-action=passphrase-set]").await?;
    browser.type_into("#passphrase-new", PASSPHRASE).await?;
    browser.type_into("#passphrase-again", PASSPHRASE).await?;
    browser.click("[data-action=passphrase-save]").await?;
    browser.find_within("[data-passphrase=true]", START).await?;
    browser.click("[data-action=lock]").await?;
    browser.find("[data-locked]").await?;
    let refused = browser
        .answer_to(&json!({ "type": "list", "filter": { "text": "", "marked": false }, "before": null }))
        .await?;
    ensure!(
        refused["failure"]["code"] == "locked",
        "a locked profile answered {refused}"
    );

    let site = browser.open(&format!("http://{ON}/chat-enter.html")).await?;
    say(session, SECRET).await?;
    until("the record to wait", SOON, async || {
        let waiting = status(browser).await?["waiting"] == 1;
        Ok((waiting && badge(browser).await? == "1").then_some(()))
    })
    .await?;
    let popup = browser.popup().await?;
    popup
        .wait(
            "the popup to show the card that unlocks, and that one record waits",
            "return !!document.querySelector('[data-locked] [data-waiting=\"1\"]') &&
               !!document.querySelector('[data-locked] #unlock-passphrase') &&
               !document.querySelector('article')",
        )
        .await?;
    popup.close().await?;
    browser.close(&site).await?;

    browser.select(&page).await?;
    browser
        .type_into("#unlock-passphrase", "seven loud lighthouses")
        .await?;
    browser.click("[data-action=unlock]").await?;
    speaks(browser, "#unlock-fault").await?;
    ensure!(
        status(browser).await?["locked"] == true,
        "a wrong passphrase opens"
    );
    browser.type_into("#unlock-passphrase", PASSPHRASE).await?;
    browser.click("[data-action=unlock]").await?;
    browser.find_within("[data-part=passphrase]", START).await?;
    browser.recorded(0, ON, SECRET).await?;
    let all = texts(browser).await?;
    ensure!(all == [BEFORE, SECRET], "after unlocking: {all:?}");
    ensure!(badge(browser).await? != "1", "the badge still counts what waited");
    log_holds(browser).await?;
    let tools = session.tools.clone();
    session.browser.start_anew(&tools).await?;
    let browser = &session.browser;
    ensure!(
        status(browser).await?["locked"] == true,
        "open after it was started anew"
    );
    let page = browser.open_page("app/app.html#records").await?;
    browser.find("[data-locked]").await?;
    browser.type_into("#unlock-passphrase", PASSPHRASE).await?;
    browser.click("[data-action=unlock]").await?;
    browser.find_within("article[data-seq]", START).await?;
    let all = texts(browser).await?;
    ensure!(all == [BEFORE, SECRET], "after it was started anew: {all:?}");
    browser.close(&page).await
}

/// What is the same of a record wherever it is restored.
type Told = (String, String, String);

async fn told_records(browser: &Browser) -> Result<Vec<Told>> {
    let records = browser.records(0).await?;
    Ok(records
        .into_iter()
        .map(|record| (record.site, record.kind, record.text))
        .collect())
}

async fn backup(lab: &Lab, kind: Kind, name: &str) -> Result<()> {
    let folder = room("backup")?;
    let file = folder.path().join("saved.age");
    let mut words = Vec::new();
    let mut due = Vec::new();
    lab.with_fresh(kind, name, async |session| {
        session.make_ready().await?;
        record(session, &[BEFORE, SECRET, "šárka & «søren» 🦊"]).await?;
        let browser = &session.browser;
        let page = browser.open_page("app/app.html#settings/words").await?;
        browser.click("[data-action=show-words]").await?;
        words = shown_words(browser).await?;
        browser.close(&page).await?;
        due = told_records(browser).await?;
        std::fs::copy(save_backup(browser).await?, &file)?;
        Ok(())
    })
    .await?;
    let words = words.join(" ");
    let plain = open_with_age(lab.tools()?, folder.path(), &file, &words).await?;
    let first = plain.lines().next().unwrap_or_default();
    let first: Value = serde_json::from_str(first).context("the backup is not JSON Lines")?;
    ensure!(
        first["counterfoil_backup"]["records"] == due.len(),
        "the backup begins with {first}"
    );
    for text in [BEFORE, SECRET] {
        ensure!(plain.contains(text), "{text:?} is not in the backup");
    }

    let other = if kind == Kind::Chromium {
        Kind::Firefox
    } else {
        Kind::Chromium
    };
    lab.with_fresh(other, name, async |session| {
        let browser = &session.browser;
        let added = restore(browser, &file, &words).await?;
        ensure!(added == due.len() as u64, "{added} added of {}", due.len());
        let there = told_records(browser).await?;
        ensure!(there == due, "restored {there:#?} of {due:#?}");
        listed(browser, &due).await?;
        log_holds(browser).await
    })
    .await?;
    lab.with_fresh(kind, name, async |session| {
        session.make_ready().await?;
        record(session, &[AFTER]).await?;
        let browser = &session.browser;
        let own = told_records(browser).await?;
        restore(browser, &file, &words).await?;
        let both: BTreeSet<_> = own.iter().chain(&due).cloned().collect();
        let there = told_records(browser).await?;
        ensure!(
            there.len() == both.len() && there.iter().cloned().collect::<BTreeSet<_>>() == both,
            "listed are {there:#?} instead of {both:#?}"
        );
        log_holds(browser).await?;
        // The profile goes on recording beside the history that came in.
        record(session, &["said after the restore"]).await?;
        check_everything(browser).await
    })
    .await
}

/// Saves a backup by the page's button; gives the file.
async fn save_backup(browser: &Browser) -> Result<PathBuf> {
    let before = browser.downloaded("age")?;
    let page = browser.open_page("app/app.html#settings/backup").await?;
    browser.click("[data-action=backup]").await?;
    browser.find_within("[data-backup-saved]", START).await?;
    let file = browser.saved("age", &before).await?;
    browser.close(&page).await?;
    Ok(file)
}

/// Restores a backup by the page's form; gives the number of records that came in.
async fn restore(browser: &Browser, file: &Path, words: &str) -> Result<u64> {
    let page = browser.open_page("app/app.html#settings/restore").await?;
    let field = browser.find("#restore-file").await?;
    field.send_keys(file.to_string_lossy()).await?;
    browser.type_into("#restore-words", words).await?;
    browser.click("[data-action=restore]").await?;
    let added = number(browser, "data-added").await?;
    browser.close(&page).await?;
    Ok(added)
}

/// Waits until the full tab lists exactly these records, newest first.
async fn listed(browser: &Browser, due: &[Told]) -> Result<()> {
    let due: Vec<_> = due.iter().rev().map(|(_, _, text)| text.as_str()).collect();
    let page = browser.open_page("app/app.html#records").await?;
    until("the records to be listed", SOON, async || {
        let shown = browser
            .run(
                "return [...document.querySelectorAll('article[data-seq] .preview')].map((it) => it.textContent.trim())",
                vec![],
            )
            .await?;
        Ok((shown == json!(due)).then_some(()))
    })
    .await?;
    browser.close(&page).await
}

/// What the program `age` makes of a backup, with the identity that the words give.
async fn open_with_age(tools: &Tools, folder: &Path, backup: &Path, words: &str) -> Result<String> {
    // BIP-39's seed is PBKDF2: the script needs its package only to check the words, which are right.
    let script = "
import hashlib, sys, types
class Mnemonic:
    @staticmethod
    def to_seed(words):
        return hashlib.pbkdf2_hmac('sha512', words.encode(), b'mnemonic', 2048)
sys.modules['mnemonic'] = types.SimpleNamespace(Mnemonic=Mnemonic)
sys.path.insert(0, sys.argv[1])
from backup_identity import backup_identity
print(backup_identity(sys.argv[2]))
";
    let mut derive = Command::new(&tools.verify_python);
    derive
        .arg("-c")
        .arg(script)
        .arg(tests_dir("conformance").join("python"))
        .arg(words);
    let (code, identity) = output("backup_identity.py", derive, SOON).await?;
    ensure!(code == Some(0), "the words give no identity: {identity}");
    let key = folder.join("identity.txt");
    std::fs::write(&key, identity)?;
    let plain = folder.join("plain.jsonl");
    let mut age = Command::new("age");
    age.arg("--decrypt")
        .arg("-i")
        .arg(&key)
        .arg("-o")
        .arg(&plain)
        .arg(backup);
    let (code, report) = output("age", age, Duration::from_mins(1)).await?;
    ensure!(code == Some(0), "age does not open the backup: {report}");
    Ok(std::fs::read_to_string(plain)?)
}

async fn everything(session: &mut Session) -> Result<()> {
    session.make_ready().await?;
    record(session, &[BEFORE, SECRET]).await?;
    let browser = &session.browser;
    let page = browser.open_page("app/app.html#settings/forget").await?;
    browser.click("[data-action=forget-all]").await?;
    browser.click("[data-action=forget-all-yes]").await?;
    browser.find("[data-forgetting]").await?;
    browser.click("[data-action=undo-forget-all]").await?;
    browser.find("[data-action=forget-all]:not(:disabled)").await?;
    let back = texts(browser).await?;
    ensure!(back == [BEFORE, SECRET], "after undoing: {back:?}");

    browser.click("[data-action=forget-all]").await?;
    browser.click("[data-action=forget-all-yes]").await?;
    browser.find("[data-forgetting]").await?;
    browser.close(&page).await?;
    // Nothing asks the background meanwhile: its own alarm must wake it.
    until("everything to be forgotten", START * 2, async || {
        let left = burglar::take(browser).await?;
        let allowed = permitted(session, ON).await?;
        Ok((left.rows.is_empty() && !allowed).then_some(()))
    })
    .await?;
    // That the permission went back is told to the background: it must not make keys for what nobody began.
    let sites = browser.ask(&json!({ "type": "sites" })).await?;
    ensure!(
        sites["view"]["sites"] == json!([]) && sites["view"]["consented"] == false,
        "{sites}"
    );
    let left = burglar::take(browser).await?;
    ensure!(
        left.rows.is_empty() && left.files.is_empty(),
        "{} rows and {:?} are left",
        left.rows.len(),
        left.files.keys()
    );
    // The browser's own key for this device stays where it is, with nothing that it opens; it cannot be read.
    ensure!(
        left.kept.iter().all(|name| name == "device"),
        "keys of earlier versions stay: {:?}",
        left.kept
    );
    let registered = browser
        .in_console(
            "const api = globalThis.browser ?? chrome;
             return [await api.scripting.getRegisteredContentScripts(), await api.storage.session.get(null),
               await api.storage.local.get(null)];",
        )
        .await?;
    ensure!(
        registered == json!([[], {}, {}]),
        "left in the browser: {registered}"
    );
    let sites = browser.ask(&json!({ "type": "sites" })).await?;
    ensure!(
        sites["view"]["sites"] == json!([]) && sites["view"]["consented"] == false,
        "{sites}"
    );
    Ok(())
}
