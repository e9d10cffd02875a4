// What was shared with a collector: how far each bundle is, the own sum beside the collector's, and what can be done.

import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { text } from "../platform/browser";
import type { CollectorView, ShareState, ShareView } from "../platform/messages";
import { ask } from "../ui/ask";
import { icon } from "../ui/icon";
import { letLeave } from "../ui/leave";
import { announce } from "../ui/messages";
import { money } from "../ui/money";
import { problem } from "../ui/problem";
import { moment } from "../ui/time";
import { isolated, number, plural } from "../ui/words";
import { busy, type Office, saveShare } from "./office";
import { withdraw } from "./withdrawals";

const STATES = {
  unanswered: "warning",
  receipted: "stamp",
  refused: "warning",
} satisfies Record<ShareState, "warning" | "stamp">;
/** Why records are refused; a code that is not known yet is shown as it came. */
const REASONS: ReadonlySet<string> = new Set([
  "kind",
  "site",
  "lang",
  "time",
  "size",
  "duplicate",
  "cap",
  "others_duplicate",
  "quality",
  "fraud",
]);

/** The list. */
export function shareList(office: Office, collector: CollectorView): TemplateResult {
  return html`<ul class="entries">
    ${repeat(
      collector.shares,
      ({ id }) => id,
      (share) =>
        html`<li data-share=${share.id} data-state=${share.state}>${shareCard(office, collector, share)}</li>`,
    )}
  </ul>`;
}

/** One bundle; what holds it carries `data-share` and `data-state`. */
export function shareCard(office: Office, collector: CollectorView, share: ShareView): TemplateResult {
  const name = `share-${share.id}`;
  return html`<p class="host" id=${name}><bdi>${share.title}</bdi></p>
    <p class="small soft">${moment(share.time)} · ${plural("records_count", share.records)}</p>
    <p class="state-line" data-tone=${STATES[share.state]}>
      ${icon(STATES[share.state])}<span>${text(`share_${share.state}`)}</span>
    </p>
    ${
      share.problem === ""
        ? nothing
        : html`<p class="small" data-problem=${share.problem}>${text("share_problem", problem(share.problem))}</p>`
    }
    ${share.withdrawn ? html`<p class="small" data-withdrawn>${text("share_withdrawn")}</p>` : nothing}
    ${share.differs ? differs(share) : nothing}
    <dl class="facts">
      <dt>${text("share_own")}</dt>
      <dd data-own=${share.own ?? ""}>${share.own === null ? text("share_own_unknown") : money(share.own, share.asset)}</dd>
      ${share.amount === null ? nothing : answer(share, share.amount)}
    </dl>
    ${share.available ? nothing : html`<p class="small soft">${text("export_unavailable")}</p>`}
    ${office.download.progress(share.id) ?? actions(office, collector, share)}`;
}

function answer(share: ShareView, amount: string): TemplateResult {
  return html`<dt>${text("share_amount")}</dt>
    <dd data-amount=${amount}>${money(amount, share.asset)}</dd>
    <dt>${text("share_accepted")}</dt>
    <dd data-accepted=${share.accepted}>${number(share.accepted)}</dd>
    ${
      share.rejected.length === 0
        ? nothing
        : html`<dt>${text("share_rejected")}</dt>
          <dd>
            <ul>
              ${share.rejected.map(
                ({ code, count }) =>
                  html`<li data-rejected=${code} data-count=${count}>
                    ${text("share_rejected_count", number(count), reason(code))}
                  </li>`,
              )}
            </ul>
          </dd>`
    }`;
}

function differs(share: ShareView): TemplateResult {
  return html`<p class="strip" data-differs>
    ${icon("warning")}<span
      >${
        share.own === null || share.amount === null || share.own === share.amount
          ? text("share_differs_reasons")
          : text("share_differs", money(share.own, share.asset), money(share.amount, share.asset))
      }</span
    >
  </p>`;
}

function actions(office: Office, collector: CollectorView, share: ShareView): TemplateResult {
  const { id, state, available } = share;
  const described = `share-${id}`;
  return html`<div class="bar">
    ${
      state !== "receipted" && available && collector.address !== ""
        ? html`<button
          type="button"
          class="button"
          data-action="send-share"
          aria-describedby=${described}
          aria-busy=${busy(office, `send-${id}`)}
          @click=${() => void again(office, id, letLeave(share.data))}
        >
          ${text("share_send")}
        </button>`
        : nothing
    }
    ${
      available
        ? html`<button
          type="button"
          class="button"
          data-action="save-share"
          aria-describedby=${described}
          @click=${() => void office.run(`save-${id}`, () => saveShare(office, id))}
        >
          ${text("share_save")}
        </button>`
        : nothing
    }
    ${
      state === "refused" || share.withdrawn
        ? nothing
        : html`<button
          type="button"
          class="button danger"
          data-action="withdraw-bundle"
          aria-describedby=${described}
          aria-busy=${busy(office, `withdraw-${id}`)}
          @click=${() =>
            void withdraw(
              office,
              `withdraw-${id}`,
              collector,
              { bundle: id },
              text("withdraw_bundle_title", isolated(share.title)),
            )}
        >
          ${text("share_withdraw")}…
        </button>`
    }
  </div>`;
}

/** Sends it once more: the same bytes, which a collector takes once. */
async function again(office: Office, id: string, permitted: Promise<void>): Promise<void> {
  // While another press is being carried out, nobody waits for the answer to this one.
  permitted.catch(() => undefined);
  await office.run(`send-${id}`, async () => {
    await permitted;
    const { view } = await ask({ type: "send", export: id }, "collectors");
    office.take(view);
    announce(outcome(view.collectors.flatMap(({ shares }) => shares).find((share) => share.id === id)));
  });
}

/** What became of sending, in words. */
export function outcome(share: ShareView | undefined): string {
  return share ? text(`share_${share.state}`) : text("error_export_gone");
}

/** Why a record was refused, in words. */
export function reason(code: string): string {
  return REASONS.has(code) ? text(`rejected_${code}`) : isolated(code);
}
