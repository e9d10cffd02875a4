// Months and years as the archive counts them: in UTC, written `2026-11`.

import { locale } from "../../ui/locale";

const zone = { timeZone: "UTC" } as const;
const whole = new Intl.DateTimeFormat(locale, { month: "long", year: "numeric", ...zone });
const alone = new Intl.DateTimeFormat(locale, { month: "long", ...zone });
const brief = new Intl.DateTimeFormat(locale, { month: "narrow", ...zone });
const years = new Intl.DateTimeFormat(locale, { year: "numeric", ...zone });

/** The month without its year. */
export function monthName(month: string): string {
  return alone.format(at(month));
}

/** The month and its year. */
export function monthAndYear(month: string): string {
  return whole.format(at(month));
}

/** A letter or two. */
export function monthInitial(month: string): string {
  return brief.format(at(month));
}

/** The year in the digits of the language. */
export function yearName(year: string): string {
  return years.format(at(`${year.slice(0, 4)}-01`));
}

/** The months from one to another, without gaps. */
export function stretch(first: string, last: string): string[] {
  const months: string[] = [];
  const [from, to] = [at(first), at(last)];
  for (
    let month = from;
    month <= to;
    month = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1))
  )
    months.push(month.toISOString().slice(0, 7));
  return months;
}

function at(month: string): Date {
  const [year = "1970", number = "1"] = month.split("-");
  return new Date(Date.UTC(Number(year), Number(number) - 1));
}
