// A call as code in Python, Node and curl. Pure. The key stands in no code: it is read from the environment.

const PAD = "    ";
const NAME = /^[A-Za-z_]\w*$/;

/** Write a value as Python: its texts are written as in JSON, whose escapes are Python's too. */
export function python(value, pad = "") {
  if (value === null || value === undefined) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (typeof value !== "object") return JSON.stringify(value);
  const inner = pad + PAD;
  const lines = Array.isArray(value)
    ? value.map((each) => `${inner}${python(each, inner)},\n`)
    : Object.entries(value).map(([name, each]) => `${inner}${JSON.stringify(name)}: ${python(each, inner)},\n`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return lines.length ? `${open}\n${lines.join("")}${pad}${close}` : open + close;
}

/** Write a value as JavaScript: JSON, but for names, and for the one that would set a prototype. */
export function javascript(value, pad = "") {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "undefined";
  const inner = `${pad}  `;
  const name = (text) => (text === "__proto__" ? '["__proto__"]' : NAME.test(text) ? text : JSON.stringify(text));
  const lines = Array.isArray(value)
    ? value.map((each) => `${inner}${javascript(each, inner)},\n`)
    : Object.entries(value).map(([each, item]) => `${inner}${name(each)}: ${javascript(item, inner)},\n`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return lines.length ? `${open}\n${lines.join("")}${pad}${close}` : open + close;
}

/** Quote a text for a POSIX shell. */
export const shell = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

// The SDKs name a version of their own, in which a call may mean something else: the one that is sent from here stands in the code.
const VERSION = "2023-06-01";
// What every version of the SDK for Python takes by name; the rest, such as a temperature, goes beside it.
const NAMED = new Set(["model", "max_tokens", "messages", "system", "stop_sequences", "tools", "tool_choice", "thinking", "metadata", "stream"]);

function pythonArguments(body) {
  const parts = Object.entries(body);
  const beside = Object.fromEntries(parts.filter(([name]) => !NAMED.has(name)));
  const named = parts.filter(([name]) => NAMED.has(name));
  const all = Object.keys(beside).length ? [...named, ["extra_body", beside]] : named;
  return all.map(([name, value]) => `${PAD}${name}=${python(value, PAD)},\n`).join("");
}

const inPython = (body, url) => `import os

import anthropic

client = anthropic.Anthropic(
    base_url=${JSON.stringify(url)},
    api_key=os.environ["ANTHROPIC_API_KEY"],
    default_headers={"anthropic-version": "${VERSION}"},
)

stream = client.messages.create(
${pythonArguments(body)})
for event in stream:
    if event.type == "content_block_delta" and event.delta.type == "text_delta":
        print(event.delta.text, end="", flush=True)
print()
`;

const inNode = (body, url) => `import Anthropic from "@anthropic-ai/sdk";

const client = new Anthropic({
  baseURL: ${JSON.stringify(url)},
  apiKey: process.env.ANTHROPIC_API_KEY,
  defaultHeaders: { "anthropic-version": "${VERSION}" },
});

const stream = await client.messages.create(${javascript(body)});
for await (const event of stream) {
  if (event.type === "content_block_delta" && event.delta.type === "text_delta") {
    process.stdout.write(event.delta.text);
  }
}
console.log();
`;

const inCurl = (body, url) => `curl --no-buffer ${shell(`${url}/v1/messages`)} \\
  --header "x-api-key: $ANTHROPIC_API_KEY" \\
  --header "anthropic-version: ${VERSION}" \\
  --header "content-type: application/json" \\
  --data ${shell(JSON.stringify(body, null, 2))}
`;

/** The languages, in the order in which they are shown. */
export const LANGUAGES = [["python", "Python"], ["node", "Node"], ["curl", "curl"]];

/** Return the code that makes a call with that body. */
export function code(language, body, url) {
  const address = url.replace(/\/+$/, "");
  return { python: inPython, node: inNode, curl: inCurl }[language](body, address);
}
