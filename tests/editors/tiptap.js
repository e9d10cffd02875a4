import { Editor } from "@tiptap/core";
import StarterKit from "@tiptap/starter-kit";
import { compose, sends } from "./page.js";

let send;
const editor = new Editor({
  element: document.querySelector("#box"),
  extensions: [StarterKit],
  editorProps: {
    handleKeyDown: (_, event) => {
      if (!sends(event)) return false;
      send();
      return true;
    },
  },
});
send = compose({
  read: () => editor.getText({ blockSeparator: "\n" }),
  clear: () => editor.commands.clearContent(true),
  focus: () => editor.commands.focus(),
});
