// Sums of money. They come as whole numbers of minor units, in decimal digits of any length, and stay texts and big
// integers throughout: a floating-point number would round what somebody is owed.

import { text } from "../platform/browser";
import { locale } from "./locale";
import { isolated } from "./words";

const WHOLE = /^-?\d+$/;
const known = new Set(Intl.supportedValuesOf("currency"));
const integers = new Intl.NumberFormat(locale);
const formats = new Map<string, Intl.NumberFormat>();

/**
 * An amount in the language of the words: as that currency is written where it is one, and otherwise the number of
 * units beside the asset's name.
 */
export function money(amount: string, asset: string): string {
  if (!WHOLE.test(amount)) return text("money_units", isolated(amount), isolated(asset));
  const format = formatOf(asset);
  if (!format) return text("money_units", integers.format(BigInt(amount)), isolated(asset));
  const fraction = format.resolvedOptions().maximumFractionDigits ?? 0;
  const negative = amount.startsWith("-");
  const digits = amount.slice(negative ? 1 : 0).padStart(fraction + 1, "0");
  const whole = digits.slice(0, digits.length - fraction);
  const decimal = `${negative ? "-" : ""}${whole}${fraction > 0 ? `.${digits.slice(-fraction)}` : ""}`;
  // A decimal text is formatted digit by digit; TypeScript asks for proof that it is one.
  return format.format(decimal as Intl.StringNumericLiteral);
}

function formatOf(asset: string): Intl.NumberFormat | null {
  if (!known.has(asset)) return null;
  const format = formats.get(asset) ?? new Intl.NumberFormat(locale, { style: "currency", currency: asset });
  formats.set(asset, format);
  return format;
}
