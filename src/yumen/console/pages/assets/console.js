// What every page does: copies, asks before it does, opens the menu, and writes times in the reader's own zone.

const twins = JSON.parse(document.getElementById("words").textContent);

/** Say a sentence in the page's language; `{name}` in it is replaced by the value of that name. */
export function _(sentence, values = {}) {
  return (twins[sentence] ?? sentence).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export const language = document.documentElement.lang;

/** Ask the console for JSON; a fault is thrown as an Error whose message can be shown. */
export async function ask(path, { body, signal, method = body === undefined ? "GET" : "POST" } = {}) {
  const headers = { accept: "application/json" };
  if (method !== "GET") Object.assign(headers, { "content-type": "application/json", "x-csrf-token": document.body.dataset.csrf });
  const response = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), signal });
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new Error(answer?.error?.message ?? _("The gateway did not answer: try again."));
  return answer;
}

const forms = {
  moment: { dateStyle: "medium", timeStyle: "medium" },
  day: { dateStyle: "medium" },
};
const units = [["year", 31536000], ["month", 2592000], ["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

function ago(date) {
  const seconds = (date - Date.now()) / 1000;
  const [unit, size] = units.find(([, size]) => Math.abs(seconds) >= size) ?? units.at(-1);
  return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(Math.round(seconds / size), unit);
}

/** Write the times below an element in the reader's zone. Islands call it for what they add. */
export function localise(root = document) {
  for (const time of root.querySelectorAll("time[data-form]")) {
    const date = new Date(time.dateTime);
    const form = forms[time.dataset.form];
    time.textContent = form ? new Intl.DateTimeFormat(language, form).format(date) : ago(date);
  }
}

async function copy(button) {
  const source = document.getElementById(button.dataset.copies);
  const label = button.querySelector("span") ?? button;
  const before = label.textContent;
  try {
    await navigator.clipboard.writeText(source.value ?? source.textContent);
    label.textContent = _("Copied");
  } catch {
    getSelection().selectAllChildren(source);
    label.textContent = _("Press Ctrl+C");
  }
  setTimeout(() => (label.textContent = before), 2000);
}

function toggleMenu(button) {
  const open = document.body.classList.toggle("menu-open");
  button.setAttribute("aria-expanded", open);
  document.getElementById("main").inert = open; // it lies behind the menu: nothing in it takes the focus
}

matchMedia("(min-width: 801px)").addEventListener("change", () => {
  if (document.body.classList.contains("menu-open")) toggleMenu(document.querySelector("[data-opens-menu]"));
});

document.addEventListener("click", (event) => {
  const of = (name) => event.target.closest?.(`[data-${name}]`);
  const opens = of("opens"), copies = of("copies"), closes = of("closes"), menu = of("opens-menu");
  if (opens) document.getElementById(opens.dataset.opens).showModal();
  else if (copies) copy(copies);
  else if (closes) closes.closest("dialog").close();
  else if (menu) toggleMenu(menu);
  for (const sheet of document.querySelectorAll("details.who[open], details.look[open]")) {
    if (!sheet.contains(event.target)) sheet.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const sheet of document.querySelectorAll("details.who[open], details.look[open]")) {
    sheet.open = false;
    sheet.querySelector("summary").focus();
  }
  if (document.body.classList.contains("menu-open")) {
    const button = document.querySelector("[data-opens-menu]");
    toggleMenu(button);
    button.focus();
  }
});

// A form is sent once: its buttons rest until the answer is here.
document.addEventListener("submit", (event) => {
  const word = event.target.querySelector("[data-word]");
  if (word && word.value !== word.dataset.word) {
    event.preventDefault();
    word.setCustomValidity(_("This is not the word."));
    word.reportValidity();
    word.addEventListener("input", () => word.setCustomValidity(""), { once: true });
    return;
  }
  if (event.target.method === "post") setTimeout(() => event.target.querySelectorAll("button:not([type])").forEach((each) => (each.disabled = true)));
});
addEventListener("pageshow", () => document.querySelectorAll("form button:disabled:not([data-off])").forEach((each) => (each.disabled = false)));

localise();
