// Times in the language of the words and in the person's time zone. All in milliseconds since the Unix epoch.

import { html, type TemplateResult } from "lit-html";
import { locale } from "./locale";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const ago = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
const days = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
const full = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "medium" });
const short = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
const clocks = new Intl.DateTimeFormat(locale, { timeStyle: "short" });

/** How long ago; past a week the date. */
export function relative(time: number, now: number): string {
  const past = Math.max(0, now - time);
  if (past < MINUTE) return ago.format(0, "second");
  if (past < HOUR) return ago.format(-Math.floor(past / MINUTE), "minute");
  if (past < DAY) return ago.format(-Math.floor(past / HOUR), "hour");
  if (past < 7 * DAY) return ago.format(-Math.floor(past / DAY), "day");
  return days.format(time);
}

/** Date and time to the second. */
export function exact(time: number): string {
  return full.format(time);
}

/** Date and time to the minute. */
export function moment(time: number): string {
  return short.format(time);
}

/** The same to be part of a name: without marks of direction, which nobody who types the name again would type. */
export function momentInName(time: number): string {
  return moment(time).replace(/[\u061c\u200e\u200f]/g, "");
}

/** The time of day; with the date where that is another day. */
export function clock(time: number, now: number): string {
  return new Date(time).toDateString() === new Date(now).toDateString()
    ? clocks.format(time)
    : short.format(time);
}

/** A time as read at a glance, with the exact one behind it. */
export function when(time: number, now: number): TemplateResult {
  return html`<time datetime=${new Date(time).toISOString()} title=${exact(time)}>${relative(time, now)}</time>`;
}
