// Long work at the operator's desk: the form is sent behind a dialog that tells how far it is.

import { _, ask } from "./console.js";

const LONG = ["isolate", "erase"];
const LOOK_MS = 400;
const dialog = document.getElementById("under-way");
const said = {
  copying: _("Copying what does not change any more…"),
  switching: _("Moving the rest, and switching over…"),
  following: _("Running gateways get to see it…"),
  sweeping: _("Moving what came late…"),
  clearing: _("Writing over what was freed…"),
};

async function watch(path, state) {
  while (!state.over) {
    const { step } = await ask(path).catch(() => ({ step: null }));
    if (step) dialog.querySelector("[data-step]").textContent = said[step];
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

async function send(form) {
  const headers = { accept: "application/json" };
  const response = await fetch(form.action, { method: "POST", headers, body: new URLSearchParams(new FormData(form)) });
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new Error(answer?.error?.message ?? _("The gateway did not answer: try again."));
  return answer.go;
}

function fail(message) {
  const alert = dialog.querySelector("[role=alert]");
  alert.textContent = message;
  alert.hidden = dialog.querySelector(".acts").hidden = false;
  dialog.querySelector("progress").hidden = true;
}

document.addEventListener("submit", async (event) => {
  const form = event.target, act = new URL(form.action).pathname.split("/").at(-1);
  if (event.defaultPrevented || !dialog || !LONG.includes(act)) return;
  event.preventDefault();
  form.closest("dialog").close();
  dialog.querySelector("[role=alert]").hidden = dialog.querySelector(".acts").hidden = true;
  dialog.querySelector("progress").hidden = false;
  dialog.showModal();
  const state = { over: false };
  if (act === "isolate") watch(new URL(form.action).pathname.replace(/isolate$/, "step"), state);
  try {
    location.assign(await send(form));
  } catch (error) {
    fail(error.message);
  } finally {
    state.over = true;
    form.querySelectorAll("button").forEach((each) => (each.disabled = false));
  }
});
