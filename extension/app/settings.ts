// Keys and data: the 24 words, backup and restore, passphrase and lock, what is always hidden, how long records stay,
// the space they take, forgetting, the logs.

import { html, nothing, type TemplateResult } from "lit-html";
import { text } from "../platform/browser";
import type { SettingsView } from "../platform/messages";
import { ask } from "../ui/ask";
import { complain } from "../ui/messages";
import { Always } from "./always";
import { Backup } from "./backup";
import { Forget } from "./forget";
import { Logs } from "./logs";
import { type Desk, link, PARTS, type Part } from "./part";
import { Passphrase } from "./passphrase";
import { Recovery } from "./recovery";
import { Restore } from "./restore";
import { Retention } from "./retention";
import { door, type Section, unreadable } from "./section";
import { Storage } from "./storage";

/** The word after the section's name that leads to the logs and checks them at once. */
const CHECK = "check";
/** What can be done where there is no log yet. */
const WITHOUT_LOG: readonly Part[] = ["restore", "forget"];

/** A part as the page sees it. */
interface Sheet {
  template: (view: SettingsView) => TemplateResult;
  /** The page is left, or locked: what was typed or shown for the moment goes. */
  leave: () => void;
}

export class Settings implements Section {
  readonly #desk: Desk;
  readonly #parts: Readonly<Record<Part, Sheet>>;
  readonly #logs: Logs;
  #view: SettingsView | null = null;
  #failure: unknown = null;
  /** The part that was asked for and is yet to be led to. */
  #goal: Part | null = null;
  #checking = false;

  constructor(paint: () => void) {
    this.#desk = {
      paint,
      take: (view) => {
        this.#view = view;
        paint();
      },
      go: (part) => {
        this.#goal = part;
        paint();
      },
    };
    const changed = (): void => void this.#reload();
    this.#logs = new Logs(this.#desk, changed);
    this.#parts = {
      words: new Recovery(this.#desk),
      backup: new Backup(this.#desk),
      restore: new Restore(this.#desk, changed),
      passphrase: new Passphrase(this.#desk),
      always: new Always(this.#desk),
      retention: new Retention(this.#desk),
      storage: new Storage(this.#desk),
      forget: new Forget(this.#desk, changed),
      logs: this.#logs,
    };
  }

  /** The settings as last read, for what every section says about them. */
  get view(): SettingsView | null {
    return this.#view;
  }

  enter(rest: string): void {
    this.#checking = rest === CHECK;
    const part = this.#checking ? "logs" : rest;
    this.#goal = PARTS.find((each) => each === part) ?? null;
  }

  leave(): void {
    for (const part of PARTS) this.#parts[part].leave();
  }

  conceal(): void {
    this.leave();
    this.#failure = null;
    // Words that were to be hidden are words of the person's.
    if (this.#view) this.#view = { ...this.#view, always_hidden: [] };
  }

  async load(): Promise<void> {
    try {
      await this.glance();
    } catch (error) {
      if (this.#view) complain(error);
      else this.#failure = error;
    }
  }

  /** Reads the settings anew. */
  async glance(): Promise<void> {
    this.#view = (await ask({ type: "settings" }, "settings")).view;
    this.#failure = null;
  }

  template(): TemplateResult | typeof nothing {
    if (this.#failure) return unreadable(this.#failure, () => void this.#reload());
    const view = this.#view;
    if (!view) return nothing;
    queueMicrotask(() => this.#arrive());
    const parts = view.ready ? PARTS : WITHOUT_LOG;
    return html`<div class="column">
      <h1>${text("settings_title")}</h1>
      <p class="soft">${text("settings_explained")}</p>
      ${
        view.ready
          ? nothing
          : html`<p class="soft" data-empty="empty_log">${text("empty_log")}</p>
            ${door()}`
      }
      <ul class="contents" aria-label=${text("settings_parts")}>
        ${parts.map((part) => html`<li>${link(this.#desk, part, text(`${part}_heading`))}</li>`)}
      </ul>
      ${parts.map((part) => this.#parts[part].template(view))}
    </div>`;
  }

  /** Leads to the part that was asked for, once it is there. */
  #arrive(): void {
    const heading = this.#goal && document.getElementById(`part-${this.#goal}`);
    if (!heading) return;
    this.#goal = null;
    heading.focus({ preventScroll: true });
    heading.scrollIntoView({ block: "start" });
    if (this.#checking) this.#logs.check();
    this.#checking = false;
  }

  async #reload(): Promise<void> {
    await this.load();
    this.#desk.paint();
  }
}
