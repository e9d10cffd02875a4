// The field that a query is typed into: what of it was not understood, what its language is, and how far a search is.

import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { text } from "../../platform/browser";
import { icon } from "../../ui/icon";
import { isolated, number } from "../../ui/words";
import type { Search } from "./search";

const [FIRST, SECOND] = [text("query_example_first"), text("query_example_second")];
/** Examples of the language of queries, each with the end of the key that explains it. The names are the language's. */
const EXAMPLES: Array<[query: string, key: string]> = [
  [`${FIRST} ${SECOND}`, "words"],
  [`"${FIRST} ${SECOND}"`, "phrase"],
  [`${FIRST} -${SECOND}`, "without"],
  ["site:example.org", "site"],
  ["kind:prompt,search", "kind"],
  ["on:2026-11", "on"],
  ["after:2026-11-02 before:2026-12", "between"],
  ["is:marked", "marked"],
  ["is:altered", "altered"],
];

/** What the field calls. */
export interface Field {
  search: Search;
  /** Whether the language is explained. */
  helped: boolean;
  help: () => void;
  /** The person types; or chose a whole query. */
  type: (query: string) => void;
  choose: (query: string) => void;
  /** To the list below. */
  down: () => void;
}

/** The field and the button beside it. */
export function field(it: Field): TemplateResult {
  const { search, helped } = it;
  const faulty = search.faults.length > 0 && search.answered === search.query;
  return html`<label class="find">
      ${icon("search")}<span class="visually-hidden">${text("filter")}</span>
      <input
        class="field"
        id="filter"
        type="search"
        data-action="filter"
        placeholder=${text("filter")}
        autocomplete="off"
        autocapitalize="none"
        spellcheck="false"
        enterkeyhint="search"
        dir="auto"
        aria-describedby="query-faults"
        aria-invalid=${faulty ? "true" : nothing}
        .value=${live(search.query)}
        @input=${(event: Event) => event.target instanceof HTMLInputElement && it.type(event.target.value)}
        @keydown=${(event: KeyboardEvent) => pressed(event, it)}
      />
    </label>
    <button
      type="button"
      class="button icon-button"
      data-action="query-help"
      aria-expanded=${helped ? "true" : "false"}
      aria-controls="query-help"
      title=${text("query_help")}
      @click=${it.help}
    >
      <span aria-hidden="true">?</span>
    </button>`;
}

/** Below the field: what was not understood, and the language where it is asked for. */
export function beneath(it: Field): TemplateResult {
  const { search, helped } = it;
  // Said only of what was asked last: while an answer is under way, a fault may be mended already.
  const faults = search.answered === search.query ? search.faults : [];
  return html`<ul class="query-faults" id="query-faults" ?hidden=${faults.length === 0}>
      ${faults.map(
        ({ part, code }) => html`<li class="fault" data-fault=${code}>${text(code, isolated(part))}</li>`,
      )}
    </ul>
    <div class="query-help sheet" id="query-help" ?hidden=${!helped}>
      ${
        helped
          ? html`<p class="small">${text("query_help_lead")}</p>
            <dl>
              ${EXAMPLES.map(
                ([query, key]) => html`<div>
                  <dt>
                    <button
                      type="button"
                      class="button"
                      data-action="query-example"
                      @click=${() => it.choose(query)}
                    >
                      <code dir="auto">${query}</code>
                    </button>
                  </dt>
                  <dd class="small">${text(`query_help_${key}`)}</dd>
                </div>`,
              )}
            </dl>
            <p class="small soft">${text("query_help_dates")}</p>`
          : nothing
      }
    </div>`;
}

/** How far a search is that takes longer, or was stopped, with the way to end it or to go on. */
export function progress(search: Search): TemplateResult | typeof nothing {
  const [looked, of] = [number(search.looked), number(search.of)];
  if (search.slow) {
    return html`<div class="searching bar small" data-searching>
      <span>${text("searching", looked, of)}</span>
      <progress aria-label=${text("searching_progress")} max=${Math.max(1, search.of)} .value=${search.looked}></progress>
      <button type="button" class="button" data-action="stop-search" @click=${() => search.stop()}>
        ${text("cancel")}
      </button>
    </div>`;
  }
  if (!search.stopped || search.next === null) return nothing;
  return html`<div class="searching bar small" data-search-stopped>
    <span>${text("search_stopped", looked, of)}</span>
    <button type="button" class="button push" data-action="go-on" @click=${() => search.more()}>
      ${text("search_go_on")}
    </button>
  </div>`;
}

function pressed(event: KeyboardEvent, it: Field): void {
  if (event.isComposing) return;
  if (event.key === "ArrowDown" || event.key === "Enter") {
    event.preventDefault();
    // The page hears of it, too, and would go on from there.
    event.stopPropagation();
    it.down();
  } else if (event.key === "Escape" && it.search.query !== "") {
    event.preventDefault();
    event.stopPropagation();
    it.choose("");
  }
}
