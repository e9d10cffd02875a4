// Carrying out what the person decided about records, and the keys that decide it.

import { text } from "../platform/browser";
import type { Item } from "../platform/messages";
import { ask } from "./ask";
import { rows, typing } from "./focus";
import type { Decision } from "./ticket";
import { plural } from "./words";

/** Records that one request may name. */
const AT_ONCE = 1_000;

/** Carries a decision out; the answer is how many records changed. */
export async function carryOut(decision: Decision, seqs: number[]): Promise<number> {
  let changed = 0;
  for (let from = 0; from < seqs.length; from += AT_ONCE) {
    const part = seqs.slice(from, from + AT_ONCE);
    changed += (await ask({ type: decision, seqs: part }, "changed")).count;
  }
  return changed;
}

/** What is said after it. */
export function carriedOut(decision: Decision, count: number): string {
  return plural(`done_${decision}`, count);
}

/** When the earliest deletion that is shown becomes final, in milliseconds since the Unix epoch. */
export function nextFinal(items: Iterable<Item>, now: number): number | null {
  let earliest: number | null = null;
  for (const { review } of items) {
    if (review.state !== "deleting" || review.until <= now) continue;
    earliest = Math.min(earliest ?? review.until, review.until);
  }
  return earliest;
}

/** What the keys of a list of tickets do. */
export interface Keys {
  feed: () => HTMLElement | null;
  item: (seq: number) => Item | undefined;
  decide: (decision: Decision, item: Item) => void;
  /** Undoes the last deletion, wherever the focus is. */
  undoLast: () => void;
  open: (item: Item) => void;
  moved?: (item: Item) => void;
  /** Moves the focus so many tickets on from a record, where not all of them are in the document. */
  move?: (from: number | null, step: number) => Item | null;
  select?: (item: Item) => void;
  find?: () => void;
  help: () => void;
}

/** Handles a key press for a list of tickets. What changes a record works on the focused ticket only. */
export function onKey(event: KeyboardEvent, keys: Keys): void {
  if (typing(event) || document.querySelector("dialog[open]")) return;
  const feed = keys.feed();
  const row = event.target instanceof Element ? event.target.closest<HTMLElement>("article[data-seq]") : null;
  const item = row ? keys.item(Number(row.dataset["seq"])) : undefined;
  const onRow = event.target === row;
  const key = named(event);
  const act = (): boolean => {
    switch (key) {
      case "?":
        keys.help();
        return true;
      case "/":
        keys.find?.();
        return keys.find !== undefined;
      case "u":
        if (item?.review.state === "deleting") keys.decide("undo", item);
        else keys.undoLast();
        return true;
      case "j":
      case "ArrowDown":
        return move(feed, row, 1, keys);
      case "k":
      case "ArrowUp":
        return move(feed, row, -1, keys);
    }
    if (!item) return false;
    switch (key) {
      case "Home":
        return move(feed, row, Number.NEGATIVE_INFINITY, keys);
      case "End":
        return move(feed, row, Number.POSITIVE_INFINITY, keys);
      case "m":
        if (item.review.state !== "deleting")
          keys.decide(item.review.state === "marked" ? "keep" : "mark", item);
        return true;
      case "d":
        if (item.review.state !== "deleting") keys.decide("delete", item);
        return true;
      case "x":
        keys.select?.(item);
        return keys.select !== undefined;
      case "Enter":
        if (onRow) keys.open(item);
        return onRow;
      default:
        return false;
    }
  };
  if (act()) event.preventDefault();
}

/** The key by the name that the list of shortcuts has for it, also where the layout writes no Latin letters. */
function named({ key, code, shiftKey }: KeyboardEvent): string {
  if (key.length !== 1 || key <= "~") return key;
  if (/^Key[A-Z]$/.test(code)) return code.slice(3).toLowerCase();
  return code === "Slash" ? (shiftKey ? "?" : "/") : key;
}

function move(feed: HTMLElement | null, row: HTMLElement | null, step: number, keys: Keys): boolean {
  if (!feed) return false;
  if (keys.move) {
    const item = keys.move(row ? Number(row.dataset["seq"]) : null, step);
    if (item) keys.moved?.(item);
    return item !== null;
  }
  const all = rows(feed);
  const from = row ? all.indexOf(row) : -1;
  const next = all[Math.min(Math.max(from + step, 0), all.length - 1)];
  if (!next) return false;
  next.focus();
  const item = keys.item(Number(next.dataset["seq"]));
  if (item) keys.moved?.(item);
  return true;
}

/** The keys as shown by `?`: pairs of what is pressed and the text that says what it does. */
export function shortcuts(page: "popup" | "app"): Array<[string[], string]> {
  return [
    [["j", "↓"], text("key_next")],
    [["k", "↑"], text("key_previous")],
    [["m"], text("key_mark")],
    [["d"], text("key_delete")],
    [["u"], text("key_undo")],
    [["Enter"], text("key_open")],
    ...(page === "app"
      ? ([
          [["x"], text("key_select")],
          [["/"], text("key_find")],
        ] satisfies Array<[string[], string]>)
      : []),
    [["?"], text("key_help")],
  ];
}
