// What a collector owes and paid: the sums, every entry with the statement that proves it, and the months.

import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { text } from "../platform/browser";
import type { CollectorView, LedgerKind, LedgerView, SumView } from "../platform/messages";
import { money } from "../ui/money";
import { moment } from "../ui/time";
import { isolated, plural } from "../ui/words";
import { chart } from "./chart";
import { type Office, saveStatements } from "./office";

/** The columns of sums, as ends of their keys. */
const SUMS = ["owed", "paid", "outstanding", "overdue"] as const;
const KINDS = {
  receipt: "ledger_kind_receipt",
  payout: "ledger_kind_payout",
  ack: "ledger_kind_ack",
} satisfies Record<LedgerKind, string>;
const COLUMNS = ["date", "what", "amount", "due", "detail"];
/** How far a withdrawal is, as its acknowledgement says it. */
const ACKS: ReadonlySet<string> = new Set(["received", "done", "refused"]);

/** Sums, months and entries. */
export function ledger(office: Office, collector: CollectorView): TemplateResult {
  const { id, sums, ledger: entries } = collector;
  return html`${sums.length === 0 ? nothing : table(collector)}
    ${sums.map(({ asset }) => chart(entries, asset))}
    <details class="ledger">
      <summary data-action="show-entries">${plural("ledger_entries", entries.length)}</summary>
      <div class="scroll" role="region" tabindex="0" aria-label=${text("ledger_of", isolated(collector.name))}>
        <table class="stack">
          <thead>
            <tr>${COLUMNS.map((column) => html`<th scope="col">${text(`ledger_${column}`)}</th>`)}</tr>
          </thead>
          ${repeat(entries, ({ statement }) => statement, entry)}
        </table>
      </div>
    </details>
    <p class="small soft">${text("ledger_signed")}</p>
    <div class="bar">
      <button
        type="button"
        class="button"
        data-action="save-account"
        aria-describedby="collector-${id}"
        @click=${() => void office.run(`account-${id}`, () => saveStatements(id, "account"))}
      >
        ${text("ledger_save")}
      </button>
    </div>`;
}

function table({ name, sums }: CollectorView): TemplateResult {
  return html`<div class="scroll" role="region" tabindex="0" aria-label=${text("sums_of", isolated(name))}>
    <table class="stack sums">
      <thead>
        <tr>
          <th scope="col">${text("sum_asset")}</th>
          ${SUMS.map((sum) => html`<th scope="col">${text(`sum_${sum}`)}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${sums.map(row)}
      </tbody>
    </table>
  </div>`;
}

function row(sum: SumView): TemplateResult {
  const { asset, owed, paid, outstanding, overdue } = sum;
  const late = /[1-9]/.test(overdue);
  return html`<tr
    data-sum=${asset}
    data-owed=${owed}
    data-paid=${paid}
    data-outstanding=${outstanding}
    data-overdue=${overdue}
  >
    <th scope="row"><bdi dir="ltr">${asset}</bdi></th>
    ${SUMS.map((name) => html`<td class=${name === "overdue" && late ? "late" : nothing} data-label=${text(`sum_${name}`)}>${money(sum[name], asset)}</td>`)}
  </tr>`;
}

function entry({ kind, time, amount, asset, due, detail, records, statement }: LedgerView): TemplateResult {
  return html`<tbody data-entry=${kind}>
    <tr>
      <td data-label=${text("ledger_date")}>${moment(time)}</td>
      <td data-label=${text("ledger_what")}><div>${text(KINDS[kind])}${records > 0 ? html`<br /><span class="soft">${plural("records_count", records)}</span>` : nothing}</div></td>
      <td data-label=${text("ledger_amount")}>${amount === "" ? nothing : money(amount, asset)}</td>
      <td data-label=${text("ledger_due")}>${due > 0 ? moment(due) : nothing}</td>
      <td data-label=${text("ledger_detail")}>${detail === "" ? nothing : kind === "ack" && ACKS.has(detail) ? text(`withdrawal_${detail}`) : html`<bdi>${detail}</bdi>`}</td>
    </tr>
    <tr>
      <td colspan=${COLUMNS.length}>
        <details class="small">
          <summary>${text("ledger_statement")}</summary>
          <p class="mono statement" dir="ltr" data-statement>${statement}</p>
        </details>
      </td>
    </tr>
  </tbody>`;
}
