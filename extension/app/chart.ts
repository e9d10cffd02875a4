// What was owed and paid, month by month, as bars, and the same as a table.

import { html, nothing, svg, type TemplateResult } from "lit-html";
import { text } from "../platform/browser";
import type { LedgerView } from "../platform/messages";
import { direction, locale } from "../ui/locale";
import { money } from "../ui/money";

/** Months that are shown, the last ones. */
const MONTHS = 12;
/** Units of the drawing. */
const WIDTH = 480;
const HEIGHT = 120;
const BASE = 100;
/** Something is never drawn as nothing. */
const LEAST = 2;
const SCALE = 10_000n;

const names = new Intl.DateTimeFormat(locale, { month: "short", year: "numeric" });
const initials = new Intl.DateTimeFormat(locale, { month: "short" });

interface Month {
  start: Date;
  owed: bigint;
  paid: bigint;
}

/** The chart of an asset; nothing where there is no entry of it. */
export function chart(entries: LedgerView[], asset: string): TemplateResult | typeof nothing {
  const months = byMonth(entries.filter((entry) => entry.asset === asset && entry.kind !== "ack"));
  if (months.length === 0) return nothing;
  const most = months.reduce((top, { owed, paid }) => max(top, max(owed, paid)), 1n);
  const slot = WIDTH / months.length;
  const bar = Math.min(slot * 0.35, 18);
  const told = months
    .filter(({ owed, paid }) => owed > 0n || paid > 0n)
    .map((month) => inWords(month, asset));
  return html`<figure class="chart" data-chart=${asset}>
    <figcaption class="small">
      ${text("chart_title", asset)}
      <span class="key owed">${text("chart_owed")}</span> <span class="key paid">${text("sum_paid")}</span>
    </figcaption>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${text("chart_title", asset)}: ${told.join("; ")}">
      <line class="base" x1="0" x2=${WIDTH} y1=${BASE} y2=${BASE} />
      ${months.map(({ start, owed, paid }, index) => {
        const middle = across(slot * (index + 0.5));
        const first = direction === "rtl" ? middle : middle - bar;
        const second = direction === "rtl" ? middle - bar : middle;
        return svg`<g>
          ${rect("owed", first, bar, owed, most)} ${rect("paid", second, bar, paid, most)}
          <text x=${middle} y=${HEIGHT - 6} text-anchor="middle">${initials.format(start)}</text>
        </g>`;
      })}
    </svg>
    <details class="small">
      <summary>${text("chart_table")}</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">${text("chart_month")}</th>
            <th scope="col">${text("chart_owed")}</th>
            <th scope="col">${text("sum_paid")}</th>
          </tr>
        </thead>
        <tbody>
          ${months.map(
            ({ start, owed, paid }) => html`<tr>
              <th scope="row">${names.format(start)}</th>
              <td>${money(String(owed), asset)}</td>
              <td>${money(String(paid), asset)}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </details>
  </figure>`;
}

function rect(name: string, x: number, width: number, value: bigint, most: bigint): TemplateResult {
  // A share of the drawing's height: only the picture is rounded, never a sum.
  const share = (Number((value * SCALE) / most) / Number(SCALE)) * (BASE - 6);
  const height = value > 0n ? Math.max(share, LEAST) : 0;
  return svg`<rect class=${name} x=${x} y=${BASE - height} width=${width} height=${height} />`;
}

/** Time runs the way that is read. */
function across(x: number): number {
  return direction === "rtl" ? WIDTH - x : x;
}

function inWords({ start, owed, paid }: Month, asset: string): string {
  return text("chart_point", names.format(start), money(String(owed), asset), money(String(paid), asset));
}

/** The months from the first entry to the last, without gaps, at most the last twelve. */
function byMonth(entries: LedgerView[]): Month[] {
  const months = new Map<string, Month>();
  for (const { kind, time, amount } of entries) {
    const at = new Date(time);
    const start = new Date(at.getFullYear(), at.getMonth(), 1);
    const month = months.get(start.toISOString()) ?? { start, owed: 0n, paid: 0n };
    const value = /^\d+$/.test(amount) ? BigInt(amount) : 0n;
    if (kind === "payout") month.paid += value;
    else month.owed += value;
    months.set(start.toISOString(), month);
  }
  const starts = [...months.values()].map(({ start }) => start.getTime());
  if (starts.length === 0) return [];
  const last = new Date(Math.max(...starts));
  const first = Math.min(...starts);
  const row: Month[] = [];
  for (let back = 0; back < MONTHS; back += 1) {
    const start = new Date(last.getFullYear(), last.getMonth() - back, 1);
    if (start.getTime() < first) break;
    row.unshift(months.get(start.toISOString()) ?? { start, owed: 0n, paid: 0n });
  }
  return row;
}

function max(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}
