// What stands above the list: the field, how much was found, and what can be done with what is selected.

import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { text } from "../../platform/browser";
import { number, plural } from "../../ui/words";
import type { Bulk, Deed } from "./bulk";
import { beneath, type Field, field, progress } from "./field";
import { holds } from "./query";
import type { Selection } from "./selection";

/** Decisions in their order; each has its button `bulk-<deed>`. */
const DEEDS = ["keep", "mark", "delete", "undo", "hide"] as const;

/** What the bar shows and calls. */
export interface Tools {
  field: Field;
  selection: Selection;
  bulk: Bulk;
  /** How many the query finds; `null` while that is not known. */
  found: number | null;
  /** How many are said to be there. */
  said: string;
  /** Whether a deed changes anything of what is selected. */
  fits: (deed: Deed) => boolean;
  markedOnly: () => void;
  selectShown: (select: boolean) => void;
  selectAll: () => void;
  selectNone: () => void;
  run: (deed: Deed) => void;
  exported: () => void;
}

/** All of it; it stays in sight while the list is scrolled. */
export function tools(it: Tools): TemplateResult {
  const { search, helped } = it.field;
  return html`<div class="tools" data-helped=${helped ? "true" : nothing}>
    <div class="bar">
      ${field(it.field)}
      <label class="choice">
        <input
          type="checkbox"
          data-action="marked-only"
          .checked=${live(holds(search.query, "is", "marked"))}
          @change=${it.markedOnly}
        />
        <span>${text("marked_only")}</span>
      </label>
      <p class="small soft push" data-count="shown">${it.said}</p>
    </div>
    ${beneath(it.field)} ${progress(search)} ${bar(it)} ${matching(it)} ${it.bulk.template()}
  </div>`;
}

function bar(it: Tools): TemplateResult {
  const { selection, bulk } = it;
  const shown = it.field.search.rows.length;
  const selected = selection.size(it.found ?? shown);
  const counted = selected > 0 && !(selection.everything && it.found === null);
  const all = selection.everything ? selection.except.length === 0 : shown > 0 && selected === shown;
  return html`<div class="bar bulk" role="group" aria-label=${text("bulk")}>
    <label class="choice">
      <input
        type="checkbox"
        data-action="select-all"
        ?disabled=${shown === 0 || bulk.busy}
        .checked=${live(all)}
        .indeterminate=${live(selected > 0 && !all)}
        @change=${(event: Event) => event.target instanceof HTMLInputElement && it.selectShown(event.target.checked)}
      />
      <span data-selected=${counted ? selected : nothing}>${counted ? plural("selected", selected) : text("select_all")}</span>
    </label>
    <div class="bar push deeds" ?hidden=${selected === 0 && !bulk.busy}>
      ${DEEDS.map(
        (deed) => html`<button
          type="button"
          class="button"
          data-action="bulk-${deed}"
          ?disabled=${bulk.busy || !it.fits(deed)}
          @click=${() => it.run(deed)}
        >
          ${deed === "hide" ? `${text("bulk_hide")}…` : text(deed)}
        </button>`,
      )}
      <button
        type="button"
        class="button"
        data-action="bulk-export"
        ?disabled=${bulk.busy || !(it.fits("mark") || it.fits("keep"))}
        title=${text("bulk_export_why")}
        @click=${it.exported}
      >
        ${text("export_none")}
      </button>
    </div>
  </div>`;
}

/** From what is shown to everything that matches, and back. */
function matching(it: Tools): TemplateResult | typeof nothing {
  const { selection } = it;
  const { search } = it.field;
  const shown = search.rows.length;
  if (selection.everything) {
    const count =
      it.found === null
        ? text("all_match_selected_some")
        : plural("all_match_selected", selection.size(it.found));
    return html`<p class="matching bar small" data-everything>
      <span>${count}</span>
      <button type="button" class="button" data-action="select-none" @click=${it.selectNone}>
        ${text("select_none")}
      </button>
    </p>`;
  }
  if (search.next === null || shown === 0 || selection.size(0) < shown) return nothing;
  const faulty = search.faults.length > 0;
  return html`<p class="matching bar small">
    <span>${text("all_shown_selected", number(shown))}</span>
    <button
      type="button"
      class="button"
      data-action="select-matching"
      ?disabled=${faulty}
      aria-describedby="matching-why"
      @click=${it.selectAll}
    >
      ${it.found === null ? text("select_matching_some") : plural("select_matching", it.found)}
    </button>
    <span id="matching-why">${faulty ? text("select_matching_faulty") : nothing}</span>
  </p>`;
}
