// The second screen: well-known sites to switch on, none of which is, and any other by its address.

import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { text } from "../platform/browser";
import type { SitesView } from "../platform/messages";
import { ask } from "../ui/ask";
import { pausing } from "../ui/pause";
import { type Switchable, siteOf, stateInWords, stateNow } from "../ui/site";
import { Switching } from "../ui/switching";
import { plural } from "../ui/words";
import { SUGGESTED, type Suggestion } from "./suggested";

type Group = keyof typeof SUGGESTED;
const GROUPS: readonly Group[] = ["chats", "searches", "posts"];

export class Sites {
  readonly #change: (run: () => Promise<unknown>) => void;
  readonly #switching: Switching;
  #view: SitesView | null = null;

  /**
   * @param reload reads everything that the page shows anew.
   * @param change runs what a control asked for, and then does the same.
   */
  constructor(paint: () => void, reload: () => void, change: (run: () => Promise<unknown>) => void) {
    this.#change = change;
    this.#switching = new Switching(paint, reload);
  }

  async load(): Promise<void> {
    this.#view = (await ask({ type: "sites" }, "sites")).view;
  }

  conceal(): void {
    this.#view = null;
  }

  /** `on` tells how many sites are on. */
  template(on: number): TemplateResult | typeof nothing {
    const view = this.#view;
    if (!view) return nothing;
    const { consented, paused } = view;
    return html`<p data-sites-on=${on}>${on > 0 ? plural("welcome_sites_on", on) : text("welcome_no_site")}</p>
      ${paused ? pausing(paused, Date.now(), this.#change) : nothing}
      ${GROUPS.map((group) => this.#list(group, text(`welcome_sites_${group}`), suggested(group, view), view))}
      ${this.#others(view)}
      <h2>${text("welcome_sites_add")}</h2>
      ${this.#switching.form(consented)}`;
  }

  #others(view: SitesView): TemplateResult | typeof nothing {
    const known = new Set(Object.values(SUGGESTED).flatMap((group) => group.map(({ origin }) => origin)));
    const others = view.sites.filter(({ origin }) => !known.has(origin));
    if (others.length === 0) return nothing;
    const rows = others.map((site): Row => ({ site, name: null }));
    return this.#list("others", text("welcome_sites_others"), rows, view);
  }

  #list(group: string, title: string, rows: Row[], view: SitesView): TemplateResult {
    return html`<section aria-labelledby="sites-${group}" data-group=${group}>
      <h2 id="sites-${group}">${title}</h2>
      <ul class="sheet sites">
        ${repeat(
          rows,
          ({ site }) => site.origin,
          (row, index) => this.#row(row, `${group}-${index}`, view),
        )}
      </ul>
    </section>`;
  }

  #row({ site, name }: Row, id: string, { consented, paused }: SitesView): TemplateResult {
    const rests = paused !== null;
    const asking = this.#switching.asking(site.origin);
    // Of one that is off its switch says enough to whoever sees it, fourteen times over.
    const plain = site.state === "off" && !asking;
    return html`<li data-origin=${site.origin}>
      <div>
        <p class="named" id="${id}-name">
          ${
            name === null
              ? html`<bdi class="host" dir="ltr">${site.host}</bdi>`
              : html`<bdi class="host">${name}</bdi> <bdi class="small soft" dir="ltr">${site.host}</bdi>`
          }
        </p>
        <p class="small soft ${plain ? "visually-hidden" : ""}" id="${id}-state" data-state=${stateNow(site, rests)}>
          ${stateInWords(site, asking, rests)}
        </p>
      </div>
      ${this.#switching.controls(site, `${id}-name`, `${id}-state`, consented)}
    </li>`;
  }
}

/** A site, and its name where it is suggested. */
interface Row {
  site: Switchable;
  name: string | null;
}

/** The suggestions of a group as they stand: off where the person never switched them on. */
function suggested(group: Group, { sites }: SitesView): Row[] {
  return SUGGESTED[group].map(({ origin, name }) => {
    const site = sites.find((each) => each.origin === origin) ?? never({ origin, name });
    return { site, name };
  });
}

function never({ origin }: Suggestion): Switchable {
  return { origin, host: new URL(origin).host, matches: siteOf(origin)?.matches ?? "", state: "off" };
}
