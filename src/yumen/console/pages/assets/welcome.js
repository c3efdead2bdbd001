// Tries the key that was just made: asks Claude through the gateway, and shows what came of it.
import { _, ask } from "./console.js";

const button = document.getElementById("try"), told = document.getElementById("tried"), answer = document.getElementById("answer");

function say(sentence, kind) {
  const line = document.createElement("p");
  line.className = kind;
  line.textContent = sentence;
  told.replaceChildren(...(sentence ? [line] : []));
}

function show(tried) {
  for (const place of answer.querySelectorAll("[data-of]")) place.textContent = tried[place.dataset.of];
  document.getElementById("its-row").href = `/requests/${encodeURIComponent(tried.request_id)}`;
  answer.hidden = false;
}

button.addEventListener("click", async () => {
  button.disabled = true;
  answer.hidden = true;
  say(_("Claude is asked…"), "quiet");
  try {
    show(await ask("/welcome/try", { body: { key: document.getElementById("key").textContent } }));
    say(_("It works: this is the answer."), "told");
  } catch (error) {
    say(error.message, "told wrong");
  }
  button.disabled = false;
});
