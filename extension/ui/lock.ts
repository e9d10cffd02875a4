// The lock of the profile: whether it is closed, the card that opens it, and the button that closes it.

import { html, nothing, type TemplateResult } from "lit-html";
import { text } from "../platform/browser";
import type { StatusView } from "../platform/messages";
import { ask } from "./ask";
import { closeDialogs } from "./confirm";
import { Countdown, remaining } from "./countdown";
import { inWords } from "./fault";
import { icon } from "./icon";
import { announce, complain, quiet } from "./messages";
import { plural } from "./words";

const FIELD = "unlock-passphrase";

export class Lock {
  readonly #paint: () => void;
  readonly #turned: (locked: boolean) => void;
  readonly #wait: Countdown;
  #status: StatusView | null = null;
  #busy = false;
  #fault = "";
  /** Whether the card came up just now, and is yet to be led to. */
  #arriving = false;

  /**
   * @param turned called after the profile was locked or unlocked: the page lets go of what it read, and asks for
   * it again once it may.
   */
  constructor(paint: () => void, turned: (locked: boolean) => void) {
    this.#paint = paint;
    this.#turned = turned;
    this.#wait = new Countdown(paint, () => {
      this.#fault = "";
      announce(text("unlock_again"));
      this.#paint();
      field()?.focus();
    });
  }

  get locked(): boolean {
    return this.#status?.locked ?? false;
  }

  /** Asks how it stands. That it cannot be told changes nothing: what the page asks for then tells why. */
  async load(): Promise<void> {
    try {
      this.#take((await ask({ type: "status" }, "status")).view);
    } catch {
      return;
    }
  }

  /** A request failed because it is locked: the card comes at once, and then what it has to tell. */
  closed(): void {
    if (!this.locked) this.#take({ locked: true, passphrase: true, waiting: 0, wait_until: null });
    void this.load().then(this.#paint);
  }

  /** Locks at once; nothing where there is no passphrase to lock with. */
  button(): TemplateResult | typeof nothing {
    if (!this.#status?.passphrase || this.#status.locked) return nothing;
    return html`<button type="button" class="button" data-action="lock" @click=${this.#lock}>
      ${icon("lock")}${text("lock_now")}
    </button>`;
  }

  /** What stands in place of everything else while it is locked. */
  card(): TemplateResult {
    queueMicrotask(() => this.#arrive());
    const waiting = this.#status?.waiting ?? 0;
    const until = this.#status?.wait_until ?? null;
    const barred = until !== null && this.#wait.running;
    return html`<section class="unlock sheet" aria-labelledby="unlock-title" data-locked>
      <div class="unlock-sign">${icon("lock")}</div>
      <h1 id="unlock-title">${text("unlock_title")}</h1>
      <p>${text("unlock_explained")}</p>
      ${waiting > 0 ? html`<p class="waiting" data-waiting=${waiting}>${plural("unlock_waiting", waiting)}</p>` : nothing}
      <form @submit=${this.#unlock}>
        <label class="grow" for=${FIELD}>${text("passphrase")}</label>
        <input
          class="field"
          id=${FIELD}
          name="passphrase"
          type="password"
          data-action="unlock-passphrase"
          autocomplete="current-password"
          required
          aria-invalid=${this.#fault ? "true" : nothing}
          aria-describedby="unlock-fault unlock-wait"
        />
        <p class="fault" id="unlock-fault" role="alert">${this.#fault}</p>
        <p class="small soft" id="unlock-wait" ?hidden=${!barred} data-wait>
          ${barred ? text("unlock_wait", remaining(until, Date.now())) : nothing}
        </p>
        <button
          type="submit"
          class="button primary big"
          data-action="unlock"
          ?disabled=${barred}
          aria-busy=${this.#busy ? "true" : nothing}
        >
          ${text(this.#busy ? "unlock_running" : "unlock")}
        </button>
      </form>
      <details class="small soft">
        <summary>${text("unlock_lost_title")}</summary>
        <p class="unlock-lost">${text("unlock_lost")}</p>
      </details>
    </section>`;
  }

  #unlock = (event: SubmitEvent): void => {
    event.preventDefault();
    const input = field();
    if (!input || this.#busy || this.#wait.running) return;
    const passphrase = input.value;
    // It stays in no field, whatever comes of it.
    input.value = "";
    void this.#open(passphrase);
  };

  async #open(passphrase: string): Promise<void> {
    const waited = this.#status?.waiting ?? 0;
    this.#busy = true;
    this.#fault = "";
    quiet();
    this.#paint();
    try {
      const { view } = await ask({ type: "unlock", passphrase }, "status");
      this.#busy = false;
      this.#take(view);
      announce(waited > 0 ? plural("unlocked_waiting", waited) : text("unlocked"));
    } catch (error) {
      this.#busy = false;
      await this.load();
      this.#fault = inWords(error);
      this.#paint();
      field()?.focus();
    }
  }

  #lock = (): void => {
    void (async () => {
      try {
        this.#take((await ask({ type: "lock" }, "status")).view);
      } catch (error) {
        complain(error);
      }
    })();
  };

  #take(view: StatusView): void {
    const was = this.locked;
    this.#status = view;
    this.#wait.to(view.wait_until);
    if (view.locked === was) return;
    this.#fault = "";
    this.#arriving = view.locked;
    if (view.locked) closeDialogs();
    this.#turned(view.locked);
    this.#paint();
    if (view.locked) announce(text("locked_now"));
  }

  #arrive(): void {
    if (!this.#arriving) return;
    this.#arriving = false;
    field()?.focus();
  }
}

function field(): HTMLInputElement | null {
  const found = document.getElementById(FIELD);
  return found instanceof HTMLInputElement ? found : null;
}
