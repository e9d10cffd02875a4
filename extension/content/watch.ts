// From a gesture to the proof that the text really left: a submission is reported only when the field was
// emptied or taken away by the page, or the page itself left, within `WINDOW` after the gesture. A newline, a
// picked suggestion and a form that was not valid leave the text where it is, and are forgotten.
//
// Looking is done by timers that run only while a gesture waits for its proof. Changes of a control's value
// are no mutations, so an observer would miss half of what counts and wake at every token of a streamed
// answer for nothing.

import { shadowRoot } from "../platform/browser";
import type { Confirm, Hints, Intent, Observed } from "../platform/messages";
import { type Adapter, adapter, arrived, first, modelOf, nearest } from "./adapters";
import { deliver, nonce } from "./deliver";
import { climb } from "./dom";
import { factsOf } from "./facts";
import { adopt, type Field, moveTo, now, reported, rootOf, settle } from "./fields";
import { secret } from "./secrets";
import { blank, LONGEST, same } from "./text";

/** How long a gesture waits for its proof, in milliseconds. The slowest page that was measured took 1,800. */
const WINDOW = 4_000;
/** The longest that what was sent waits for the adapter of its page, in milliseconds. */
const LATE = 10_000;
/** How long a field must be gone: some pages take it out and put it back with its text. */
const GONE = 250;
/** When to look after the first look at once, and then every `EVERY` milliseconds. */
const FIRST = [15, 30, 60];
const EVERY = 100;
/** The newline of a key press follows it within this time, in milliseconds. */
const SAME_KEY = 300;

interface Watch {
  field: Field;
  /** The state of the field that the gesture sent. */
  edits: number;
  /** What will be told, as it was at the gesture. */
  readonly sight: Omit<Observed, "nonce" | "confirm" | "typed" | "pasted" | "before">;
  until: number;
  readonly cause: Event;
  readonly path: string;
  /** The button as it was when it was pressed, in a document where nothing comes alive: the page may change its own. */
  readonly pressed: Element | null;
  /** Boxes around the field, nearest first: where it is looked for when it is drawn anew. */
  readonly boxes: Element[];
  /** Leaving the page counts as proof: the gesture is one that sends, not one that may make a newline. */
  leaves: boolean;
  /** A native `submit` followed. */
  submitted: boolean;
  /** The key made a newline, so only an emptied field counts, and only until the person goes on. */
  weak: boolean;
  /** When the field was first seen to be gone; 0 while it is there. */
  gone: number;
}

/** How many gestures without a proof are told at once. */
const MISSED = 16;
/** Events made up within a second, from which on they are told, and how often that is, in seconds. */
const FLOOD = 200;
const FLOOD_TOLD = 5;

/** Where answers are kept, their script leaves what hears of a gesture, and of the nonce once it is proven. */
const heard = globalThis as { [key: symbol]: ((nonce?: string) => void) | undefined };
const ASKED = Symbol.for("cf.asked");

const watches = new Set<Watch>();
/** Tells of what was proven while the adapter of the page was still on its way. */
const late = new Set<() => void>();
let missed = 0;
let counted = 0;
let forged = 0;
let flood = 0;
let toldAt = -Infinity;
let timer: ReturnType<typeof setTimeout> | undefined;
let looks = 0;

function watchOf(field: Field): Watch | undefined {
  for (const watch of watches) if (watch.field === field) return watch;
  return undefined;
}

/**
 * A gesture that may send the field's text.
 *
 * @param leaves whether leaving the page is proof enough.
 * @param cause the event: a key or a press is a gesture of its own, any other belongs to the one before.
 * @param button what was pressed.
 */
export function begin(field: Field, intent: Intent, leaves: boolean, cause: Event, button?: Element): void {
  settle(field);
  const held = watchOf(field);
  if (held && held.edits === field.edits) {
    if (/down$/.test(cause.type)) picked(held);
    // What was picked is another edit, and ends the watch.
    if (watches.has(held)) {
      held.until = performance.now() + WINDOW;
      held.leaves ||= leaves;
      held.weak = false;
      look();
      return;
    }
  }
  if (held) watches.delete(held);
  const text = now(field);
  if (blank(field.text) || blank(text) || field.text.length > LONGEST) return;
  if (secret(field.root, field.text) || proxy(field.root)) return;
  const here = adapter();
  if (skipped(here, [field.root])) return;
  heard[ASKED]?.();
  watches.add({
    field,
    edits: field.edits,
    sight: {
      v: 1,
      text: field.text,
      at: Date.now(),
      intent,
      altered: !same(field.text, text, field.rich),
      field: factsOf(field),
      url: location.href,
      hints: hintsOf(here, field.root),
    },
    until: performance.now() + WINDOW,
    cause,
    path: location.pathname,
    pressed: button ? new Document().importNode(button) : null,
    boxes: climb(field.root, 12).slice(1),
    leaves,
    submitted: false,
    weak: false,
    gone: 0,
  });
  look();
}

/** Whether an adapter takes nothing here. */
function skipped(here: Adapter | undefined, around: Element[]): boolean {
  return first(here?.p) !== null || around.some((element) => nearest(element, here?.a));
}

/** What an adapter says of a field. */
function hintsOf(here: Adapter | undefined, root: HTMLElement): Hints | null {
  if (!here) return null;
  return {
    id: here.i,
    whole: here.v === 1,
    composer: nearest(root, here.f) !== null,
    kinds: (here.c ?? []).flatMap((css, at) => (nearest(root, css) ? [at] : [])),
    model: modelOf(here),
  };
}

/**
 * Whether the field is only the keyboard's way into something that the page draws itself, such as a terminal
 * or a code editor: what stands in it is no text of its own, and is emptied at every line.
 */
function proxy(root: HTMLElement): boolean {
  if (root.closest(".xterm,.monaco-editor,.CodeMirror,.ace_editor")) return true;
  const { width, height } = root.getBoundingClientRect();
  return (
    width < 8 || height < 8 || !root.checkVisibility({ opacityProperty: true, visibilityProperty: true })
  );
}

function look(): void {
  clearTimeout(timer);
  looks = 0;
  timer = setTimeout(tick, 0);
}

function tick(): void {
  checkAll();
  if (watches.size > 0) timer = setTimeout(tick, FIRST[looks++] ?? EVERY);
}

/** Looks at every waiting gesture; also called before the person's next input can change what there is to see. */
export function checkAll(): void {
  for (const watch of watches) check(watch);
}

function check(watch: Watch): void {
  const { field } = watch;
  const time = performance.now();
  if (!field.root.isConnected) {
    if (drawnAnew(watch)) return;
    watch.gone ||= time;
    if (watch.weak) watches.delete(watch);
    else if (time - watch.gone >= GONE)
      report(watch, location.pathname === watch.path ? "detached" : "moved");
    return;
  }
  watch.gone = 0;
  if (blank(now(field))) report(watch, "cleared");
  else if (carriedOn(watch)) report(watch, "moved");
  else if (time >= watch.until) {
    watches.delete(watch);
    picked(watch);
    // Tools of an editor are pressed all the time: only what should have sent counts.
    if (!watch.weak && (watch.leaves || watch.sight.hints?.composer) && ++missed >= MISSED) tellHealth();
  }
}

/** An Enter that the page handled without sending may have picked a suggestion: then its text is the person's. */
function picked({ sight, cause, field }: Watch): void {
  if (sight.intent === "enter" && cause.defaultPrevented) adopt(field, "insertText");
}

/** Whether the address went on from the text: it now carries it, or the field went out of sight with it. */
function carriedOn(watch: Watch): boolean {
  const { weak, path, field, sight } = watch;
  if (weak) return false;
  if (location.pathname !== path && !field.root.checkVisibility()) return true;
  // A page that searches while one types has the text in its address before the gesture, too.
  return carries(location.href, sight.text) && (!sight.field.multiline || !carries(sight.url, sight.text));
}

/** Whether a part of the address is the text. */
function carries(address: string, text: string): boolean {
  const wanted = text.trim();
  return address.split(/[/?&=#]/).some((part) => {
    try {
      return decodeURIComponent(part.replace(/\+/g, " ")) === wanted;
    } catch {
      return false;
    }
  });
}

/** Whether the same text stands in a new field near where the old one was. */
function drawnAnew(watch: Watch): boolean {
  const box = watch.boxes.find((at) => at.isConnected);
  if (!box) return false;
  for (const place of [box, shadowRoot(box)]) {
    const near = place?.querySelectorAll("textarea,input,[contenteditable]") ?? [];
    for (const element of [...near].slice(0, 32)) {
      const root = rootOf(element);
      if (root && moveTo(watch.field, root)) return true;
    }
  }
  return false;
}

/** The person went on in another element that holds the same text. */
export function onMoved(from: Field, to: Field): void {
  const watch = watchOf(from);
  if (!watch) return;
  watch.field = to;
  watch.edits = to.edits;
  watch.gone = 0;
}

/** The person only looks at the text: should the next page send it untouched, it is theirs. */
export function hold(field: Field): void {
  settle(field);
  const { root, text, typed, pasted } = field;
  if (root.localName !== "input" && !blank(text) && text.length <= LONGEST && !secret(root, text))
    deliver({ type: "held", held: { v: 1, text, typed, pasted } });
}

/** The person changed the field after a gesture: so it was not sent, and emptying it is theirs. */
export function onEdited(field: Field, type: string): void {
  const watch = watchOf(field);
  if (!watch) return;
  const newline = type === "insertLineBreak" || type === "insertParagraph";
  if (newline && watch.sight.intent === "enter" && performance.now() - watch.cause.timeStamp < SAME_KEY) {
    watch.weak = true;
    watch.edits = field.edits;
  } else {
    watches.delete(watch);
  }
}

/** The person went on elsewhere: a key that made a newline can no longer be the cause of anything. */
export function dropWeak(): void {
  for (const watch of watches) if (watch.weak) watches.delete(watch);
}

/** Forgets all gestures: the person cancelled, or followed a link. */
export function dropAll(): void {
  watches.clear();
}

/** A native `submit` of a form with these fields, after a gesture on one of them. */
export function onSubmitted(fields: Field[]): Watch | undefined {
  let found: Watch | undefined;
  for (const field of fields) {
    const watch = watchOf(field);
    if (!watch) continue;
    watch.submitted = true;
    watch.leaves = true;
    watch.weak = false;
    found = watch;
  }
  return found;
}

/** The browser carries the submission out itself. */
export function onLeaving(watch: Watch): void {
  if (watches.has(watch)) report(watch, "submitted");
}

/** The page goes away: what was a sending gesture is proven by it. */
export function onPageHide(): void {
  for (const watch of watches) {
    if (!watch.field.root.isConnected) {
      if (!watch.weak) report(watch, "detached");
    } else if (blank(now(watch.field))) report(watch, "cleared");
    else if (watch.leaves) report(watch, watch.submitted ? "submitted" : "moved");
    watches.delete(watch);
  }
  for (const send of late) send();
  tellHealth();
}

/** Tells of gestures that no proof followed, and of what the page made up: numbers, no words. */
function tellHealth(): void {
  if (missed + flood > 0) tellHere();
}

/**
 * The same, also where there is nothing to tell but that the page has come into view: the toolbar shows that it records,
 * and whose software the page is, is asked before the person writes.
 */
export function tellHere(): void {
  adapter();
  deliver({ type: "health", health: { v: 1, nonce: nonce(), unconfirmed: missed, forged: flood } });
  missed = flood = 0;
}

/** An event that the page made up. Libraries do that, too, but not by the hundred within a second. */
export function onForged(): void {
  const second = Math.floor(performance.now() / 1_000);
  if (second !== counted) {
    if (forged >= FLOOD) flood += forged;
    if (flood > 0 && second - toldAt >= FLOOD_TOLD) {
      toldAt = second;
      tellHealth();
    }
    counted = second;
    forged = 0;
  }
  forged++;
}

function report(watch: Watch, confirm: Confirm): void {
  watches.delete(watch);
  const { boxes, field, pressed, sight } = watch;
  const { root, typed, pasted, prefilled, before } = field;
  reported(field);
  const own = nonce();
  heard[ASKED]?.(own);
  const send = (): void => {
    if (!late.delete(send)) return;
    if (!sight.hints?.whole) {
      const here = adapter();
      // The page may have taken the field away meanwhile; some of what was around it is still there.
      if (skipped(here, [root, ...boxes]) || nearest(pressed, here?.n)) return;
      sight.hints = hintsOf(here, root);
    }
    deliver({
      type: "observed",
      observed: {
        ...sight,
        nonce: own,
        confirm,
        typed,
        pasted,
        before: prefilled && before.length < 20_000 ? before : null,
      },
    });
  };
  late.add(send);
  // The first words on a page are often sent before it is known whose software it is.
  void arrived().then(send);
  setTimeout(send, LATE);
}
