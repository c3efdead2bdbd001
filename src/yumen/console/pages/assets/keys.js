// The pages of keys: buttons that fill fields, a key that leaves no trace in the history, and the restriction to the visitor's own address.

import { _, ask } from "./console.js";

/** Put a text into a field: instead of what is there, or as a line of its own. */
function put({ puts, text, instead, environment }) {
  const field = document.getElementById(puts);
  const lines = field.value.split("\n").map((line) => line.trim()).filter(Boolean);
  if (instead !== undefined) field.value = text;
  else if (!lines.includes(text)) field.value = [...lines, text].join("\n");
  field.focus();
  const workspaces = document.getElementById("f-workspace_id");
  const fitting = environment && [...workspaces.options].find((option) => option.dataset.environment === environment);
  if (fitting) workspaces.value = fitting.value;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-puts]");
  if (button) put(button.dataset);
});

// A key's text is the answer to a form. Loading the page again would send the form again: it leads to the key's page instead.
const made = document.querySelector("[data-then]");
if (made) history.replaceState(null, "", made.dataset.then);

for (const form of document.querySelectorAll("form[data-quietly]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    const button = form.querySelector("button"), outcome = form.querySelector(".outcome");
    button.disabled = true;
    try {
      const { addresses } = await ask(new URL(form.action).pathname, { body: {} });
      button.hidden = true;
      outcome.textContent = _("Done: it works from {address} alone.", { address: addresses.join(", ") });
    } catch (error) {
      button.disabled = false;
      outcome.textContent = error.message;
    }
  });
}
