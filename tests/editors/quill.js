import Quill from "quill";
import { compose } from "./page.js";

let send;
const quill = new Quill("#box", {
  modules: {
    toolbar: false,
    keyboard: {
      bindings: {
        send: {
          key: "Enter",
          shiftKey: false,
          handler: () => {
            send();
            return false;
          },
        },
      },
    },
  },
});
send = compose({
  read: () => quill.getText().replace(/\n$/, ""),
  clear: () => quill.setText(""),
  focus: () => quill.focus(),
});
