// The first screen: what is recorded and what never is, what this cannot do, and the consent to it.

import { html, nothing, type TemplateResult } from "lit-html";
import { text } from "../platform/browser";

/** What the first screen shows of the decision, and what its controls call. */
export interface Decision {
  consented: boolean;
  /** The box is ticked. */
  agreed: boolean;
  /** The person said: not now. */
  declined: boolean;
  agree: (agreed: boolean) => void;
  consent: (given: boolean) => void;
  decline: () => void;
}

/** What stands above the perforation. */
export function promise(): TemplateResult {
  return html`<p class="lead">${text("welcome_lead")}</p>
    <div class="terms">
      ${term("recorded", html`<p>${text("welcome_recorded")}</p>`)}
      ${term("stays", html`<p>${text("welcome_stays")}</p>`)}
      ${term(
        "never",
        html`<p>${text("welcome_never")}</p>
          <ul>
            <li>${text("welcome_never_private")}</li>
            <li>${text("welcome_never_secrets")}</li>
            <li>${text("welcome_never_messages")}</li>
            <li>${text("welcome_never_drafts")}</li>
          </ul>`,
      )}
      ${term(
        "limits",
        html`<ul>
          <li>${text("welcome_limits_1")}</li>
          <li>${text("welcome_limits_2")}</li>
          <li>${text("welcome_limits_3")}</li>
        </ul>`,
      )}
      ${term("delete", html`<p>${text("welcome_delete")}</p>`)}
    </div>`;
}

function term(name: string, body: TemplateResult): TemplateResult {
  return html`<section class="term" aria-labelledby="term-${name}">
    <h2 id="term-${name}">${text(`welcome_${name}_title`)}</h2>
    <div>${body}</div>
  </section>`;
}

/** What stands below it: the decision, or that it was made and how it is taken back. */
export function decision(it: Decision): TemplateResult {
  return it.consented ? standing(it) : asking(it);
}

function asking({ agreed, declined, agree, consent, decline }: Decision): TemplateResult {
  return html`<section class="consent" aria-labelledby="decision">
    <h2 id="decision" tabindex="-1">${text(declined ? "welcome_declined_title" : "welcome_decision_title")}</h2>
    ${declined ? html`<p>${text("welcome_declined")}</p>` : nothing}
    <label class="agree">
      <input
        type="checkbox"
        data-action="agree"
        .checked=${agreed}
        @change=${(event: Event) => agree(event.target instanceof HTMLInputElement && event.target.checked)}
      />
      <span>${text("welcome_agree")}</span>
    </label>
    <div class="bar">
      <button
        type="button"
        class="button primary big"
        data-action="consent"
        ?disabled=${!agreed}
        aria-describedby=${agreed ? nothing : "consent-why"}
        @click=${() => consent(true)}
      >
        ${text("welcome_start")}
      </button>
      <button type="button" class="button big" data-action="decline" @click=${decline}>
        ${text("welcome_decline")}
      </button>
      <p class="small soft" id="consent-why" ?hidden=${agreed}>${text("welcome_start_why")}</p>
    </div>
  </section>`;
}

function standing({ consent }: Decision): TemplateResult {
  return html`<section class="consent" aria-labelledby="decision">
    <h2 id="decision" tabindex="-1">${text("welcome_given_title")}</h2>
    <div class="withdraw">
      <p class="soft">${text("welcome_withdraw_explained")}</p>
      <button type="button" class="button" data-action="withdraw" @click=${() => consent(false)}>
        ${text("welcome_withdraw")}
      </button>
    </div>
  </section>`;
}
