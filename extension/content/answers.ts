// Keeps what a model answers and how the person rates it, where they switched that on for the site. Registered there
// only, after the content script, which tells of what was asked.

import { connected } from "../platform/browser";
import type { Verdict } from "../platform/messages";
import { isOf, modelOf, nearest } from "./adapters";
import { deliver, deliverNow, nonce } from "./deliver";
import { target } from "./dom";
import { blank, read } from "./text";

/** Where answers stand and are rated: an adapter's part for this script. Selectors of a list are one. */
interface Places {
  /** As in `Adapter`. */
  readonly m?: string;
  /** One turn of the model. */
  readonly t?: string;
  /** There in or after the turn once it is complete. */
  readonly o?: string;
  /** A press here says that the answer is good; bad; that another one is wanted. */
  readonly u?: string;
  readonly w?: string;
  readonly r?: string;
  readonly d?: readonly string[];
  readonly e?: string;
}

/** How often an answer that grows is looked at, in milliseconds. */
const EVERY = 500;
/** How long its text rests once it is complete, where the page does not say when. */
const RESTS = 2_000;
/** The longest that an answer is waited for. */
const LONGEST = 600_000;

const DATA = Symbol.for("cf.answers");
const ASKED = Symbol.for("cf.asked");
const world = globalThis as {
  [DATA]?: Places[];
  [ASKED]?: (nonce?: string) => void;
};

/** What stood there when the person asked, with its text then. */
let before = new Map<Element, string>();
/** Nonce of what was asked last. */
let asked: string | undefined;
/** Nonces of the answers that were told. */
const told = new WeakMap<Element, string>();
let timer: ReturnType<typeof setTimeout> | undefined;

function places(): Places | undefined {
  return world[DATA]?.find(isOf);
}

function all(css: string | undefined): Element[] {
  try {
    return css ? [...document.querySelectorAll(css)] : [];
  } catch {
    return [];
  }
}

function textOf(turn: Element): string {
  const collapses = /^(normal|nowrap)$/.test(getComputedStyle(turn).whiteSpace);
  return read(turn as HTMLElement, collapses).trim();
}

/** Whether an element lies in another one or comes after it. */
function inOrAfter(element: Element, turn: Element): boolean {
  return (
    turn.contains(element) || (turn.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0
  );
}

/** Waits until the answer to `to` is complete, and tells it. */
function waitFor(to: string): void {
  const since = performance.now();
  let text = "";
  let rested = since;
  const look = (): void => {
    if (!connected() || to !== asked || performance.now() - since > LONGEST) return;
    timer = setTimeout(look, EVERY);
    const here = places();
    const turn = all(here?.t).at(-1);
    if (!here || !turn) return;
    const now = textOf(turn);
    if (blank(now) || before.get(turn) === now) return;
    if (now !== text) {
      text = now;
      rested = performance.now();
      return;
    }
    const complete = here.o
      ? all(here.o).some((mark) => inOrAfter(mark, turn))
      : performance.now() - rested >= RESTS;
    if (!complete) return;
    clearTimeout(timer);
    const own = nonce();
    told.set(turn, own);
    deliver({
      type: "answered",
      answered: { v: 1, nonce: own, to, at: Date.now(), text: now, model: modelOf(here) },
    });
  };
  clearTimeout(timer);
  timer = setTimeout(look, EVERY);
}

/** A gesture that may ask, and then the nonce of what it asked. */
function onAsked(to?: string): void {
  if (to) {
    asked = to;
    waitFor(to);
  } else before = new Map(all(places()?.t).map((turn) => [turn, textOf(turn)]));
}

function onClick(event: MouseEvent): void {
  if (!event.isTrusted || !connected()) return;
  const pressed = target(event);
  const here = places();
  if (!here || !pressed) return;
  const verdicts: Array<[Verdict, string | undefined]> = [
    ["up", here.u],
    ["down", here.w],
    ["regenerate", here.r],
  ];
  const verdict = verdicts.find(([, css]) => nearest(pressed, css))?.[0];
  if (!verdict) return;
  const turns = all(here.t);
  const turn = turns.filter((it) => inOrAfter(pressed, it)).at(-1);
  const to = (turn && told.get(turn)) ?? (turn === turns.at(-1) ? asked : undefined);
  deliver({ type: "rated", rated: { v: 1, nonce: nonce(), to: to ?? null, at: Date.now(), verdict } });
  if (verdict !== "regenerate" || !asked) return;
  onAsked();
  waitFor(asked);
}

// The script may come twice into one document: the later one, whose background answers, takes the place.
const HELD = Symbol.for("counterfoil.answering");
const holder = globalThis as { [HELD]?: AbortController };
holder[HELD]?.abort();
const ending = new AbortController();
holder[HELD] = ending;
world[ASKED] = onAsked;
const options = { capture: true, passive: true, signal: ending.signal };
window.addEventListener("click", onClick, options);
window.addEventListener("pagehide", deliverNow, options);
