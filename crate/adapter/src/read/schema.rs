//! What stands in a file. `docs/adapters.md` describes each field.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::Kind;

/// An adapter as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Version of the form: 1.
    pub schema: u32,
    /// Name of the file, without `.toml`.
    pub id: String,
    /// As a person reads it.
    pub name: String,
    /// What the composer is for.
    pub kind: Kind,
    /// Host patterns; absent for a family.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// `YYYY-MM-DD`.
    pub verified: String,
    /// Where what it says is known from.
    pub sources: Vec<String>,
    /// What Firefox calls what is taken here.
    pub data: Data,
    /// How a page of software that people host themselves says what it is.
    pub family: Option<Family>,
    /// Where nothing is taken.
    #[serde(default)]
    pub skip: Skip,
    /// Where people write, and what sends it.
    pub composer: Option<Composer>,
    /// Kinds that depend on the place.
    #[serde(default)]
    pub kind_at: Vec<KindAtFile>,
    /// Conversations.
    #[serde(default)]
    pub thread: Thread,
    /// Where a page names the model.
    pub model: Option<Model>,
    /// Addresses that are searches.
    #[serde(default)]
    pub search: Vec<SearchFile>,
    /// Answers of a model.
    pub response: Option<Response>,
    /// Ratings of answers.
    pub rating: Option<Rating>,
    /// Addresses to try.
    #[serde(default)]
    pub fixture: Vec<Fixture>,
    /// Pages to try.
    #[serde(default)]
    pub page: Vec<PageCase>,
}

/// Firefox's names of what is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Data {
    /// Searches.
    SearchTerms,
    /// What stands on a page.
    WebsiteContent,
    /// Prompts, posts, comments.
    PersonalCommunications,
}

/// How a page says what it is: any of these.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Family {
    /// How the content of its `<meta name=generator>` or `application-name` begins.
    pub generator: Vec<String>,
    /// Selectors of what it holds.
    pub mark: Vec<String>,
}

/// Where nothing is taken: any of these.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Skip {
    /// Path patterns.
    pub path: Vec<String>,
    /// Query patterns.
    pub query: Vec<String>,
    /// Selectors anywhere in the document.
    pub page: Vec<String>,
    /// Selectors of what is around the field.
    pub around: Vec<String>,
}

/// Where people write.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Composer {
    /// The editing root is, or lies in, one of these.
    pub field: Vec<String>,
    /// A press here sends, whatever it says.
    pub send: Vec<String>,
    /// A press here, or a form submitted by it, never sends.
    pub never: Vec<String>,
    /// The key that sends.
    pub keys: Option<Keys>,
}

/// The key that sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Keys {
    /// Enter alone.
    Enter,
    /// Enter with Control or Command.
    ModEnter,
    /// None.
    None,
}

impl Keys {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enter => "enter",
            Self::ModEnter => "mod-enter",
            Self::None => "none",
        }
    }
}

/// A kind of some places.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindAtFile {
    /// The kind.
    pub kind: Kind,
    /// Path patterns.
    #[serde(default)]
    pub path: Vec<String>,
    /// Selectors of the field.
    #[serde(default)]
    pub field: Vec<String>,
}

/// Conversations.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Thread {
    /// Path patterns with `:thread`.
    pub path: Vec<String>,
}

/// Where a page names the model.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Selectors, the first that is there counts.
    pub text: Vec<String>,
    /// The attribute that names it, instead of the text.
    pub attribute: Option<String>,
}

/// Addresses that are searches.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SearchFile {
    /// Path patterns.
    pub path: Vec<String>,
    /// Parameters that hold what was searched for.
    pub parameters: Vec<String>,
    /// They may also stand in the fragment.
    #[serde(default)]
    pub fragment: bool,
    /// Parameters that number pages, and their values on a first page.
    #[serde(default)]
    pub first: BTreeMap<String, Vec<String>>,
    /// Parameters whose presence says that it is no typed search.
    #[serde(default)]
    pub refuse: Vec<String>,
}

/// Answers of a model.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Response {
    /// One turn of the model.
    pub turn: Vec<String>,
    /// There in or after the turn once it is complete; absent: when its text rests.
    #[serde(default)]
    pub done: Vec<String>,
}

/// Ratings of answers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rating {
    /// A press says that it is good.
    pub up: Vec<String>,
    /// A press says that it is bad.
    pub down: Vec<String>,
    /// A press asks for another one.
    pub regenerate: Vec<String>,
}

/// An address to try.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fixture {
    /// The address.
    pub url: String,
    /// The search in it; absent: none.
    pub text: Option<String>,
}

/// A page to try, as `tests/adapters` does.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageCase {
    /// File in `tests/adapters/<id>`.
    pub file: String,
    /// The address at which it is shown.
    pub url: String,
    /// What it is about.
    pub name: String,
    /// What the person does: one action each, as in `tests/pages`.
    #[serde(default)]
    pub steps: Vec<BTreeMap<String, String>>,
    /// What is recorded, in order.
    #[serde(default)]
    pub expect: Vec<Expected>,
}

/// What a record of a page must be.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// Its text.
    pub text: String,
    /// Its kind.
    pub kind: Option<String>,
    /// Its conversation.
    pub thread: Option<String>,
    /// The model that it was sent to.
    pub model: Option<String>,
}
