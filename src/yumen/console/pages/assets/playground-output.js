// What came back: text, thinking, calls of tools, errors in plain words, and what it cost.

import { _, ask, language } from "./console.js";
import { html } from "./vendor/htm-preact.js";
import { begun, emptyAnswer, eventReader, promptTokens, textOf, whole, withEvent } from "./playground-stream.js";

const COST_TRIES = 5;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

async function costOf(requestId) {
  // The ledger has the entry when the answer has ended; where it was stopped, a moment later.
  for (let left = COST_TRIES; left > 0; left -= 1) {
    const found = await ask(`/playground/costs/${requestId}`).catch(() => null);
    if (found) return found;
    await pause(400);
  }
  return null;
}

async function readEvents(response, take) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const events = eventReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) take(events(piece.value));
}

async function refusal(response) {
  const said = await response.json().catch(() => null);
  return { type: "api_error", message: "", ...said?.error, after: response.headers.get("retry-after") };
}

function send({ body, workspace, stop }) {
  const headers = { accept: "text/event-stream, application/json", "content-type": "application/json", "x-csrf-token": document.body.dataset.csrf };
  return fetch(`/playground/messages?workspace=${encodeURIComponent(workspace)}`, { method: "POST", headers, body: JSON.stringify(body), signal: stop.signal });
}

/** Send a call and tell how it stands: at once, at most once a frame while it runs, and at its end. */
export async function started(call, tell) {
  const began = performance.now();
  let now = { running: true, answer: emptyAnswer(), requestId: null, firstMs: null, ms: null, cost: undefined, stopped: false };
  let waiting = false;
  const show = (part) => {
    now = { ...now, ...part };
    tell(now);
  };
  const later = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      tell(now);
    });
  };
  show({});
  try {
    let response = await send(call);
    // The key of this session was revoked, or had ended: the next try makes another.
    if (response.status === 401) response = await send(call);
    show({ requestId: response.headers.get("request-id") });
    if (!response.ok) show({ answer: { ...now.answer, error: await refusal(response) } });
    else await readEvents(response, (events) => {
      const answer = events.reduce(withEvent, now.answer);
      now = { ...now, answer, firstMs: now.firstMs ?? (begun(answer) ? performance.now() - began : null) };
      later();
    });
    if (!now.answer.ended && !now.answer.error) show({ answer: { ...now.answer, error: { type: "ended_early", message: "" } } });
  } catch (error) {
    if (call.stop.signal.aborted) show({ stopped: true });
    else show({ answer: { ...now.answer, error: { type: "unreachable", message: error.message } } });
  }
  show({ running: false, ms: performance.now() - began });
  if (now.requestId) show({ cost: await costOf(now.requestId) });
}

function plainly({ type, after }) {
  switch (type) {
    case "rate_limit_error": return after ? _("A limit has no room right now: try again in {seconds} seconds.", { seconds: after }) : _("A limit has no room right now: try again later.");
    case "billing_error": return _("A spend limit is reached.");
    case "authentication_error": return _("You are no longer signed in, or your key was revoked: load this page again.");
    case "policy_blocked": return _("A content policy does not allow this.");
    case "permission_error": return _("This is not allowed here.");
    case "not_found_error": return _("There is no such model, or it is not open to you.");
    case "request_too_large": return _("The request is too large: remove files or turns.");
    case "overloaded_error": return _("Claude has too much to do right now: try again in a moment.");
    case "invalid_request_error": return _("The request was not accepted as it is.");
    case "timeout_error": return _("Claude took too long: try again.");
    case "ended_early": return _("The answer broke off before its end.");
    case "unreachable": return _("The gateway could not be reached: look at your connection.");
    default: return _("Something went wrong on the way to Claude: try again.");
  }
}

const LIMITS = new Set(["rate_limit_error", "billing_error"]);

function stopWords(reason) {
  switch (reason) {
    case "max_tokens": return _("The answer was cut off: it reached its longest length.");
    case "stop_sequence": return _("Ended at a stop sequence.");
    case "tool_use": return _("Claude waits for the results of its tools: continue, and write them.");
    case "refusal": return _("Claude declined to answer.");
    case "pause_turn": return _("Claude paused: continue, and run again.");
    case "model_context_window_exceeded": return _("The answer was cut off: the conversation is as long as the model can read.");
    default: return "";
  }
}

function Block({ block }) {
  if (block.type === "text") return html`<div class="said">${block.text}</div>`;
  if (block.type === "thinking") return html`<details class="thought" open=${!block.signature}><summary>${_("Thinking")}</summary><div class="said quiet">${block.thinking}</div></details>`;
  if (block.type === "tool_use" || block.type === "server_tool_use") {
    return html`<div class="called"><b>${_("Calls the tool {name}", { name: block.name })}</b><pre tabindex="0">${block.partial ?? JSON.stringify(block.input, null, 2)}</pre></div>`;
  }
  return html`<details><summary>${block.type}</summary><pre tabindex="0">${JSON.stringify(block, null, 2)}</pre></details>`;
}

/** Whether the table of rights shows costs to this visitor. */
const showsCosts = document.getElementById("play").dataset.costs !== undefined;
const count = (value) => new Intl.NumberFormat(language).format(value);
const seconds = (ms) => new Intl.NumberFormat(language, { style: "unit", unit: "second", maximumFractionDigits: 2, minimumFractionDigits: 2 }).format(ms / 1000);

function Facts({ now }) {
  const { usage } = now.answer;
  const input = now.cost?.input_tokens ?? promptTokens(usage);
  const output = now.cost?.output_tokens ?? usage.output_tokens ?? 0;
  const used = input + output > 0;  // a refusal costs nothing
  const price = now.cost === undefined ? "…" : now.cost?.cost ?? _("not known");
  const fact = (name, value) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
  return html`<dl class="play-facts">
    ${used && fact(_("Tokens"), _("{input} in, {output} out", { input: count(input), output: count(output) }))}
    ${used && showsCosts && fact(_("Cost"), now.cost?.estimated ? _("{cost}, estimated", { cost: price }) : price)}
    ${used && fact(_("First token"), now.firstMs === null ? "–" : seconds(now.firstMs))}
    ${fact(_("Duration"), seconds(now.ms))}
    ${now.requestId && html`<div><dt>${_("Request")}</dt><dd><a href=${`/requests/${now.requestId}`} target="_blank">${_("Its time line")}</a></dd></div>`}
  </dl>`;
}

/** The answer of a column. */
export function Output({ id, now, goOn }) {
  if (!now) return html`<p class="quiet play-none">${_("The answer appears here.")}</p>`;
  const { answer } = now;
  const stop = stopWords(answer.stop);
  const blocks = now.running ? [] : whole(answer);
  const text = textOf(blocks);
  return html`<div class="play-answer" aria-busy=${now.running}>
    <p class="play-state" role="status">${now.running ? (begun(answer) ? _("Claude answers…") : _("Waiting for Claude…")) : now.stopped ? _("Stopped.") : answer.error ? "" : _("Done.")}</p>
    ${answer.blocks.map((block, place) => block && html`<${Block} key=${place} block=${block} />`)}
    ${answer.error && html`<div class="told wrong" role="alert"><b>${plainly(answer.error)}</b>${answer.error.message && html`<br /><span>${answer.error.message}</span>`}
      ${LIMITS.has(answer.error.type) && html`<br /><a href="/limits" target="_blank">${_("Look at the limits")}</a>`}</div>`}
    ${answer.ended && !answer.error && !now.running && blocks.length === 0 && html`<p class="hint">${_("Claude answered with nothing.")}</p>`}
    ${!now.running && stop && html`<p class="hint">${stop}</p>`}
    ${!now.running && html`<${Facts} now=${now} />`}
    ${blocks.length > 0 && html`<div class="acts"><button type="button" class="quiet" onClick=${goOn}>${_("Continue with this answer")}</button>
      ${text && html`<data id=${`${id}-text`} value=${text} /><button type="button" class="plain" data-copies=${`${id}-text`} aria-label=${_("Copy the answer")}><span>${_("Copy")}</span></button>`}</div>`}
  </div>`;
}
