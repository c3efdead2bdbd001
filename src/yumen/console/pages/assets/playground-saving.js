// The dialogs: a call as code, saving a prompt, and the prompts that were saved.

import { _, ask, localise } from "./console.js";
import { html, useEffect, useRef, useState } from "./vendor/htm-preact.js";
import { code, LANGUAGES } from "./playground-code.js";
import { toSave } from "./playground-request.js";

const MOST_BYTES = 1000000;

function Dialog({ title, close, children }) {
  const place = useRef();
  useEffect(() => {
    place.current.showModal();
  }, []);
  return html`<dialog ref=${place} class="wide" aria-labelledby="dialog-title" onClose=${close}>
    <div class="turn-head"><h2 id="dialog-title">${title}</h2><button type="button" class="plain" aria-label=${_("Close")} onClick=${() => place.current.close()}>×</button></div>
    ${children}</dialog>`;
}

/** A call as code, to be copied. */
export function CodeDialog({ body, url, close }) {
  const [chosen, setChosen] = useState(LANGUAGES[0][0]);
  const text = code(chosen, body, url);
  return html`<${Dialog} title=${_("This request as code")} close=${close}>
    <div class="acts play-languages" role="group" aria-label=${_("Programming language")}>${LANGUAGES.map(([name, label]) => html`<button type="button" class="plain" aria-pressed=${name === chosen} onClick=${() => setChosen(name)}>${label}</button>`)}</div>
    <p class="hint">${_("Put your API key into the environment variable ANTHROPIC_API_KEY.")}</p>
    <pre class="play-code" id="code" tabindex="0">${text}</pre>
    <div class="acts"><a class="button quiet" href="/keys/new" target="_blank">${_("Make a key")}</a><button type="button" data-copies="code"><span>${_("Copy")}</span></button></div><//>`;
}

/** Saving: as a new prompt, or over the one that is open. */
export function SaveDialog({ state, models, saved, done, close }) {
  const over = saved?.changeable ? saved : null;
  const [name, setName] = useState(saved?.name ?? "");
  const [shared, setShared] = useState(over?.shared ?? false);
  const [told, setTold] = useState("");
  const keep = async (target) => {
    const prompt = toSave(state, models);
    const body = { name, shared, prompt };
    if (new Blob([JSON.stringify(body)]).size > MOST_BYTES) return setTold(_("This is too large to be saved: with its files it has more than 1 MB."));
    try {
      const answer = await ask(target ? `/playground/prompts/${target.id}` : "/playground/prompts", { body });
      done(answer);
      history.replaceState(null, "", `/playground/${answer.id}`);
      close();
    } catch (error) {
      setTold(error.message);
    }
  };
  const submit = (event) => {
    event.preventDefault();
    keep(over);
  };
  return html`<${Dialog} title=${_("Save this prompt")} close=${close}><form method="dialog" onSubmit=${submit}>
    <div class="field"><label for="prompt-name">${_("Name")}</label><input id="prompt-name" required maxlength="200" value=${name} onInput=${(event) => setName(event.target.value)} autocomplete="off" /></div>
    <div class="field tick"><input id="prompt-shared" type="checkbox" checked=${shared} onChange=${(event) => setShared(event.target.checked)} aria-describedby="prompt-hint" />
      <label for="prompt-shared">${_("Share it with my organization")}</label>
      <p class="hint" id="prompt-hint">${_("Whoever may use the playground sees it; only you and people in charge can change it. What is saved is encrypted.")}</p></div>
    ${told && html`<p class="told wrong" role="alert">${told}</p>`}
    <div class="acts">${over && html`<button type="button" class="quiet" disabled=${!name.trim()} onClick=${() => keep(null)}>${_("Save as a new one")}</button>`}
      <button type="submit" disabled=${!name.trim()}>${over ? _("Save changes") : _("Save")}</button></div></form><//>`;
}

function Row({ each, gone, failed }) {
  const [asked, setAsked] = useState(false);
  const remove = async () => {
    try {
      await ask(`/playground/prompts/${each.id}/delete`, { body: {} });
      gone(each.id);
    } catch (error) {
      failed(error.message);
    }
  };
  return html`<tr><td data-label=${_("Name")}><a href=${`/playground/${each.id}`}>${each.name}</a></td>
    <td data-label=${_("Seen by")}><span class="badge ${each.shared ? "good" : ""}">${each.shared ? _("shared") : _("private")}</span></td>
    <td data-label=${_("Of")}>${each.own ? _("you") : (each.owner ?? "–")}</td>
    <td data-label=${_("Changed")}><time datetime=${each.updated_at} data-form="ago">${each.updated_at}</time></td>
    <td>${each.changeable && (asked ? html`<button type="button" class="danger" onClick=${remove}>${_("Delete “{name}” for good", { name: each.name })}</button>` : html`<button type="button" class="plain" aria-label=${_("Delete {name}", { name: each.name })} onClick=${() => setAsked(true)}>${_("Delete")}</button>`)}</td></tr>`;
}

/** The prompts that were saved. */
export function SavedDialog({ close }) {
  const [found, setFound] = useState(null);
  const [told, setTold] = useState("");
  const place = useRef();
  useEffect(() => {
    ask("/playground/prompts").then(setFound, (error) => setTold(error.message));
  }, []);
  useEffect(() => {
    if (place.current) localise(place.current);
  }, [found]);
  const gone = (which) => setFound(found.filter((each) => each.id !== which));
  return html`<${Dialog} title=${_("Saved prompts")} close=${close}><div ref=${place}>
    ${told && html`<p class="told wrong" role="alert">${told}</p>`}
    ${!found && !told && html`<p class="quiet" role="status">${_("Loading…")}</p>`}
    ${found?.length === 0 && html`<p class="quiet">${_("Nothing is saved yet. Save a prompt to find it here again, and to share it by its address.")}</p>`}
    ${found?.length > 0 && html`<div class="scrolls"><table class="stacks"><thead><tr><th scope="col">${_("Name")}</th><th scope="col">${_("Seen by")}</th><th scope="col">${_("Of")}</th><th scope="col">${_("Changed")}</th><td></td></tr></thead>
      <tbody>${found.map((each) => html`<${Row} key=${each.id} each=${each} gone=${gone} failed=${setTold} />`)}</tbody></table></div>`}
  </div><//>`;
}
