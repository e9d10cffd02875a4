//! Writes the words of BIP-39 as one table: as the list that the crate `bip39` keeps, each of them would bring its address
//! and length into the module.

use std::fmt::Write as _;
use std::path::Path;

use bip39::Language;

fn main() -> std::io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    let mut table = String::from("[");
    for word in Language::English.word_list() {
        let _ = write!(table, "*b\"{word}{}\",", "\\0".repeat(8 - word.len()));
    }
    table.push(']');
    let folder = std::env::var_os("OUT_DIR").unwrap_or_default();
    std::fs::write(Path::new(&folder).join("words.rs"), table)
}
