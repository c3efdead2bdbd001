// Replays a policy part by part, adds up what would have been done, and says how far it is.

import { _, ask, language } from "./console.js";

const form = document.getElementById("replay");
const progress = document.getElementById("progress");
const stop = document.getElementById("stop");
const results = document.getElementById("results");
const numbers = new Intl.NumberFormat(language);
const labels = results ? [...results.querySelectorAll("thead th")].map((each) => each.textContent) : [];
const actions = { block: _("block"), redact: _("redact"), flag: _("flag"), allow: _("allow"), nothing: _("nothing") };
let stopped = false;

function add(sums, part) {
  sums.looked += part.looked_at;
  sums.untold += part.untold;
  for (const each of part.changes) {
    const key = JSON.stringify([each.rule, each.action, each.new_rule, each.new_action]);
    sums.changes.set(key, (sums.changes.get(key) ?? 0) + each.hits);
  }
}

function row(key, hits) {
  const [rule, action, newRule, newAction] = JSON.parse(key);
  const line = document.createElement("tr");
  [rule, actions[action] ?? action, newRule || "–", actions[newAction] ?? newAction, numbers.format(hits)].forEach((text, place) => {
    const cell = line.insertCell();
    cell.textContent = text;
    cell.dataset.label = labels[place];
    if (place === 4) cell.className = "number";
  });
  return line;
}

function show(sums) {
  results.hidden = false;
  results.querySelector("tbody").replaceChildren(...[...sums.changes].sort().map(([key, hits]) => row(key, hits)));
  const looked = _("Flags that were looked at: {count}.", { count: numbers.format(sums.looked) });
  const untold = _("Hits whose words were not kept, of which nobody can say: {untold}.", { untold: numbers.format(sums.untold) });
  document.getElementById("summary").textContent = sums.untold ? `${looked} ${untold}` : looked;
}

async function run(policy, span) {
  const sums = { looked: 0, untold: 0, changes: new Map() };
  const [bar, status] = [progress.querySelector("progress"), progress.querySelector("span")];
  let since = null, page = null;
  do {
    const answer = await ask("/policies/_replay", { body: { policy, span, since, page } });
    ({ since } = answer);
    page = answer.part.next_page;
    add(sums, answer.part);
    bar.value = answer.share;
    status.textContent = new Intl.NumberFormat(language, { style: "percent" }).format(answer.share);
    show(sums);
  } while (page && !stopped);
}

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  event.stopImmediatePropagation();
  const button = form.querySelector("button:not([type])");
  stopped = false;
  button.disabled = true;
  progress.hidden = stop.hidden = false;
  try {
    await run(form.elements.policy.value, form.elements.span.value);
  } catch (error) {
    progress.querySelector("span").textContent = error.message;
  } finally {
    button.disabled = false;
    stop.hidden = true;
  }
});
stop?.addEventListener("click", () => (stopped = true));
