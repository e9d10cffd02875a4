// What collectors owe, and what waits or fails there, in a line each; the full tab has the rest.

import { html, nothing, type TemplateResult } from "lit-html";
import { text } from "../platform/browser";
import type { StandingView } from "../platform/messages";
import { icon } from "../ui/icon";
import { money } from "../ui/money";
import { plural } from "../ui/words";

/** What is owed, as entries of the list of counts. */
export function owed(standing: StandingView | null): TemplateResult[] {
  const sums = standing?.sums.filter(({ outstanding }) => outstanding !== "0") ?? [];
  return sums.map(
    ({ asset, outstanding }) => html`<div>
      <dt>${text("count_owed")}</dt>
      <dd data-owed=${outstanding}>${money(outstanding, asset)}</dd>
    </div>`,
  );
}

/** What needs the person, each with the way there. */
export function failing(standing: StandingView | null, open: () => void): TemplateResult | typeof nothing {
  if (!standing) return nothing;
  const late = standing.sums.filter(({ overdue }) => overdue !== "0");
  const lines: Array<[name: string, words: string]> = [
    ...late.map(({ asset, overdue }): [string, string] => [
      "payment_overdue",
      text("standing_overdue", money(overdue, asset)),
    ]),
  ];
  if (standing.unanswered > 0)
    lines.push(["share_unanswered", plural("standing_unanswered", standing.unanswered)]);
  if (standing.overdue > 0)
    lines.push(["withdrawal_overdue", plural("standing_withdrawals", standing.overdue)]);
  if (standing.cheated > 0) lines.push(["collector_cheated", plural("standing_cheated", standing.cheated)]);
  if (lines.length === 0) return nothing;
  return html`<div class="notices">
    ${lines.map(
      ([name, words]) => html`<div class="strip" data-notice=${name}>
        ${icon("warning")}<span>${words}</span>
        <button type="button" class="button push" data-action="open-collectors" @click=${open}>
          ${text("standing_open")}
        </button>
      </div>`,
    )}
  </div>`;
}
