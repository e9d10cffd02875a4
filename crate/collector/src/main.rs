//! `counterfoil-collector`: the reference collector. It publishes signed offers, takes bundles that it verifies,
//! answers each with a signed receipt, keeps an account with each person, and carries out withdrawals.
//!
//! Exit codes are part of the interface: 0 done; 1 there is no such offer or account, or nothing to export; 2 wrong
//! usage, or what cannot be read or written.

mod blobs;
mod collector;
mod command;
mod directory;
mod export;
mod failure;
mod http;
mod intake;
mod refusal;
mod similar;
mod sqlite;
mod store;
mod system;
mod withdraw;

use std::process::ExitCode;

fn main() -> ExitCode {
    command::run()
}
