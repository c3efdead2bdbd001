// Keeps the overview up to date while it is looked at: figures, charts and lists change in place.

import { _, ask, language, localise } from "./console.js";
import { update } from "./charts.js";

const live = document.getElementById("live");
const text = document.getElementById("live-text");
const pause = document.getElementById("live-pause");
let paused = false;
let timer;

function element(name, kind = "", content = "") {
  const made = document.createElement(name);
  if (kind) made.className = kind;
  if (content) made.textContent = content;
  return made;
}

const say = (node, content) => node.textContent !== content && (node.textContent = content);

function figure({ id, text: value, more, change, kind }) {
  const card = document.querySelector(`[data-figure="${id}"]`);
  if (!card) return;
  say(card.querySelector("[data-text]"), value);
  say(card.querySelector("[data-more]"), more);
  const told = card.querySelector("[data-change]");
  say(told, change);
  told.parentElement.className = `change ${kind}`;
}

function meter(share, label) {
  const made = element("meter", share >= 0.95 ? "bad" : share >= 0.8 ? "warn" : "good");
  Object.assign(made, { min: 0, max: 1, value: Math.min(share, 1) });
  made.setAttribute("aria-label", label);
  return made;
}

function cell(one, kind) {
  const made = element("td", kind);
  if (one.share !== null) made.append(meter(one.share, one.text), ` ${new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 }).format(one.share)}`);
  else if (one.at) {
    const time = element("time");
    Object.assign(time, { dateTime: one.at });
    time.dataset.form = "ago";
    made.append(time);
  } else if (one.href) {
    const link = element("a", "", one.text);
    link.href = one.href;
    made.append(link);
  } else made.textContent = one.text;
  return made;
}

const before = {};

/** Write a list anew where it is another one; whatever has the focus in it keeps it. */
function list(name, rows) {
  const body = document.querySelector(`[data-list="${name}"]`);
  if (!body) return;
  const same = JSON.stringify(rows);
  if (before[name] !== same) {
    const focused = body.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    const plain = name === "close" || name === "changes";
    body.replaceChildren(...rows.map((row) => {
      const line = element("tr");
      line.append(...row.map((one, place) => cell(one, place > 0 && !plain ? "number" : "")));
      return line;
    }));
    if (focused) [...body.querySelectorAll("a")].find((each) => each.getAttribute("href") === focused)?.focus();
  }
  before[name] = same;
  localise(body);
  const empty = document.querySelector(`[data-empty="${name}"]`);
  if (empty) empty.hidden = rows.length > 0;
}

function state(kind, content) {
  live.className = `live ${kind}`;
  say(text, content);
}

async function refresh() {
  clearTimeout(timer);
  if (paused || document.hidden) return;
  try {
    const found = await ask(`/overview/data?span=${live.dataset.span}`);
    found.figures.forEach(figure);
    for (const [name, data] of Object.entries(found.charts)) update(`chart-${name}`, data);
    for (const [name, rows] of Object.entries(found.lists)) list(name, rows);
    if (!paused) state("", _("Live"));
  } catch {
    state("broken", _("Not up to date: the gateway does not answer"));
  }
  if (!paused) timer = setTimeout(refresh, live.dataset.every * 1000);
}

function toggle() {
  paused = !paused;
  pause.setAttribute("aria-pressed", paused);
  if (paused) {
    clearTimeout(timer);
    state("paused", _("Paused"));
  } else refresh();
}

if (live) {
  live.hidden = false;
  state("", _("Live"));
  pause.addEventListener("click", toggle);
  document.addEventListener("visibilitychange", refresh);
  timer = setTimeout(refresh, live.dataset.every * 1000);
}
