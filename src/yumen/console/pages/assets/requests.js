// The ledger's live tail: new requests come in at the top while the switch is on and the page is seen.

import { _, language, localise } from "./console.js";

const MOST = 200;
const button = document.getElementById("live");
const state = document.getElementById("live-state");
const table = document.getElementById("ledger");
const model = document.getElementById("live-row");
const names = JSON.parse(document.getElementById("key-names").textContent);
const number = new Intl.NumberFormat(language);
const money = new Intl.NumberFormat(language, { style: "currency", currency: "USD", minimumFractionDigits: 2, maximumFractionDigits: 6 });
let source = null;
const known = new Set([...table.querySelectorAll("tbody tr td:first-child a")].map((link) => link.getAttribute("href")));
let count = 0;
let last = "";

const span = (ms) => (ms == null ? "–" : ms < 10000 ? `${number.format(ms < 100 ? Math.round(ms * 10) / 10 : Math.round(ms))} ms` : `${number.format(Math.round(ms / 100) / 10)} s`);
const colour = (status) => (status > 0 && status < 400 ? "good" : status > 0 && status < 500 ? "warn" : "bad");

function add(line) {
  const path = `/requests/${encodeURIComponent(line.request_id)}`;
  if (known.has(path)) return; // it came from this machine's journal, and once more from the database
  known.add(path);
  const row = model.content.firstElementChild.cloneNode(true);
  const slot = (name) => row.querySelector(`[data-slot="${name}"]`);
  const write = (name, text) => slot(name) && (slot(name).textContent = text);
  slot("link").href = path;
  slot("time").dateTime = line.time;
  slot("key").href = `/keys/${encodeURIComponent(line.key_id)}`;
  write("key", names[line.key_id] ?? line.key_id);
  write("model", line.model_answered ?? line.model ?? "–");
  write("status", line.status || "–");
  slot("status").classList.add(colour(line.status));
  write("count", line.count > 1 ? ` ×${number.format(line.count)}` : "");
  write("fault", line.fault ?? "");
  for (const name of ["input_tokens", "output_tokens", "cache_read_tokens"]) write(name, number.format(line[name]));
  write("cost", line.cost_microusd == null ? "–" : money.format(line.cost_microusd / 1e6));
  write("duration", span(line.duration_ms));
  write("ttft", span(line.ttft_ms));
  row.classList.add("fresh");
  localise(row);
  table.hidden = false;
  document.getElementById("nothing")?.remove();
  table.tBodies[0].prepend(row);
  while (table.tBodies[0].rows.length > MOST) {
    known.delete(table.tBodies[0].lastElementChild.querySelector("a").getAttribute("href"));
    table.tBodies[0].lastElementChild.remove();
  }
  count += 1;
}

function open() {
  const address = new URL(button.dataset.stream, location.href);
  if (last) address.searchParams.set("last", last); // what came while nobody looked
  source = new EventSource(address);
  source.onopen = () => (state.textContent = _("New requests appear here as they end."));
  source.onmessage = (event) => {
    last = event.lastEventId;
    add(JSON.parse(event.data));
  };
  source.onerror = () => {
    if (source?.readyState === EventSource.CLOSED) stop(_("The live view was closed: load the page again."));
    else state.textContent = _("Connecting again…");
  };
}

function stop(text = "") {
  source?.close();
  source = null;
  button.setAttribute("aria-pressed", "false");
  state.textContent = text;
}

button.hidden = false;
button.addEventListener("click", () => {
  if (button.getAttribute("aria-pressed") === "true") return stop(_("{count} new requests came in.", { count }));
  button.setAttribute("aria-pressed", "true");
  state.textContent = _("Connecting…");
  open();
});
// A page that nobody sees asks for nothing.
document.addEventListener("visibilitychange", () => {
  if (button.getAttribute("aria-pressed") !== "true") return;
  if (document.hidden) source?.close();
  else open();
});
