import "deep-chat";

// Its own demonstration answers by itself and asks nobody.
const chat = document.createElement("deep-chat");
chat.demo = true;
chat.style.width = "28rem";
let count = 0;
const output = document.createElement("output");
output.id = "sent";
output.dataset.count = "0";
chat.onMessage = ({ message }) => {
  if (message.role !== "user") return;
  output.dataset.count = String(++count);
  output.textContent = JSON.stringify([message.text]);
};
document.querySelector("main").append(chat, output);
document.documentElement.dataset.ready = "";
