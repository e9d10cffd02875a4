import "trix";
import { compose, sends } from "./page.js";

const element = document.querySelector("trix-editor");
const ready = () => {
  const send = compose({
    read: () => element.editor.getDocument().toString().replace(/\n$/, ""),
    clear: () => element.editor.loadHTML(""),
    focus: () => element.focus(),
  });
  element.addEventListener("keydown", (event) => {
    if (!sends(event)) return;
    event.preventDefault();
    send();
  });
};
if (element.editor) ready();
else element.addEventListener("trix-initialize", ready, { once: true });
