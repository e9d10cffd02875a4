//! Reads a file of `tests/vectors` with `counterfoil-core`: what comes out of it, or the name of the error. The tests of
//! the core read the same files with this code.

use counterfoil_core::age::{AgeError, Decryptor, Encryptor, Identity, Recipient};
use counterfoil_core::bundle::papers::{Consent, Offer};
use counterfoil_core::bundle::statement::Statement;
use counterfoil_core::canonical::{self, CanonicalError};
use counterfoil_core::collector::accept::{Judge, Rejected, TextKey, judgement_at};
use counterfoil_core::collector::account::{self, Chain, ChainError, cheat_between};
use counterfoil_core::collector::amount::Amount;
use counterfoil_core::collector::auth::{self, Auth};
use counterfoil_core::collector::metadata::Metadata;
use counterfoil_core::collector::revocation::Revocation;
use counterfoil_core::collector::{StatementError, consent, offer};
use counterfoil_core::did::Did;
use counterfoil_core::encoding::{from_base64, from_hex, sha256_hex, to_base64, to_base64url, to_hex};
use counterfoil_core::jws::{self, JwsError, Type, Verified};
use counterfoil_core::keys::{Audience, KeyError, LogId, Root};
use counterfoil_core::log::{Checker, Entry, Head, LogError, append_batch};
use counterfoil_core::merkle::{
    Frontier, Hash, ProofError, consistency_proof, inclusion_proof, leaf_hash, root, verify_consistency,
    verify_inclusion,
};
use counterfoil_core::note::{NoteError, open_checkpoint};
use counterfoil_core::record::{Body, LineError, PrivateLine, SharedLine, commitment};
use counterfoil_core::sealed::{self, InboxPublic, InboxSecret, SealedError};
use counterfoil_core::share::{Redacted, ShareEntry, derive};
use counterfoil_core::time::TimeError;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Reads a file of this folder, with what the index gives besides it.
///
/// # Errors
/// The name of the error, from the outer to the inner; or what is wrong with the vector itself.
pub fn read(folder: &str, given: &Value, file: &[u8]) -> Result<Value, String> {
    match folder {
        "note" => note(given, file),
        "statement" => statement(given, file),
        "json" => json_text(given, file),
        "line" => line(given, file),
        "log" => log(&document(file)?),
        "tree" => tree(&document(file)?),
        "key" => key(&document(file)?),
        "age" => age(given, file),
        "sealed" => inbox(given, file),
        "collector" => collector(&document(file)?),
        _ => Err(format!("no format {folder:?}")),
    }
}

// The names of the errors, each type's own: a variant that is new has to be named here before this compiles.

fn note_error(error: NoteError) -> &'static str {
    match error {
        NoteError::Malformed => "malformed",
        NoteError::NotACheckpoint => "not-a-checkpoint",
        NoteError::OtherLog => "other-log",
        NoteError::NotSigned => "not-signed",
        NoteError::BadSignature => "bad-signature",
    }
}

#[allow(clippy::needless_pass_by_value, reason = "it is the argument of map_err")]
fn jws_error(error: JwsError) -> String {
    match error {
        JwsError::NeedsApproval => "needs-approval",
        JwsError::Malformed => "malformed",
        JwsError::Header(_) => "header",
        JwsError::Algorithm => "algorithm",
        JwsError::WrongType(_) => "wrong-type",
        JwsError::KeyId => "key-id",
        JwsError::BadSignature => "bad-signature",
        JwsError::Payload(_) => "payload",
    }
    .to_owned()
}

fn canonical_error(error: &CanonicalError) -> &'static str {
    match error {
        CanonicalError::Float => "float",
        CanonicalError::Range => "range",
        CanonicalError::Unwritable(_) => "unwritable",
        CanonicalError::Unreadable(_) => "unreadable",
    }
}

fn line_error(error: &LineError) -> String {
    match error {
        LineError::TooLong(_) => "too-long".to_owned(),
        LineError::Unreadable(_) => "unreadable".to_owned(),
        LineError::Field(field) => format!("field {field}"),
    }
}

#[allow(clippy::needless_pass_by_value, reason = "it is the argument of map_err")]
fn log_error(error: LogError) -> String {
    match error {
        LogError::Body(error) => format!("body {}", canonical_error(&error)),
        LogError::Line { error, .. } => format!("line {}", line_error(&error)),
        LogError::Time(TimeError::Range) => "time range".to_owned(),
        LogError::Time(TimeError::Malformed) => "time malformed".to_owned(),
        LogError::Target(_) => "target".to_owned(),
        LogError::Order { .. } => "order".to_owned(),
        LogError::Note(error) => format!("note {}", note_error(error)),
        LogError::Size { .. } => "size".to_owned(),
        LogError::Root => "root".to_owned(),
    }
}

fn proof_error(error: ProofError) -> String {
    match error {
        ProofError::Place => "place",
        ProofError::Length => "length",
        ProofError::Root => "root",
    }
    .to_owned()
}

fn key_error(error: KeyError) -> String {
    match error {
        KeyError::WordCount => "word-count".to_owned(),
        KeyError::UnknownWord(place) => format!("unknown-word {place}"),
        KeyError::Checksum => "checksum".to_owned(),
        KeyError::AudienceTooLong => "audience-too-long".to_owned(),
        KeyError::LogId => "log-id".to_owned(),
    }
}

fn age_error(error: AgeError) -> String {
    match error {
        AgeError::NotAge => "not-age",
        AgeError::Armored => "armored",
        AgeError::Version => "version",
        AgeError::Header => "header",
        AgeError::HeaderTooLong => "header-too-long",
        AgeError::Passphrase => "passphrase",
        AgeError::NoMatch => "no-match",
        AgeError::Mac => "mac",
        AgeError::Payload => "payload",
        AgeError::Trailing => "trailing",
        AgeError::Truncated => "truncated",
        AgeError::Identity => "identity",
        AgeError::Recipient => "recipient",
        AgeError::TooLong => "too-long",
        AgeError::Failed => "failed",
    }
    .to_owned()
}

fn sealed_error(error: SealedError) -> String {
    match error {
        SealedError::Key => "key",
        SealedError::Malformed => "malformed",
        SealedError::Damaged => "damaged",
        SealedError::TooLong => "too-long",
    }
    .to_owned()
}

fn statement_error(error: StatementError) -> String {
    match error {
        StatementError::Jws(error) => format!("jws {}", jws_error(error)),
        StatementError::Signer => "signer".to_owned(),
        StatementError::Audience => "audience".to_owned(),
        StatementError::Field(field) => format!("field {field}"),
    }
}

fn chain_error(error: ChainError) -> String {
    match error {
        ChainError::Statement(error) => format!("statement {}", statement_error(error)),
        ChainError::Other => "other".to_owned(),
        ChainError::Order { .. } => "order".to_owned(),
        ChainError::Link => "link".to_owned(),
        ChainError::Sum => "sum".to_owned(),
    }
}

fn note(given: &Value, file: &[u8]) -> Result<Value, String> {
    let did = Did::parse(text(given, "did")?).map_err(said)?;
    let note = std::str::from_utf8(file).map_err(said)?;
    let checkpoint = open_checkpoint(note, &did).map_err(note_error)?;
    // As text: a size may be past what a JSON reader keeps.
    Ok(json!({"root": to_base64(&checkpoint.root), "size": checkpoint.size.to_string()}))
}

fn statement(given: &Value, file: &[u8]) -> Result<Value, String> {
    fn verified<T: DeserializeOwned>(compact: &str, kind: Type) -> Result<Value, String> {
        let Verified { did, .. } = jws::verify::<T>(compact, kind).map_err(jws_error)?;
        Ok(json!({"did": did}))
    }
    let compact = std::str::from_utf8(file).map_err(said)?;
    let typ = text(given, "typ")?;
    let kinds = [
        Type::Account,
        Type::Auth,
        Type::Bundle,
        Type::Collector,
        Type::Consent,
        Type::Offer,
        Type::Revocation,
    ];
    let kind = kinds.into_iter().find(|kind| kind.as_str() == typ);
    match kind.ok_or("no such type of statement")? {
        Type::Bundle => verified::<Statement>(compact, Type::Bundle),
        Type::Consent => verified::<Consent>(compact, Type::Consent),
        Type::Offer => verified::<Offer>(compact, Type::Offer),
        kind => verified::<Value>(compact, kind),
    }
}

fn json_text(given: &Value, file: &[u8]) -> Result<Value, String> {
    let failed = |error: CanonicalError| canonical_error(&error).to_owned();
    if text(given, "ask")? == "strict" {
        canonical::from_slice::<Value>(file).map_err(failed)?;
        return Ok(Value::Null);
    }
    let value: Value = serde_json::from_slice(file).map_err(said)?;
    let bytes = canonical::to_vec(&value).map_err(failed)?;
    Ok(json!({"canonical": String::from_utf8(bytes).map_err(said)?}))
}

fn line(given: &Value, file: &[u8]) -> Result<Value, String> {
    let canonical = match text(given, "ask")? {
        "private" => {
            let line = PrivateLine::parse(file).map_err(|error| line_error(&error))?;
            canonical::to_vec(&line).map_err(said)?
        }
        "shared" => {
            let line = SharedLine::parse(file).map_err(|error| line_error(&error))?;
            derive(entry(&line)?).map_err(said)?
        }
        _ => {
            let body = Body::from_bytes(file).map_err(|error| canonical_error(&error))?;
            let salt = fixed(text(given, "salt")?)?;
            let canonical = body.to_bytes().map_err(said)? == file;
            return Ok(json!({"c": commitment(&salt, file), "canonical": canonical}));
        }
    };
    Ok(json!({"canonical": canonical == file, "leaf": to_base64(&leaf_hash(file))}))
}

/// What a shared line was derived from.
fn entry(line: &SharedLine<'_>) -> Result<ShareEntry, String> {
    let own = |text: &Option<counterfoil_core::record::Text<'_>>| text.as_deref().map(str::to_owned);
    let salt = counterfoil_core::encoding::from_base64url(&line.salt).map_err(said)?;
    Ok(ShareEntry {
        kind: line.kind,
        evidence: line.claimed_evidence,
        id: line.id.to_string(),
        salt: salt.try_into().map_err(|_| "the salt has another length")?,
        seq: line.seq,
        text: line.text.to_string(),
        site: own(&line.site),
        lang: own(&line.lang),
        thread: own(&line.thread),
        time: own(&line.time),
        redactions: line
            .redactions
            .iter()
            .map(|redaction| Redacted {
                kind: redaction.kind.to_string(),
                count: redaction.count,
            })
            .collect(),
    })
}

fn log(file: &Value) -> Result<Value, String> {
    if !file["records"].is_null() {
        return append(file);
    }
    let did = Did::parse(text(file, "did")?).map_err(said)?;
    let mut checker = Checker::new();
    for item in array(file, "lines")? {
        if item["leaf"].is_string() {
            checker.leaf(hash(&item["leaf"])?);
            continue;
        }
        let line = checker.push(text(item, "line")?.as_bytes()).map_err(log_error)?;
        if item["body"].is_string() {
            let salt = fixed(text(item, "salt")?)?;
            let c = commitment(&salt, text(item, "body")?.as_bytes());
            need(c == line.c, "the line does not commit to this content")?;
        }
    }
    let frontier = checker
        .finish(text(file, "checkpoint")?, &did)
        .map_err(log_error)?;
    Ok(json!({"root": to_base64(&frontier.root()), "size": frontier.size()}))
}

fn append(file: &Value) -> Result<Value, String> {
    let id = LogId::from_hex(text(file, "log_id")?).map_err(key_error)?;
    let root = Root::from_entropy(fixed(text(file, "entropy")?)?);
    let key = root.log_key(&id).map_err(key_error)?;
    let records = array(file, "records")?;
    let bodies: Vec<Body> = records
        .iter()
        .map(|record| serde_json::from_value(record["body"].clone()).map_err(said))
        .collect::<Result<_, _>>()?;
    let entries: Vec<_> = records
        .iter()
        .zip(&bodies)
        .map(|(record, body)| {
            Ok(Entry {
                kind: serde_json::from_value(record["kind"].clone()).map_err(said)?,
                evidence: serde_json::from_value(record["claimed_evidence"].clone()).map_err(said)?,
                id: text(record, "id")?.to_owned(),
                time_ms: number(record, "time_ms")?,
                salt: fixed(text(record, "salt")?)?,
                body,
            })
        })
        .collect::<Result<_, String>>()?;
    let batch = append_batch(&Head::new(id), &key, entries).map_err(log_error)?;
    let lines: Vec<_> = batch
        .lines
        .into_iter()
        .map(|line| String::from_utf8(line.line).map_err(said))
        .collect::<Result<_, _>>()?;
    Ok(json!({"checkpoint": batch.note, "did": key.did(), "lines": lines}))
}

fn tree(file: &Value) -> Result<Value, String> {
    if let Some(tree) = member(file, "tree") {
        return whole_tree(tree);
    }
    if let Some(given) = member(file, "frontier") {
        let frontier = Frontier::from_hashes(number(given, "size")?, hashes(&given["hashes"])?)
            .map_err(|_| "frontier")?;
        return Ok(json!({"root": to_base64(&frontier.root())}));
    }
    if let Some(proof) = member(file, "inclusion") {
        let (leaf, top) = (hash(&proof["leaf"])?, hash(&proof["root"])?);
        let nodes = hashes(&proof["proof"])?;
        verify_inclusion(
            &leaf,
            number(proof, "index")?,
            number(proof, "size")?,
            &nodes,
            &top,
        )
        .map_err(proof_error)?;
        return Ok(Value::Null);
    }
    let proof = member(file, "consistency").ok_or("no tree and no proof")?;
    let (old_root, new_root) = (hash(&proof["old_root"])?, hash(&proof["new_root"])?);
    let (old, new, nodes) = (
        number(proof, "old")?,
        number(proof, "new")?,
        hashes(&proof["proof"])?,
    );
    verify_consistency(old, new, &old_root, &new_root, &nodes).map_err(proof_error)?;
    Ok(Value::Null)
}

/// Makes everything that the file holds anew, and verifies it.
fn whole_tree(tree: &Value) -> Result<Value, String> {
    let leaves: Vec<Hash> = array(tree, "leaves")?
        .iter()
        .map(|leaf| {
            leaf.as_str()
                .map(|leaf| leaf_hash(leaf.as_bytes()))
                .ok_or("a leaf is no text")
        })
        .collect::<Result<_, _>>()?;
    let (size, top) = (leaves.len() as u64, hash(&tree["root"])?);
    let mut frontier = Frontier::new();
    for leaf in &leaves {
        frontier.push(*leaf);
    }
    need(
        frontier.hashes() == hashes(&tree["frontier"])?,
        "another frontier",
    )?;
    need(frontier.root() == top && root(&leaves) == top, "another root")?;
    for due in array(tree, "inclusion")? {
        let (index, proof) = (number(due, "index")?, hashes(&due["proof"])?);
        let at = usize::try_from(index).map_err(said)?;
        need(
            inclusion_proof(&leaves, at).as_ref() == Some(&proof),
            "another proof of inclusion",
        )?;
        let leaf = leaves.get(at).ok_or("no such leaf")?;
        verify_inclusion(leaf, index, size, &proof, &top).map_err(proof_error)?;
    }
    for due in array(tree, "consistency")? {
        let (old, proof) = (number(due, "old")?, hashes(&due["proof"])?);
        let at = usize::try_from(old).map_err(said)?;
        need(
            consistency_proof(&leaves, at).as_ref() == Some(&proof),
            "another proof of consistency",
        )?;
        verify_consistency(old, size, &hash(&due["old_root"])?, &top, &proof).map_err(proof_error)?;
    }
    Ok(Value::Null)
}

fn key(file: &Value) -> Result<Value, String> {
    if let Some(root) = member(file, "root") {
        return derived(root);
    }
    if let Some(words) = member(file, "words") {
        let root = Root::from_words(words.as_str().ok_or("no words")?).map_err(key_error)?;
        return Ok(json!({"entropy": to_hex(root.entropy()), "seed": to_hex(root.seed())}));
    }
    if let Some(did) = member(file, "did") {
        let did = Did::parse(did.as_str().ok_or("no did")?).map_err(|_| "did")?;
        return Ok(json!({"public_key": to_hex(did.public_key())}));
    }
    if let Some(identity) = member(file, "identity") {
        let text = identity.as_str().ok_or("no identity")?;
        let identity = Identity::parse(text).map_err(age_error)?;
        need(
            *identity.to_text() == text,
            "the identity is written in another way",
        )?;
        return Ok(json!({"recipient": identity.recipient().to_string()}));
    }
    let text = text(file, "recipient")?;
    let recipient = Recipient::parse(text).map_err(age_error)?;
    need(
        recipient.to_string() == text,
        "the recipient is written in another way",
    )?;
    Ok(json!({"public_key": to_hex(recipient.as_bytes())}))
}

fn derived(given: &Value) -> Result<Value, String> {
    let root = Root::from_entropy(fixed(text(given, "entropy")?)?);
    let logs: Vec<_> = array(given, "logs")?
        .iter()
        .map(|id| {
            let id = LogId::from_hex(id.as_str().unwrap_or_default());
            id.and_then(|id| root.log_key(&id))
                .map(|key| key.did().clone())
                .map_err(key_error)
        })
        .collect::<Result<_, _>>()?;
    let shares: Vec<_> = array(given, "shares")?
        .iter()
        .map(|share| {
            let id = LogId::from_hex(text(share, "log_id")?).map_err(key_error)?;
            let name = text(share, "audience")?;
            let epoch = u32::try_from(number(share, "epoch")?).map_err(said)?;
            let collector;
            let audience = if text(share, "class")? == "collector" {
                collector = Did::parse(name).map_err(said)?;
                Audience::Collector(&collector)
            } else {
                Audience::Export(name)
            };
            let key = root.share_key(&id, audience, epoch).map_err(key_error)?;
            Ok(key.did().clone())
        })
        .collect::<Result<_, String>>()?;
    let backup = root.backup_identity().map_err(key_error)?;
    Ok(json!({
        "backup_identity": *backup.to_text(),
        "backup_recipient": backup.recipient().to_string(),
        "log_keys": logs,
        "seed": to_hex(root.seed()),
        "share_keys": shares,
        "words": *root.words(),
    }))
}

/// Opens the file, in pieces of a length that divides none of the format's; where it is said what the file was made
/// with, makes it anew.
fn age(given: &Value, file: &[u8]) -> Result<Value, String> {
    let identity = Identity::parse(text(given, "identity")?).map_err(age_error)?;
    let mut content = Vec::new();
    let mut decryptor = Decryptor::new(&identity);
    for piece in file.chunks(8191) {
        decryptor.push(piece, &mut content).map_err(age_error)?;
    }
    decryptor.finish(&mut content).map_err(age_error)?;
    if let Some(recipient) = member(given, "recipient") {
        let recipient = Recipient::parse(recipient.as_str().unwrap_or_default()).map_err(age_error)?;
        let (mut encryptor, mut again) = Encryptor::new(
            &recipient,
            fixed(text(given, "ephemeral_secret")?)?,
            fixed(text(given, "file_key")?)?,
            fixed(text(given, "nonce")?)?,
        )
        .map_err(age_error)?;
        encryptor.push(&content, &mut again).map_err(age_error)?;
        encryptor.finish(&mut again).map_err(age_error)?;
        need(again == file, "made anew it is another file")?;
        let root = Root::from_words(text(given, "words")?).map_err(key_error)?;
        let of_words = root.backup_identity().map_err(key_error)?;
        need(
            of_words.recipient() == recipient,
            "the words are for another recipient",
        )?;
    }
    Ok(json!({"length": content.len(), "sha256": sha256_hex(&content)}))
}

fn inbox(given: &Value, file: &[u8]) -> Result<Value, String> {
    let place = text(given, "place")?.as_bytes();
    let made = |content: &[u8]| {
        let public = InboxPublic(fixed(text(given, "public")?)?);
        sealed::seal(&public, fixed(text(given, "ephemeral_secret")?)?, place, content).map_err(sealed_error)
    };
    if given["secret"].is_null() {
        return Ok(json!({"box": to_base64url(&made(file)?)}));
    }
    let secret = InboxSecret::from_bytes(fixed(text(given, "secret")?)?);
    let content = sealed::open(&secret, place, file).map_err(sealed_error)?;
    if !given["public"].is_null() {
        need(made(&content)? == file, "sealed anew it is another box")?;
    }
    Ok(json!({"content": to_base64(&content)}))
}

fn collector(file: &Value) -> Result<Value, String> {
    if let Some(statement) = member(file, "statement") {
        return Ok(json!({"did": signer(statement)?}));
    }
    if let Some(amount) = member(file, "amount") {
        let amount = Amount::parse(amount.as_str().ok_or("no sum")?).map_err(|_| "amount")?;
        return Ok(json!({"amount": amount}));
    }
    if let Some(bundle) = member(file, "bundle") {
        return worth(bundle);
    }
    let texts = |entries: &Value| -> Result<Vec<String>, String> {
        serde_json::from_value(entries.clone()).map_err(said)
    };
    if let Some(pair) = member(file, "cheat") {
        let pair = texts(pair)?;
        let [one, other] = pair.as_slice() else {
            return Err("not two entries".to_owned());
        };
        let cheat = cheat_between(one, other).map_err(statement_error)?;
        return Ok(json!({ "cheat": cheat }));
    }
    let mut chain = Chain::new();
    for entry in texts(&file["account"])? {
        chain.push(&entry).map_err(chain_error)?;
    }
    let last = chain.last().ok_or("no entries")?;
    Ok(json!({"owed": last.owed, "paid": last.paid, "seq": last.seq}))
}

/// Reads a statement whole, and gives who signed it.
fn signer(given: &Value) -> Result<Did, String> {
    let compact = text(given, "compact")?;
    let one = |name: &str| Did::parse(text(given, name)?).map_err(said);
    match text(given, "type")? {
        "offer" => Ok(offer::Offer::open(compact).map_err(statement_error)?.iss),
        "account" => Ok(account::Entry::open(compact).map_err(statement_error)?.iss),
        "revocation" => {
            let found = Revocation::open(compact, &one("audience")?).map_err(statement_error)?;
            Ok(found.iss)
        }
        "collector" => {
            let pinned = member(given, "pinned").and_then(Value::as_str);
            let pinned = pinned
                .map(|pinned| Metadata::open(pinned, None))
                .transpose()
                .map_err(said)?;
            let found = Metadata::open(compact, pinned.as_ref()).map_err(statement_error)?;
            Ok(found.did)
        }
        "consent" => {
            let consent = consent::Consent::open(compact).map_err(statement_error)?;
            if let Some(offer) = member(given, "offer") {
                let offer = offer::Offer::open(offer.as_str().unwrap_or_default()).map_err(said)?;
                consent.suits(&offer).map_err(statement_error)?;
            }
            Ok(consent.iss)
        }
        "auth" => {
            let request = &given["request"];
            let expected = auth::Expected {
                aud: &Did::parse(text(request, "aud")?).map_err(said)?,
                htm: text(request, "htm")?,
                htu: text(request, "htu")?,
                now: number(request, "now")?,
            };
            let (did, _) = Auth::open(compact, &expected).map_err(statement_error)?;
            Ok(did)
        }
        other => Err(format!("no statement of the type {other:?}")),
    }
}

/// What the collector owes for the lines of a bundle, and which it refuses.
fn worth(bundle: &Value) -> Result<Value, String> {
    let offer = offer::Offer::open(text(bundle, "offer")?).map_err(statement_error)?;
    let judged: Vec<Rejected> = serde_json::from_value(bundle["judged"].clone()).map_err(said)?;
    let mut judge = Judge::new(
        &offer,
        number(bundle, "approved_at")?,
        number(bundle, "accepted_before")?,
    );
    for line in array(bundle, "lines")? {
        let line = line.as_str().ok_or("a line is no text")?;
        let record = SharedLine::parse(line.as_bytes()).map_err(|error| line_error(&error))?;
        let key = TextKey::of(&record.text);
        judge
            .take(&record, key, false, judgement_at(&judged, record.seq))
            .map_err(said)?;
    }
    let outcome = judge.finish().map_err(said)?;
    Ok(json!({"accepted": outcome.accepted, "amount": outcome.amount, "rejected": outcome.rejected}))
}

fn document(file: &[u8]) -> Result<Value, String> {
    serde_json::from_slice(file).map_err(said)
}

fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    value.get(name).filter(|found| !found.is_null())
}

fn text<'a>(value: &'a Value, name: &str) -> Result<&'a str, String> {
    value[name].as_str().ok_or_else(|| format!("no text {name:?}"))
}

fn number(value: &Value, name: &str) -> Result<u64, String> {
    value[name].as_u64().ok_or_else(|| format!("no number {name:?}"))
}

fn array<'a>(value: &'a Value, name: &str) -> Result<&'a Vec<Value>, String> {
    value[name].as_array().ok_or_else(|| format!("no array {name:?}"))
}

fn fixed<const N: usize>(hex: &str) -> Result<[u8; N], String> {
    let bytes = from_hex(hex).map_err(said)?;
    bytes.try_into().map_err(|_| format!("not {N} bytes"))
}

fn hash(value: &Value) -> Result<Hash, String> {
    let bytes = from_base64(value.as_str().unwrap_or_default()).map_err(said)?;
    bytes.try_into().map_err(|_| "not a hash of 32 bytes".to_owned())
}

fn hashes(value: &Value) -> Result<Vec<Hash>, String> {
    value.as_array().ok_or("no hashes")?.iter().map(hash).collect()
}

fn need(holds: bool, otherwise: &str) -> Result<(), String> {
    if holds {
        Ok(())
    } else {
        Err(format!("not as it was: {otherwise}"))
    }
}

#[allow(clippy::needless_pass_by_value, reason = "it is the argument of map_err")]
fn said(error: impl ToString) -> String {
    format!("not a vector: {}", error.to_string())
}
