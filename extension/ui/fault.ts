// What went wrong, in words: what happened and what to do next.

import { Failed, text } from "../platform/browser";
import { problem } from "./problem";
import { isolated, number } from "./words";

const NUMBERED: ReadonlySet<string> = new Set(["word_unknown", "offer_too_few"]);

/** A fault as it is shown. `detail` helps whoever gets the report; it may be empty. */
export interface Fault {
  code: string;
  words: string;
  detail: string;
}

/** It in words, with its detail. */
export function inWords(error: unknown): string {
  const fault = faultOf(error);
  return fault.detail ? text("error_with_detail", fault.words, isolated(fault.detail)) : fault.words;
}

/** The fault behind anything thrown. */
export function faultOf(error: unknown): Fault {
  if (error instanceof Failed) {
    const { code, detail } = error;
    // Which word it is, or how many records there are, belongs into the sentence.
    if (NUMBERED.has(code)) return { code, words: text(`error_${code}`, number(Number(detail))), detail: "" };
    // Why nothing could be exported, or why a collector refused, is itself a text key.
    const reason = detail.startsWith("excluded_")
      ? text(detail)
      : code === "collector_refused" && detail !== ""
        ? problem(detail)
        : detail;
    return { code, words: text(`error_${code}`), detail: reason };
  }
  return { code: "internal", words: text("error_internal"), detail: String(error) };
}
