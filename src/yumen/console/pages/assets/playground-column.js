// One way to ask: model, system prompt, knobs, and what came back.

import { _, language } from "./console.js";
import { html, useState } from "./vendor/htm-preact.js";
import { Output } from "./playground-output.js";
import { features } from "./playground-request.js";

const OTHER = "\0other";

function Model({ col, models, change }) {
  const listed = models.some((each) => each.id === col.model);
  const [free, setFree] = useState(!listed);
  const choose = (event) => {
    const other = event.target.value === OTHER;
    setFree(other);
    if (!other) change({ model: event.target.value });
  };
  return html`<div class="field"><label for=${`${col.id}-model`}>${_("Model")}</label>
    <select id=${`${col.id}-model`} value=${free ? OTHER : col.model} onChange=${choose}>
      ${models.map((each) => html`<option value=${each.id}>${each.label}</option>`)}<option value=${OTHER}>${_("Another name…")}</option></select>
    ${free && html`<input aria-label=${_("Name of the model")} value=${col.model} spellcheck="false" autocomplete="off" onInput=${(event) => change({ model: event.target.value })} />`}</div>`;
}

function NumberField({ col, name, label, hint, change, more = {} }) {
  const field = `${col.id}-${name}`;
  return html`<div class="field"><label for=${field}>${label}</label>
    <input id=${field} type="number" inputmode="decimal" value=${col[name]} placeholder=${_("as usual")} aria-describedby=${`${field}-hint`} onInput=${(event) => change({ [name]: event.target.value })} ...${more} />
    <p class="hint" id=${`${field}-hint`}>${hint}</p></div>`;
}

function Choice({ col, name, label, options, change }) {
  return html`<div class="field"><label for=${`${col.id}-${name}`}>${label}</label>
    <select id=${`${col.id}-${name}`} value=${options.some(([value]) => value === col[name]) ? col[name] : ""} onChange=${(event) => change({ [name]: event.target.value })}>
      ${options.map(([value, text]) => html`<option value=${value}>${text}</option>`)}</select></div>`;
}

const thinkingWords = {
  adaptive: () => _("as much as the question needs"),
  enabled: () => _("up to a budget"),
  disabled: () => _("not at all"),
  between_tools: () => _("between tools"),
};

function Knobs({ col, models, change }) {
  const model = features(models, col.model);
  const modes = model.thinking.filter((each) => thinkingWords[each]);
  return html`<div class="play-knobs">
    <${NumberField} col=${col} name="max_tokens" label=${_("Longest answer, in tokens")} hint=${model.max_tokens ? _("At most {count} with this model.", { count: new Intl.NumberFormat(language).format(model.max_tokens) }) : _("A word has about 1.3 tokens.")} change=${change} more=${{ min: 1, max: model.max_tokens ?? undefined, required: true, placeholder: "" }} />
    ${model.samples && html`<${NumberField} col=${col} name="temperature" label=${_("Temperature")} hint=${_("0: always alike; 1: varied.")} change=${change} more=${{ min: 0, max: 1, step: 0.1 }} />
      <${NumberField} col=${col} name="top_p" label="top_p" hint=${_("Only the likeliest words up to this share; change this or the temperature, not both.")} change=${change} more=${{ min: 0, max: 1, step: 0.05 }} />`}
    ${modes.length > 0 && html`<${Choice} col=${col} name="thinking" label=${_("Thinking")} options=${[["", _("the model decides")], ...modes.map((each) => [each, thinkingWords[each]()])]} change=${change} />`}
    ${col.thinking === "enabled" && model.thinking.includes("enabled") && html`<${NumberField} col=${col} name="budget" label=${_("Budget for thinking, in tokens")} hint=${_("At least 1,024, and less than the longest answer.")} change=${change} more=${{ min: 1024, placeholder: "1024" }} />`}
    ${model.efforts.length > 0 && html`<${Choice} col=${col} name="effort" label=${_("Effort")} options=${[["", _("as usual")], ...model.efforts.map((each) => [each, each])]} change=${change} />`}
    <div class="field"><label for=${`${col.id}-stop`}>${_("Stop sequences")}</label>
      <textarea id=${`${col.id}-stop`} class="code" rows="2" value=${col.stop} aria-describedby=${`${col.id}-stop-hint`} onInput=${(event) => change({ stop: event.target.value })}></textarea>
      <p class="hint" id=${`${col.id}-stop-hint`}>${_("One a line: the answer ends where one of them would come.")}</p></div>
    ${!model.samples && html`<p class="hint">${_("This model chooses its words by itself: temperature and top_p cannot be set.")}</p>`}
  </div>`;
}

/** One column: a way to ask, and its answer. */
export function Column({ col, place, several, models, now, change, run, stop, remove, goOn, code }) {
  const title = _("Column {number}", { number: place + 1 });
  return html`<section class="card play-column" aria-label=${title}>
    <div class="turn-head"><h2>${several ? title : _("Claude")}</h2>
      ${several && html`<button type="button" class="plain" aria-label=${_("Remove {name}", { name: title })} onClick=${remove}>×</button>`}</div>
    <${Model} col=${col} models=${models} change=${change} />
    <div class="field"><label for=${`${col.id}-system`}>${_("System prompt")} <span class="quiet">${_("(optional)")}</span></label>
      <textarea id=${`${col.id}-system`} value=${col.system} placeholder=${_("Who Claude shall be, and how it shall answer")} onInput=${(event) => change({ system: event.target.value })}></textarea></div>
    <details><summary>${_("More settings")}</summary><${Knobs} col=${col} models=${models} change=${change} /></details>
    <div class="acts play-acts">
      ${now?.running ? html`<button type="button" class="danger" onClick=${stop}>${_("Stop")}</button>` : several && html`<button type="button" class="quiet" onClick=${run}>${_("Run this one")}</button>`}
      <button type="button" class="quiet" onClick=${code}>${_("As code")}</button>
    </div>
    <${Output} id=${col.id} now=${now} goOn=${goOn} />
  </section>`;
}
