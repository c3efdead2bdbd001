// A stream of events as it comes, and the message that it makes. Pure: no page, no sentence.

/** Return a function that takes a piece of text and returns the events that are whole with it (WHATWG, server-sent events). */
export function eventReader() {
  let rest = "", name = "", data = [];
  return (piece) => {
    const found = [];
    rest += piece;
    // A carriage return at the end may be half of a line's end: it waits for what comes.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop();
    for (const line of lines) {
      if (line === "") {
        if (data.length) found.push({ event: name || "message", data: data.join("\n") });
        name = "";
        data = [];
      } else if (!line.startsWith(":")) {
        const colon = line.indexOf(":");
        const field = colon < 0 ? line : line.slice(0, colon);
        const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
        if (field === "event") name = value;
        if (field === "data") data.push(value);
      }
    }
    return found;
  };
}

/** An answer of which nothing is here yet. */
export const emptyAnswer = () => ({ blocks: [], usage: {}, model: null, stop: null, error: null, ended: false });

const parsed = (text) => {
  try {
    return JSON.parse(text || "{}");
  } catch {
    return {};
  }
};

const changes = {
  text_delta: (block, { text }) => ({ ...block, text: (block.text ?? "") + text }),
  thinking_delta: (block, { thinking }) => ({ ...block, thinking: (block.thinking ?? "") + thinking }),
  signature_delta: (block, { signature }) => ({ ...block, signature }),
  citations_delta: (block, { citation }) => ({ ...block, citations: [...(block.citations ?? []), citation] }),
};

function grown(answer, index, change) {
  if (!answer.blocks[index]) return answer;
  const blocks = [...answer.blocks];
  blocks[index] = change(blocks[index]);
  return { ...answer, blocks };
}

const steps = {
  message_start: (answer, { message }) => ({ ...answer, model: message.model, usage: { ...message.usage } }),
  content_block_start: (answer, { index, content_block: block }) => {
    const blocks = [...answer.blocks];
    blocks[index] = block;
    return { ...answer, blocks };
  },
  content_block_delta: (answer, { index, delta }) => {
    // `partial` is how much of a tool's input is here; it becomes the input when the block is whole.
    if (delta.type === "input_json_delta") return grown(answer, index, (block) => ({ ...block, partial: (block.partial ?? "") + delta.partial_json }));
    return changes[delta.type] ? grown(answer, index, (block) => changes[delta.type](block, delta)) : answer;
  },
  content_block_stop: (answer, { index }) => grown(answer, index, ({ partial, ...block }) => (partial === undefined ? block : { ...block, input: parsed(partial) })),
  message_delta: (answer, { delta, usage }) => ({ ...answer, stop: delta.stop_reason ?? answer.stop, usage: { ...answer.usage, ...usage } }),
  message_stop: (answer) => ({ ...answer, ended: true }),
  error: (answer, { error }) => ({ ...answer, error: error ?? { type: "api_error", message: "" } }),
};

/** Return an answer with one event more; events that nobody knows change nothing. */
export function withEvent(answer, { data }) {
  const event = parsed(data);
  return Object.hasOwn(steps, event.type) ? steps[event.type](answer, event) : answer;
}

/** Whether something of the answer itself is here. */
export const begun = (answer) => answer.blocks.some((each) => each && (each.text || each.thinking || each.type === "tool_use"));

/** Return the answer's blocks as they go into the conversation: whole ones, and no empty text. */
export const whole = (answer) => answer.blocks.filter((each) => each && each.partial === undefined && !(each.type === "text" && !each.text));

/** Return what blocks say in words. */
export const textOf = (blocks) => blocks.filter((each) => each.type === "text").map((each) => each.text).join("\n");

/** All tokens of the prompt, from the cache or not. */
export const promptTokens = ({ input_tokens = 0, cache_creation_input_tokens = 0, cache_read_input_tokens = 0 }) => input_tokens + (cache_creation_input_tokens ?? 0) + (cache_read_input_tokens ?? 0);
