// The conversation: its turns, their files, the results of tools, and the tools themselves.

import { _, language } from "./console.js";
import { html, useRef, useState } from "./vendor/htm-preact.js";
import { readTools, turn } from "./playground-request.js";
import { textOf } from "./playground-stream.js";

const IMAGES = ["image/png", "image/jpeg", "image/gif", "image/webp"];
const PDF = "application/pdf";
const TYPES = [...IMAGES, PDF, "text/*", ".md", ".csv", ".json", ".xml", ".yaml", ".py", ".js", ".ts", ".log"].join(",");
const MB = 1024 * 1024;
/** Base64 takes four bytes for three, and the rest of the body needs room too. */
const most = (maxBytes) => Math.floor((maxBytes * 3) / 4 / MB) - 2;

const dataOf = (file) => new Promise((done, failed) => {
  const reader = new FileReader();
  reader.onload = () => done(reader.result.slice(reader.result.indexOf(",") + 1));
  reader.onerror = () => failed(reader.error);
  reader.readAsDataURL(file);
});

/** Return a file as a block of content; null: of a kind that Claude does not read. */
async function blockOf(file) {
  if (IMAGES.includes(file.type)) return { type: "image", source: { type: "base64", media_type: file.type, data: await dataOf(file) } };
  if (file.type === PDF) return { type: "document", source: { type: "base64", media_type: PDF, data: await dataOf(file) }, title: file.name };
  const bytes = await file.arrayBuffer();
  try {
    const data = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return data.includes("\0") ? null : { type: "document", source: { type: "text", media_type: "text/plain", data }, title: file.name };
  } catch {
    return null;
  }
}

const sizeOf = ({ source }) => (source?.data?.length ?? 0) * (source?.type === "base64" ? 3 / 4 : 1);
const sizeIn = (turns) => turns.flatMap((each) => each.files).reduce((sum, each) => sum + sizeOf(each), 0);
const inUnit = (unit, value) => new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: 1 }).format(value);
function written(bytes) {
  if (bytes < 1024) return inUnit("byte", bytes);
  return bytes < MB / 10 ? inUnit("kilobyte", bytes / 1024) : inUnit("megabyte", bytes / MB);
}

/** Focus on what is there once the page has changed: whoever goes by keys stays where the work goes on. */
export const focusOn = (selector) => setTimeout(() => document.querySelector(selector)?.focus());

function Files({ each, turns, maxBytes, change }) {
  const [told, setTold] = useState("");
  const input = useRef();
  const take = async (event) => {
    const chosen = [...event.target.files];
    event.target.value = "";
    setTold("");
    let room = most(maxBytes) * MB - sizeIn(turns);
    const blocks = [];
    for (const file of chosen) {
      room -= file.size;
      if (room < 0) return setTold(_("The files are too large: together at most {size} MB.", { size: most(maxBytes) }));
      const block = await blockOf(file);
      if (!block) return setTold(_("{name} is neither an image, a PDF nor a text.", { name: file.name }));
      blocks.push(block);
    }
    change({ files: [...each.files, ...blocks] });
  };
  const name = (block) => block.title ?? block.source?.media_type ?? block.type;
  return html`<div class="play-files">
    ${each.files.map((block, place) => html`<span class="badge">${name(block)} · ${written(sizeOf(block))}
      <button type="button" class="plain" aria-label=${_("Remove {name}", { name: name(block) })} onClick=${() => change({ files: each.files.filter((_each, at) => at !== place) })}>×</button></span>`)}
    <input ref=${input} class="hidden" type="file" multiple accept=${TYPES} onChange=${take} tabindex="-1" aria-hidden="true" />
    <button type="button" class="plain" onClick=${() => input.current.click()} title=${_("Images, PDFs and texts, together at most {size} MB", { size: most(maxBytes) })}>${_("Add files")}</button>
    <span class="hint">${_("Images, PDFs and texts, together at most {size} MB", { size: most(maxBytes) })}</span>
    ${told && html`<p class="told wrong" role="alert">${told}</p>`}
  </div>`;
}

function Kept({ each, change }) {
  const others = each.blocks.filter((block) => block.type !== "text");
  return html`<div class="play-kept"><div class="said">${textOf(each.blocks)}</div>
    ${others.length > 0 && html`<details><summary>${_("What else is in it: {kinds}", { kinds: others.map((block) => block.type).join(", ") })}</summary><pre tabindex="0">${JSON.stringify(others, null, 2)}</pre></details>`}
    <button type="button" class="plain" onClick=${() => change({ blocks: null, text: textOf(each.blocks) })}>${_("Edit as text")}</button></div>`;
}

function Turn({ each, number, turns, maxBytes, change, remove }) {
  const user = each.role === "user";
  const label = user ? _("User, turn {number}", { number }) : _("Claude, turn {number}", { number });
  const result = (place, part) => change({ results: each.results.map((one, at) => (at === place ? { ...one, ...part } : one)) });
  return html`<li class="turn ${each.role}">
    <div class="turn-head"><label for=${each.blocks ? undefined : each.id}><b>${user ? _("User") : "Claude"}</b></label>
      <button type="button" class="plain" aria-label=${_("Remove {name}", { name: label })} onClick=${remove}>×</button></div>
    ${each.results.map((one, place) => html`<div class="field"><label for=${`${each.id}-${place}`}>${_("Result of the tool {name}", { name: one.name || one.tool_use_id })}</label>
      <textarea id=${`${each.id}-${place}`} class="code" value=${one.text} onInput=${(event) => result(place, { text: event.target.value })}></textarea>
      <label class="play-tick"><input type="checkbox" checked=${one.failed} onChange=${(event) => result(place, { failed: event.target.checked })} /> ${_("The tool failed")}</label></div>`)}
    ${each.blocks ? html`<${Kept} each=${each} change=${change} />`
      : html`<textarea id=${each.id} aria-label=${label} value=${each.text} placeholder=${user ? _("What do you want to ask Claude?") : _("What Claude shall have said")} onInput=${(event) => change({ text: event.target.value })}></textarea>`}
    ${user && !each.blocks && html`<${Files} each=${each} turns=${turns} maxBytes=${maxBytes} change=${change} />`}
  </li>`;
}

function ToolsField({ tools, change }) {
  const { problem, detail } = readTools(tools);
  const [open] = useState(Boolean(tools));  // afterwards it is the reader's to fold: also when the last letter is deleted
  const said = {
    json: () => _("This is no valid JSON: {detail}", { detail }),
    list: () => _("Tools are a list of objects, in square brackets."),
    name: () => _("A tool's name has 1 to 128 letters, digits, hyphens or underscores; this one has not: {detail}", { detail }),
    schema: () => _("The tool {detail} needs an input_schema of the type object.", { detail }),
  };
  const sample = () => change({ tools: JSON.stringify([{ name: "get_weather", description: "The weather of a city.", input_schema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] } }], null, 2) });
  return html`<details class="play-tools" open=${open}><summary>${_("Tools")}</summary>
    <div class="field"><label for="tools">${_("Tools, as JSON")}</label>
    <textarea id="tools" class="code" spellcheck="false" value=${tools} aria-invalid=${Boolean(problem)} aria-describedby="tools-told" onInput=${(event) => change({ tools: event.target.value })}></textarea>
    <p id="tools-told" class=${problem ? "told wrong" : "hint"} role="status">${problem ? said[problem]() : _("Claude may ask for these; you write what they answer. Leave it empty for none.")}</p>
    ${!tools.trim() && html`<button type="button" class="plain" onClick=${sample}>${_("Begin with an example")}</button>`}</div></details>`;
}

/** The conversation that all columns share. */
export function Conversation({ turns, tools, maxBytes, change, clear, running, runAll, several }) {
  const set = (which, part) => change({ turns: turns.map((each) => (each.id === which ? { ...each, ...part } : each)) });
  const add = (role) => {
    change({ turns: [...turns, turn(role)] });
    focusOn("#conversation > li:last-child textarea");
  };
  const remove = (place) => {
    change({ turns: turns.length > 1 ? turns.filter((_each, at) => at !== place) : [turn()] });
    focusOn(`#conversation > li:nth-child(${Math.max(place, 1)}) :is(textarea, .play-kept button)`);
  };
  const next = turns.at(-1)?.role === "user" ? "assistant" : "user";
  return html`<section class="card play-talk" aria-labelledby="talk"><h2 id="talk">${_("Conversation")}</h2>
    <ol class="turns" id="conversation">${turns.map((each, place) => html`<${Turn} key=${each.id} each=${each} number=${place + 1} turns=${turns} maxBytes=${maxBytes}
      change=${(part) => set(each.id, part)} remove=${() => remove(place)} />`)}</ol>
    <div class="acts">
      <button type="button" disabled=${running} onClick=${runAll}>${several ? _("Run all") : _("Run")}</button>
      <button type="button" class="quiet" onClick=${() => add(next)}>${next === "user" ? _("Add a turn of the user") : _("Add a turn of Claude")}</button>
      ${(turns.length > 1 || turns[0].text) && html`<button type="button" class="plain" onClick=${clear}>${_("Begin anew")}</button>`}
    </div>
    <${ToolsField} tools=${tools} change=${change} /></section>`;
}
