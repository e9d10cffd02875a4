// How composers behave, for the pages beside this file: what a key and a button do, and what becomes of the
// text. A page describes its composer in one call; each page keeps its own markup.
const KEPT = "sent by this tab";
const sent = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");

/** Shows what the page believes was sent, as `tests/pages` does. */
function showSent() {
  const out = document.getElementById("sent");
  if (!out) return;
  out.textContent = JSON.stringify(sent);
  out.dataset.count = String(sent.length);
}

function remember(text) {
  sent.push(text);
  sessionStorage.setItem(KEPT, JSON.stringify(sent));
  showSent();
}

function noteDone() {
  document.body.dataset.done = "";
}

showSent();

/** What an element is: a selector, or a function that looks it up where selectors do not reach. */
function find(place) {
  return typeof place === "function" ? place() : document.querySelector(place);
}

function written(field) {
  return "value" in field ? field.value : field.innerText.replace(/\n$/, "");
}

/**
 * Brings one composer of the page to life.
 *
 * @param field the editor: a selector, or a function that finds it.
 * @param send selectors of what sends at a click; not enabled while nothing is written.
 * @param never selectors of what does not send, each with what it does: `keep`, `clear`, `close` or `go`.
 * @param keys which Enter sends: `enter`, `mod-enter` or `none`.
 * @param then what becomes of the editor once the text is sent: `clear`, `remount`, `close` or `go`.
 * @param box what `close` takes out of the page.
 * @param path where `go` goes, within the document.
 * @param delay milliseconds from the gesture to its effect, as a request takes them.
 * @param model the editor draws its text itself and lets the browser change nothing.
 */
export function composer({
  field,
  send,
  never = {},
  keys = "none",
  then = "clear",
  box,
  path = "/",
  delay = 0,
  model = false,
}) {
  const blank = find(field).cloneNode(true);
  const effects = {
    keep: () => undefined,
    clear() {
      const editor = find(field);
      if ("value" in editor) editor.value = "";
      else editor.replaceChildren(...blank.cloneNode(true).childNodes);
    },
    remount() {
      const editor = find(field);
      const fresh = blank.cloneNode(true);
      editor.replaceWith(fresh);
      if (model) draw(fresh, enable);
      fresh.focus();
    },
    close() {
      find(box ?? field).remove();
    },
    go() {
      history.pushState({}, "", path);
      effects.clear();
    },
  };

  const enable = () => {
    const editor = find(field);
    const empty = !editor || !written(editor).trim();
    if (!send) return;
    for (const button of document.querySelectorAll(send)) {
      if (button.localName === "button") button.disabled = empty;
      else button.setAttribute("aria-disabled", String(empty));
    }
  };

  const submit = () => {
    const text = written(find(field));
    if (!text.trim()) return;
    setTimeout(() => {
      effects[then]();
      enable();
      remember(text);
    }, delay);
  };

  addEventListener("keydown", (event) => {
    const editor = find(field);
    if (event.key !== "Enter" || event.isComposing || !editor || !event.composedPath().includes(editor))
      return;
    const mod = event.ctrlKey || event.metaKey;
    if ((keys === "enter" && !event.shiftKey) || (keys === "mod-enter" && mod)) {
      event.preventDefault();
      submit();
    }
  });

  addEventListener("click", (event) => {
    const pressed = event.composedPath().find((at) => at instanceof Element);
    if (!pressed) return;
    for (const [selector, effect] of Object.entries(never)) {
      if (!pressed.closest(selector)) continue;
      event.preventDefault();
      effects[effect]();
      noteDone();
      return;
    }
    const button = send && pressed.closest(send);
    if (button && !button.disabled) {
      event.preventDefault();
      submit();
    }
  });

  addEventListener("input", enable, true);
  enable();
  if (model) draw(find(field), enable);
}

/**
 * An editor that keeps its text itself, as Lexical and Slate do: every edit is prevented and drawn anew, a
 * paragraph a line, each text in a span. `drawn` is called after each time.
 */
function draw(editor, drawn) {
  let lines = [""];
  const paint = () => {
    editor.replaceChildren(
      ...lines.map((line) => {
        const paragraph = document.createElement("p");
        const inside = document.createElement(line ? "span" : "br");
        if (line) {
          inside.dataset.lexicalText = "true";
          inside.textContent = line;
        }
        paragraph.append(inside);
        return paragraph;
      }),
    );
    getSelection().selectAllChildren(editor);
    getSelection().collapseToEnd();
    drawn();
  };
  editor.addEventListener("beforeinput", (event) => {
    event.preventDefault();
    // The page emptied it meanwhile: what it holds is what is drawn.
    if (!editor.innerText.trim()) lines = [""];
    if (event.inputType === "insertText") lines.push(lines.pop() + event.data);
    else if (event.inputType === "deleteContentBackward") {
      const last = lines.pop();
      if (last || lines.length === 0) lines.push(last.slice(0, -1));
    } else if (/^insert(Paragraph|LineBreak)$/.test(event.inputType)) lines.push("");
    paint();
  });
}

/**
 * A form that the browser itself carries to its address, where `arrived.html` answers.
 *
 * @param selector the form.
 * @param field the name of its text.
 * @param never selectors of submitters that do not send.
 */
export function form(selector, field, never = []) {
  find(selector).addEventListener("submit", (event) => {
    if (never.some((submitter) => event.submitter?.matches(submitter))) return;
    sent.push(new FormData(event.target).get(field));
    sessionStorage.setItem(KEPT, JSON.stringify(sent));
  });
}
