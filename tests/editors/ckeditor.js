import { ClassicEditor } from "@ckeditor/ckeditor5-editor-classic";
import { Essentials } from "@ckeditor/ckeditor5-essentials";
import { Paragraph } from "@ckeditor/ckeditor5-paragraph";
import { compose } from "./page.js";

const editor = await ClassicEditor.create(document.querySelector("#box"), {
  licenseKey: "GPL",
  plugins: [Essentials, Paragraph],
});
const plain = (html) => {
  const page = new DOMParser().parseFromString(html.replaceAll("<br>", "\n"), "text/html");
  return [...page.querySelectorAll("p")].map((paragraph) => paragraph.textContent).join("\n");
};
const send = compose({
  read: () => plain(editor.getData()),
  clear: () => editor.setData(""),
  focus: () => editor.editing.view.focus(),
});
editor.editing.view.document.on(
  "enter",
  (event, data) => {
    if (data.isSoft) return;
    data.preventDefault();
    event.stop();
    send();
  },
  { priority: "high" },
);
