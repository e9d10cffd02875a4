//! Checks a folder of adapters and prints what each gives a page: `cargo run --package counterfoil-adapter --features
//! read --example check -- extension/adapters`.

use std::path::Path;
use std::process::ExitCode;

use counterfoil_adapter::read;

fn main() -> ExitCode {
    let folder = std::env::args().nth(1).unwrap_or("extension/adapters".into());
    match read::folder(Path::new(&folder)) {
        Ok(files) => {
            for file in &files {
                println!("{:<20} {:>5} bytes for its pages", file.id, read::page(file).len());
            }
            println!("{:<20} {:>5} bytes", "marks of families", read::families(&files).len());
            ExitCode::SUCCESS
        }
        Err(invalid) => {
            eprintln!("{invalid}");
            ExitCode::FAILURE
        }
    }
}
