// Recognises the moment at which a person sends what they wrote, on a site that they switched on, and reports
// it to the background. Decides nothing about kinds, sites or limits: it states facts.
//
// All listeners stand on the window in the capture phase, so they run before the page's, and only trusted
// events count: what a page dispatches itself is not seen.

import { connected } from "../platform/browser";
import { adapter, nearest } from "./adapters";
import { onSend, onTyping, openAddress, wentTo } from "./address";
import { buttonAt, denied, distance, followsLink, mainOf, promises } from "./buttons";
import { deliverNow } from "./deliver";
import { attribute, formOf, target } from "./dom";
import * as fields from "./fields";
import { markPasswords } from "./secrets";
import * as watch from "./watch";

/** An Enter this soon after a composition belongs to the input method, in milliseconds. */
const COMPOSED = 50;
/** The longest that what may wait for the page does wait, in milliseconds. */
const IDLE = 2_000;
/** A `submit` this soon after a gesture is its effect, in milliseconds. */
const CAUSED = 1_000;

let composed = -Infinity;
let lastSend = -Infinity;

/** A gesture that may send: what the page does next may be its effect. */
function sending(): void {
  lastSend = performance.now();
  onSend();
}

/** The person types: what the page does next is no effect of the gesture before. */
function typing(): void {
  lastSend = -Infinity;
  onTyping();
}

/**
 * The person cancelled or went elsewhere: nothing that follows is a submission. What stands in the form may
 * come back on the next page, to be sent from its preview.
 */
function cancelled(form: HTMLFormElement | null): void {
  lastSend = -Infinity;
  watch.dropAll();
  const previewed = form && mainOf(inForm(form));
  if (previewed) watch.hold(previewed);
}

function inForm(form: HTMLFormElement): fields.Field[] {
  return [...fields.unsent].filter((field) => formOf(field.root) === form);
}

function onKeyDown(event: KeyboardEvent): void {
  watch.checkAll();
  const focused = target(event);
  const root = fields.rootOf(focused);
  const field = fields.known(root);
  const enter = event.key === "Enter";
  const composing = event.isComposing || event.keyCode === 229 || performance.now() - composed < COMPOSED;
  if (enter || event.key === " ") markPasswords(focused);
  if (!/^(Shift|Control|Alt|Meta)$/.test(event.key)) watch.dropWeak();
  if (composing || event.repeat) return;
  if (enter && !event.altKey && !event.shiftKey && root) {
    sending();
    field?.taken?.();
    const form = formOf(root);
    const single = root instanceof HTMLInputElement;
    // Enter in one line of a form sends the whole form, and with it the larger text.
    const sent =
      single && form ? mainOf(inForm(form)) : field && fields.unsent.has(field) ? field : undefined;
    const mod = event.ctrlKey || event.metaKey;
    const here = adapter();
    const keys = sent && nearest(sent.root, here?.f) && here?.k;
    if (sent && (!keys || keys === "enter" || (mod && keys !== "none")))
      watch.begin(sent, "enter", single || mod, event);
    return;
  }
  typing();
  if (field) fields.onEditingKey(event, field);
}

function onPress(event: MouseEvent): void {
  const pressed = target(event);
  markPasswords(pressed);
  watch.checkAll();
  watch.dropWeak();
  if (fields.rootOf(pressed)) return;
  const here = adapter();
  const sender = nearest(pressed, here?.s);
  const button = sender ?? buttonAt(pressed);
  if (nearest(pressed, here?.n) || (!sender && ((button && denied(button)) || followsLink(pressed)))) {
    cancelled(button && event.type === "click" ? formOf(button) : null);
    return;
  }
  sending();
  if (!button) return;
  const far = [...fields.unsent].map((field) =>
    sender && nearest(field.root, here?.f) ? -1 : distance(button, field),
  );
  const least = Math.min(...far);
  const sent = least < Infinity && mainOf([...fields.unsent].filter((_, at) => far[at] === least));
  // Pages that send at the press have emptied the field by the click, which is then the same gesture.
  if (sent) watch.begin(sent, "click", sender !== null || promises(button), event, button);
}

function onSubmit(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  if (performance.now() - lastSend > CAUSED) return;
  const written = inForm(form);
  const { submitter } = event;
  if (submitter && (denied(submitter) || nearest(submitter, adapter()?.n))) {
    cancelled(form);
    return;
  }
  let waiting = watch.onSubmitted(written);
  if (!waiting) {
    const main = mainOf(written) ?? (form.ownerDocument === document && fields.untouched(form));
    if (!main) return;
    watch.begin(main, "submit", true, event);
    waiting = watch.onSubmitted([main]);
  }
  if (!waiting) return;
  const seen = waiting;
  // Whether the page keeps the form to itself is known once its own handlers are done.
  setTimeout(() => {
    if (!event.defaultPrevented && leaves(form, submitter)) watch.onLeaving(seen);
  }, 0);
}

/** Whether the browser itself carries the form to an address, in this frame. */
function leaves(form: HTMLFormElement, submitter: HTMLElement | null): boolean {
  const own = (name: string): string => submitter?.getAttribute(`form${name}`) ?? attribute(form, name);
  const frame = own("target");
  return (
    !/^dialog /i.test(`${own("method")} `) &&
    !/^\s*javascript:/i.test(own("action")) &&
    (/^(_self|_top|_parent)?$/i.test(frame) || frame === window.name)
  );
}

function start(): { alive: () => boolean; listen: () => void; stop: () => void } {
  const ending = new AbortController();
  const options = { capture: true, passive: true, signal: ending.signal };

  /** No more is heard; what still waits for its time looks once or twice more, and can tell nobody. */
  const stop = (): void => ending.abort();

  const handlers: Record<string, (event: never) => void> = {
    focusin: fields.onFocusIn,
    beforeinput: (event: InputEvent) => {
      watch.checkAll();
      typing();
      fields.onBeforeInput(event);
    },
    input: fields.onInput,
    compositionend: (event: CompositionEvent) => {
      composed = performance.now();
      fields.onCompositionEnd(event);
    },
    paste: fields.onTransfer,
    drop: fields.onTransfer,
    keydown: onKeyDown,
    pointerdown: onPress,
    click: onPress,
    submit: onSubmit,
    pagehide: () => {
      watch.onPageHide();
      deliverNow();
    },
  };
  /** Trusted events only, and none once the extension was updated or removed. */
  const hear = (event: Event): void => {
    if (!event.isTrusted) watch.onForged();
    else if (!connected()) stop();
    else handlers[event.type]?.(event as never);
  };

  const listen = (): void => {
    for (const type in handlers) window.addEventListener(type, hear, options);
  };

  if (window === window.top) {
    // In time that nobody needs: the toolbar may wait, the page may not.
    window.requestIdleCallback(watch.tellHere, { timeout: IDLE });
    // A page that was kept for Back comes as it was left.
    handlers["pageshow"] = (event: PageTransitionEvent) => event.persisted && watch.tellHere();
    window.addEventListener("popstate", wentTo);
    openAddress();
  } else {
    // The button that sends what is written in a frame may lie beside it, on a page of the same site.
    if (frameElement)
      for (const type of ["pointerdown", "click", "submit"]) parent.addEventListener(type, hear, options);
    // An editor's frame may be written anew with `document.open`, which takes all listeners off its window.
    for (const pause of [0, 50, 200, 1_000]) setTimeout(listen, pause);
  }
  listen();

  fields.watchFields(watch.onEdited, watch.onMoved);
  return { alive: connected, listen, stop };
}

// The script may come twice into one document: registered, and injected into an open tab. A symbol, since a
// page can put a name of its choice on the window by an element's id.
const KEY = Symbol.for("cf.content");
const world = globalThis as { [KEY]?: ReturnType<typeof start> };
const held = world[KEY];
if (held?.alive()) {
  held.listen();
} else {
  held?.stop();
  world[KEY] = start();
}
