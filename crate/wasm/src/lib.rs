//! The ports of the app on a browser's background, and the door through which messages enter.
//!
//! Nothing is decided here: values are converted, and the browser is called. Which messages there are, who may
//! send them and what they do stands in `counterfoil-app`.
//!
//! Before the first message the background must have made read-write transactions strictly durable
//! (`extension/background/durability.ts`): rexie cannot ask for it.

mod clock;
mod door;
mod entropy;
mod host;
mod keyring;
mod locks;
mod store;
