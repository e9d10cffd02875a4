// The switch of a site, and the way of switching on, which the browser's own prompt is part of.

import { html, nothing, type TemplateResult } from "lit-html";
import { Failed, requestSite, text } from "../platform/browser";
import type { Site } from "../platform/messages";
import { ask } from "./ask";

/** What the switch of a site needs to know of it: also where the person never switched it on. */
export type Switchable = Pick<Site, "origin" | "host" | "matches" | "state">;

/** What became of switching on. */
export type Switched = "on" | "refused";

/**
 * Switches a site on and asks the browser for its permission. Must be called synchronously in the handler of a
 * gesture: Firefox refuses the prompt after any `await`, and Chromium closes a popup over it, after which the
 * background goes on alone. So the request is under way before the prompt is asked for.
 *
 * @throws {Failed} when it could not be switched on; then it is off.
 */
export async function switchOn(origin: string, matches: string): Promise<Switched> {
  const requested = ask({ type: "site_on", url: origin }, "sites");
  const permitted = requestSite(matches);
  const [request, permission] = await Promise.allSettled([requested, permitted]);
  if (request.status === "fulfilled" && permission.status === "fulfilled" && permission.value) return "on";
  const off = ask({ type: "site_off", origin }, "sites");
  if (request.status === "rejected") {
    // What went wrong first is what helps; that it is off again changes nothing about it.
    await off.catch(() => undefined);
    throw request.reason;
  }
  await off;
  if (permission.status === "rejected") throw new Failed("browser_refused", String(permission.reason));
  return "refused";
}

/**
 * Asks the browser for the permission of a host. Must be called synchronously in the handler of a gesture, as
 * `switchOn`.
 *
 * @throws {Failed} when the browser could not ask.
 */
export async function permitted(matches: string): Promise<boolean> {
  try {
    return await requestSite(matches);
  } catch (error) {
    throw new Failed("browser_refused", String(error));
  }
}

/** Switches a site off. Its permission goes back to the browser. */
export async function switchOff(origin: string): Promise<void> {
  await ask({ type: "site_off", origin }, "sites");
}

/** Whether the person wants it recorded, whatever hinders it. */
export function wanted(site: Pick<Site, "state">): boolean {
  return site.state === "on" || site.state === "capped" || site.state === "unpermitted";
}

/** A switch. `label` and `description` are ids of what names and explains it. */
export function siteSwitch(
  site: Switchable,
  busy: boolean,
  label: string,
  description: string,
  toggle: (site: Switchable) => void,
): TemplateResult {
  return html`<button
    type="button"
    class="switch"
    role="switch"
    data-action="site"
    data-origin=${site.origin}
    data-state=${site.state}
    aria-checked=${wanted(site) ? "true" : "false"}
    aria-labelledby=${label}
    aria-describedby=${description}
    aria-busy=${busy ? "true" : nothing}
    ?disabled=${site.state === "unavailable"}
    @click=${() => !busy && toggle(site)}
  >
    <span class="track" aria-hidden="true"><span class="thumb"></span></span>
  </button>`;
}

/** How the site stands. While all recording is paused, one that is on records nothing either. */
export function stateNow(site: Pick<Site, "state">, paused: boolean): Site["state"] | "paused" {
  return paused && site.state === "on" ? "paused" : site.state;
}

/** How the site stands, in words. */
export function stateInWords(site: Pick<Site, "state">, busy: boolean, paused: boolean): string {
  return text(busy ? "site_asking" : `site_state_${stateNow(site, paused)}`);
}

/** A typed address as an origin and a match pattern, which has no port; `null` where no site can be read from it. */
export function siteOf(typed: string): { origin: string; matches: string } | null {
  const address = typed.trim();
  const local = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:|\/|$)/i.test(address);
  const complete = /^[a-z][a-z0-9+.-]*:\/\//i.test(address)
    ? address
    : `${local ? "http" : "https"}://${address}`;
  if (address === "" || !URL.canParse(complete)) return null;
  const url = new URL(complete);
  if (url.protocol !== "https:" && url.protocol !== "http:") return null;
  return { origin: url.origin, matches: `${url.protocol}//${url.hostname}/*` };
}
