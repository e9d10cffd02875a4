// Pausing and resuming, on all sites.

import { html, type TemplateResult } from "lit-html";
import { text } from "../platform/browser";
import type { PauseLength, PauseView, SitesView } from "../platform/messages";
import { ask } from "./ask";
import { icon } from "./icon";
import { announce } from "./messages";
import { clock } from "./time";

const LENGTHS: PauseLength[] = ["hour", "tomorrow", "open"];

/** Pauses recording, and tells so. */
export async function pause(length: PauseLength): Promise<SitesView> {
  const offset = new Date().getTimezoneOffset();
  const { view } = await ask({ type: "pause", length, offset }, "sites");
  announce(text("pause_now"));
  return view;
}

/** Goes on, and tells so. */
export async function resume(): Promise<SitesView> {
  const { view } = await ask({ type: "resume" }, "sites");
  announce(text("resumed_now"));
  return view;
}

/** Says that recording rests, with the way back; or offers how long it may. `change` runs what was asked for. */
export function pausing(
  paused: PauseView | null,
  now: number,
  change: (run: () => Promise<unknown>) => void,
): TemplateResult {
  if (paused) {
    return html`<p class="strip" data-paused>
      ${icon("warning")}<span
        >${paused.until === null ? text("paused_open") : text("paused_until", clock(paused.until, now))}</span
      >
      <button type="button" class="button" data-action="resume" @click=${() => change(resume)}>
        ${text("pause_resume")}
      </button>
    </p>`;
  }
  return html`<details class="pause small">
    <summary>${text("pause_title")}</summary>
    <div class="bar" role="group" aria-label="${text("pause_title")}: ${text("pause_explained")}">
      ${LENGTHS.map(
        (length) => html`<button
          type="button"
          class="button"
          data-action="pause"
          data-length=${length}
          @click=${() => change(() => pause(length))}
        >
          ${text(`pause_${length}`)}
        </button>`,
      )}
    </div>
  </details>`;
}
