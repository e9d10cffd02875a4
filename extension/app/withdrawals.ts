// Withdrawals: asked for in one click and one question, and in sight until they are carried out.

import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { text } from "../platform/browser";
import type {
  CollectorView,
  WithdrawalScope,
  WithdrawalState,
  WithdrawalView,
  Withdrawn,
} from "../platform/messages";
import { ask } from "../ui/ask";
import { confirmed } from "../ui/confirm";
import { icon } from "../ui/icon";
import { announce } from "../ui/messages";
import { problem } from "../ui/problem";
import { moment } from "../ui/time";
import { isolated, plural } from "../ui/words";
import { busy, type Office, saveStatements } from "./office";

const STATES = {
  sent: "warning",
  received: "stamp",
  done: "stamp",
  overdue: "warning",
  refused: "warning",
} satisfies Record<WithdrawalState, "warning" | "stamp">;
const SCOPES = {
  all: "withdrawal_all",
  bundle: "withdrawal_bundle",
  records: "withdrawal_records",
} satisfies Record<WithdrawalScope, string>;

/** Asks whether, and what is to become of the records: to be deleted (`true`), used no longer, or `null` for no. */
export async function asked(title: string): Promise<boolean | null> {
  let erase = true;
  const choice = (value: boolean, name: string) => html`<label class="choice">
    <input
      type="radio"
      name="withdraw"
      data-action="withdraw-${name}"
      .checked=${value === erase}
      @change=${() => {
        erase = value;
      }}
    />
    <span>${text(`withdraw_${name}`)}<small>${text(`withdraw_${name}_why`)}</small></span>
  </label>`;
  const yes = await confirmed({
    title,
    body: html`<fieldset>
        <legend>${text("withdraw_choice")}</legend>
        ${choice(true, "delete")} ${choice(false, "stop")}
      </fieldset>
      <p>${text("withdraw_unlearn")}</p>
      <p class="small">${text("withdraw_signed")}</p>`,
    yes: text("withdraw_yes"),
    action: "withdraw-yes",
  });
  return yes ? erase : null;
}

/** Withdraws what is named, once the person said yes. */
export async function withdraw(
  office: Office,
  name: string,
  collector: CollectorView,
  scope: Withdrawn,
  title: string,
): Promise<void> {
  const erase = await asked(title);
  if (erase === null) return;
  await office.run(name, async () => {
    const request = { type: "withdraw", collector: collector.id, scope, delete: erase } as const;
    office.take((await ask(request, "collectors")).view);
    announce(text("withdraw_done", isolated(collector.name)));
  });
}

/** The withdrawals from a collector, and the button that withdraws everything. */
export function withdrawals(office: Office, collector: CollectorView): TemplateResult {
  const { id, name } = collector;
  return html`<p class="small soft">${text("withdrawals_explained")}</p>
    ${
      collector.withdrawals.length === 0
        ? nothing
        : html`<ul class="entries">
          ${repeat(
            collector.withdrawals,
            (each) => each.id,
            (each) => one(office, collector, each),
          )}
        </ul>`
    }
    <div class="bar">
      <button
        type="button"
        class="button danger"
        data-action="withdraw-all"
        aria-describedby="collector-${id}"
        aria-busy=${busy(office, `withdraw-${id}`)}
        @click=${() => void withdraw(office, `withdraw-${id}`, collector, "all", text("withdraw_all_title", isolated(name)))}
      >
        ${text("withdraw_all")}…
      </button>
      ${
        collector.withdrawals.length === 0
          ? nothing
          : html`<button
            type="button"
            class="button"
            data-action="save-withdrawals"
            aria-describedby="collector-${id}"
            @click=${() => void office.run(`withdrawals-${id}`, () => saveStatements(id, "withdrawals"))}
          >
            ${text("withdrawals_save")}
          </button>`
      }
    </div>`;
}

function one(office: Office, collector: CollectorView, withdrawal: WithdrawalView): TemplateResult {
  const { id, time, scope, state, due, records } = withdrawal;
  const wanted = text(withdrawal.delete ? "withdraw_delete" : "withdraw_stop");
  return html`<li data-withdrawal=${id} data-state=${state}>
    <p class="host" id="withdrawal-${id}">${text(SCOPES[scope])}</p>
    <p class="small soft">
      ${moment(time)} · ${wanted}${records > 0 ? ` · ${plural("records_count", records)}` : nothing}
    </p>
    <p class="state-line" data-tone=${STATES[state]}>
      ${icon(STATES[state])}<span
        >${text(`withdrawal_${state}`)}
        ${due > 0 && state !== "done" ? text("withdrawal_due", moment(due)) : nothing}</span
      >
    </p>
    ${
      withdrawal.problem === ""
        ? nothing
        : html`<p class="small" data-problem=${withdrawal.problem}>
          ${text("share_problem", problem(withdrawal.problem))}
        </p>`
    }
    ${
      state === "sent" && collector.address !== ""
        ? html`<div class="bar">
          <button
            type="button"
            class="button"
            data-action="refresh-collector"
            aria-describedby="withdrawal-${id}"
            aria-busy=${busy(office, `refresh-${collector.id}`)}
            @click=${() => void refresh(office, collector)}
          >
            ${text("share_send")}
          </button>
        </div>`
        : nothing
    }
  </li>`;
}

/** Asks a collector for what is new; what waits to be withdrawn is sent by the same. */
export async function refresh(office: Office, { id, name }: CollectorView): Promise<void> {
  await office.run(`refresh-${id}`, async () => {
    office.take((await ask({ type: "refresh_collector", collector: id }, "collectors")).view);
    announce(text("collector_refreshed", isolated(name)));
  });
}
