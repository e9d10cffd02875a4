//! Questions about single steps of the formats, and their answers: one list of cases is put to this code as it is
//! compiled natively and as it is compiled to WebAssembly.
//!
//! Every answer comes from `counterfoil-core`, or from the very crates that the product links. The only door of the
//! WebAssembly module is `reply`: a line of JSON in, a line of JSON out.

mod answer;
mod question;
mod vector;

pub use answer::answer;
pub use question::{Answer, Question};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen::prelude::wasm_bindgen;

/// Answers a [`Question`] in JSON with an [`Answer`] in JSON.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen)]
#[must_use]
pub fn reply(question: &str) -> String {
    let answer = match serde_json::from_str(question) {
        Ok(question) => answer(&question),
        Err(error) => Answer::Refused(format!("not a question: {error}")),
    };
    // An answer is made of strings, which JSON always holds.
    serde_json::to_string(&answer).unwrap_or_default()
}
