//! What the build makes of the files.

use std::fmt::Write;

use super::check::day;
use super::schema::{File, Rating, SearchFile};
use crate::Kind;

/// The table for the core: a Rust expression of type `[Adapter; N]`, the same for the same files.
pub fn table(files: &[File]) -> String {
    let mut out = String::from("[\n");
    for file in files {
        entry(&mut out, file);
    }
    out.push(']');
    out
}

fn entry(out: &mut String, file: &File) {
    let mut fields: u32 = 0;
    let kinds: Vec<_> = file
        .kind_at
        .iter()
        .map(|at| {
            let field = if at.field.is_empty() {
                "None".to_owned()
            } else {
                fields += 1;
                format!("Some({})", fields - 1)
            };
            format!(
                "KindAt {{ kind: {}, path: {:?}, field: {field} }}",
                kind(at.kind),
                at.path.join(" ")
            )
        })
        .collect();
    let kinds = kinds.join(", ");
    let searches: Vec<_> = file.search.iter().map(search).collect();
    let searches = searches.join(", ");
    let composer = file.composer.as_ref().is_some_and(|it| !it.field.is_empty());
    let guarded = !file.skip.page.is_empty() || !file.skip.around.is_empty();
    // Writing to a string does not fail.
    let _ = writeln!(
        out,
        "Adapter {{ id: {:?}, name: {:?}, kind: {}, verified: {:?}, day: {}, hosts: {:?}, composer: {composer}, \
         guarded: {guarded}, skip_path: {:?}, skip_query: {:?}, kind_at: &[{kinds}], thread: {:?}, \
         search: &[{searches}], answers: {}, ratings: {} }},",
        file.id,
        file.name,
        kind(file.kind),
        file.verified,
        day(&file.verified).unwrap_or_default(),
        file.hosts.join(" "),
        file.skip.path.join(" "),
        file.skip.query.join(" "),
        file.thread.path.join(" "),
        file.response.is_some(),
        file.rating.is_some(),
    );
}

fn search(search: &SearchFile) -> String {
    let first: Vec<_> = search
        .first
        .iter()
        .map(|(name, values)| format!("({name:?}, {:?})", values.join(" ")))
        .collect();
    format!(
        "Search {{ path: {:?}, parameters: {:?}, fragment: {}, first: &[{}], refuse: {:?} }}",
        search.path.join(" "),
        search.parameters.join(" "),
        search.fragment,
        first.join(", "),
        search.refuse.join(" ")
    )
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Search => "Kind::Search",
        Kind::Prompt => "Kind::Prompt",
        Kind::Post => "Kind::Post",
        Kind::Comment => "Kind::Comment",
    }
}

/// Where a page finds its adapters.
const DATA: &str = "(self[Symbol.for(\"cf.data\")]??=[])";

/// The script that leaves an adapter for the content script: one `Adapter` of `extension/content/adapters.ts`. It
/// comes before the marks of the families, which may be there already.
pub fn page(file: &File) -> String {
    let mut object = Object::new(&file.id);
    object.raw("v", "1");
    object.list("m", &marks(file));
    object.list("p", &file.skip.page);
    object.list("a", &file.skip.around);
    if let Some(composer) = &file.composer {
        object.list("f", &composer.field);
        object.list("s", &composer.send);
        object.list("n", &composer.never);
        if let Some(keys) = composer.keys {
            object.text("k", keys.as_str());
        }
    }
    let kinds: Vec<_> = file
        .kind_at
        .iter()
        .filter(|at| !at.field.is_empty())
        .map(|at| at.field.join(","))
        .collect();
    object.texts("c", &kinds);
    if let Some(model) = &file.model {
        object.texts("d", &model.text);
        if let Some(attribute) = &model.attribute {
            object.text("e", attribute);
        }
    }
    let parameters: Vec<_> = file.search.iter().flat_map(|it| it.parameters.iter()).collect();
    if !parameters.is_empty() {
        let mut each: Vec<&str> = parameters.iter().map(|it| it.as_str()).collect();
        each.sort_unstable();
        each.dedup();
        object.text("q", &each.join("|"));
    }
    format!("{DATA}.unshift({});\n", object.end())
}

/// The script with the marks of all families. It is brought to a page of an unknown host when the person first comes
/// to a field there, behind what is there already, and makes the content script look.
pub fn families(files: &[File]) -> String {
    let marks: Vec<_> = files
        .iter()
        .filter(|file| file.family.is_some())
        .map(|file| {
            let mut object = Object::new(&file.id);
            object.list("m", &marks(file));
            object.end()
        })
        .collect();
    format!(
        "{DATA}.push({});globalThis[Symbol.for(\"cf.look\")]?.();\n",
        marks.join(",")
    )
}

/// The script that leaves where answers and ratings stand; `None` for an adapter that does not know.
pub fn answers(file: &File) -> Option<String> {
    if file.response.is_none() && file.rating.is_none() {
        return None;
    }
    let mut object = Object::new(&file.id);
    object.list("m", &marks(file));
    if let Some(response) = &file.response {
        object.list("t", &response.turn);
        object.list("o", &response.done);
    }
    if let Some(Rating { up, down, regenerate }) = &file.rating {
        object.list("u", up);
        object.list("w", down);
        object.list("r", regenerate);
    }
    if let Some(model) = &file.model {
        object.texts("d", &model.text);
        if let Some(attribute) = &model.attribute {
            object.text("e", attribute);
        }
    }
    Some(format!(
        "(self[Symbol.for(\"cf.answers\")]??=[]).unshift({});\n",
        object.end()
    ))
}

/// The selectors that say what a page of a family is.
fn marks(file: &File) -> Vec<String> {
    let Some(family) = &file.family else {
        return Vec::new();
    };
    let names = ["generator", "application-name"];
    let said = family.generator.iter().flat_map(|word| {
        names
            .iter()
            .map(move |name| format!("meta[name={name}][content^=\"{word}\" i]"))
    });
    said.chain(family.mark.iter().cloned()).collect()
}

/// A JavaScript object literal, written member by member.
struct Object(String);

impl Object {
    fn new(id: &str) -> Self {
        let mut object = Self(String::from("{"));
        object.text("i", id);
        object
    }

    fn raw(&mut self, key: &str, value: &str) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.0.push_str(key);
        self.0.push(':');
        self.0.push_str(value);
    }

    fn text(&mut self, key: &str, value: &str) {
        self.raw(key, &serde_json::Value::from(value).to_string());
    }

    fn list(&mut self, key: &str, selectors: &[String]) {
        if !selectors.is_empty() {
            self.text(key, &selectors.join(","));
        }
    }

    fn texts(&mut self, key: &str, texts: &[String]) {
        if !texts.is_empty() {
            self.raw(key, &serde_json::Value::from(texts.to_vec()).to_string());
        }
    }

    fn end(mut self) -> String {
        self.0.push('}');
        self.0
    }
}
