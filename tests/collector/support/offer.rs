//! Offers as an operator makes them.

use counterfoil_core::collector::offer::Offer;
use serde_json::{Value, json};

use super::now;
use super::server::{Home, Server};

/// A draft that takes prompts in English, ten for 25 cents.
pub(crate) fn draft() -> Value {
    json!({
        "title": "Prompts to learn from",
        "purposes": ["train", "evaluate"],
        "kinds": ["prompt", "search"],
        "sites": [],
        "languages": ["en"],
        "min_items": 1,
        "valid_from": now() - 86_400,
        "valid_until": now() + 86_400,
        "asset": "EUR",
        "rules": [{"id": "prompts", "kind": "prompt", "per": "record", "n": 10, "amount": "25"}],
        "caps": {"min_codepoints": 3, "max_codepoints": 1_000_000, "per_bundle": 250_000, "per_person": 250_000},
        "time_precision": "day",
        "retention_days": 365,
        "pay_within_days": 30,
        "regions": ["DE"],
        "human_review": false
    })
}

impl Home {
    /// Publishes an offer; gives its digest.
    pub(crate) fn offer(&self, draft: &Value) -> String {
        let (path, terms) = (self.beside("draft.json"), self.beside("terms.txt"));
        std::fs::write(&path, draft.to_string()).unwrap();
        std::fs::write(&terms, "We train a model on it.\n").unwrap();
        let arguments = [path.to_str().unwrap(), "--terms", terms.to_str().unwrap()];
        self.ask(&["offer", "add"], &arguments).trim().to_owned()
    }
}

impl Server {
    /// The newest open offer.
    pub(crate) fn newest_offer(&self) -> (String, Offer) {
        let compact = self.get("/v1/offers").json()["offers"][0]
            .as_str()
            .unwrap()
            .to_owned();
        let offer = Offer::open(&compact).unwrap();
        (compact, offer)
    }
}
