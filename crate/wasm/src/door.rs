//! The message door: what the background's listeners call. Every call is answered.

use std::rc::Rc;

use counterfoil_app::app::{App, Outcome, Sender};
use counterfoil_app::error::{Code, Failure};
use counterfoil_app::message::{Answer, Effect, Event, Request};
use counterfoil_app::tagged::{TAG, from_parts};
use js_sys::{Object, Reflect};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;

use crate::host::Browser;
use crate::session::Session;

/// The one door of a background.
#[wasm_bindgen]
pub struct Door {
    app: Rc<App<Browser>>,
}

#[wasm_bindgen]
impl Door {
    /// Opens the door, with what the browser remembers until it closes. Touches nothing until the first message.
    #[wasm_bindgen(constructor)]
    pub fn new(session: Session) -> Self {
        Self {
            app: Rc::new(App::new(Browser::new(session))),
        }
    }

    /// Answers a message: takes what the browser says of the sender and the message as it came, and returns
    /// `{answer, effects}`.
    pub async fn handle(&self, sender: JsValue, message: JsValue) -> JsValue {
        let outcome = match (parse::<Sender>(sender), tagged::<Request>(&message)) {
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
        let effects = match tagged::<Event>(&event) {
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

/// A message or an event: an object whose field `type` names it.
fn tagged<T: DeserializeOwned>(value: &JsValue) -> Result<T, Failure> {
    let invalid = |_| Failure::from(Code::MessageInvalid);
    let tag = Reflect::get(value, &TAG.into())
        .ok()
        .and_then(|tag| tag.as_string())
        .ok_or(Code::MessageInvalid)?;
    // A copy: the caller's own object keeps its field.
    let rest = Object::assign(&Object::new(), value.unchecked_ref());
    Reflect::delete_property(&rest, &TAG.into()).map_err(invalid)?;
    let rest = serde_wasm_bindgen::Deserializer::from(JsValue::from(rest));
    from_parts(tag, rest).map_err(|_| Code::MessageInvalid.into())
}

/// `null` if it cannot be expressed, which the caller takes for no answer.
fn give(value: &impl Serialize) -> JsValue {
    value
        .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
        .unwrap_or(JsValue::NULL)
}
