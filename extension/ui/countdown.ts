// A time that is waited for: painted anew each second until it is there.

import { locale } from "./locale";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

const minutes = new Intl.NumberFormat(locale, { style: "unit", unit: "minute", unitDisplay: "short" });
const seconds = new Intl.NumberFormat(locale, { style: "unit", unit: "second", unitDisplay: "short" });

/** How long it is until a time, in words: minutes and seconds, never less than a second. */
export function remaining(until: number, now: number): string {
  const whole = Math.max(1, Math.ceil((until - now) / SECOND));
  const parts = [Math.floor(whole / 60), whole % 60];
  const [m = 0, s = 0] = parts;
  return [m > 0 ? minutes.format(m) : "", s > 0 || m === 0 ? seconds.format(s) : ""]
    .filter(Boolean)
    .join(" ");
}

/** Counts down to one time at most. */
export class Countdown {
  readonly #tick: () => void;
  readonly #over: () => void;
  #until: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param tick called each second before the time.
   * @param over called once when it is there.
   */
  constructor(tick: () => void, over: () => void) {
    this.#tick = tick;
    this.#over = over;
  }

  /** Whether the time is still to come. */
  get running(): boolean {
    return this.#until !== null && this.#until > Date.now();
  }

  /** Counts to this time, in milliseconds since the Unix epoch, or no longer. */
  to(until: number | null): void {
    if (until === this.#until) return;
    clearTimeout(this.#timer);
    this.#until = until;
    if (this.running) this.#wait();
  }

  #wait(): void {
    if (this.#until === null) return;
    const left = this.#until - Date.now();
    // In step with the whole seconds that are shown; far ones are looked at once a minute.
    const next = left > 5 * MINUTE ? MINUTE : left % SECOND || SECOND;
    this.#timer = setTimeout(() => {
      if (this.running) {
        this.#tick();
        this.#wait();
      } else this.#over();
    }, next);
  }
}
