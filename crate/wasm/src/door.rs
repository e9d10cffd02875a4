//! The message door: what the background's listeners call. Every call is answered.

use std::rc::Rc;

use counterfoil_app::app::{App, Outcome, Sender};
use counterfoil_app::error::{Code, Failure};
use counterfoil_app::message::{Answer, Effect, Event, Request};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;

use crate::host::Browser;

/// The one door of a background.
#[wasm_bindgen]
pub struct Door {
    app: Rc<App<Browser>>,
}

#[wasm_bindgen]
impl Door {
    /// Opens the door. Touches nothing until the first message.
    #[wasm_bindgen(constructor)]
    #[allow(clippy::new_without_default)] // constructed from JavaScript only
    pub fn new() -> Self {
        Self {
            app: Rc::new(App::new(Browser::default())),
        }
    }

    /// Answers a message: takes what the browser says of the sender and the message as it came, and returns
    /// `{answer, effects}`.
    pub async fn handle(&self, sender: JsValue, message: JsValue) -> JsValue {
        let outcome = match (parse::<Sender>(sender), parse::<Request>(message)) {
            (Ok(sender), Ok(request)) => self.app.handle(&sender, request).await,
            (Err(failure), _) | (_, Err(failure)) => Outcome {
                answer: Answer::Failed { failure },
                effects: Vec::new(),
            },
        };
        give(&outcome)
    }

    /// Takes an event of the browser and returns the effects.
    pub async fn event(&self, event: JsValue) -> JsValue {
        let effects = match parse::<Event>(event) {
            Ok(event) => self.app.event(event).await,
            Err(failure) => Err(failure),
        };
        // What failed shows in the toolbar: an event has nobody to answer.
        give(&effects.unwrap_or_else(|_| {
            vec![Effect::Badge {
                text: "!".into(),
                attention: true,
            }]
        }))
    }
}

fn parse<T: DeserializeOwned>(value: JsValue) -> Result<T, Failure> {
    serde_wasm_bindgen::from_value(value).map_err(|_| Code::MessageInvalid.into())
}

/// `null` if it cannot be expressed, which the caller takes for no answer.
fn give(value: &impl Serialize) -> JsValue {
    value
        .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
        .unwrap_or(JsValue::NULL)
}
