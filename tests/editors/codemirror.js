import { defaultKeymap, insertNewline } from "@codemirror/commands";
import { EditorView, keymap } from "@codemirror/view";
import { compose } from "./page.js";

let send;
const view = new EditorView({
  parent: document.querySelector("#box"),
  extensions: [
    keymap.of([
      {
        key: "Enter",
        run: () => {
          send();
          return true;
        },
        shift: insertNewline,
      },
      ...defaultKeymap,
    ]),
    EditorView.lineWrapping,
  ],
});
send = compose({
  read: () => view.state.doc.toString(),
  clear: () => view.dispatch({ changes: { from: 0, to: view.state.doc.length } }),
  focus: () => view.focus(),
});
