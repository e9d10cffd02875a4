// What the page itself believes it sent, shown as a JSON array in <output id="sent">, its length in data-count.
// Kept over the navigation of a form; a page other than the result begins with an empty array.
(() => {
  const key = "sent";
  const result = /\/result\.html$/.test(location.pathname);
  if (!result) sessionStorage.removeItem(key);
  const read = () => JSON.parse(sessionStorage.getItem(key) ?? "[]");
  const show = () => {
    const output = document.getElementById("sent");
    if (!output) return;
    output.textContent = JSON.stringify(read());
    output.dataset.count = String(read().length);
  };
  window.sent = (text) => {
    sessionStorage.setItem(key, JSON.stringify([...read(), text]));
    show();
  };
  document.addEventListener("DOMContentLoaded", show);
})();
