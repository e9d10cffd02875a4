//! What is refused, with which code, and that nothing is left of it.

use counterfoil_core::collector::problem::Problem;
use counterfoil_core::collector::revocation::{Action, Scope};
use counterfoil_core::encoding::sha256_hex;
use serde_json::json;

use super::support::client::request;
use super::support::now;
use super::support::offer::draft;
use super::support::person::Person;
use super::support::server::{Home, Server};

fn refused(server: &Server, bundle: &[u8]) -> (Problem, Option<String>) {
    server.put(bundle).problem()
}

#[test]
fn bundles_that_are_not_for_this_collector_or_not_whole() {
    let (home, elsewhere) = (Home::new(), Home::new());
    home.offer(&draft());
    elsewhere.offer(&draft());
    let (server, other) = (home.serve(), elsewhere.serve());
    let (compact, _) = server.newest_offer();
    let mut person = Person::new(1, &server);
    let bundle = person.bundle(&compact, &["What is a lighthouse?", "Who lives in one?"]);

    // Another collector's.
    let check = |name: &str| (Problem::Bundle, Some(name.to_owned()));
    assert_eq!(refused(&other, &bundle.zip), check("audience"));
    // Garbage, a part, a changed byte of each.
    assert_eq!(refused(&server, b"no zip"), check("zip"));
    assert_eq!(refused(&server, b""), check("zip"));
    assert_eq!(
        refused(&server, &bundle.zip[..bundle.zip.len() - 1]),
        check("zip")
    );
    let mut changed = bundle.zip.clone();
    changed[bundle.zip.len() / 2] ^= 1;
    assert_eq!(server.put(&changed).problem().0, Problem::Bundle);
    // Bytes that the address does not name.
    let target = format!("/v1/bundles/{}", sha256_hex(b"something else"));
    assert_eq!(
        server.request("PUT", &target, &[], &bundle.zip).problem().0,
        Problem::Digest
    );
    for target in [
        "/v1/bundles/abc",
        "/v1/bundles/%ff",
        &format!("/v1/bundles/{}", "A".repeat(64)),
    ] {
        assert_eq!(
            server.request("PUT", target, &[], &bundle.zip).problem().0,
            Problem::Malformed
        );
    }
    let encoded = [("Content-Encoding", "gzip")];
    let target = format!("/v1/bundles/{}", sha256_hex(&bundle.zip));
    assert_eq!(
        server.request("PUT", &target, &encoded, &bundle.zip).problem().0,
        Problem::Malformed
    );
    // The digest of a bundle gives nobody its receipt.
    server.put(&bundle.zip).entry();
    assert_eq!(
        server.request("PUT", &target, &[], b"x").problem().0,
        Problem::Digest
    );
    assert_eq!((home.count("incoming"), home.count("bundles")), (0, 1));
    assert_eq!((elsewhere.count("incoming"), elsewhere.count("bundles")), (0, 0));
    assert!(!elsewhere.holds(person.key.did().as_str().as_bytes()));
}

#[test]
fn logs_that_are_forked_replayed_or_have_a_gap() {
    let home = Home::new();
    home.offer(&draft());
    let server = home.serve();
    let (compact, _) = server.newest_offer();
    let mut person = Person::new(1, &server);
    let range = (Problem::Range, Some("range".to_owned()));

    let empty = person.frontier.clone();
    let first = person.bundle(&compact, &["first", "second"]);
    let after_first = person.frontier.clone();
    // What came before the first bundle is unknown to the collector.
    let gap = person.bundle(&compact, &["third"]);
    assert_eq!(refused(&server, &gap.zip), range);
    server.put(&first.zip).entry();
    // Another beginning of the same log.
    person.frontier = empty;
    let fork = person.bundle(&compact, &["another first"]);
    assert_eq!(refused(&server, &fork.zip), range);
    // The right size, but another history.
    let other_history = person.bundle(&compact, &["another second"]);
    assert_eq!(person.frontier.size(), 2);
    assert_eq!(refused(&server, &other_history.zip), range);
    let on_fork = person.bundle(&compact, &["third of the fork"]);
    assert_eq!(refused(&server, &on_fork.zip), range);
    // The honest one goes on.
    server.put(&gap.zip).entry();
    assert_eq!(refused(&server, &fork.zip), range);
    person.frontier = after_first;
    let second_third = person.bundle(&compact, &["another third"]);
    assert_eq!(refused(&server, &second_third.zip), range);
    assert_eq!(person.account(&server).len(), 2);
    assert_eq!((home.count("incoming"), home.count("bundles")), (0, 2));
}

#[test]
fn consents_and_offers_that_do_not_cover_it() {
    let home = Home::new();
    let mut asks = draft();
    asks["human_review"] = json!(true);
    asks["min_items"] = json!(2);
    let sha256 = home.offer(&asks);
    let server = home.serve();
    let (compact, _) = server.newest_offer();
    let mut person = Person::new(1, &server);
    let start = person.frontier.clone();
    let lines = vec![
        person.line(0, "What is a lighthouse?", |_| ()),
        person.line(1, "Who lives in one?", |_| ()),
    ];
    let mut attempt =
        |change: fn(&mut counterfoil_core::collector::consent::Consent), lines: &[Vec<u8>], iat: u64| {
            person.frontier = start.clone();
            let consent = person.consent(&compact, change);
            let bundle = person.bundle_of(&compact, &consent, lines.to_vec(), iat);
            server.put(&bundle.zip)
        };
    assert_eq!(
        attempt(|consent| consent.human_review = false, &lines, now())
            .problem()
            .0,
        Problem::Consent
    );
    assert_eq!(
        attempt(
            |consent| consent.purposes = vec!["sell".to_owned()],
            &lines,
            now()
        )
        .problem()
        .0,
        Problem::Consent
    );
    assert_eq!(attempt(|_| (), &lines[..1], now()).problem().0, Problem::TooFew);
    assert_eq!(
        attempt(|_| (), &lines, now() + 3_600).problem().0,
        Problem::Consent
    );
    let before = |consent: &mut counterfoil_core::collector::consent::Consent| consent.iat = 1;
    assert_eq!(
        attempt(before, &lines, now() - 2 * 86_400).problem().0,
        Problem::OfferClosed
    );
    home.ask(&["offer", "close"], &[&sha256]);
    // Approved before it was closed: still taken.
    attempt(|consent| consent.iat -= 60, &lines, now() - 60).entry();
    let mut late = Person::new(2, &server);
    let lines = vec![
        late.line(0, "What is a lamp?", |_| ()),
        late.line(1, "Who lights it?", |_| ()),
    ];
    let consent = late.consent(&compact, |_| ());
    assert_eq!(
        refused(&server, &late.bundle_of(&compact, &consent, lines, now()).zip).0,
        Problem::OfferClosed
    );
    assert_eq!(server.get("/v1/offers").json(), json!({ "offers": [] }));
}

#[test]
fn an_offer_that_was_never_made_here() {
    let (home, copy) = (Home::new(), Home::new());
    home.offer(&draft());
    // The same keys elsewhere: an offer signed with them is not known to the database here.
    std::fs::create_dir_all(copy.data().join("keys")).unwrap();
    for name in ["statements.key", "cosignatures.key"] {
        std::fs::copy(
            home.data().join("keys").join(name),
            copy.data().join("keys").join(name),
        )
        .unwrap();
    }
    copy.offer(&draft());
    let elsewhere = copy.serve();
    let (compact, _) = elsewhere.newest_offer();
    let server = home.serve();
    assert_eq!(server.did, elsewhere.did);
    let mut person = Person::new(1, &server);
    let bundle = person.bundle(&compact, &["What is a lighthouse?"]);
    assert_eq!(refused(&server, &bundle.zip).0, Problem::OfferUnknown);
}

#[test]
fn a_zip_bomb_is_refused_before_it_is_unpacked() {
    let home = Home::new();
    let server = home.serve();
    // Ten million times the same byte: deflate packs a thousand into one, a bundle two hundred at most.
    let bytes = vec![b'a'; 10_000_000];
    let packed = miniz(&bytes);
    let mut bomb = Vec::new();
    let name = b"counterfoil-aaaaaaaa-0-1/data/records.jsonl";
    let (crc, size, length) = (crc32(&bytes), bytes.len() as u32, packed.len() as u32);
    let fields = |out: &mut Vec<u8>| {
        out.extend_from_slice(&[20, 0, 0, 0, 8, 0, 0, 0, 0x21, 0]);
        for number in [crc, length, size] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        out.extend_from_slice(&(name.len() as u16).to_le_bytes());
        out.extend_from_slice(&[0, 0]);
    };
    bomb.extend_from_slice(b"PK\x03\x04");
    fields(&mut bomb);
    bomb.extend_from_slice(name);
    bomb.extend_from_slice(&packed);
    let directory = bomb.len() as u32;
    bomb.extend_from_slice(b"PK\x01\x02\x14\0");
    fields(&mut bomb);
    bomb.extend_from_slice(&[0; 14]);
    bomb.extend_from_slice(name);
    let length = bomb.len() as u32 - directory;
    bomb.extend_from_slice(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
    bomb.extend_from_slice(&length.to_le_bytes());
    bomb.extend_from_slice(&directory.to_le_bytes());
    bomb.extend_from_slice(&[0, 0]);
    let answer = server.put(&bomb);
    assert_eq!(answer.problem(), (Problem::Bundle, Some("zip".to_owned())));
    assert!(answer.text().contains("200"), "{}", answer.text());
}

/// Deflate with the compressor that bundles are made with.
fn miniz(bytes: &[u8]) -> Vec<u8> {
    miniz_oxide::deflate::compress_to_vec(bytes, 9)
}

fn crc32(bytes: &[u8]) -> u32 {
    crc32fast::hash(bytes)
}

#[test]
fn requests_that_are_none() {
    let home = Home::new();
    home.offer(&draft());
    let server = home.serve();
    // Cut off in the middle: there is no answer to give to a sender that is gone, or one that says so.
    let (compact, _) = server.newest_offer();
    let mut person = Person::new(1, &server);
    let bundle = person.bundle(&compact, &["What is a lighthouse?"]);
    let target = format!("/v1/bundles/{}", sha256_hex(&bundle.zip));
    let whole = request(&server, "PUT", &target, &[], &bundle.zip);
    for end in [
        whole.len() - 1,
        whole.len() - bundle.zip.len() / 2,
        whole.len() - bundle.zip.len(),
        20,
    ] {
        let answer = server.cut_off(&whole[..end]);
        assert!(answer.is_none_or(|answer| answer.status == 400 || answer.status == 408));
    }
    // Larger than is taken, said beforehand or not.
    let head = format!("PUT {target} HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n");
    assert_eq!(
        server.raw(head.as_bytes()).unwrap().problem().0,
        Problem::TooLarge
    );
    let mut chunked = format!(
        "PUT {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    .into_bytes();
    for _ in 0..65 {
        chunked.extend_from_slice(b"100000\r\n");
        chunked.resize(chunked.len() + (1 << 20), 0);
        chunked.extend_from_slice(b"\r\n");
    }
    // The answer may be lost with a connection whose other half is still full; that it was refused shows below.
    let answer = server.raw(&chunked);
    assert!(answer.is_none_or(|answer| answer.problem().0 == Problem::TooLarge));
    // Headers past any need.
    let large = format!("GET / HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "a".repeat(100_000));
    assert!(
        server
            .raw(large.as_bytes())
            .is_none_or(|answer| answer.status == 431)
    );
    let many = format!("GET / HTTP/1.1\r\nHost: x\r\n{}\r\n", "X: a\r\n".repeat(1_000));
    assert!(
        server
            .raw(many.as_bytes())
            .is_none_or(|answer| answer.status == 431)
    );
    assert!(
        server
            .raw(b"\x16\x03\x01\0\0")
            .is_none_or(|answer| answer.status == 400)
    );
    // Other addresses and methods.
    assert_eq!(server.get("/v1/nothing").problem().0, Problem::NotFound);
    assert_eq!(
        server.get("/../keys/statements.key").problem().0,
        Problem::NotFound
    );
    assert_eq!(
        server.get(&format!("/v1/terms/{}", "0".repeat(64))).problem().0,
        Problem::NotFound
    );
    assert_eq!(
        server.request("DELETE", "/v1/account", &[], b"").problem().0,
        Problem::Method
    );
    assert_eq!(
        server.request("POST", &target, &[], b"").problem().0,
        Problem::Method
    );
    for body in [
        "",
        "{",
        "[]",
        "{\"revocation\":1}",
        "{\"revocation\":\"a.b.c\",\"x\":1}",
    ] {
        let answer = server.request("POST", "/v1/revocations", &[], body.as_bytes());
        assert_eq!(answer.problem().0, Problem::Malformed, "{body}");
    }
    let huge = vec![b'a'; 300_000];
    assert_eq!(
        server.request("POST", "/v1/revocations", &[], &huge).problem().0,
        Problem::TooLarge
    );
    // After all of it the server is there, and has nothing.
    assert_eq!((home.count("incoming"), home.count("bundles")), (0, 0));
    server.put(&bundle.zip).entry();
}

#[test]
fn tokens_that_do_not_fit_and_withdrawals_of_others() {
    let home = Home::new();
    home.offer(&draft());
    let server = home.serve();
    let (compact, _) = server.newest_offer();
    let (mut person, mut stranger) = (Person::new(1, &server), Person::new(2, &server));
    let bundle = person.bundle(&compact, &["What is a lighthouse?"]);
    let (entry, _) = server.put(&bundle.zip).entry();

    assert_eq!(server.get("/v1/account").problem().0, Problem::Unauthorized);
    assert_eq!(server.account("a.b.c", "").problem().0, Problem::Unauthorized);
    assert_eq!(server.account(&entry, "").problem().0, Problem::Unauthorized);
    let changes: [fn(&mut counterfoil_core::collector::auth::Auth); 5] = [
        |auth| auth.exp = auth.iat,
        |auth| auth.exp += 300,
        |auth| auth.htm = "PUT".to_owned(),
        |auth| auth.htu.push('x'),
        |auth| auth.htu = "http://other.example/v1/account".to_owned(),
    ];
    for change in changes {
        let token = person.token(&server, change);
        assert_eq!(server.account(&token, "").problem().0, Problem::Unauthorized);
    }
    let token = person.token(&server, |_| ());
    assert_eq!(server.account(&token, "").entries(), [entry]);
    assert_eq!(server.account(&token, "").problem().0, Problem::Replayed);
    for query in [
        "?after=-1",
        "?after=x",
        "?before=1",
        "?after=9007199254740992",
        "?after=18446744073709551615",
    ] {
        let token = person.token(&server, |_| ());
        assert_eq!(
            server.account(&token, query).problem().0,
            Problem::Malformed,
            "{query}"
        );
    }
    assert_eq!(stranger.account(&server), Vec::<String>::new());

    // A stranger's withdrawal is of nothing; one that names another signer, or is for another collector, is none.
    let nothing = stranger.revocation(Action::Delete, Scope::All);
    assert_eq!(server.withdraw(&nothing).problem().0, Problem::NothingHeld);
    stranger.collector = stranger.key.did().clone();
    let elsewhere = stranger.revocation(Action::Delete, Scope::All);
    assert_eq!(server.withdraw(&elsewhere).problem().0, Problem::Revocation);
    assert_eq!(
        server.withdraw(&person.token(&server, |_| ())).problem().0,
        Problem::Revocation
    );
    assert_eq!(person.account(&server).len(), 1);
}

#[test]
fn a_flood_is_slowed_down() {
    let home = Home::new();
    let server = home.serve();
    let answers: Vec<_> = (0..40_u8).map(|number| server.put(&[number])).collect();
    let taken = answers
        .iter()
        .take_while(|answer| answer.problem().0 == Problem::Bundle)
        .count();
    // Thirty a minute, and what comes back while the test runs.
    assert!((30..40).contains(&taken), "{taken}");
    let last = answers.last().unwrap();
    assert_eq!(last.problem().0, Problem::RateLimited);
    assert!(
        last.header("retry-after")
            .is_some_and(|seconds| seconds.parse::<u64>().is_ok())
    );
    // Another door is still open.
    assert_eq!(server.get("/v1/offers").status, 200);
    assert_eq!(home.count("incoming"), 0);
}
