// What stands in place of the list where there is nothing to list: each reason has its own words and its way on.

import { html, nothing, type TemplateResult } from "lit-html";
import { text } from "../../platform/browser";
import type { Damage, SitesView } from "../../platform/messages";
import { icon } from "../../ui/icon";
import { wanted } from "../../ui/site";
import { isolated, number, plural } from "../../ui/words";
import { dropped, parts } from "./query";
import type { Search } from "./search";

/** Something to press in an empty list. */
interface Door {
  action: string;
  label: string;
  run: () => void;
}

/** Why there is nothing to list. @param choose asks something else. */
export function noRecords(
  search: Search,
  sites: SitesView,
  choose: (query: string) => void,
): TemplateResult | typeof nothing {
  if (search.walking || search.next !== null) return search.failure || search.stopped ? nothing : skeleton();
  const clear = { action: "clear-filter", label: text("clear_filter"), run: () => choose("") };
  if (search.answered === "is:marked")
    return empty("empty_nothing_marked", { ...clear, label: text("show_all") });
  if (search.answered?.trim()) {
    const drop = (place: number) => choose(dropped(search.query, place));
    return empty("empty_nothing_matches", clear, understood(search, drop));
  }
  if (sites.sites.some(wanted)) return empty("empty_no_records");
  return empty("empty_no_sites", {
    action: "open-sites",
    label: text("sites_title"),
    run: () => {
      location.hash = "#sites";
    },
  });
}

/** What cannot be read is said in its place; the rest is shown as usual. */
export function unread(damaged: Map<string, Damage>): TemplateResult | typeof nothing {
  if (damaged.size === 0) return nothing;
  const records = [...damaged.values()].reduce((sum, damage) => sum + damage.records, 0);
  return html`<div class="strip" data-damaged=${records}>
    ${icon("warning")}
    <span>${records > 0 ? plural("damage_in_list", records) : text("damage_in_list_none")}</span>
    <a class="button push" href="#settings/check" data-action="open-check">${text("check_all")}</a>
  </div>`;
}

/** A reason, and the way on. */
function empty(key: string, door?: Door, more: TemplateResult | typeof nothing = nothing): TemplateResult {
  return html`<div class="sheet empty" data-empty=${key}>
    <h2>${text(`${key}_title`)}</h2>
    <p>${text(key)}</p>
    ${more}
    ${
      door
        ? html`<button type="button" class="button" data-action=${door.action} @click=${door.run}>
          ${door.label}
        </button>`
        : nothing
    }
  </div>`;
}

/** The parts of a query that were understood: each can be let go alone, since one of them is too much. */
function understood(search: Search, drop: (place: number) => void): TemplateResult | typeof nothing {
  const faulty = new Set(search.faults.map(({ part }) => part));
  const all = parts(search.query)
    .map((part, place) => ({ part, place }))
    .filter(({ part }) => !faulty.has(part));
  if (all.length === 0) return nothing;
  return html`<div class="understood" role="group" aria-labelledby="understood">
    <p class="small" id="understood">${text("query_understood")}</p>
    <ul>
      ${all.map(
        ({ part, place }) => html`<li>
          <button
            type="button"
            class="button"
            data-action="drop-part"
            title=${text("query_drop", isolated(part))}
            @click=${() => drop(place)}
          >
            <bdi aria-hidden="true">${part}</bdi><span aria-hidden="true">×</span>
          </button>
        </li>`,
      )}
    </ul>
    <p class="small soft">${text("query_looked", number(search.looked))}</p>
  </div>`;
}

/** Tickets that are yet to come. */
function skeleton(): TemplateResult {
  return html`<div class="feed awaited" aria-hidden="true" data-awaited>
    ${[0, 1, 2].map(() => html`<div class="skeleton skeleton-ticket"></div>`)}
  </div>`;
}

/** What went wrong while a list is in sight, and the way to try again. */
export function broken(words: string, retry: () => void): TemplateResult {
  return html`<div class="strip" role="alert" data-broken>
    <span>${words}</span>
    <button type="button" class="button push" data-action="retry" @click=${retry}>${text("retry")}</button>
  </div>`;
}
