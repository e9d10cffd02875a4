// What is recorded and what never is, in plain words, and the consent to it. Nothing is on before it is given.

import { html, nothing, type TemplateResult } from "lit-html";
import { onRefresh, openPage, text } from "../platform/browser";
import type { WelcomeView } from "../platform/messages";
import { ask, onLocked } from "../ui/ask";
import { faultOf } from "../ui/fault";
import { logo } from "../ui/icon";
import { Lock } from "../ui/lock";
import { announce, complain, quiet } from "../ui/messages";
import { Canvas, coalesced } from "../ui/page";
import { plural } from "../ui/words";

const canvas = new Canvas("welcome_title");
const lock = new Lock(paint, turned);

let view: WelcomeView | null = null;
let failure: unknown = null;
let agreed = false;
let declined = false;
let busy = false;

const load = coalesced(async () => {
  if (lock.locked) await lock.load();
  try {
    view = (await ask({ type: "welcome" }, "welcome")).view;
    failure = null;
  } catch (error) {
    if (view) complain(error);
    else failure = error;
  }
  paint();
});

/** The profile was locked, or unlocked. */
function turned(locked: boolean): void {
  view = null;
  failure = null;
  if (!locked) void load().then(() => document.querySelector("h1")?.focus());
}

function paint(): void {
  if (lock.locked) canvas.paint(html`<main>${lock.card()}</main>`);
  else if (view) canvas.paint(page(view));
  else if (failure) canvas.paint(unreadable(failure));
}

function page(shown: WelcomeView): TemplateResult {
  return html`<main>
    <div class="part">
      <p class="brand">${logo()}${text("ext_name")}</p>
      <h1 tabindex="-1">${text("welcome_heading")}</h1>
      <p class="lead">${text("welcome_lead")}</p>
      <div class="terms">
        ${term("recorded", [text("welcome_recorded_1"), text("welcome_recorded_2")])}
        ${term("stays", [text("welcome_stays_1"), text("welcome_stays_2")])}
        ${term("never", [
          text("welcome_never_1"),
          html`<ul>
            <li>${text("welcome_never_private")}</li>
            <li>${text("welcome_never_secrets")}</li>
            <li>${text("welcome_never_messages")}</li>
            <li>${text("welcome_never_drafts")}</li>
          </ul>`,
        ])}
        ${term("limits", [text("welcome_limits_1"), text("welcome_limits_2"), text("welcome_limits_3")])}
        ${term("delete", [text("welcome_delete_1"), text("welcome_delete_2")])}
      </div>
    </div>
    <div class="perforation"></div>
    <div class="part">
      ${shown.consented ? standing(shown) : decision()}
    </div>
  </main>`;
}

function term(name: string, paragraphs: Array<string | TemplateResult>): TemplateResult {
  return html`<section class="term" aria-labelledby="term-${name}">
    <h2 id="term-${name}">${text(`welcome_${name}_title`)}</h2>
    <div>${paragraphs.map((it) => (typeof it === "string" ? html`<p>${it}</p>` : it))}</div>
  </section>`;
}

function decision(): TemplateResult {
  return html`<section class="consent" aria-labelledby="decision" data-consented="false">
    <h2 id="decision" tabindex="-1">${text(declined ? "welcome_declined_title" : "welcome_decision_title")}</h2>
    ${declined ? html`<p>${text("welcome_declined")}</p>` : nothing}
    <label class="agree">
      <input
        type="checkbox"
        data-action="agree"
        .checked=${agreed}
        @change=${(event: Event) => {
          agreed = event.target instanceof HTMLInputElement && event.target.checked;
          paint();
        }}
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

function standing(shown: WelcomeView): TemplateResult {
  return html`<section class="consent" aria-labelledby="decision" data-consented="true">
    <h2 id="decision" tabindex="-1">${text("welcome_given_title")}</h2>
    <p>${shown.sites > 0 ? plural("welcome_sites_on", shown.sites) : text("welcome_no_site")}</p>
    <ol class="steps">
      <li>${text("welcome_step_1")}</li>
      <li>${text("welcome_step_2")}</li>
      <li>${text("welcome_step_3")}</li>
    </ol>
    <div class="bar">
      <button type="button" class="button primary big" data-action="open-sites" @click=${() => go("app/app.html#sites")}>
        ${text("welcome_open_sites")}
      </button>
      <button type="button" class="button big" data-action="open-records" @click=${() => go("app/app.html")}>
        ${text("open_records")}
      </button>
    </div>
    ${
      shown.sites > 0
        ? html`<section class="next" aria-labelledby="next" data-next="keys">
          <h3 id="next">${text("welcome_keys_title")}</h3>
          <p>${text("welcome_keys")}</p>
          <button type="button" class="button big" data-action="open-settings" @click=${() => go("app/app.html#settings")}>
            ${text("welcome_keys_open")}
          </button>
        </section>`
        : nothing
    }
    <div class="withdraw">
      <p class="soft">${text("welcome_withdraw_explained")}</p>
      <button type="button" class="button" data-action="withdraw" @click=${() => consent(false)}>
        ${text("welcome_withdraw")}
      </button>
    </div>
  </section>`;
}

function unreadable(error: unknown): TemplateResult {
  const fault = faultOf(error);
  return html`<main class="sheet empty" data-error=${fault.code}>
    <h1>${text("unreadable_title")}</h1>
    <p role="alert">${fault.words}</p>
    ${fault.detail ? html`<p class="small mono" dir="auto">${fault.detail}</p>` : nothing}
    <button type="button" class="button big" data-action="retry" @click=${load}>${text("retry")}</button>
  </main>`;
}

async function consent(given: boolean): Promise<void> {
  if (busy) return;
  busy = true;
  quiet();
  try {
    view = (await ask({ type: "consent", given }, "welcome")).view;
    agreed = false;
    declined = false;
    announce(text(given ? "welcome_given_title" : "welcome_withdrawn"));
    paint();
    document.getElementById("decision")?.focus();
  } catch (error) {
    complain(error);
  } finally {
    busy = false;
  }
}

function decline(): void {
  declined = true;
  agreed = false;
  quiet();
  announce(text("welcome_declined"));
  paint();
}

function go(path: string): void {
  void openPage(path).catch(complain);
}

onLocked(() => lock.closed());
onRefresh(load);
void load();
