//! The door of the search.

use std::rc::Rc;

use counterfoil_app::app::{App, Sender};
use counterfoil_app::archive::ArchiveOutcome;
use counterfoil_app::archive::message::{ArchiveAnswer, ArchiveRequest};
use counterfoil_app::error::Code;
use counterfoil_app::tagged::from_json;
use wasm_bindgen::prelude::*;

use crate::give::give;
use crate::host::Browser;
use crate::session::Session;

/// The one door of a background: what it read makes the next answer fast.
#[wasm_bindgen]
pub struct Archive {
    app: Rc<App<Browser>>,
}

#[wasm_bindgen]
impl Archive {
    /// Opens the door, with what the platform does. Touches nothing until the first message.
    #[wasm_bindgen(constructor)]
    pub fn new(session: Session) -> Self {
        Self {
            app: Rc::new(App::new(Browser::new(session))),
        }
    }

    /// Answers a message to the archive; see `Door::handle`.
    pub async fn handle(&self, sender: String, message: String) -> JsValue {
        let sender = serde_json::from_str::<Sender>(&sender).map_err(|_| Code::MessageInvalid.into());
        let outcome = match (sender, from_json::<ArchiveRequest>(message.as_bytes())) {
            (Ok(sender), Ok(request)) => self.app.handle_archive(&sender, request).await,
            (Err(failure), _) | (_, Err(failure)) => ArchiveOutcome {
                answer: ArchiveAnswer::Failed { failure },
                effects: Vec::new(),
            },
        };
        give(&outcome)
    }

    /// Follows what another door did: what is held of a profile that was locked, or of records that are gone, is
    /// dropped.
    pub async fn follow(&self) {
        self.app.follow_archive().await;
    }
}
