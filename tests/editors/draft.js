import { ContentState, Editor, EditorState, getDefaultKeyBinding, RichUtils } from "draft-js";
import { createElement, useRef, useState } from "react";
import { createRoot } from "react-dom/client";
import { compose, sends } from "./page.js";

const composer = {};

function Composer() {
  const [state, setState] = useState(() => EditorState.createEmpty());
  const editor = useRef(null);
  Object.assign(composer, {
    read: () => state.getCurrentContent().getPlainText("\n"),
    clear: () =>
      setState(
        EditorState.moveFocusToEnd(EditorState.push(state, ContentState.createFromText(""), "remove-range")),
      ),
    // Once the emptied state is drawn: Draft focuses with the state that it shows.
    focus: () => setTimeout(() => editor.current?.focus()),
  });
  return createElement(Editor, {
    ref: editor,
    editorState: state,
    onChange: setState,
    ariaLabel: "Message",
    keyBindingFn: (event) => (sends(event.nativeEvent) ? "send" : getDefaultKeyBinding(event)),
    handleKeyCommand: (command) => {
      if (command !== "send") return "not-handled";
      send();
      return "handled";
    },
    handleReturn: (event) => {
      if (!event.shiftKey) return "not-handled";
      setState(RichUtils.insertSoftNewline(state));
      return "handled";
    },
  });
}

createRoot(document.querySelector("#box")).render(createElement(Composer));
const send = compose({
  read: () => composer.read(),
  clear: () => composer.clear(),
  focus: () => composer.focus(),
});
