// The notice: the exact text that a person agrees to, of which the consent names the digest. It is plain text, so that
// it reads the same here, in the bundle and in whatever opens it in ten years.

import { text } from "../platform/browser";
import type { CollectorView, OfferView } from "../platform/messages";
import { moment } from "../ui/time";
import { terms } from "./terms";

// Marks that keep directions apart in a sentence on the page; in a file they would be bytes that nobody sees.
const MARKS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** The notice for an offer, a line for each thing that is agreed to. */
export function notice(collector: CollectorView, offer: OfferView, special: boolean): string {
  const facts = terms(offer).map(({ label, values }) => text("consent_fact", label, values.join("; ")));
  return [
    text("consent_who", collector.name, offer.title),
    text("consent_identity", collector.did),
    "",
    ...facts,
    "",
    text(special ? "consent_special" : "consent_special_not"),
    text("consent_scope", moment(offer.valid_until)),
    text("consent_withdraw", collector.name),
    text("consent_unlearn"),
    text("consent_link"),
    "",
    text("consent_terms", offer.terms_sha256),
    text("consent_offer", offer.sha256),
  ]
    .join("\n")
    .replace(MARKS, "");
}
