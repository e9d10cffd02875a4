// The fields that the person writes in, and what is known of each.
//
// `text` is the text at the last trusted input, read before the page's own handlers of that input run (this
// script listens on the window, in the capture phase, from the start of the document). What a page changes
// later is therefore not in it, and shows as a difference at the gesture.
//
// Reading costs a walk over the field, so only texts up to `EAGER` are read at every input. Longer ones are
// read once the person pauses, or at the gesture: a page that rewrites a long text within that pause is not
// noticed, which is the price of never delaying a keystroke.

import { adapter } from "./adapters";
import { above, target } from "./dom";
import { isPassword, marked, markPasswords } from "./secrets";
import { blank, points, read, same } from "./text";

/** Longest text, in UTF-16 units, that is read at every input. */
const EAGER = 20_000;
/** The pause after which a longer text is read, in milliseconds. */
const PAUSE = 250;
/** How long an editor may take to draw an edit, in milliseconds: what changes later is the page's own. */
const DRAWN = 500;
/** When such an edit is looked for, in milliseconds. */
const LOOKS = [0, 100];
/** Most fields with unsent text that are kept in mind. */
const MOST = 32;

/** A field and the person's work in it since it was last empty or sent. */
export interface Field {
  readonly root: HTMLElement;
  /** An editable element, not a form control. */
  readonly rich: boolean;
  /** White space of the source collapses. */
  readonly collapses: boolean;
  text: string;
  /** `text` is older than the last trusted input; a timer will read it. */
  stale?: ReturnType<typeof setTimeout> | undefined;
  typed: number;
  pasted: number;
  prefilled: boolean;
  /** The text that the person found there. */
  before: string;
  /** Trusted inputs so far: tells one state of the field from the next. */
  edits: number;
  /** Takes up the last edit that the page may have drawn itself. */
  taken?: () => void;
}

const fields = new WeakMap<HTMLElement, Field>();
/** Fields with trusted input that was not reported yet, the last edited last. */
export const unsent = new Set<Field>();
let onEdit: ((field: Field, type: string) => void) | undefined;
let onMove: ((from: Field, to: Field) => void) | undefined;

/** Registers what has to know of edits, and of fields that a page drew anew. */
export function watchFields(edited: NonNullable<typeof onEdit>, moved: NonNullable<typeof onMove>): void {
  onEdit = edited;
  onMove = moved;
}

/** What is known of a field, if it was written in. */
export function known(root: HTMLElement | null): Field | undefined {
  return fields.get(root as HTMLElement);
}

/** The field's text now. */
export function now(field: Field): string {
  return read(field.root, field.collapses);
}

function isControl(element: Element): boolean {
  return (
    element instanceof HTMLTextAreaElement ||
    (element instanceof HTMLInputElement && /^(text|search|url)$/.test(element.type))
  );
}

/** The field around an element: a text control, or the outermost editable element. */
export function rootOf(element: Element | null): HTMLElement | null {
  if (!element) return null;
  if (isControl(element)) return element as HTMLElement;
  if (element instanceof HTMLInputElement) return null;
  let root: Element | null = null;
  for (let at: Element | null = element; at; ) {
    if (at.matches("[contenteditable]:not([contenteditable=false i])")) root = at;
    // Editing does not reach through a shadow root.
    at = at.parentElement ?? (root ? null : above(at));
  }
  return (root ?? (document.designMode === "on" ? document.body : null)) as HTMLElement | null;
}

function collapses(root: HTMLElement): boolean {
  return /^(normal|nowrap)$/.test(getComputedStyle(root).whiteSpace);
}

/** Begins to follow a field, or goes on; nothing for one that holds a secret. */
function follow(root: HTMLElement): Field | null {
  let field = fields.get(root);
  if (field) return field;
  if (marked(root)) return null;
  const rich = !isControl(root);
  field = {
    root,
    rich,
    collapses: rich && collapses(root),
    text: "",
    typed: 0,
    pasted: 0,
    prefilled: false,
    before: "",
    edits: 0,
  };
  fields.set(root, field);
  found(field);
  if (field.prefilled) inherit(field);
  return field;
}

/** The person comes to a field: what stands in it is not theirs yet. */
function found(field: Field): void {
  field.text = field.before = now(field);
  field.prefilled = !blank(field.text);
}

/** A page may draw a field anew while the person writes: the same text in a new element is the same work. */
function inherit(field: Field): void {
  for (const old of unsent) {
    if (!old.root.isConnected && same(old.text, field.text, field.rich || old.rich)) {
      move(old, field);
      return;
    }
  }
}

function move(old: Field, field: Field): void {
  field.text = old.text;
  field.typed = old.typed;
  field.pasted = old.pasted;
  field.prefilled = old.prefilled;
  field.before = old.before;
  field.edits = old.edits;
  unsent.delete(old);
  unsent.add(field);
  onMove?.(old, field);
}

/** Goes on in another element that holds the same text, if it is a field. */
export function moveTo(old: Field, root: HTMLElement): boolean {
  const held = fields.get(root);
  if (held) {
    if (held.edits > 0 || !same(held.text, old.text, held.rich)) return false;
    move(old, held);
    return true;
  }
  const field = follow(root);
  return field !== null && field.edits > 0;
}

/**
 * The largest text of a form that the page itself put there. It may be one that the person wrote on the page
 * before and looked at in a preview: whether it is, the background knows.
 */
export function untouched(form: HTMLFormElement): Field | undefined {
  let largest: Field | undefined;
  for (const root of form.querySelectorAll("textarea")) {
    const field = follow(root);
    if (field && field.edits === 0 && field.text.length > (largest?.text.length ?? 0)) largest = field;
  }
  return largest;
}

function fieldAt(event: Event): Field | null {
  const element = target(event);
  if (element && isPassword(element)) return null;
  const root = rootOf(element);
  return root && follow(root);
}

function snapshot(field: Field): void {
  clearTimeout(field.stale);
  field.stale = undefined;
  field.text = now(field);
  if (blank(field.text)) reported(field);
}

/** Brings `text` up to date where reading it was put off. */
export function settle(field: Field): void {
  field.taken?.();
  if (field.stale !== undefined) snapshot(field);
}

/** Notes a trusted change of the field's text. */
function edited(field: Field, type: string): void {
  field.edits++;
  unsent.delete(field);
  unsent.add(field);
  const [oldest] = unsent;
  if (oldest && unsent.size > MOST) unsent.delete(oldest);
  if (field.text.length > EAGER) {
    clearTimeout(field.stale);
    field.stale = setTimeout(() => snapshot(field), PAUSE);
  } else {
    snapshot(field);
  }
  onEdit?.(field, type);
}

/** The field's text was reported: only new trusted input makes another submission. */
export function reported(field: Field): void {
  unsent.delete(field);
  field.typed = 0;
  field.pasted = 0;
  field.prefilled = false;
}

/** Takes what the page made of a key that it handled itself as what the person typed. */
export function adopt(field: Field, type: string): void {
  const text = now(field);
  if (blank(text) || same(text, field.text, field.rich)) return;
  edited(field, type);
}

/**
 * Editors that keep their own model prevent the browser's edit and draw the change themselves, so no `input`
 * follows. Then the text at that input is what stands once the page's handlers are done, or a little later, when
 * it may hold the beginning of what was typed. A browser may let the next key overtake all timers, so a gesture
 * looks once more.
 */
function adoptIfTaken(event: Event, field: Field, type: string): void {
  let { edits } = field;
  field.taken = () => {
    if (event.defaultPrevented && field.edits === edits && performance.now() - event.timeStamp < DRAWN) {
      adopt(field, type);
      edits = field.edits;
    }
  };
  for (const wait of LOOKS) setTimeout(() => field.taken?.(), wait);
}

/** How a pick from the browser's own list is told. */
const REPLACED = "insertReplacementText";

/** The last trusted `beforeinput`, and its field: the browser fires one before every edit of the person's. */
let announced: { event: InputEvent; field: Field } | null = null;

export function onFocusIn(event: Event): void {
  const element = target(event);
  if (element instanceof HTMLInputElement) markPasswords(element);
  const root = rootOf(element);
  const field = root && follow(root);
  if (!field) return;
  adapter();
  if (!unsent.has(field)) found(field);
}

export function onBeforeInput(event: InputEvent): void {
  const field = fieldAt(event);
  announced = field && { event, field };
  if (!field) return;
  const type = event.inputType;
  // What was pasted or dropped is counted at `paste` and `drop`, what was composed at its end.
  if (type === "insertLineBreak" || type === "insertParagraph") field.typed++;
  else if (type.startsWith("insert") && !/^insert(FromPaste|FromDrop|Composition)/.test(type)) {
    field.typed += points(event.data ?? event.dataTransfer?.getData("text/plain") ?? "");
  }
  adoptIfTaken(event, field, type);
}

/**
 * `input` is trusted too when a page calls `execCommand`, but no `beforeinput` announces that one, or it
 * comes while the page's own handler of `beforeinput` still runs. What the person picks from the browser's own
 * list is not announced in every browser, and in one of them comes without a type; no page can call for it.
 */
export function onInput(event: Event): void {
  const before = announced;
  announced = null;
  const type = (event as Partial<InputEvent>).inputType ?? REPLACED;
  const field = fieldAt(event);
  if (!field) return;
  if (before) {
    if (before.event.defaultPrevented || before.event.eventPhase !== Event.NONE || field !== before.field)
      return;
    edited(field, before.event.inputType);
  } else if (type === REPLACED) {
    edited(field, type);
    field.typed ||= points(field.text);
  }
}

export function onCompositionEnd(event: CompositionEvent): void {
  const field = fieldAt(event);
  if (field) field.typed += points(event.data);
}

export function onTransfer(event: ClipboardEvent | DragEvent): void {
  const field = fieldAt(event);
  if (!field) return;
  const data = (event as ClipboardEvent).clipboardData ?? (event as DragEvent).dataTransfer;
  field.pasted += points(data?.getData("text/plain") ?? "");
  adoptIfTaken(event, field, "insertText");
}

/** A key that edits, other than a gesture: editors may carry it out themselves. */
export function onEditingKey(event: KeyboardEvent, field: Field): void {
  const edits =
    event.key.length === 1
      ? !event.ctrlKey && !event.metaKey
      : /^(Enter|Tab|Backspace|Delete)$/.test(event.key);
  if (edits) adoptIfTaken(event, field, event.key === "Enter" ? "insertParagraph" : "insertText");
}
