// Three screens for whoever is new: what this does and does not do, with the consent to it; which sites; a first record,
// and keys and backup. Nothing is ticked or on before the person does it. The hash names the screen.

import { html, nothing, type TemplateResult } from "lit-html";
import { onRefresh, openPage, text } from "../platform/browser";
import type { WelcomeView } from "../platform/messages";
import { ask, onLocked } from "../ui/ask";
import { attempt } from "../ui/attempt";
import { faultOf } from "../ui/fault";
import { help } from "../ui/help";
import { logo } from "../ui/icon";
import { Lock } from "../ui/lock";
import { announce, complain, quiet } from "../ui/messages";
import { Canvas, coalesced } from "../ui/page";
import { lead } from "../ui/trial";
import { number } from "../ui/words";
import { Keys } from "./keys";
import { Practice } from "./practice";
import { decision, promise } from "./promise";
import { Sites } from "./sites";

/** The screens, by their names in the hash; each has a name `welcome_step_<name>` and a heading of its own. */
const STEPS = ["promise", "sites", "practice"] as const;
type Step = (typeof STEPS)[number];

/** How often relative times are painted anew, in milliseconds. */
const TICK = 30_000;
const HEADING = "step-heading";

const canvas = new Canvas("welcome_title");
const lock = new Lock(paint, turned);
const sites = new Sites(paint, () => void load(), change);
const keys = new Keys();
const practice = new Practice(paint, () => load());

let view: WelcomeView | null = null;
let failure: unknown = null;
let step: Step = stepNamed();
let agreed = false;
let declined = false;
let busy = false;
/** What the next screen says before its own name. */
let said = "";

const load = coalesced(async () => {
  if (lock.locked) await lock.load();
  try {
    const before = view?.consented;
    view = (await ask({ type: "welcome" }, "welcome")).view;
    if (!view.consented) turnBack(before === true);
    else if (step === "sites") await sites.load();
    else if (step === "practice") await Promise.all([keys.load(), practice.load()]);
    failure = null;
  } catch (error) {
    if (view) complain(error);
    else failure = error;
  }
  paint();
});

/** The profile was locked, or unlocked: nothing that was read before stays here. */
function turned(locked: boolean): void {
  view = null;
  failure = null;
  for (const each of [sites, keys, practice]) each.conceal();
  if (!locked) void load().then(() => lead(HEADING));
}

function paint(): void {
  if (lock.locked) canvas.paint(html`<main>${lock.card()}</main>`);
  else if (view) canvas.paint(page(view));
  else if (failure) canvas.paint(unreadable(failure));
}

function page({ consented, sites: on }: WelcomeView): TemplateResult {
  const place = STEPS.indexOf(step) + 1;
  return html`<main data-consented=${consented ? "true" : "false"} data-step=${place}>
      <div class="part">
        <div class="brand">
          <p class="bar">${logo()}${text("ext_name")}</p>
          <ol class="progress-steps" aria-label=${text("welcome_steps")}>
            ${STEPS.map(
              (each) =>
                html`<li aria-current=${each === step ? "step" : nothing}>${text(`welcome_step_${each}`)}</li>`,
            )}
          </ol>
        </div>
        <h1 id=${HEADING} tabindex="-1">${text(`welcome_heading_${step}`)}</h1>
        ${
          step === "promise"
            ? promise()
            : step === "sites"
              ? html`<p class="lead">${text("welcome_sites")}</p>
                <div class="choices">${sites.template(on)}</div>`
              : html`<div class="choices">${practice.template()} ${keys.template()}</div>`
        }
      </div>
      <div class="perforation"></div>
      <div class="part">
        ${step === "promise" ? decision({ consented, agreed, declined, agree, consent, decline }) : nothing}
        ${consented ? ways() : nothing}
      </div>
    </main>
    ${help("popup")}`;
}

/** The ways on and back. */
function ways(): TemplateResult {
  const place = STEPS.indexOf(step);
  const [before, after] = [STEPS[place - 1], STEPS[place + 1]];
  return html`<nav class="bar ways" aria-label=${text("welcome_steps")}>
    ${
      before
        ? html`<button type="button" class="button big" data-action="back" @click=${() => go(before)}>
          ${text("welcome_back")}
        </button>`
        : nothing
    }
    ${
      after
        ? html`<button type="button" class="button primary big push" data-action="next" @click=${() => go(after)}>
          ${text("welcome_next", text(`welcome_step_${after}`))}
        </button>`
        : html`<button type="button" class="button primary big push" data-action="open-records" @click=${openRecords}>
          ${text("open_records")}
        </button>`
    }
  </nav>`;
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

function agree(ticked: boolean): void {
  agreed = ticked;
  paint();
}

async function consent(given: boolean): Promise<void> {
  if (busy) return;
  busy = true;
  quiet();
  try {
    view = (await ask({ type: "consent", given }, "welcome")).view;
    agreed = false;
    declined = false;
    if (given) {
      said = text("welcome_given_title");
      go("sites");
    } else {
      announce(text("welcome_withdrawn"));
      paint();
      lead("decision");
    }
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

/** Runs what a control asked for, and reads everything anew. */
function change(run: () => Promise<unknown>): void {
  void attempt(async () => void (await run())).then(load);
}

function openRecords(): void {
  void openPage("app/app.html").catch(complain);
}

/** The screen that the hash names; the first one where it names none. */
function stepNamed(): Step {
  const name = location.hash.slice(1);
  return STEPS.find((each) => each === name) ?? "promise";
}

function go(to: Step): void {
  // The same hash again would lead nowhere.
  if (location.hash === `#${to}`) enter(to);
  else location.hash = to;
}

/** Shows a screen, and leads to its heading. */
function enter(next: Step): void {
  quiet();
  step = next;
  practice.conceal();
  paint();
  scrollTo(0, 0);
  lead(HEADING);
  const place = STEPS.indexOf(step) + 1;
  const where = text("welcome_step_of", number(place), number(STEPS.length), text(`welcome_step_${step}`));
  announce(said ? `${said}. ${where}` : where);
  said = "";
  name();
  void load();
}

/** Without consent there is the first screen only. `heard` tells whether the person saw that it stood. */
function turnBack(heard: boolean): void {
  if (stepNamed() !== "promise") history.replaceState(null, "", "#promise");
  if (step === "promise") return;
  step = "promise";
  for (const each of [sites, keys, practice]) each.conceal();
  name();
  paint();
  if (!heard) return;
  announce(text("welcome_withdrawn"));
  lead(HEADING);
}

function name(): void {
  document.title = text("title_of", text(`welcome_step_${step}`));
}

onLocked(() => lock.closed());
onRefresh(load);
setInterval(paint, TICK);
addEventListener("hashchange", () => {
  const next = stepNamed();
  if (next === step) return;
  if (next !== "promise" && view?.consented === false) turnBack(false);
  else enter(next);
});
document.addEventListener("keydown", (event) => {
  if (!lock.locked && step === "practice") practice.key(event);
});
name();
void load();
