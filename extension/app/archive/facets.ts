// Filters with what each would leave: kinds, sites, months. What is pressed goes into the text of the query.

import { html, nothing, type TemplateResult } from "lit-html";
import { text } from "../../platform/browser";
import { isolated, number, plural } from "../../ui/words";
import { monthName, yearName } from "./months";
import { asked, holds, type Name } from "./query";
import { most, type Sums, type Tally, total } from "./tally";

/** The kinds that records have: another one that is typed is a fault, and no filter. */
const KINDS: ReadonlySet<string> = new Set([
  "search",
  "prompt",
  "post",
  "comment",
  "edit",
  "response",
  "rating",
  "unknown",
]);
const DATE = /^\d{4}(-\d\d)?$/;

/** Sites that are shown at first, and with each "more". */
const SITES = 10;
const MORE = 40;

/** The panel. It remembers only what is folded out. */
export class Facets {
  readonly #paint: () => void;
  readonly #toggle: (name: Name, value: string) => void;
  /** Whether the panel is folded out where there is no room beside the list. */
  #expanded = false;
  #sites = SITES;
  /** The year whose months are shown, where one was folded out. */
  #year: string | null = null;

  constructor(paint: () => void, toggle: (name: Name, value: string) => void) {
    this.#paint = paint;
    this.#toggle = toggle;
  }

  template(query: string, tally: Tally): TemplateResult {
    const { sums } = tally;
    return html`<aside class="facets" aria-labelledby="facets-title" data-expanded=${this.#expanded ? "true" : "false"}>
      <h2 class="visually-hidden" id="facets-title">${text("facets_title")}</h2>
      <button
        type="button"
        class="button folded"
        data-action="show-facets"
        aria-expanded=${this.#expanded ? "true" : "false"}
        aria-controls="facets"
        @click=${() => {
          this.#expanded = !this.#expanded;
          this.#paint();
        }}
      >
        ${text("facets_title")}
      </button>
      <div class="facet-body" id="facets" data-counted=${sums?.complete && sums.query === query ? sums.total : nothing}>
        ${
          tally.failure
            ? html`<p class="small soft" data-uncounted>${text("facets_failed")}</p>`
            : sums
              ? this.#groups(query, sums)
              : html`<div class="skeleton skeleton-facet"></div>
                <div class="skeleton skeleton-facet"></div>`
        }
      </div>
    </aside>`;
  }

  #groups(query: string, sums: Sums): TemplateResult {
    return html`${this.#group(
      "kind",
      text("facet_kinds"),
      most(withAsked(query, "kind", sums.kinds)).map(([kind, count]) =>
        this.#value(query, "kind", kind, text(`kind_${kind}`), count),
      ),
    )}
    ${this.#bySite(query, sums)} ${this.#byMonth(query, sums)}`;
  }

  #bySite(query: string, sums: Sums): TemplateResult | typeof nothing {
    const sites = most(withAsked(query, "site", sums.sites)).filter(([site]) => site !== "");
    const shown = sites.slice(0, this.#sites);
    const rest = sites.length - shown.length;
    return this.#group(
      "site",
      text("facet_sites"),
      shown.map(([site, count]) =>
        this.#value(query, "site", site, html`<bdi dir="ltr" title=${site}>${site}</bdi>`, count),
      ),
      rest > 0
        ? html`<button
            type="button"
            class="button quiet"
            data-action="more-sites"
            @click=${() => {
              this.#sites += MORE;
              this.#paint();
            }}
          >
            ${plural("facet_more", rest)}
          </button>`
        : nothing,
    );
  }

  #byMonth(query: string, sums: Sums): TemplateResult | typeof nothing {
    const years = new Map<string, Map<string, number>>();
    for (const [month, kinds] of sums.months) {
      const year = month.slice(0, 4);
      const months = years.get(year) ?? new Map<string, number>();
      months.set(month, total(kinds));
      years.set(year, months);
    }
    for (const date of asked(query, "on").filter((date) => DATE.test(date))) {
      const months = years.get(date.slice(0, 4)) ?? new Map<string, number>();
      if (date.length > 4 && !months.has(date)) months.set(date, 0);
      years.set(date.slice(0, 4), months);
    }
    const order = [...years.keys()].toSorted().reverse();
    const wanted = order.find((year) => asked(query, "on").some((date) => date.startsWith(year)));
    const open = this.#year ?? wanted ?? order[0];
    return this.#group(
      "on",
      text("facet_months"),
      order.map((year) => {
        const months = years.get(year) ?? new Map<string, number>();
        return html`<details class="year" ?open=${year === open} data-year=${year}>
          <summary @click=${(event: Event) => this.#foldYear(event, year, year === open)}>${yearName(year)} <span class="count">${number(total(months))}</span></summary>
          <div class="values">
            ${this.#value(query, "on", year, text("facet_year", isolated(yearName(year))), total(months))}
            ${[...months.keys()]
              .toSorted()
              .reverse()
              .map((month) => this.#value(query, "on", month, monthName(month), months.get(month) ?? 0))}
          </div>
        </details>`;
      }),
    );
  }

  #foldYear(event: Event, year: string, open: boolean): void {
    event.preventDefault();
    this.#year = open ? "" : year;
    this.#paint();
  }

  #group(
    name: Name,
    title: string,
    values: TemplateResult[],
    end: TemplateResult | typeof nothing = nothing,
  ): TemplateResult | typeof nothing {
    if (values.length === 0) return nothing;
    return html`<section class="facet" aria-labelledby="facet-${name}" data-facet=${name}>
      <h3 id="facet-${name}">${title}</h3>
      <div class="values">${values} ${end}</div>
    </section>`;
  }

  #value(
    query: string,
    name: Name,
    value: string,
    label: string | TemplateResult,
    count: number,
  ): TemplateResult {
    return html`<button
      type="button"
      class="value"
      data-action="facet"
      data-filter="${name}:${value}"
      aria-pressed=${holds(query, name, value.toLowerCase()) ? "true" : "false"}
      @click=${() => this.#toggle(name, value.toLowerCase())}
    >
      <span class="name">${label}</span> <span class="count">${number(count)}</span>
    </button>`;
  }
}

/** What is asked for stays in sight to be taken back, also where nothing is left of it. */
function withAsked(query: string, name: Name, counts: Map<string, number>): Map<string, number> {
  const more = asked(query, name).filter(
    (value) => !counts.has(value) && (name !== "kind" || KINDS.has(value)),
  );
  return new Map([...counts, ...more.map((value): [string, number] => [value, 0])]);
}
