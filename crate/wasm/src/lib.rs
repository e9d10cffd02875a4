//! The ports of the app on a browser's background, and the door through which messages enter.
//!
//! Nothing is decided here: values are converted, and the browser is called. Which messages there are, who may
//! send them and what they do stands in `counterfoil-app`.

mod clock;
#[cfg(feature = "collectors")]
mod collectors;
#[cfg(feature = "conformance")]
mod conformance;
mod database;
#[cfg(feature = "archive")]
mod door;
mod entropy;
mod exception;
mod files;
mod give;
mod host;
mod keyring;
mod locks;
#[cfg(feature = "search")]
mod search;
mod session;
mod store;
