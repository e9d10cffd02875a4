// What the pages of all editors share: a composer's button, Enter, and what the page believes was sent.

const sent = [];

/**
 * Puts an editor's page together. Enter and the button send what the editor holds and empty it; Shift+Enter makes a
 * line.
 *
 * @param {{ read(): string, clear(): void, focus(): void }} editor
 */
export function compose(editor) {
  const output = document.createElement("output");
  output.id = "sent";
  output.dataset.count = "0";
  const button = document.createElement("button");
  button.type = "button";
  button.id = "send";
  button.textContent = "Send";
  document.querySelector("main").append(button, output);
  const send = () => {
    const text = editor.read();
    if (!text.trim()) return;
    sent.push(text);
    editor.clear();
    output.textContent = JSON.stringify(sent);
    output.dataset.count = String(sent.length);
    editor.focus();
  };
  button.addEventListener("click", send);
  document.documentElement.dataset.ready = "";
  return send;
}

/** Whether a key sends. */
export function sends(event) {
  return event.key === "Enter" && !event.shiftKey && !event.isComposing;
}
