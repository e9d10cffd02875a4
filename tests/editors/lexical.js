import { registerPlainText } from "@lexical/plain-text";
import {
  $createParagraphNode,
  $getRoot,
  COMMAND_PRIORITY_HIGH,
  createEditor,
  KEY_ENTER_COMMAND,
} from "lexical";
import { compose, sends } from "./page.js";

const editor = createEditor({
  namespace: "composer",
  onError: (error) => {
    throw error;
  },
});
editor.setRootElement(document.querySelector("#box"));
registerPlainText(editor);
const send = compose({
  read: () => editor.read(() => $getRoot().getTextContent()),
  clear: () =>
    editor.update(() => {
      const paragraph = $createParagraphNode();
      $getRoot().clear().append(paragraph);
      paragraph.select();
    }),
  focus: () => editor.focus(),
});
editor.registerCommand(
  KEY_ENTER_COMMAND,
  (event) => {
    if (!event || !sends(event)) return false;
    event.preventDefault();
    send();
    return true;
  },
  COMMAND_PRIORITY_HIGH,
);
