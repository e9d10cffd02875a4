// The card of a collector: who it is, what is to be said of it, its offers, what was shared with it, what it owes and
// what was withdrawn.

import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { text } from "../platform/browser";
import type { CollectorView } from "../platform/messages";
import { ask } from "../ui/ask";
import { confirmed } from "../ui/confirm";
import { icon } from "../ui/icon";
import { announce } from "../ui/messages";
import { money } from "../ui/money";
import { permitted } from "../ui/site";
import { when } from "../ui/time";
import { lead } from "../ui/trial";
import { isolated } from "../ui/words";
import { fingerprint } from "./adding";
import { ledger } from "./ledger";
import { offerCard } from "./offer";
import { busy, type Office, saveStatements } from "./office";
import { fieldsOf } from "./part";
import { shareList } from "./shares";
import { refresh, withdrawals } from "./withdrawals";

/** Limits that are being typed, by collector. */
export type Limits = Map<string, string>;

/** The card. */
export function collectorCard(office: Office, limits: Limits, collector: CollectorView): TemplateResult {
  const { id, name, address, offers, shares, refreshed } = collector;
  const open = offers.filter(({ open }) => open);
  const over = offers.filter(({ open }) => !open);
  return html`<article class="sheet form collector" data-collector=${id} aria-labelledby="collector-${id}">
    <header>
      <h2 id="collector-${id}" tabindex="-1"><bdi>${name}</bdi></h2>
      <p class="small soft">
        ${address === "" ? text("collector_by_file") : html`<bdi dir="ltr">${address}</bdi>`}
        ${refreshed > 0 ? html` · ${text("collector_refreshed_at")} ${when(refreshed, Date.now())}` : nothing}
      </p>
    </header>
    ${notices(office, collector)} ${acts(office, collector)} ${details(collector)}
    <section class="block" aria-labelledby="offers-${id}">
      <h3 id="offers-${id}">${text("collector_offers")}</h3>
      ${open.length === 0 ? html`<p class="small soft">${text("collector_no_offers")}</p>` : nothing}
      ${repeat(
        open,
        ({ sha256 }) => sha256,
        (offer) => offerCard(office, collector, offer),
      )}
      ${
        over.length === 0
          ? nothing
          : html`<details>
            <summary>${text("collector_over_offers")}</summary>
            ${over.map((offer) => offerCard(office, collector, offer))}
          </details>`
      }
    </section>
    ${
      shares.length === 0
        ? nothing
        : html`<section class="block" aria-labelledby="shares-${id}">
          <h3 id="shares-${id}">${text("collector_shares")}</h3>
          ${shareList(office, collector)}
        </section>`
    }
    <section class="block" aria-labelledby="ledger-${id}">
      <h3 id="ledger-${id}">${text("collector_ledger")}</h3>
      ${
        collector.ledger.length === 0 && collector.sums.length === 0
          ? html`<p class="small soft">${text("ledger_none")}</p>`
          : ledger(office, collector)
      }
      ${limit(office, limits, collector)}
    </section>
    <section class="block" aria-labelledby="withdrawals-${id}">
      <h3 id="withdrawals-${id}">${text("collector_withdrawals")}</h3>
      ${withdrawals(office, collector)}
    </section>
  </article>`;
}

function notices(office: Office, collector: CollectorView): TemplateResult {
  const { id, name, address, matches, removed, cheated } = collector;
  return html`${
    cheated
      ? html`<div class="strip grave" data-notice="cheated">
          ${icon("warning")}<span>${text("collector_cheated", isolated(name))}</span>
          <button
            type="button"
            class="button"
            data-action="save-proof"
            aria-describedby="collector-${id}"
            @click=${() => void office.run(`proof-${id}`, () => saveStatements(id, "proof"))}
          >
            ${text("collector_proof")}
          </button>
        </div>`
      : nothing
  }
    ${
      removed
        ? html`<p class="strip" data-notice="removed">${icon("warning")}<span>${text("collector_removed")}</span></p>`
        : nothing
    }
    ${
      !collector.permitted && address !== ""
        ? html`<div class="strip" data-notice="unpermitted">
          ${icon("warning")}<span>${text("collector_unpermitted", isolated(name))}</span>
          <button
            type="button"
            class="button"
            data-action="permit-collector"
            aria-describedby="collector-${id}"
            @click=${() => void permit(office, collector, permitted(matches))}
          >
            ${text("site_permit")}
          </button>
        </div>`
        : nothing
    }`;
}

/** @param asked the browser's prompt, asked for in the same gesture. */
async function permit(office: Office, collector: CollectorView, asked: Promise<boolean>): Promise<void> {
  await office.run(`permit-${collector.id}`, async () => {
    const yes = await asked;
    announce(text(yes ? "collector_permitted" : "adding_refused", isolated(collector.name)));
  });
  lead(`collector-${collector.id}`);
}

function acts(office: Office, collector: CollectorView): TemplateResult {
  const { id, address, removed } = collector;
  return html`<div class="bar">
    ${
      address !== "" && collector.permitted
        ? html`<button
          type="button"
          class="button"
          data-action="refresh-collector"
          aria-describedby="collector-${id}"
          aria-busy=${busy(office, `refresh-${id}`)}
          @click=${() => void refresh(office, collector)}
        >
          ${text("collector_refresh")}
        </button>`
        : nothing
    }
    ${
      removed
        ? nothing
        : html`<button
          type="button"
          class="button danger"
          data-action="remove-collector"
          aria-describedby="collector-${id}"
          aria-busy=${busy(office, `remove-${id}`)}
          @click=${() => void remove(office, collector)}
        >
          ${text("collector_remove")}…
        </button>`
    }
  </div>`;
}

async function remove(office: Office, { id, name }: CollectorView): Promise<void> {
  const yes = await confirmed({
    title: text("collector_remove_title", isolated(name)),
    body: html`<p>${text("collector_remove_why")}</p>
      <p>${text("collector_remove_withdraw")}</p>`,
    yes: text("collector_remove"),
    action: "remove-collector-yes",
  });
  if (!yes) return;
  await office.run(`remove-${id}`, async () => {
    office.take((await ask({ type: "remove_collector", collector: id }, "collectors")).view);
    announce(text("collector_removed_now", isolated(name)));
  });
  // Without shares and debts nothing of it is left to lead to.
  lead(document.getElementById(`collector-${id}`) ? `collector-${id}` : "collectors-heading");
}

function details({ did, contact, fingerprint: digits, person, name }: CollectorView): TemplateResult {
  return html`<details class="small">
    <summary aria-label=${text("collector_identity_of", isolated(name))}>${text("collector_identity")}</summary>
    <dl class="facts">
      <dt>${text("collector_fingerprint")}</dt>
      <dd data-fingerprint>${fingerprint(digits)}</dd>
      <dt>${text("collector_did")}</dt>
      <dd class="mono"><bdi dir="ltr">${did}</bdi></dd>
      <dt>${text("collector_contact")}</dt>
      <dd><bdi>${contact}</bdi></dd>
      ${
        person === ""
          ? nothing
          : html`<dt>${text("collector_person")}</dt>
            <dd class="mono"><bdi dir="ltr">${person}</bdi></dd>`
      }
    </dl>
    <p class="soft">${text("found_compare")}</p>
  </details>`;
}

/** How much it may owe. The field takes minor units; beside it stands what they are in the asset that is paid in. */
function limit(office: Office, limits: Limits, collector: CollectorView): TemplateResult {
  const { id } = collector;
  const kept = collector.limit === null ? "" : String(collector.limit);
  const typed = limits.get(id) ?? kept;
  const assets = new Set([...collector.sums, ...collector.offers].map(({ asset }) => asset));
  const meant = /^\d+$/.test(typed) ? [...assets].map((asset) => money(typed, asset)).join(" · ") : "";
  return html`<form
    class="bar ends"
    @submit=${(event: SubmitEvent) => {
      const value = fieldsOf(event).value("limit").trim();
      void office.run(`limit-${id}`, async () => {
        const units = value === "" ? null : Number(value);
        office.take((await ask({ type: "credit_limit", collector: id, units }, "collectors")).view);
        limits.delete(id);
        announce(text("limit_kept"));
      });
    }}
  >
    <label class="grow">
      <span>${text("limit_title")}</span>
      <input
        class="field"
        name="limit"
        type="text"
        inputmode="numeric"
        pattern="[0-9]{0,15}"
        autocomplete="off"
        dir="ltr"
        aria-describedby="limit-why-${id} limit-means-${id}"
        .value=${typed}
        @input=${(event: Event) => {
          if (event.target instanceof HTMLInputElement) limits.set(id, event.target.value);
          office.paint();
        }}
      />
    </label>
    <output class="means" id="limit-means-${id}">${meant === "" ? text("limit_none") : meant}</output>
    <button
      type="submit"
      class="button"
      data-action="credit-limit"
      aria-describedby="collector-${id}"
      aria-busy=${busy(office, `limit-${id}`)}
    >
      ${text("limit_keep")}
    </button>
    <p class="small soft hint" id="limit-why-${id}">${text("limit_why")}</p>
  </form>`;
}
