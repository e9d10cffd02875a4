// The list of what was found: the tickets near the viewport, one of which Tab reaches.

import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { text } from "../../platform/browser";
import { type Ticket, ticket } from "../../ui/ticket";
import { excerptOf } from "./found";
import type { Search } from "./search";
import type { Selection } from "./selection";
import type { Virtual } from "./virtual";

/** What the list shows and calls. */
export interface Feed {
  search: Search;
  virtual: Virtual;
  selection: Selection;
  /** How many the query finds; `null` while that is not known. */
  found: number | null;
  /** The ticket that had the focus last, the one that is about to get it, and the one that is open. */
  current: number | null;
  going: number | null;
  opened: number | null;
  decide: Ticket["decide"];
  open: Ticket["open"];
  toggle: NonNullable<Ticket["selection"]>["toggle"];
  follow: (event: FocusEvent) => void;
}

/** The element with the tickets, once it is painted. */
export function feedOf(): HTMLElement | null {
  return document.querySelector<HTMLElement>(".list .feed.virtual");
}

/** The list and its end. */
export function feed(it: Feed): TemplateResult {
  const { search, virtual } = it;
  const now = Date.now();
  const focused = document.activeElement?.closest<HTMLElement>(".feed article[data-seq]")?.dataset["seq"];
  virtual.pin(it.going ?? (focused === undefined ? null : Number(focused)));
  const { rows, behind } = virtual.placed(search.rows, search.version);
  const seqOf = (index: number) => search.rows[index]?.item.seq;
  // Tab reaches the ticket that was reached last, unless that was left out; then the first one in sight.
  const painted = it.current !== null && rows.some(({ index }) => seqOf(index) === it.current);
  const reached = painted ? it.current : seqOf(virtual.seen[0]);
  const known = search.next === null ? search.rows.length : it.found;
  const size = known === null ? -1 : Math.max(known, search.rows.length);
  return html`<div
      class="feed virtual"
      role="feed"
      aria-label=${text("records_title")}
      aria-busy=${search.walking && search.failure === null ? "true" : "false"}
      style="padding-block-end: ${behind}px"
      @focusin=${it.follow}
    >
      ${repeat(
        rows,
        ({ index }) => seqOf(index),
        ({ index, space }) => {
          const row = search.rows[index];
          if (!row) return nothing;
          const { item } = row;
          return ticket({
            item,
            now,
            space,
            words: excerptOf(row),
            position: index + 1,
            size,
            current: item.seq === reached,
            opened: item.seq === it.opened,
            decide: it.decide,
            open: it.open,
            selection: { selected: it.selection.has(item.seq), toggle: it.toggle },
          });
        },
      )}
    </div>
    <div class="end">
      ${
        search.next === null
          ? html`<p class="small soft">${text("list_end")}</p>`
          : html`<button type="button" class="button" data-action="more" @click=${() => search.more()}>
            ${text("more")}
          </button>`
      }
    </div>`;
}
