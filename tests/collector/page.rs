//! The page for people, as a browser without script would use it.

use counterfoil_core::collector::account::{Entry, Event};
use counterfoil_core::encoding::sha256_hex;

use super::support::client::Answer;
use super::support::offer::draft;
use super::support::person::Person;
use super::support::server::{Home, Server};

fn form(name: &str, file: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    body.extend_from_slice(b"--edge\r\nContent-Disposition: form-data; name=\"");
    body.extend_from_slice(name.as_bytes());
    body.extend_from_slice(b"\"; filename=\"bundle.zip\"\r\nContent-Type: application/zip\r\n\r\n");
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--edge--\r\n");
    body
}

fn send(server: &Server, body: &[u8]) -> Answer {
    server.request(
        "POST",
        "/hand-over",
        &[("Content-Type", "multipart/form-data; boundary=edge")],
        body,
    )
}

fn post(server: &Server, name: &str, file: &[u8]) -> Answer {
    send(server, &form(name, file))
}

#[test]
fn a_bundle_as_a_file_for_a_receipt_as_a_file() {
    let home = Home::new();
    home.offer(&draft());
    let server = home.serve_with(&["--name", "Ada & <b>Co</b>"]);
    let page = server.get("/");
    let text = page.text();
    assert!(text.contains("<h1>Ada &amp; &lt;b&gt;Co&lt;/b&gt;</h1>") && text.contains(server.did.as_str()));
    assert!(
        text.contains("lang=\"en\"")
            && text.contains("<label for=\"bundle\">")
            && text.contains("Prompts to learn from")
    );
    // Nothing is loaded from elsewhere, and nothing runs.
    assert!(!text.contains("<script") && !text.contains("http://") && !text.contains("https://"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
    assert!(server.get("/style.css").text().contains("light-dark("));

    let (compact, _) = server.newest_offer();
    let mut person = Person::new(1, &server);
    let bundle = person.bundle(&compact, &["What is a lighthouse?"]);
    let answer = post(&server, "bundle", &bundle.zip);
    assert_eq!(
        answer.header("content-disposition"),
        Some("attachment; filename=\"counterfoil-receipt-0-1.json\"")
    );
    let (entry, opened) = answer.entry();
    let Event::Receipt(receipt) = opened.event else {
        panic!()
    };
    assert_eq!(receipt.bundle_sha256, bundle.sha256);
    // The other way of handing over gives the same.
    assert_eq!(server.put(&bundle.zip).entry().0, entry);
    assert_eq!(post(&server, "bundle", &bundle.zip).entry().0, entry);
    assert!(Entry::open(&entry).is_ok());

    for (name, file, status, code) in [
        ("bundle", b"no zip".as_slice(), 422, "bundle"),
        ("bundle", b"", 400, "malformed"),
        ("other", &bundle.zip, 400, "malformed"),
    ] {
        let answer = post(&server, name, file);
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (status, Some("text/html; charset=utf-8"))
        );
        assert!(
            answer.text().contains(&format!("<code>{code}</code>")),
            "{}",
            answer.text()
        );
    }
    let answer = server.request("POST", "/hand-over", &[("Content-Type", "text/plain")], b"x");
    assert_eq!(answer.status, 400);
    // A form with more than the file is not that of the page; one that is cut off is none.
    let mut twice = form("bundle", &bundle.zip);
    twice.truncate(twice.len() - "--\r\n".len());
    twice.extend_from_slice(b"\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\ny\r\n--edge--\r\n");
    let mut cut = form("bundle", &bundle.zip);
    cut.truncate(cut.len() - "--edge--\r\n".len());
    for body in [twice, cut] {
        let answer = send(&server, &body);
        assert_eq!(answer.status, 400, "{}", answer.text());
    }
    assert_eq!((home.count("incoming"), home.count("bundles")), (0, 1));
}

#[test]
fn the_description_is_served_as_it_is() {
    let home = Home::new();
    let server = home.serve();
    let answer = server.get("/openapi.json");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/http/openapi.json");
    assert_eq!(
        sha256_hex(&answer.body),
        sha256_hex(&std::fs::read(path).unwrap())
    );
    assert_eq!(answer.json()["openapi"], "3.1.0");
}
