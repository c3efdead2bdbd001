// The playground: one conversation, one to four ways to ask for its next turn, run together or one by one.

import { _ } from "./console.js";
import { html, render, useEffect, useRef, useState } from "./vendor/htm-preact.js";
import { Column } from "./playground-column.js";
import { Conversation, focusOn } from "./playground-conversation.js";
import { started } from "./playground-output.js";
import { body, column, continued, features, fromSaved, id, readTools, toSave, turn } from "./playground-request.js";
import { CodeDialog, SaveDialog, SavedDialog } from "./playground-saving.js";
import { whole } from "./playground-stream.js";

const MOST = 4;
const known = JSON.parse(document.getElementById("playground").textContent);
const begin = () => (known.opened ? fromSaved(known.opened.prompt) : { columns: [column(known.usual)], turns: [turn()], tools: "" });
const CHOSEN = "yumen-playground-workspace";

const written = (state) => JSON.stringify(toSave(state, known.models));

function firstWorkspace() {
  const wanted = new URLSearchParams(location.search).get("workspace") ?? sessionStorage.getItem(CHOSEN);
  return (known.workspaces.find((each) => each.id === wanted) ?? known.workspaces[0])?.id ?? "";
}

/** What keeps a call from being sent, as a sentence; null: nothing does. */
function missing(state, workspace) {
  if (!workspace) return _("There is no workspace to try prompts in: make one first.");
  if (readTools(state.tools).problem) return _("The tools cannot be read: correct them first.");
  const last = state.turns.filter((each) => each.role === "user" || each.blocks || each.text).at(-1);
  const asks = last && (last.blocks || last.text.trim() || last.files.length || last.results.length);
  return asks ? null : _("Write a message first.");
}

function Playground() {
  const [state, setState] = useState(begin);
  const [saved, setSaved] = useState(known.opened);
  const [runs, setRuns] = useState({});
  const [workspace, setWorkspace] = useState(firstWorkspace);
  const [open, setOpen] = useState(null);
  const [told, setTold] = useState("");
  const stops = useRef({});
  const change = (part) => setState((before) => ({ ...before, ...part }));
  const changeColumn = (which, part) => setState((before) => ({ ...before, columns: before.columns.map((each) => (each.id === which ? { ...each, ...part } : each)) }));
  useEffect(() => sessionStorage.setItem(CHOSEN, workspace), [workspace]);
  useEffect(() => {
    const all = () => Object.values(stops.current).forEach((each) => each.abort());
    addEventListener("pagehide", all);
    return () => removeEventListener("pagehide", all);
  }, []);

  // Whoever leaves a conversation that is nowhere kept is asked first.
  // It is written out then alone: with its files it may have many megabytes, and each piece of an answer comes by here.
  const kept = useRef(known.opened ? state : null);
  useEffect(() => {
    const warn = (event) => {
      if (state.turns.length > 1 && !(kept.current && written(state) === written(kept.current))) event.preventDefault();
    };
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [state]);
  const nowSaved = (prompt) => {
    kept.current = state;
    setSaved(prompt);
  };

  const bodyOf = (col) => body(state, col, features(known.models, col.model));
  const run = (col) => {
    const problem = missing(state, workspace);
    setTold(problem ?? "");
    if (problem || runs[col.id]?.running) return;
    const stop = new AbortController();
    stops.current[col.id] = stop;
    started({ body: bodyOf(col), workspace, stop }, (now) => setRuns((before) => ({ ...before, [col.id]: now })));
  };
  const runAll = () => state.columns.forEach(run);
  const stopAll = () => Object.values(stops.current).forEach((each) => each.abort());
  const running = state.columns.some((each) => runs[each.id]?.running);

  const add = () => change({ columns: [...state.columns, { ...state.columns.at(-1), id: id() }] });
  const remove = (which) => {
    stops.current[which]?.abort();
    change({ columns: state.columns.filter((each) => each.id !== which) });
    focusOn("#add-column");
  };
  const goOn = (col) => {
    change({ turns: continued(state.turns, whole(runs[col.id].answer)) });
    setRuns({});
    focusOn("#conversation > li:last-child textarea");
  };
  const clear = () => {
    stopAll();
    setRuns({});
    change({ turns: [turn()] });
  };
  const keys = (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    runAll();
  };

  return html`<div class="play ${state.columns.length > 1 ? "several" : "single"}" onKeyDown=${keys}>
    <div class="play-bar">
      <div class="field"><label for="workspace">${_("Workspace")}</label>
        <select id="workspace" value=${workspace} onChange=${(event) => setWorkspace(event.target.value)}>
          ${known.workspaces.map((each) => html`<option value=${each.id}>${each.name}</option>`)}
        </select></div>
      <div class="acts">
        <button type="button" class="quiet" onClick=${() => setOpen({ kind: "saved" })}>${_("Saved prompts")}</button>
        <button type="button" class="quiet" onClick=${() => setOpen({ kind: "save" })}>${_("Save")}</button>
        <button type="button" id="add-column" class="quiet" disabled=${state.columns.length >= MOST} onClick=${add}>${_("Add a column")}</button>
        ${running ? html`<button type="button" class="danger" onClick=${stopAll}>${_("Stop")}</button>`
          : html`<button type="button" onClick=${runAll} title="Ctrl+Enter">${state.columns.length > 1 ? _("Run all") : _("Run")}</button>`}
      </div>
    </div>
    ${saved && html`<p class="quiet play-name">${saved.shared ? _("Saved prompt, shared with your organization:") : _("Saved prompt, yours alone:")} <b>${saved.name}</b>
      <span class="copied"><code id="prompt-address">${`${location.origin}/playground/${saved.id}`}</code><button type="button" class="plain" data-copies="prompt-address"><span>${_("Copy")}</span></button></span></p>`}
    <p class=${told ? "told warn" : "hidden"} role="status">${told}</p>
    <div class="play-parts">
      <${Conversation} turns=${state.turns} tools=${state.tools} maxBytes=${known.max_bytes} change=${change} clear=${clear} running=${running} runAll=${runAll} several=${state.columns.length > 1} />
      <div class="play-columns">
        ${state.columns.map((each, place) => html`<${Column} key=${each.id} col=${each} place=${place} several=${state.columns.length > 1} models=${known.models}
          now=${runs[each.id]} change=${(part) => changeColumn(each.id, part)} run=${() => run(each)} stop=${() => stops.current[each.id]?.abort()}
          remove=${() => remove(each.id)} goOn=${() => goOn(each)} code=${() => setOpen({ kind: "code", col: each })} />`)}
      </div>
    </div>
    ${open?.kind === "code" && html`<${CodeDialog} body=${bodyOf(open.col)} url=${known.url} close=${() => setOpen(null)} />`}
    ${open?.kind === "save" && html`<${SaveDialog} state=${state} models=${known.models} saved=${saved} done=${nowSaved} close=${() => setOpen(null)} />`}
    ${open?.kind === "saved" && html`<${SavedDialog} close=${() => setOpen(null)} />`}
  </div>`;
}

const place = document.getElementById("play");
place.textContent = "";
render(html`<${Playground} />`, place);
