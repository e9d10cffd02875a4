// Numbers and plurals in the language of the words.

import { text } from "../platform/browser";
import type { Place } from "../platform/messages";
import { locale } from "./locale";

const rules = new Intl.PluralRules(locale);
const numbers = new Intl.NumberFormat(locale);

/** A number with the separators of the language. */
export function number(value: number): string {
  return numbers.format(value);
}

/** The number of a record: its position, and before it the log where that is not the first. */
export function recordName({ log, position }: Place): string {
  return log === 0 ? number(position) : `${number(log + 1)}\u00b7${number(position)}`;
}

/**
 * The text of `<name>_<category>`, where the category (`one`, `few`, `other`, …) is the language's for this count.
 * Its first placeholder is the count; where the catalogue lacks a category, `other` stands in.
 */
export function plural(name: string, count: number, ...values: string[]): string {
  const key = `${name}_${rules.select(count)}`;
  const found = text(key, number(count), ...values);
  return found === key ? text(`${name}_other`, number(count), ...values) : found;
}
