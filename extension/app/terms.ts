// What an offer says, in words: the same facts stand on its card and in the notice that a consent names.

import { text } from "../platform/browser";
import type { OfferView, RuleView } from "../platform/messages";
import { locale } from "../ui/locale";
import { money } from "../ui/money";
import { moment } from "../ui/time";
import { isolated, number, plural } from "../ui/words";

/** A fact: what it is about, and its words, of which there may be several. */
export interface Term {
  name: string;
  label: string;
  values: string[];
}

const lists = new Intl.ListFormat(locale, { type: "conjunction" });
const places = new Intl.DisplayNames(locale, { type: "region" });
const tongues = new Intl.DisplayNames(locale, { type: "language" });
/** Purposes that the catalogue has words for; others are shown as the offer has them. */
const PURPOSES: ReadonlySet<string> = new Set(["train", "evaluate", "research"]);

/** Everything that an offer says, in the order in which it matters. */
export function terms(offer: OfferView): Term[] {
  const [least, most] = offer.codepoints;
  return [
    term("purposes", [lists.format(offer.purposes.map(purpose))]),
    term("kinds", [lists.format(offer.kinds.map((kind) => text(`kind_${kind}`)))]),
    term("price", prices(offer)),
    term("paid", [offer.pay_within_days === 0 ? text("terms_paid_at_once") : days(offer.pay_within_days)]),
    term("read", [text(offer.human_review ? "terms_read_people" : "terms_read_machines")]),
    term("kept", [days(offer.retention_days)]),
    term("regions", [offer.regions.length > 0 ? lists.format(offer.regions.map(region)) : text("terms_any")]),
    term("sites", [offer.sites.length > 0 ? lists.format(offer.sites.map(isolated)) : text("terms_any")]),
    term("languages", [
      offer.languages.length > 0 ? lists.format(offer.languages.map(tongue)) : text("terms_any"),
    ]),
    term("time", [text(`export_time_${offer.time}`)]),
    term("items", [text("terms_between", number(offer.min_items), number(offer.per_bundle))]),
    term("length", [text("terms_between", number(least), number(most))]),
    term("until", [moment(offer.valid_until)]),
  ];
}

function prices(offer: OfferView): string[] {
  return offer.rules.length === 0
    ? [text("price_none")]
    : offer.rules.map((rule) => price(rule, offer.asset));
}

function days(count: number): string {
  return plural("days", count);
}

function price({ kind, codepoints, n, amount }: RuleView, asset: string): string {
  const sum = money(amount, asset);
  return text(
    "price_of",
    text(`kind_${kind}`),
    plural(codepoints ? "price_codepoints" : "price_records", n, sum),
  );
}

function purpose(word: string): string {
  return PURPOSES.has(word) ? text(`purpose_${word}`) : isolated(word);
}

function region(code: string): string {
  try {
    return places.of(code) ?? isolated(code);
  } catch {
    // The offer's own word, where the browser takes it for none.
    return isolated(code);
  }
}

function tongue(tag: string): string {
  try {
    return tongues.of(tag) ?? isolated(tag);
  } catch {
    return isolated(tag);
  }
}

function term(name: string, values: string[]): Term {
  return { name, label: text(`terms_${name}`), values };
}
