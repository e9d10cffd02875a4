import { createElement, useMemo } from "react";
import { createRoot } from "react-dom/client";
import { createEditor, Editor, Node, Transforms } from "slate";
import { withHistory } from "slate-history";
import { Editable, ReactEditor, Slate, withReact } from "slate-react";
import { compose, sends } from "./page.js";

const editor = withHistory(withReact(createEditor()));
const empty = [{ type: "paragraph", children: [{ text: "" }] }];
let send;

function Composer() {
  const value = useMemo(() => empty, []);
  const onKeyDown = (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (sends(event.nativeEvent)) send();
    else editor.insertText("\n");
  };
  return createElement(
    Slate,
    { editor, initialValue: value },
    createElement(Editable, { onKeyDown, "aria-label": "Message" }),
  );
}

createRoot(document.querySelector("#box")).render(createElement(Composer));
send = compose({
  read: () => editor.children.map((node) => Node.string(node)).join("\n"),
  clear: () => {
    Transforms.delete(editor, { at: Editor.range(editor, []) });
  },
  focus: () => ReactEditor.focus(editor),
});
