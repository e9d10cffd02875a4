import "deep-chat";

// Its own demonstration answers by itself and asks nobody.
const chat = document.createElement("deep-chat");
chat.demo = true;
chat.style.width = "28rem";
let count = 0;
const sent = [];
const output = document.createElement("output");
output.id = "sent";
output.dataset.count = "0";
chat.onMessage = ({ message }) => {
  if (message.role === "user") {
    sent.push(message.text);
    output.textContent = JSON.stringify(sent);
  } else {
    // It takes the next one only once it has answered.
    output.dataset.count = String(++count);
  }
};
document.querySelector("main").append(chat, output);
document.documentElement.dataset.ready = "";
