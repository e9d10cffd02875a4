// Numbers, plurals and foreign names in the language of the words.

import { text } from "../platform/browser";
import type { Place } from "../platform/messages";
import { locale } from "./locale";

const rules = new Intl.PluralRules(locale);
const numbers = new Intl.NumberFormat(locale);
const percents = new Intl.NumberFormat(locale, { style: "percent" });

/** A number with the separators of the language. */
export function number(value: number): string {
  return numbers.format(value);
}

/** A part of 1 in hundredths, rounded down: all of it is said only once it is all. */
export function percent(part: number): string {
  return percents.format(Math.floor(100 * part) / 100);
}

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** An amount of bytes in the unit, of powers of a thousand, that leaves at most three digits before the point. */
export function bytes(count: number): string {
  const step = Math.min(Math.floor(Math.log10(Math.max(count, 1)) / 3), UNITS.length - 1);
  const unit = UNITS[step] ?? "byte";
  return new Intl.NumberFormat(locale, { style: "unit", unit, maximumSignificantDigits: 3 }).format(
    count / 1_000 ** step,
  );
}

/** The number of a record: its position, and before it the log where that is not the first. */
export function recordName({ log, position }: Place): string {
  // As a whole from left to right, in whatever sentence it stands.
  return log === 0 ? number(position) : `\u2066${number(log + 1)}\u00b7${number(position)}\u2069`;
}

/**
 * What is not of the interface's language, such as a host or the name of a file, to be put into a sentence: neither
 * turns the direction of the other.
 */
export function isolated(value: string): string {
  return `\u2068${value}\u2069`;
}

/**
 * The text of `<name>_<category>`, where the category (`one`, `few`, `other`, …) is the language's for this count, a
 * whole number. Its first placeholder is the count. A check holds that every catalogue has the forms of its language;
 * where a browser knows of a newer one, `other` stands in.
 */
export function plural(name: string, count: number, ...values: string[]): string {
  const key = `${name}_${rules.select(count)}`;
  const found = text(key, number(count), ...values);
  return found === key ? text(`${name}_other`, number(count), ...values) : found;
}
