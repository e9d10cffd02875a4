// A record as a ticket: the stub with its number, and the beginning of the text with what can be done about it.

import { html, nothing, type TemplateResult } from "lit-html";
import { text } from "../platform/browser";
import type { Item } from "../platform/messages";
import { icon } from "./icon";
import { clock, when } from "./time";
import { plural, recordName } from "./words";

/** What can be done about records; the names of the requests. */
export type Decision = "keep" | "mark" | "delete" | "undo";

/** How a ticket stands among its neighbours, and what its controls call. */
export interface Ticket {
  item: Item;
  now: number;
  /** Position from 1, and how many there are; -1 while more can be loaded. */
  position: number;
  size: number;
  /** Whether it is the row that Tab reaches. */
  current: boolean;
  /** Whether its whole text is shown beside the list. */
  opened: boolean;
  decide: (decision: Decision, item: Item) => void;
  /** `button` tells that it was the control that opens, not the ticket itself. */
  open: (item: Item, button?: boolean) => void;
  /** What stands in place of the beginning of the text. */
  body?: TemplateResult | undefined;
  /** What is shown of the text, where that is not its beginning. */
  words?: Array<TemplateResult | string>;
  /** Space for what is left out before it, in CSS pixels. */
  space?: number;
  /** The selection, where the page has one. */
  selection?: { selected: boolean; toggle: (item: Item, extend: boolean) => void };
}

/** The ticket of a record. */
export function ticket(it: Ticket): TemplateResult {
  const { item } = it;
  const deleting = item.review.state === "deleting";
  const name = `ticket-${item.seq}`;
  return html`<article
    class="ticket"
    data-seq=${item.seq}
    data-review=${item.review.state}
    tabindex=${it.current ? 0 : -1}
    aria-labelledby="${name}-what ${name}-text ${name}-state"
    aria-posinset=${it.position}
    aria-setsize=${it.size}
    aria-current=${it.opened ? "true" : nothing}
    style=${it.space ? `margin-block-start: ${it.space}px` : nothing}
    @click=${(event: MouseEvent) => opens(event) && it.open(item)}
  >
    <div class="stub">
      ${
        it.selection
          ? html`<input
            type="checkbox"
            data-action="select"
            tabindex=${it.current ? 0 : -1}
            aria-label=${text("select_record", recordName(item.place))}
            .checked=${it.selection.selected}
            @click=${(event: MouseEvent) => it.selection?.toggle(item, event.shiftKey)}
          />`
          : nothing
      }
      <span class="number">${text("record_number", recordName(item.place))}</span>
      <span class="state" id="${name}-state">${text(`review_${item.review.state}`)}</span>
    </div>
    <div class="slip">
      <p class="what" id="${name}-what">
        <span class="kind">${text(`kind_${item.kind}`)}</span>
        <bdi class="site" dir="ltr">${item.site}</bdi>
        ${when(item.time, it.now)}
      </p>
      ${
        it.body
          ? html`<div>${it.body}</div>
            <p id="${name}-text" hidden>${beginning(item)}</p>`
          : html`<p class="preview" id="${name}-text" dir="auto">${it.words ?? beginning(item)}</p>`
      }
      ${item.altered ? altered() : nothing} ${item.hidden ? hides(item.hidden) : nothing}
      <div class="acts">${deleting ? deleted(it) : decisions(it)}</div>
    </div>
  </article>`;
}

function beginning(item: Item): string {
  return [...item.preview].length < item.length ? `${item.preview}…` : item.preview;
}

/** Says that the page changed the text after the last keystroke. */
export function altered(): TemplateResult {
  return html`<p class="flag" data-flag="altered">${icon("warning")}<span>${text("altered")}</span></p>`;
}

/** Says how much of it would be hidden. */
function hides(count: number): TemplateResult {
  return html`<p class="flag hides" data-hidden=${count}>${icon("hide")}<span>${plural("ticket_hides", count)}</span></p>`;
}

/** Keep or mark, as one choice of two. `current` tells whether Tab reaches it. */
export function keepOrMark(
  item: Item,
  decide: Ticket["decide"],
  current: boolean,
  words: { keep: string; mark: string },
): TemplateResult {
  if (!item.shareable)
    return html`<p class="small soft never" data-never-shared>${text("excluded_answer")}</p>`;
  const tab = current ? 0 : -1;
  const marked = item.review.state === "marked";
  return html`<div class="pair" role="group" aria-label=${text("decision", recordName(item.place))}>
    <button
      type="button"
      class="button"
      data-action="keep"
      tabindex=${tab}
      aria-pressed=${marked ? "false" : "true"}
      title=${text("keep_explained")}
      @click=${() => decide("keep", item)}
    >
      ${icon("lock")}${words.keep}
    </button>
    <button
      type="button"
      class="button"
      data-action="mark"
      tabindex=${tab}
      aria-pressed=${marked ? "true" : "false"}
      title=${text("mark_explained")}
      @click=${() => decide("mark", item)}
    >
      ${icon("stamp")}${words.mark}
    </button>
  </div>`;
}

/** Tells until when a deletion can be undone, and undoes it. */
export function undoing(
  item: Item,
  now: number,
  decide: Ticket["decide"],
  current: boolean,
): TemplateResult | typeof nothing {
  if (item.review.state !== "deleting") return nothing;
  return html`<span class="gone">${text("deleted_until", clock(item.review.until, now))}</span>
    <button
      type="button"
      class="button"
      data-action="undo"
      tabindex=${current ? 0 : -1}
      aria-label=${text("undo_record", recordName(item.place))}
      @click=${() => decide("undo", item)}
    >
      ${text("undo")}
    </button>`;
}

function deleted(it: Ticket): TemplateResult | typeof nothing {
  return undoing(it.item, it.now, it.decide, it.current);
}

function decisions(it: Ticket): TemplateResult {
  const { item } = it;
  const tab = it.current ? 0 : -1;
  return html`${keepOrMark(item, it.decide, it.current, { keep: text("keep"), mark: text("mark") })}
    <button
      type="button"
      class="button quiet"
      data-action="open"
      tabindex=${tab}
      aria-label=${text("open_record", recordName(item.place))}
      @click=${() => it.open(item, true)}
    >
      ${text("open")}
    </button>
    <button
      type="button"
      class="button quiet last"
      data-action="delete"
      tabindex=${tab}
      aria-label=${text("delete_record", recordName(item.place))}
      @click=${() => it.decide("delete", item)}
    >
      ${text("delete")}
    </button>`;
}

/** Whether a click on a ticket means the ticket: not one of its controls, and not the end of selecting text. */
function opens(event: MouseEvent): boolean {
  const onControl = event.target instanceof Element && event.target.closest("button, input") !== null;
  return !onControl && (getSelection()?.isCollapsed ?? true);
}
