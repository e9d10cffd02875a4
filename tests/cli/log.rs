//! The commands that keep a log: transcripts in `log/`, each in a directory of its own, and journeys through several
//! commands. In a transcript, a line `$ counterfoil …` is run (`< FILE` is its input), a line `> …` is a step of the
//! test, what differs from run to run is masked, and `[exit N]` ends the output. `COUNTERFOIL_BLESS=1` writes them
//! anew.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::io::{BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use counterfoil_app::collectors::message::{CollectorReply, CollectorRequest, OfferChoice, Withdrawn};
use counterfoil_app::message::Request;
use counterfoil_app::ports::Table;
use counterfoil_core::bundle::write::records_sha256;
use counterfoil_core::collector::amount::Amount;
use counterfoil_core::collector::metadata::{Limits, Metadata};
use counterfoil_core::collector::offer::{Caps, Offer, Per, Precision, Rule};
use counterfoil_core::collector::revocation::{Action, Revocation, Scope};
use counterfoil_core::id::uuid_v4;
use counterfoil_core::keys::{Root, SigningKey};
use counterfoil_core::note::Cosigner;
use counterfoil_core::record::Kind;
use counterfoil_core::time::{day, rfc3339_ms};
use counterfoil_native::Profile;
use serde_json::json;
use support::{Browser, Scratch, counterfoil, now};

#[test]
fn transcripts_hold() {
    let bless = std::env::var_os("COUNTERFOIL_BLESS").is_some();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cli/log");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    assert!(!paths.is_empty());
    for path in paths {
        let due = fs::read_to_string(&path).unwrap();
        let scratch = Scratch::new();
        let mut found = String::new();
        for line in due.lines() {
            match line.split_at_checked(2) {
                Some(("# ", _)) => writeln!(found, "{line}").unwrap(),
                Some(("> ", step)) => writeln!(found, "{line}{}", take(&scratch, step)).unwrap(),
                Some(("$ ", command)) => writeln!(found, "{line}\n{}", run(&scratch, command)).unwrap(),
                _ => {}
            }
        }
        if bless {
            fs::write(&path, &found).unwrap();
        }
        assert!(
            bless || found == due,
            "{} differs; this is what came:\n{found}",
            path.display()
        );
    }
}

fn run(scratch: &Scratch, command: &str) -> String {
    let (command, input) = command.split_once(" < ").unwrap_or((command, ""));
    let input = match input {
        "" => Vec::new(),
        name => fs::read(scratch.path(name)).unwrap(),
    };
    let arguments: Vec<&str> = command.split_whitespace().skip(1).collect();
    let ran = scratch.run_with(&arguments, &input);
    mask(&format!("{}{}[exit {}]\n", ran.out, ran.err, ran.code))
}

/// Carries out a step of the test; gives what is to be seen of it.
fn take(scratch: &Scratch, step: &str) -> String {
    let words: Vec<&str> = step.split_whitespace().collect();
    match words[..] {
        ["record", log, host, kind, ref text @ ..] => {
            scratch.browser(log).record(host, kind, &text.join(" "));
        }
        ["mark", log, seq] => scratch.browser(log).mark(&[seq.parse().unwrap()]),
        ["delete", log, seq] => scratch.browser(log).delete(&[seq.parse().unwrap()]),
        ["passphrase", log, ref passphrase @ ..] => scratch.browser(log).passphrase(&passphrase.join(" ")),
        ["damage", log, "record"] => scratch.browser(log).damage(Table::Record),
        ["damage", log, "segment"] => scratch.browser(log).damage(Table::Segment),
        ["file", name, ref text @ ..] => fs::write(scratch.path(name), text.join(" ")).unwrap(),
        ["cut", name] => {
            let bytes = fs::read(scratch.path(name)).unwrap();
            fs::write(scratch.path(name), &bytes[..bytes.len() - 1]).unwrap();
        }
        ["files"] => return format!("\n{}\n", names(&scratch.files())),
        _ => panic!("no such step: {step}"),
    }
    String::new()
}

fn names(files: &[String]) -> String {
    match files {
        [] => "(none)".to_owned(),
        files => files.join(" "),
    }
}

/// The text with a name in place of everything that no two runs have in common.
fn mask(text: &str) -> String {
    let inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':' | '.' | '+');
    let mut out = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let word = rest.find(|c| !inside(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(word);
        out.push_str(masked(word));
        let next = after.find(inside).unwrap_or(after.len());
        let (between, after) = after.split_at(next);
        out.push_str(between);
        rest = after;
    }
    out
}

fn masked(word: &str) -> &str {
    // Digits are 0, letters a: the shape of the word.
    let shape: String = word
        .chars()
        .map(|c| match c {
            '0'..='9' => '0',
            'a'..='z' | 'A'..='Z' => 'a',
            other => other,
        })
        .collect();
    let hex = |length: usize| word.len() == length && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    if word.starts_with("did:key:z6Mk") {
        "DID"
    } else if word.starts_with("AGE-SECRET-KEY-1") {
        "AGE-SECRET-KEY-1…"
    } else if hex(64) {
        "SHA256"
    } else if shape == "0000-00-00a00:00:00a" || shape == "0000-00-00a00:00:00.000a" {
        "TIME"
    } else if shape == "0000-00-00" {
        "DATE"
    } else if word.len() == 36 && word.split('-').map(str::len).eq([8, 4, 4, 4, 12]) {
        "UUID"
    } else if word.len() == 22 {
        "SALT"
    } else {
        word
    }
}

#[test]
fn what_was_recorded_is_found_exported_verified_backed_up_and_restored() {
    let scratch = Scratch::new();
    scratch.init("log");
    let mut browser = scratch.browser("log");
    for text in [
        "A sourdough starter from rye",
        "How warm should dough be?",
        "Something private",
    ] {
        browser.record("chat.example", "prompt", text);
    }
    browser.record("search.example", "search", "rye flour near me");
    browser.delete(&[2]);
    drop(browser);

    assert_eq!(
        scratch.texts("--log log RYE"),
        ["rye flour near me", "A sourdough starter from rye"]
    );
    assert_eq!(scratch.texts("--log log private"), Vec::<String>::new());

    let said = scratch
        .run("export --log log --kind prompt --audience readers --out readers.zip")
        .done();
    let report = scratch.run("verify --json readers.zip").done();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["valid"], true);
    assert_eq!(report["facts"]["records"], 2);
    let did = report["facts"]["did"].as_str().unwrap();
    assert!(
        said.contains(&format!("signed by  {did}\n")),
        "{did} is not in:\n{said}"
    );
    let digest = bundle_digest(&said);
    let verified = scratch.run("verify readers.zip").done();
    assert!(verified.contains(&format!("SHA-256 {digest}\n")), "{verified}");
    let shown = scratch.run("inspect readers.zip").done();
    assert!(
        shown.contains("How warm should dough be?") && !shown.contains("private"),
        "{shown}"
    );

    scratch.run("backup --log log --out log.age").done();
    scratch
        .run("restore --log other --words-file log.words log.age")
        .done();
    assert_eq!(scratch.found("--log other"), scratch.found("--log log"));
    assert_eq!(scratch.found("--log other").len(), 3);
    scratch.run("check --log other").done();

    // The other one knows what was exported to whom, and its bundles can be written again, byte for byte.
    scratch
        .run(&format!("export --log other --again {digest} --out again.zip"))
        .done();
    assert_eq!(
        fs::read(scratch.path("again.zip")).unwrap(),
        fs::read(scratch.path("readers.zip")).unwrap()
    );
    let nothing = scratch.run("export --log other --kind prompt --audience readers --out more.zip");
    assert_eq!(nothing.code, 1, "{}", nothing.err);
    assert!(
        nothing.err.contains("2 exported to this audience before"),
        "{}",
        nothing.err
    );

    // A backup from before a deletion does not bring back what was deleted here meanwhile.
    scratch.browser("other").delete(&[0]);
    let merged = scratch
        .run("restore --log other --words-file log.words log.age")
        .done();
    assert!(merged.contains("already here"), "{merged}");
    assert_eq!(
        scratch.texts("--log other"),
        ["rye flour near me", "How warm should dough be?"]
    );
    scratch.run("check --log other").done();
    assert_eq!(
        scratch.files(),
        ["again.zip", "log.age", "log.words", "readers.zip"]
    );
}

/// The digest in what `export` says.
fn bundle_digest(said: &str) -> &str {
    said.lines()
        .find_map(|line| line.strip_prefix("sha256"))
        .unwrap()
        .trim()
}

#[test]
fn the_newest_comes_first_whichever_log_it_is_in() {
    let scratch = Scratch::new();
    for (log, times) in [("one", [1, 3]), ("two", [2, 4])] {
        scratch.init(log);
        let mut browser = scratch.browser(log);
        let begun = now() - 3_600_000;
        for time in times {
            browser.at(begun + time * 1_000);
            browser.record("chat.example", "prompt", &format!("text {time}"));
        }
    }
    scratch.run("backup --log one --out one.age").done();
    scratch
        .run("restore --log two --words-file one.words one.age")
        .done();
    assert_eq!(
        scratch.texts("--log two"),
        ["text 4", "text 3", "text 2", "text 1"]
    );
    assert_eq!(
        scratch.texts("--log two --limit 3"),
        ["text 4", "text 3", "text 2"]
    );
    let shown = scratch.run("search --log two --limit 1 text").done();
    assert!(
        shown.ends_with("text 4\n") && shown.lines().count() == 1,
        "{shown}"
    );
    scratch.run("export --log two --out both.zip").done();
    scratch.run("verify both.zip").done();
}

#[test]
fn stock_age_opens_a_backup_with_the_identity_of_the_words() {
    let scratch = Scratch::new();
    scratch.init("log");
    scratch
        .browser("log")
        .record("chat.example", "prompt", "Do others read this?");
    scratch.run("backup --log log --out log.age").done();
    let key = scratch.run("identity --words-file log.words").done();
    fs::write(scratch.path("key"), key).unwrap();
    let output = Command::new("age")
        .args(["--decrypt", "-i", "key", "log.age"])
        .current_dir(scratch.path("."))
        .output()
        .unwrap_or_else(|error| {
            panic!("age cannot be run ({error}): install it, on Debian with apt-get install age")
        });
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.lines().map(serde_json::from_str::<serde_json::Value>);
    assert!(lines.map(Result::unwrap).all(|line| line.is_object()), "{text}");
    assert!(text.contains("Do others read this?"), "{text}");
}

#[test]
fn times_select_by_day_and_by_instant() {
    const DAY: u64 = 86_400_000;
    let scratch = Scratch::new();
    scratch.init("log");
    let mut browser = scratch.browser("log");
    let today = now() / DAY * DAY;
    // The last moment of one day, the first of the next, and a moment later.
    let times = [today - 2 * DAY - 1, today - 2 * DAY, today - DAY + 5];
    for (text, time) in ["one", "two", "three"].into_iter().zip(times) {
        browser.at(time);
        browser.record("chat.example", "prompt", text);
    }
    drop(browser);
    let second = day(times[1]).unwrap();
    let instant = rfc3339_ms(times[1]).unwrap();
    let later = rfc3339_ms(times[1] + 1).unwrap();
    for (select, due) in [
        (format!("--since {second}"), vec!["two", "three"]),
        (format!("--until {second}"), vec!["one", "two"]),
        (format!("--since {second} --until {second}"), vec!["two"]),
        (format!("--since {instant}"), vec!["two", "three"]),
        (format!("--since {later}"), vec!["three"]),
        (format!("--until {instant}"), vec!["one", "two"]),
        (format!("--until {}", day(times[0]).unwrap()), vec!["one"]),
        (format!("--since {}", day(now() + DAY).unwrap()), vec![]),
    ] {
        let ran = scratch.run(&format!("export --log log --dry-run {select}"));
        assert_eq!(ran.code, i32::from(due.is_empty()), "{select}: {}", ran.err);
        let texts: Vec<String> = ran
            .out
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
            .map(|line| line["text"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(texts, due, "{select}");
    }
}

#[test]
fn marks_stay_the_persons_whatever_becomes_of_an_export() {
    let scratch = Scratch::new();
    scratch.init("log");
    let mut browser = scratch.browser("log");
    for text in ["zero", "one", "two", "three"] {
        browser.record("chat.example", "prompt", text);
    }
    browser.record("search.example", "search", "four");
    browser.mark(&[1, 4]);
    drop(browser);

    scratch.run("export --log log --dry-run").done();
    assert_eq!(scratch.browser("log").marked(), [1, 4]);
    // Its name is too long to be one.
    let name = "n".repeat(65);
    let refused = scratch.run(&format!("export --log log --audience {name} --out no.zip"));
    assert_eq!(refused.code, 2);
    assert_eq!(scratch.browser("log").marked(), [1, 4]);
    assert_eq!(scratch.files(), ["log.words"]);

    scratch
        .run("export --log log --kind prompt --out prompts.zip")
        .done();
    assert_eq!(scratch.browser("log").marked(), [4]);
    scratch
        .run("export --log log --marked --audience me --out marked.zip")
        .done();
    assert_eq!(scratch.browser("log").marked(), Vec::<u64>::new());
    let shown = scratch.run("inspect marked.zip").done();
    assert!(
        shown.contains("Records    1") && shown.contains("four"),
        "{shown}"
    );
}

#[test]
fn more_than_one_bundle_can_hold_is_a_series() {
    // Together a little more than the 16 MiB that one export takes.
    const RECORDS: u64 = 19;
    let scratch = Scratch::new();
    scratch.init("log");
    let mut browser = scratch.browser("log");
    // Three bytes a letter: the estimate is too low, and the app's limit is met.
    let long = "語".repeat(300_000);
    for number in 0..RECORDS {
        browser.record("chat.example", "prompt", &format!("{number} {long}"));
    }
    drop(browser);
    let said = scratch
        .run("export --log log --audience series --out all.zip")
        .done();
    let files: Vec<String> = scratch
        .files()
        .into_iter()
        .filter(|name| has_extension(name, "zip"))
        .collect();
    assert_eq!(files, ["all-1.zip", "all-2.zip"], "{said}");
    let mut records = 0;
    let mut dids = Vec::new();
    for (file, number) in files.iter().zip(0..) {
        let report = scratch.run(&format!("verify --json {file}")).done();
        let report: serde_json::Value = serde_json::from_str(&report).unwrap();
        let facts = &report["facts"];
        assert_eq!(facts["start"], records, "{number}");
        records += facts["records"].as_u64().unwrap();
        dids.push(facts["did"].as_str().unwrap().to_owned());
    }
    assert_eq!(records, RECORDS);
    assert_eq!(dids[0], dids[1]);
}

#[test]
fn a_backup_that_is_killed_leaves_no_half_file_under_its_name() {
    const RECORDS: usize = 6;
    let scratch = Scratch::new();
    scratch.init("log");
    let mut browser = scratch.browser("log");
    let long = "x".repeat(1_000_000);
    for number in 0..RECORDS {
        browser.record("chat.example", "prompt", &format!("{number} {long}"));
    }
    drop(browser);
    fs::write(scratch.path("kept.age"), "an earlier one").unwrap();
    let mut killed = 0;
    for out in ["new.age", "kept.age"] {
        let mut child = counterfoil()
            .args(["backup", "--log", "log", "--force", "--out", out])
            .current_dir(scratch.path("."))
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        // Killed once some of it is written, which is long before all of it is.
        while child.try_wait().unwrap().is_none() {
            let begun = parts(&scratch).iter().any(|length| *length > 1_000_000);
            if begun {
                child.kill().unwrap();
                break;
            }
            std::thread::yield_now();
        }
        let status = child.wait().unwrap();
        killed += u32::from(!status.success());
        let left = fs::read(scratch.path(out)).ok();
        match out {
            "kept.age" if !status.success() => assert_eq!(left.as_deref(), Some(&b"an earlier one"[..])),
            _ if !status.success() => assert_eq!(left.map(|left| left.len()), None),
            _ => assert!(left.is_some()),
        }
    }
    assert_eq!(killed, 2, "the backups were done before they could be killed");
    scratch.run("backup --log log --force --out kept.age").done();
    scratch
        .run("restore --log other --words-file log.words kept.age")
        .done();
    assert_eq!(scratch.found("--log other").len(), RECORDS);
}

fn has_extension(name: &str, extension: &str) -> bool {
    Path::new(name).extension().is_some_and(|is| is == extension)
}

/// Lengths of the files that are being written.
fn parts(scratch: &Scratch) -> Vec<u64> {
    let parts = scratch
        .files()
        .into_iter()
        .filter(|name| has_extension(name, "part"));
    parts
        .filter_map(|name| fs::metadata(scratch.path(&name)).ok())
        .map(|found| found.len())
        .collect()
}

#[test]
fn a_reader_that_stops_early_does_not_change_what_was_found() {
    let scratch = Scratch::new();
    scratch.init("log");
    scratch
        .browser("log")
        .record("chat.example", "prompt", "anything");
    let mut child = counterfoil()
        .args(["search", "--log", "log"])
        .current_dir(scratch.path("."))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

/// Runs the command on a terminal, types these lines when it asks for them, and prints what the terminal showed.
#[cfg(unix)]
const TERMINAL: &str = r"
import os, pty, sys, termios, time
lines = sys.stdin.read().splitlines()
child, terminal = pty.fork()
if child == 0:
    os.execv(sys.argv[1], sys.argv[1:])
shown = b''
while True:
    try:
        some = os.read(terminal, 4096)
    except OSError:
        some = b''
    if not some:
        break
    shown += some
    if lines and shown.endswith(b': '):
        # The question comes before the echo is off: nobody types that fast.
        end = time.monotonic() + 60
        while termios.tcgetattr(terminal)[3] & termios.ECHO and time.monotonic() < end:
            os.sched_yield()
        os.write(terminal, lines.pop(0).encode() + b'\n')
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
";

#[cfg(unix)]
fn on_a_terminal(scratch: &Scratch, arguments: &[&str], typed: &str) -> String {
    let mut child = Command::new("python3")
        .args(["-c", TERMINAL, env!("CARGO_BIN_EXE_counterfoil")])
        .args(arguments)
        .current_dir(scratch.path("."))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    let mut shown = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_to_string(&mut shown)
        .unwrap();
    assert!(child.wait().unwrap().success(), "{shown}");
    shown.replace('\r', "")
}

#[cfg(unix)]
#[test]
fn a_terminal_shows_the_words_once_and_asks_for_secrets_without_an_echo() {
    let scratch = Scratch::new();
    let shown = on_a_terminal(&scratch, &["init", "--log", "log"], "");
    let mut words: Vec<(usize, String)> = Vec::new();
    for line in shown.lines() {
        let line: Vec<&str> = line.split_whitespace().collect();
        let pairs = line
            .chunks_exact(2)
            .map_while(|pair| Some((pair[0].parse().ok()?, pair[1].to_owned())));
        words.extend(pairs);
    }
    words.sort();
    assert_eq!(words.len(), 24, "{shown}");
    let words: Vec<String> = words.into_iter().map(|(_, word)| word).collect();
    let words = words.join(" ");

    scratch
        .browser("log")
        .record("chat.example", "prompt", "said once");
    scratch.browser("log").passphrase("a long passphrase");
    let shown = on_a_terminal(
        &scratch,
        &["backup", "--log", "log", "--out", "log.age"],
        "a long passphrase\n",
    );
    assert!(
        shown.contains("Passphrase of the log: ") && !shown.contains("a long"),
        "{shown}"
    );
    let shown = on_a_terminal(
        &scratch,
        &["restore", "--log", "other", "log.age"],
        &format!("{words}\n"),
    );
    assert!(
        shown.contains("The 24 words: ") && !shown.contains(&words),
        "{shown}"
    );
    assert_eq!(scratch.texts("--log other"), ["said once"]);
}

#[cfg(unix)]
#[test]
fn what_is_written_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let scratch = Scratch::new();
    scratch.init("log");
    scratch.browser("log").record("chat.example", "prompt", "mine");
    scratch.run("backup --log log --out log.age").done();
    scratch.run("export --log log --out mine.zip").done();
    for name in ["log", "log.words", "log.age", "mine.zip"] {
        let mode = fs::metadata(scratch.path(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name}: {mode:o}");
    }
}

#[test]
fn an_init_that_was_cut_short_is_gone_on_with() {
    let scratch = Scratch::new();
    // What a kill leaves: a directory without a log, and a log whose words did not get out.
    drop(Profile::create(&scratch.path("empty")).unwrap());
    let browser = Browser::open(Profile::create(&scratch.path("begun")).unwrap());
    browser.page(Request::Consent { given: true });
    browser.page(Request::Words);
    drop(browser);
    for log in ["empty", "begun"] {
        scratch.init(log);
        scratch.run(&format!("check --log {log}")).done();
        let again = scratch.run(&format!("init --log {log} --words-file more.words"));
        assert_eq!(again.code, 2, "{}", again.out);
        assert!(
            again.err.contains(&format!("there is a log in {log} already")),
            "{}",
            again.err
        );
    }
    // One that was written to is somebody's, whether its words are out or not.
    let mut browser = Browser::open(Profile::create(&scratch.path("used")).unwrap());
    browser.page(Request::Consent { given: true });
    browser.record("chat.example", "prompt", "mine");
    drop(browser);
    assert_eq!(scratch.run("init --log used --words-file more.words").code, 2);
    assert_eq!(scratch.files(), ["begun.words", "empty.words"]);
}

/// A description and an offer, as a collector signs them.
fn shop() -> (SigningKey, String, String) {
    let key = Root::from_entropy([0xc0; 32]).collector_key().unwrap();
    let cosigner = Root::from_entropy([0xc1; 32]).cosigner_key().unwrap();
    let seconds = now() / 1000;
    let offer = Offer {
        asset: "EUR".to_owned(),
        caps: Caps {
            max_codepoints: 1_000,
            min_codepoints: 1,
            per_bundle: 100,
            per_person: 100,
        },
        exclusive: false,
        human_review: false,
        iss: key.did().clone(),
        jti: uuid_v4([1; 16]),
        kinds: vec![Kind::Prompt],
        languages: vec![],
        min_items: 1,
        pay_within_days: 30,
        purposes: vec!["train".to_owned()],
        regions: vec!["DE".to_owned()],
        retention_days: 30,
        rules: vec![Rule {
            amount: Amount::new(7).unwrap(),
            id: "prompts".to_owned(),
            kind: Kind::Prompt,
            n: 1,
            per: Per::Record,
        }],
        sites: vec![],
        terms_sha256: "0".repeat(64),
        time_precision: Precision::Day,
        title: "Prompts".to_owned(),
        v: 1,
        valid_from: seconds - 10,
        valid_until: seconds + 1_000,
    };
    let metadata = Metadata {
        contact: "https://shop.example/contact".to_owned(),
        did: key.did().clone(),
        iat: seconds,
        keys: vec![key.did().clone()],
        limits: Limits {
            bundle_bytes: 1,
            records: 1,
            unpacked_bytes: 1,
            uploads_per_minute: 1,
        },
        name: "Shop".to_owned(),
        note_key: Cosigner::of(&cosigner).to_string(),
        offers: vec![],
        v: 1,
    };
    let (metadata, offer) = (metadata.sign(&key).unwrap(), offer.sign(&key).unwrap());
    (
        key,
        json!({ "collector": metadata }).to_string(),
        json!({ "offers": [offer] }).to_string(),
    )
}

#[test]
fn what_was_shared_is_withdrawn_without_the_extension() {
    let scratch = Scratch::new();
    let directory = scratch.path("log");
    let (key, description, offers) = shop();
    {
        let mut browser = Browser::open(Profile::create(&directory).unwrap());
        browser.page(Request::Consent { given: true });
        browser.record("chat.example", "prompt", "What is a lighthouse?");
        browser.mark(&[0]);
        browser.deal(CollectorRequest::AddCollector {
            address: String::new(),
            did: key.did().to_string(),
            file: Some(description),
        });
        let taken = browser.deal(CollectorRequest::TakeStatements { file: offers });
        let CollectorReply::Collectors { view } = taken else {
            panic!("{taken:?}")
        };
        let choice = OfferChoice {
            collector: view.collectors[0].id.clone(),
            offer: view.collectors[0].offers[0].sha256.clone(),
            notice: "The shop asks for your prompts.".to_owned(),
            special: false,
            adult: true,
        };
        let drafted = browser.deal(CollectorRequest::DraftOffer { choice });
        let CollectorReply::OfferDraft { view, .. } = drafted else {
            panic!("{drafted:?}")
        };
        browser.deal(CollectorRequest::ApproveOffer {
            records_sha256: records_sha256(view.lines.iter().map(String::as_bytes)),
            draft: view.draft,
        });
    }
    {
        // That one bundle was withdrawn before does not stand for everything.
        let browser = Browser::open(Profile::open(&directory).unwrap());
        let CollectorReply::Collectors { view } = browser.deal(CollectorRequest::Collectors) else {
            panic!("no collectors")
        };
        browser.deal(CollectorRequest::Withdraw {
            collector: view.collectors[0].id.clone(),
            scope: Withdrawn::Bundle(view.collectors[0].shares[0].id.clone()),
            delete: true,
        });
    }
    let ran = scratch.run("withdraw --log log --out withdrawals");
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("1 bundle withdrawn from Shop"), "{}", ran.out);
    let files: Vec<_> = fs::read_dir(scratch.path("withdrawals")).unwrap().collect();
    let [Ok(file)] = files.as_slice() else {
        panic!("{files:?}")
    };
    let written: serde_json::Value = serde_json::from_slice(&fs::read(file.path()).unwrap()).unwrap();
    let statement = written["revocations"][1].as_str().unwrap();
    let revocation = Revocation::open(statement, key.did()).unwrap();
    assert_eq!(
        (revocation.scope, revocation.action),
        (Scope::All, Action::Delete)
    );
    // Nobody is asked twice for the same; what is there is not overwritten unasked.
    assert_eq!(scratch.run("withdraw --log log --out withdrawals").code, 2);
    let again = scratch.run("withdraw --log log --out withdrawals --force");
    assert_eq!(again.code, 0, "{}", again.err);
    let second: serde_json::Value = serde_json::from_slice(&fs::read(file.path()).unwrap()).unwrap();
    assert_eq!(second, written);
    let nobody = scratch.run("withdraw --log log --out withdrawals --collector did:key:z6MkeXBLjYiSvqnhFb6D7sHm8yKm4jV45wwBFRaatf1cfZ76");
    assert_eq!(nobody.code, 2);
}
