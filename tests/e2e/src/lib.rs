//! Real browsers with the packed extension in them: start, drive, look, stop.

pub mod adapters;
pub mod application;
pub mod axe;
pub mod browser;
pub mod bundle;
pub mod case;
mod cdp;
pub mod collector;
pub mod dealing;
pub mod desk;
mod driver;
pub mod memory;
pub mod person;
pub mod process;
pub mod proxy;
pub mod sight;
pub mod site;
pub mod suite;
pub mod tools;
pub mod until;
pub mod walk;
pub mod web;
pub mod writing;
