// One record whole: its exact text, what it would hide, and what the log holds about it.

import { html, nothing, type TemplateResult } from "lit-html";
import { text } from "../platform/browser";
import type { RecordView } from "../platform/messages";
import { faultOf } from "../ui/fault";
import type { Hiding } from "../ui/hiding";
import { icon } from "../ui/icon";
import { altered, keepOrMark, type Ticket, undoing } from "../ui/ticket";
import { exact } from "../ui/time";
import { plural, recordName } from "../ui/words";
import type { Conversation } from "./archive/conversation";
import type { Went } from "./went";

/** What the pane shows, and what its controls call. */
export interface Detail {
  record: RecordView | null;
  failure: unknown;
  now: number;
  hiding: Hiding;
  went: Went;
  conversation: Conversation;
  /** What the list beside it shows. */
  query: string;
  decide: Ticket["decide"];
  close: () => void;
}

/** The pane. Before the record is there it holds its place. */
export function detail(it: Detail): TemplateResult {
  return html`<section class="detail sheet" aria-labelledby="detail-title" data-detail=${it.record?.item.seq ?? ""}>
    <div class="bar">
      <h2 id="detail-title" tabindex="-1">
        ${it.record ? text("record_number", recordName(it.record.item.place)) : text("record")}
      </h2>
      <button type="button" class="button push" data-action="close-detail" @click=${it.close}>
        <span class="narrow">${icon("back")}${text("back_to_list")}</span
        ><span class="wide">${text("close")}</span>
      </button>
    </div>
    ${it.failure ? html`<p class="strip" role="alert">${faultOf(it.failure).words}</p>` : it.record ? whole(it.record, it) : nothing}
  </section>`;
}

function whole(record: RecordView, it: Detail): TemplateResult {
  const { item } = record;
  return html`${item.altered ? altered() : nothing}
    ${it.hiding.words(record)} ${it.hiding.template(record, item.review.state === "deleting")}
    <div class="acts">
      ${
        item.review.state === "deleting"
          ? undoing(item, it.now, it.decide, true)
          : html`${keepOrMark(item, it.decide, true, { keep: text("keep_private"), mark: text("mark_for_sharing") })}
            <button
              type="button"
              class="button quiet last"
              data-action="delete"
              @click=${() => it.decide("delete", item)}
            >
              ${text("delete")}
            </button>`
      }
    </div>
    ${it.went.template(record)} ${it.conversation.template(item.seq, it.query)}
    <dl class="facts">
      ${fact("kind", text(`kind_${item.kind}`))} ${code("site", item.site)} ${fact("time", exact(item.time))}
      ${more("url", record.url)} ${fact("length", plural("characters", item.length))}
      ${fact("typed", plural("characters", record.typed))} ${fact("pasted", plural("characters", record.pasted))}
      ${more("model", record.model)} ${more("adapter", record.adapter)} ${more("confirmed", record.confirmed)}
      ${more("replaces", record.replaces, true)} ${more("reply_to", record.reply_to, true)}
      ${code("id", record.id, true)} ${code("commitment", record.commitment, true)}
    </dl>
    <p class="small soft">${text("commitment_explained")}</p>`;
}

/** A fact that not every record has. */
function more(name: string, value: string, mono = false): TemplateResult | typeof nothing {
  return value ? code(name, value, mono) : nothing;
}

/** A fact that is no words: it reads from left to right in every language. */
function code(name: string, value: string, mono = false): TemplateResult {
  return fact(name, html`<bdi class=${mono ? "mono" : nothing} dir="ltr">${value}</bdi>`);
}

function fact(name: string, value: string | TemplateResult): TemplateResult {
  return html`<dt>${text(`fact_${name}`)}</dt>
    <dd data-fact=${name}>${value}</dd>`;
}
