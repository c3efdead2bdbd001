// Keeps what a page shows of the gateway fresh: the server says each cell's text anew every few seconds, until a reader pauses it.

import { _, ask, localise } from "./console.js";

const EVERY_MS = 5000;
const place = document.querySelector("[data-live-from]");
const button = place.querySelector("button");
const status = place.querySelector("[role=status]");
let paused = false;

function write(cells) {
  for (const [key, said] of Object.entries(cells)) {
    const cell = document.querySelector(`[data-live="${CSS.escape(key)}"]`);
    if (!cell) return location.reload(); // something is there that was not: the page knows how to show it
    if (said.share === undefined) writeText(cell, said);
    else writeUse(cell, said);
  }
}

function writeText(cell, { text, kind }) {
  if (cell.textContent !== text) cell.textContent = text;
  cell.className = kind ? `badge ${kind}` : cell.className.replace(/\bbadge\b.*/, "");
}

/** Write how much of a limit is used, and when all of it is free again. */
function writeUse(cell, { text, kind, share, at }) {
  const meter = cell.querySelector("meter"), free = cell.querySelector("[data-free]");
  Object.assign(meter, { value: Math.min(share, 1), className: kind });
  writeText(cell.querySelector("[data-said]"), { text, kind: "" });
  free.hidden = share === 0;
  free.querySelector("time").dateTime = at;
  localise(free);
}

async function look() {
  if (paused || document.hidden) return;
  try {
    write(await ask(place.dataset.liveFrom));
    status.textContent = "";
  } catch (error) {
    status.textContent = error.message;
  }
}

button.addEventListener("click", () => {
  paused = !paused;
  button.textContent = paused ? _("Go on") : _("Pause");
  place.classList.toggle("paused", paused);
  look();
});
document.addEventListener("visibilitychange", look);
place.hidden = false;
setInterval(look, EVERY_MS);
