// What stands in the playground as the body of a call of /v1/messages, and back. Pure: no page, no sentence.

let made = 0;
/** Return an id for what is shown in a list. */
export const id = () => `n${++made}`;

/** An empty turn of the conversation. `blocks` are those of an answer of Claude's, kept as they came. */
export const turn = (role = "user", more = {}) => ({ id: id(), role, text: "", files: [], results: [], blocks: null, ...more });

/** One way to ask. Numbers are texts until they are sent; empty ones are not sent. */
export const column = (model, more = {}) => ({
  id: id(), model, system: "", max_tokens: "1024", temperature: "", top_p: "", stop: "", thinking: "", budget: "", effort: "", extra: {}, ...more,
});

/** What a model takes; of one that nobody knows, everything. */
export function features(models, name) {
  return models.find((each) => each.id === name) ?? models.find((each) => each.names.includes(name)) ?? {
    unknown: true, samples: true, thinking: ["adaptive", "enabled", "disabled"], efforts: ["low", "medium", "high", "xhigh", "max"], max_tokens: null,
  };
}

/** Read the tools' text. Returns {tools} or {problem: "json" | "list" | "name" | "schema", detail}. */
export function readTools(text) {
  if (!text.trim()) return { tools: [] };
  let read;
  try {
    read = JSON.parse(text);
  } catch (error) {
    return { problem: "json", detail: error.message };
  }
  if (!Array.isArray(read) || read.some((each) => typeof each !== "object" || each === null || Array.isArray(each))) return { problem: "list", detail: "" };
  const nameless = read.find((each) => typeof each.name !== "string" || !/^[a-zA-Z0-9_-]{1,128}$/.test(each.name));
  if (nameless) return { problem: "name", detail: String(nameless.name ?? "") };
  const bare = read.find((each) => (each.type ?? "custom") === "custom" && each.input_schema?.type !== "object");
  if (bare) return { problem: "schema", detail: bare.name };
  return { tools: read };
}

/** Return a turn's content: a text alone as it is, else blocks. */
export function content(each) {
  if (each.blocks) return each.blocks;
  const results = each.results.map(({ tool_use_id, text, failed }) => ({ type: "tool_result", tool_use_id, content: text, ...(failed ? { is_error: true } : {}) }));
  const blocks = [...results, ...each.files];
  if (!blocks.length) return each.text;
  return each.text ? [...blocks, { type: "text", text: each.text }] : blocks;
}

/** Return the conversation as it is sent; an empty last turn of Claude's is none. */
export const messages = (turns) => turns.filter((each) => each.role === "user" || each.blocks || each.text).map((each) => ({ role: each.role, content: content(each) }));

const number = (text) => (text.trim() === "" || Number.isNaN(Number(text)) ? undefined : Number(text));

const given = (parts) => Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));

/** Return a column as the part of a body that is its own: without messages, tools and `stream`. */
export function settings(col, known) {
  const stop = col.stop.split("\n").filter((each) => each !== "");
  const thinks = col.thinking && known.thinking.includes(col.thinking);
  const effort = col.effort && known.efforts.includes(col.effort);
  const parts = {
    model: col.model.trim(),
    max_tokens: number(col.max_tokens),
    system: col.system || undefined,
    temperature: known.samples ? number(col.temperature) : undefined,
    top_p: known.samples ? number(col.top_p) : undefined,
    stop_sequences: stop.length ? stop : undefined,
    thinking: !thinks ? undefined : col.thinking === "enabled" ? { type: "enabled", budget_tokens: number(col.budget) ?? 1024 } : { type: col.thinking },
    output_config: effort || col.extra.output_config ? { ...col.extra.output_config, ...(effort ? { effort: col.effort } : {}) } : undefined,
  };
  return { ...col.extra, ...given(parts) };
}

/** Return the whole body of a column's call. */
export function body(state, col, known) {
  const { tools = [] } = readTools(state.tools);
  return { ...settings(col, known), ...(tools.length ? { tools } : {}), messages: messages(state.turns), stream: true };
}

/** Return what is saved of the playground. */
export function toSave(state, models) {
  const { tools = [] } = readTools(state.tools);
  return { columns: state.columns.map((each) => settings(each, features(models, each.model))), messages: messages(state.turns), tools };
}

const text = (value) => (value === undefined ? "" : String(value));
const KNOWN = new Set(["model", "max_tokens", "system", "temperature", "top_p", "stop_sequences", "thinking", "messages", "tools", "stream"]);

/** Return a column for a saved one; what the playground has no field for is kept, and sent as it was. */
export function fromSettings(saved) {
  const plain = typeof saved.system === "string" || saved.system === undefined;
  const { effort, ...rest } = saved.output_config ?? {};
  const kept = { ...saved, output_config: Object.keys(rest).length ? rest : undefined };
  const extra = given(Object.fromEntries(Object.entries(kept).filter(([name]) => !KNOWN.has(name) || (name === "system" && !plain))));
  return column(text(saved.model), {
    system: plain ? text(saved.system) : "",
    max_tokens: text(saved.max_tokens ?? 1024),
    temperature: text(saved.temperature),
    top_p: text(saved.top_p),
    stop: (saved.stop_sequences ?? []).join("\n"),
    thinking: text(saved.thinking?.type),
    budget: text(saved.thinking?.budget_tokens),
    effort: text(effort),
    extra,
  });
}

const FILES = new Set(["image", "document"]);

/** Return a turn for a saved message; what has no field of its own is kept as blocks. */
export function fromMessage({ role, content: said }) {
  if (typeof said === "string") return turn(role, { text: said });
  const blocks = Array.isArray(said) ? said : [];
  const last = blocks.at(-1);
  const ends = last?.type === "text" && Object.keys(last).length === 2;
  const before = ends ? blocks.slice(0, -1) : blocks;
  const results = before.filter((each) => each.type === "tool_result");
  const plain = results.every((each) => typeof each.content === "string") && before.every((each) => each.type === "tool_result" || FILES.has(each.type));
  if (role !== "user" || !plain) return turn(role, { blocks });
  const shown = results.map((each) => ({ tool_use_id: each.tool_use_id, name: "", text: each.content, failed: Boolean(each.is_error) }));
  return turn(role, { text: ends ? last.text : "", files: before.filter((each) => FILES.has(each.type)), results: shown });
}

/** Return the playground's state for a saved prompt. */
export const fromSaved = ({ columns, messages: said = [], tools = [] }) => ({
  columns: columns.map(fromSettings),
  turns: said.length ? said.map(fromMessage) : [turn()],
  tools: tools.length ? JSON.stringify(tools, null, 2) : "",
});

/** Return the conversation with an answer at its end, and an empty turn for what comes next; tools that were called wait for their results. */
export function continued(turns, blocks) {
  const calls = blocks.filter((each) => each.type === "tool_use");
  const results = calls.map(({ id: tool_use_id, name }) => ({ tool_use_id, name, text: "", failed: false }));
  return [...turns, turn("assistant", { blocks }), turn("user", { results })];
}
