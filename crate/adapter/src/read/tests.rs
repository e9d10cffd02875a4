#![allow(clippy::unwrap_used)]

use super::*;

const WHOLE: &str = r##"
schema = 1
id = "agora"
name = "Agora"
kind = "post"
hosts = ["agora.example", "*.agora.example"]
verified = "2026-11-25"
sources = ["memory"]
data = "personalCommunications"

[skip]
path = ["/messages/**"]
query = ["temporary=true"]
page = ["[data-private]"]
around = [".direct", "[aria-label=\"a,b\"]"]

[composer]
field = ["#box"]
send = ["#send"]
never = [".preview"]
keys = "mod-enter"

[[kind_at]]
kind = "comment"
path = ["/t/*"]
[[kind_at]]
kind = "search"
field = ["#find", "#seek"]

[thread]
path = ["/t/:thread"]
[model]
text = ["#model"]
attribute = "data-model"

[[search]]
path = ["/find"]
parameters = ["q", "term"]
first = { page = ["1"] }
refuse = ["auto"]

[response]
turn = [".answer"]
[rating]
up = [".up"]

[[fixture]]
url = "https://agora.example/find?q=x"
text = "x"
[[fixture]]
url = "https://agora.example/find"

[[page]]
file = "agora.html"
url = "https://agora.example/t/1"
name = "sent"
steps = [{ click = "#box" }, { type = "x" }, { click = "#send" }]
expect = [{ text = "x", kind = "comment" }]
[[page]]
file = "agora.html"
url = "https://agora.example/t/1"
name = "previewed"
"##;

fn whole() -> File {
    one("agora", WHOLE).unwrap()
}

fn fault(text: &str) -> Fault {
    one("agora", text).unwrap_err().fault
}

#[test]
fn a_page_gets_selectors_and_nothing_else() {
    assert_eq!(
        page(&whole()),
        concat!(
            r##"(self[Symbol.for("cf.data")]??=[]).unshift({i:"agora",v:1,p:"[data-private]","##,
            r##"a:".direct,[aria-label=\"a,b\"]",f:"#box",s:"#send",n:".preview",k:"mod-enter",c:["#find,#seek"],"##,
            r##"d:["#model"],e:"data-model",q:"q|term"});"##,
            "\n"
        )
    );
    assert_eq!(
        answers(&whole()).unwrap(),
        concat!(
            r##"(self[Symbol.for("cf.answers")]??=[]).unshift({i:"agora",t:".answer",u:".up","##,
            r##"d:["#model"],e:"data-model"});"##,
            "\n"
        )
    );
}

#[test]
fn a_family_is_known_by_its_marks() {
    let text = WHOLE.replace(
        r#"hosts = ["agora.example", "*.agora.example"]"#,
        "family = { generator = [\"Agora\"], mark = [\"#agora\"] }",
    );
    let file = one("agora", &text).unwrap();
    let marks = r#"m:"meta[name=generator][content^=\"Agora\" i],meta[name=application-name][content^=\"Agora\" i],#agora""#;
    assert_eq!(
        families(&[file.clone(), whole()]),
        format!(
            "(self[Symbol.for(\"cf.data\")]??=[]).push({{i:\"agora\",{marks}}});\
             globalThis[Symbol.for(\"cf.look\")]?.();\n"
        )
    );
    assert!(page(&file).contains(marks));
}

#[test]
fn the_table_is_rust() {
    let table = table(&[whole()]);
    for part in [
        r#"id: "agora""#,
        r#"verified: "2026-11-25", day: 20782"#,
        "composer: true, guarded: true",
        r#"kind_at: &[KindAt { kind: Kind::Comment, path: "/t/*", field: None }, KindAt { kind: Kind::Search, path: "", field: Some(0) }]"#,
        r#"first: &[("page", "1")], refuse: "auto""#,
        "answers: true, ratings: true",
    ] {
        assert!(table.contains(part), "{part} is not in {table}");
    }
    assert!(!table.contains("#box"), "selectors are for pages");
}

#[test]
fn every_fault_has_a_name() {
    let with = |from: &str, to: &str| {
        assert!(WHOLE.contains(from), "{from}");
        fault(&WHOLE.replacen(from, to, 1))
    };
    assert!(matches!(
        with("schema = 1", "schema = 1\nscript = \"x\""),
        Fault::Unreadable(_)
    ));
    assert!(matches!(
        with("[skip]", "[skip]\njson = []"),
        Fault::Unreadable(_)
    ));
    assert!(matches!(with("\"mod-enter\"", "\"f5\""), Fault::Unreadable(_)));
    assert_eq!(with("schema = 1", "schema = 2"), Fault::Schema(2));
    assert_eq!(
        with("id = \"agora\"", "id = \"forum\""),
        Fault::Id("forum".into())
    );
    assert_eq!(with("[\"memory\"]", "[]"), Fault::Length("sources"));
    assert_eq!(with("2026-11-25", "2026-02-29"), Fault::Day("2026-02-29".into()));
    assert_eq!(
        with("verified", "family = { mark = [\"#x\"] }\nverified"),
        Fault::HostsOrFamily
    );
    assert_eq!(with("path = [\"/t/*\"]", ""), Fault::KindAt);
    for host in [
        "*",
        "a.*.example",
        "Agora.example",
        "https://agora.example",
        "agora",
    ] {
        let found = with("\"*.agora.example\"", &format!("{host:?}"));
        assert!(matches!(found, Fault::Pattern { field: "hosts", .. }), "{host}");
    }
    for path in ["find", "/a*b", "/**/x", "/:thread", "/:id", "/x?q=1"] {
        let found = with("\"/find\"", &format!("{path:?}"));
        assert!(
            matches!(
                found,
                Fault::Pattern {
                    field: "search.path",
                    ..
                }
            ),
            "{path}: {found}"
        );
    }
    assert!(matches!(
        with("/t/:thread", "/t"),
        Fault::Pattern {
            field: "thread.path",
            ..
        }
    ));
    assert!(matches!(
        with("temporary=true", "=true"),
        Fault::Pattern {
            field: "skip.query",
            ..
        }
    ));
    assert_eq!(with("\"term\"", "\"a|b\""), Fault::Parameter("a|b".into()));
    for selector in ["", " #box", "#box,", "[a", "a)", "a[b='c]", "a{b}"] {
        let found = with("\"#box\"", &format!("{selector:?}"));
        assert!(
            matches!(
                found,
                Fault::Selector {
                    field: "composer.field",
                    ..
                }
            ),
            "{selector}: {found}"
        );
    }
    assert_eq!(
        with("text = \"x\"\n[[fixture]]", "[[fixture]]"),
        Fault::Fixtures("search")
    );
    assert_eq!(
        with("https://agora.example/find?q=x", "https://other.example/find?q=x"),
        Fault::FixtureHost("https://other.example/find?q=x".into())
    );
    assert_eq!(
        with("expect = [{ text = \"x\", kind = \"comment\" }]", ""),
        Fault::Fixtures("composer")
    );
    assert_eq!(
        with("{ click = \"#box\" }", "{ click = \"#box\", type = \"x\" }"),
        Fault::Step("sent".into())
    );
}

#[test]
fn a_host_has_one_adapter() {
    let folder = std::env::temp_dir().join(format!("counterfoil-adapters-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("agora.toml"), WHOLE).unwrap();
    fs::write(
        folder.join("forum.toml"),
        WHOLE.replace("id = \"agora\"", "id = \"forum\""),
    )
    .unwrap();
    let found = super::folder(&folder).unwrap_err();
    fs::remove_dir_all(&folder).unwrap();
    assert_eq!(
        found.to_string(),
        "forum.toml: host \"agora.example\" is claimed by agora too"
    );
}
