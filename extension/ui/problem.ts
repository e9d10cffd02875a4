// Why a collector refused, in words. A code that is not known yet is shown as it came.

import { text } from "../platform/browser";
import { isolated } from "./words";

/** The codes of `crate/core/src/collector/problem.rs`, as ends of their keys. */
const CODES: ReadonlySet<string> = new Set([
  "malformed",
  "unauthorized",
  "replayed",
  "not_found",
  "nothing_held",
  "method",
  "timeout",
  "range",
  "withdrawn",
  "offer_closed",
  "too_large",
  "digest",
  "bundle",
  "offer_unknown",
  "consent",
  "too_few",
  "too_many_ranges",
  "revocation",
  "rate_limited",
  "internal",
  "busy",
  "full",
  // Of the extension's own: the bundle cannot be sent any more.
  "deleted",
]);

/** The words of a refusal. */
export function problem(code: string): string {
  const end = code.replaceAll("-", "_");
  return CODES.has(end) ? text(`problem_${end}`) : isolated(code);
}
