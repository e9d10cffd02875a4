// When records were made: the months of the whole log, stacked by kind or by site. A bar leads to its month.

import { html, nothing, svg, type TemplateResult } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import { text } from "../../platform/browser";
import { direction } from "../../ui/locale";
import { isolated, number, plural } from "../../ui/words";
import { monthAndYear, monthInitial, stretch, yearName } from "./months";
import { address, only } from "./query";
import { most, type Sums, Tally, total } from "./tally";

/** Units of the drawing, which are CSS pixels: a long log is scrolled, not squeezed, and a young one takes more room. */
const SLOT = 24;
const WIDE = 60;
const ROOM = 780;
const BAR = 16;
const HEIGHT = 150;
const BASE = 112;
/** Something is never drawn as nothing. */
const LEAST = 2;
/** Months that are drawn at least, so that a young log is no single column. */
const MONTHS = 12;
/** Sites with a colour of their own; the others are one. */
const SITES = 5;
/** Parts of one filter stay well below what a query may hold. */
const NOT = 300;
/** What a stack is made of. */
const WAYS = ["kind", "site"] as const;
type Way = (typeof WAYS)[number];

interface Layer {
  name: string;
  label: string;
  months: Map<string, number>;
}

export class Activity {
  readonly #paint: () => void;
  readonly #turnOf: () => Promise<void>;
  readonly #whole: Tally;
  /** The months of the sites that there is most of. */
  #sites: Tally[] = [];
  #names: string[] = [];
  #open = false;
  #by: Way = "kind";
  /** The month whose bar Tab reaches. */
  #reached: string | null = null;
  #version = 0;

  constructor(paint: () => void, turnOf: () => Promise<void>) {
    this.#turnOf = turnOf;
    this.#paint = () => {
      this.#version += 1;
      paint();
    };
    this.#whole = new Tally(this.#paint, turnOf);
  }

  /** Counts anew, where it is looked at. */
  async load(): Promise<void> {
    if (!this.#open) return;
    await this.#whole.ask("", true);
    if (this.#by === "site") await this.#countSites();
  }

  forget(): void {
    this.#whole.forget();
    this.#sites = [];
    this.#names = [];
    this.#version += 1;
  }

  /** @param query what a bar's month is added to. */
  template(query: string): TemplateResult {
    return html`<details class="activity sheet" ?open=${this.#open} data-activity=${this.#by}>
      <summary data-action="show-activity" @click=${this.#fold}>${text("activity_title")}</summary>
      ${this.#open ? guard([query, this.#version], () => this.#body(query)) : nothing}
    </details>`;
  }

  #body(query: string): TemplateResult {
    const { sums, failure } = this.#whole;
    if (failure) return html`<p class="small soft">${text("facets_failed")}</p>`;
    if (!sums) return html`<div class="skeleton skeleton-chart"></div>`;
    if (sums.months.size === 0) return html`<p class="small soft">${text("activity_none")}</p>`;
    return html`<div class="pair" role="group" aria-label=${text("activity_by")}>
        ${WAYS.map(
          (way) => html`<button
            type="button"
            class="button"
            data-action="activity-${way}"
            aria-pressed=${way === this.#by ? "true" : "false"}
            @click=${() => this.#choose(way)}
          >
            ${text(`activity_by_${way}`)}
          </button>`,
        )}
      </div>
      ${this.#chart(query, sums)}
      ${sums.complete ? nothing : html`<p class="small soft">${text("counting", number(sums.looked), number(sums.of))}</p>`}`;
  }

  #chart(query: string, sums: Sums): TemplateResult {
    const layers = this.#by === "kind" ? byKind(sums) : this.#bySite(sums);
    const known = [...sums.months.keys()].toSorted();
    const months = padded(stretch(known[0] ?? "", known.at(-1) ?? ""));
    const sum = (month: string) => total(sums.months.get(month) ?? new Map());
    const highest = Math.max(1, ...known.map(sum));
    const room = Math.min(ROOM, innerWidth - 100);
    const slot = Math.max(SLOT, Math.min(WIDE, Math.floor(room / months.length)));
    const width = months.length * slot;
    const reached = this.#reached !== null && sums.months.has(this.#reached) ? this.#reached : known.at(-1);
    return html`<ul class="keys-of-chart small">
        ${layers.map(({ label }, index) => html`<li class="layer-key layer-${index}"><bdi>${label}</bdi></li>`)}
      </ul>
      <div class="scroll chart" data-months=${known.length}>
        <svg
          width=${width}
          height=${HEIGHT}
          role="group"
          aria-labelledby="activity-chart-title activity-chart-desc"
          @keydown=${this.#key}
          @focusin=${this.#reach}
        >
          <title id="activity-chart-title">${text(`activity_chart_${this.#by}`)}</title>
          <desc id="activity-chart-desc">${text("activity_desc", monthAndYear(known[0] ?? ""), monthAndYear(known.at(-1) ?? ""), plural("records_count", sums.total))}</desc>
          <line class="base" x1="0" x2=${width} y1=${BASE} y2=${BASE} />
          ${months.map((month, index) => {
            const start = direction === "rtl" ? width - (index + 1) * slot : index * slot;
            return this.#column(
              query,
              month,
              { start, slot },
              sum(month),
              highest,
              layers,
              month === reached,
            );
          })}
        </svg>
      </div>
      ${table(query, known, layers, sum)}`;
  }

  #column(
    query: string,
    month: string,
    { start, slot }: { start: number; slot: number },
    sum: number,
    highest: number,
    layers: Layer[],
    reached: boolean,
  ): TemplateResult {
    const middle = start + slot / 2;
    const bar = (slot * BAR) / SLOT;
    const marks = svg`<text x=${middle} y=${BASE + 14} text-anchor="middle">${monthInitial(month)}</text>
      ${month.endsWith("-01") || start === 0 ? svg`<text class="year" x=${middle} y=${BASE + 29} text-anchor="middle">${month.endsWith("-01") ? yearName(month) : nothing}</text>` : nothing}`;
    if (sum === 0) return svg`<g>${marks}</g>`;
    const full = Math.max(LEAST, (sum / highest) * (BASE - 8));
    let top = BASE;
    const pieces = layers.map(({ months }, index) => {
      const height = ((months.get(month) ?? 0) / sum) * full;
      if (height <= 0) return nothing;
      top -= height;
      return svg`<rect class="layer-${index}" x=${middle - bar / 2} y=${top} width=${bar} height=${height} />`;
    });
    const named = text("activity_bar", monthAndYear(month), plural("records_count", sum));
    return svg`<a
      href=${address(only(query, "on", month))}
      tabindex=${reached ? 0 : -1}
      aria-label=${named}
      data-month=${month}
    ><title>${named}</title><rect class="hit" x=${start} y="0" width=${slot} height=${HEIGHT} />${pieces}</a>${marks}`;
  }

  /** The months of each site are counted one after the other: an answer has them by kind only. */
  async #countSites(): Promise<void> {
    const { sums } = this.#whole;
    if (!sums?.complete) return;
    const all = most(sums.sites).filter(([site]) => site !== "");
    this.#names = all.slice(0, SITES).map(([site]) => site);
    this.#sites = this.#names.map(() => new Tally(this.#paint, this.#turnOf));
    for (const [index, site] of this.#names.entries())
      await this.#sites[index]?.ask(
        exactly(
          site,
          all.map(([name]) => name),
        ),
        true,
      );
  }

  #bySite(sums: Sums): Layer[] {
    const rest = new Map([...sums.months].map(([month, kinds]) => [month, total(kinds)]));
    const layers = this.#names.flatMap((name, index) => {
      const counted = this.#sites[index]?.sums;
      if (!counted) return [];
      const months = new Map([...counted.months].map(([month, kinds]) => [month, total(kinds)]));
      for (const [month, count] of months) rest.set(month, Math.max(0, (rest.get(month) ?? 0) - count));
      return [{ name, label: name, months }];
    });
    return [...layers, { name: "", label: text("activity_others"), months: rest }];
  }

  #fold = (event: Event): void => {
    event.preventDefault();
    this.#open = !this.#open;
    this.#paint();
    void this.load();
  };

  #choose(way: Way): void {
    this.#by = way;
    this.#paint();
    if (way === "site" && this.#sites.length === 0) void this.#countSites();
  }

  /** One bar is reached by Tab, the others by the keys that move along a line. */
  #key = (event: KeyboardEvent): void => {
    const bars = [...document.querySelectorAll<SVGElement>(".activity a[data-month]")];
    const { activeElement } = document;
    const at = activeElement instanceof SVGElement ? bars.indexOf(activeElement) : -1;
    const later = direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const earlier = direction === "rtl" ? "ArrowRight" : "ArrowLeft";
    const to = { [later]: at + 1, [earlier]: at - 1, Home: 0, End: bars.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    bars[to]?.focus();
  };

  #reach = (event: Event): void => {
    const bar = event.target instanceof Element ? event.target.closest<SVGAElement>("a[data-month]") : null;
    const month = bar?.dataset["month"] ?? null;
    if (month === null || month === this.#reached) return;
    this.#reached = month;
    this.#paint();
  };
}

function byKind(sums: Sums): Layer[] {
  return most(sums.kinds).map(([kind]) => ({
    name: kind,
    label: text(`kind_${kind}`),
    months: new Map([...sums.months].map(([month, kinds]) => [month, kinds.get(kind) ?? 0])),
  }));
}

/** A query for a site without those below it that are counted for themselves. */
function exactly(site: string, all: string[]): string {
  const below = all.filter(
    (other) => other !== site && (other.endsWith(`.${site}`) || other.startsWith(`${site}:`)),
  );
  let not = "";
  for (const other of below) if (not.length + other.length < NOT) not += not === "" ? other : `,${other}`;
  return not === "" ? `site:${site}` : `site:${site} -site:${not}`;
}

/** The months, and empty ones before them. */
function padded(months: string[]): string[] {
  const [first] = months;
  if (first === undefined || months.length >= MONTHS) return months;
  const [year = "", month = ""] = first.split("-");
  const back = new Date(Date.UTC(Number(year), Number(month) - 1 - (MONTHS - months.length)));
  return stretch(back.toISOString().slice(0, 7), months.at(-1) ?? first);
}

/** The same for who does not see the drawing, and for who wants the numbers. */
function table(
  query: string,
  months: string[],
  layers: Layer[],
  sum: (month: string) => number,
): TemplateResult {
  return html`<details class="small">
    <summary data-action="activity-table">${text("chart_table")}</summary>
    <div class="scroll" role="region" tabindex="0" aria-label=${text("activity_title")}>
      <table>
        <thead>
          <tr>
            <th scope="col">${text("chart_month")}</th>
            <th scope="col">${text("count_total")}</th>
            ${layers.map(({ label }) => html`<th scope="col">${isolated(label)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${months.toReversed().map(
            (month) => html`<tr>
              <th scope="row"><a href=${address(only(query, "on", month))}>${monthAndYear(month)}</a></th>
              <td>${number(sum(month))}</td>
              ${layers.map(({ months: counts }) => html`<td>${number(counts.get(month) ?? 0)}</td>`)}
            </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </details>`;
}
