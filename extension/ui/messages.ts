// The one place where a page speaks up: a polite line, a line with something to press, or a fault. The regions
// stand in the static HTML, since a live region that is inserted together with its words is often not read out.

import { html, nothing, render } from "lit-html";
import { text } from "../platform/browser";
import { faultOf, inWords } from "./fault";
import { icon } from "./icon";

/** What a message offers to do. */
export interface Offer {
  action: string;
  label: string;
  run: () => void;
}

const box = part("messages");
const status = part("status");
const alert = part("alert");
const actions = part("message-actions");

/** Faults that a page shows for as long as they last. */
const STANDING: ReadonlySet<string> = new Set(["locked", "forgetting"]);

/** Takes away an offer that no longer holds. */
let passing: ReturnType<typeof setTimeout> | undefined;

/** Says something politely, for those who listen; those who look see it where it happened. */
export function announce(words: string): void {
  show(words, "", null, false);
}

/** Says something politely and visibly, with something to press, for `lasting` milliseconds if that is said. */
export function offer(words: string, choice: Offer, lasting?: number): void {
  show(words, "", choice, true);
  if (lasting !== undefined) passing = setTimeout(quiet, lasting);
}

/** Says what went wrong, visibly, until it is dismissed or the next message comes. */
export function complain(error: unknown): void {
  const words = inWords(error);
  // The card that unlocks, or the banner that undoes, is in sight and says the rest.
  if (STANDING.has(faultOf(error).code)) announce(words);
  else show("", words, null, true);
}

/** Takes the message away. */
export function quiet(): void {
  show("", "", null, false);
}

function show(polite: string, urgent: string, choice: Offer | null, visible: boolean): void {
  clearTimeout(passing);
  // A region that keeps its words is not read again: the same words twice differ by a no-break space.
  status.textContent = polite && polite === status.textContent ? `${polite}\u00a0` : polite;
  alert.textContent = urgent;
  box.toggleAttribute("data-open", visible);
  box.dataset["tone"] = urgent ? "fault" : "calm";
  render(
    visible
      ? html`${
          choice
            ? html`<button class="button" type="button" data-action=${choice.action} @click=${choice.run}>
              ${choice.label}
            </button>`
            : nothing
        }<button
            class="button icon-button"
            type="button"
            data-action="dismiss"
            title=${text("dismiss")}
            @click=${quiet}
          >
            ${icon("close")}
          </button>`
      : nothing,
    actions,
  );
}

function part(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}
