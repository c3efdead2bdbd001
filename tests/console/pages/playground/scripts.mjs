// Runs the playground's pure modules for the tests: reads {do, …} from standard input and writes what came of it.
import { pathToFileURL } from "node:url";

const folder = process.argv[2];
const load = (name) => import(pathToFileURL(`${folder}/${name}`));
const { code } = await load("playground-code.js");
const { emptyAnswer, eventReader, promptTokens, whole, withEvent } = await load("playground-stream.js");
const { body, column, continued, features, fromSaved, readTools, toSave, turn } = await load("playground-request.js");

const jobs = {
  code: ({ bodies, url }) => bodies.map((each) => ({ python: code("python", each, url), node: code("node", each, url), curl: code("curl", each, url) })),
  events: ({ text, sizes }) => sizes.map((size) => {
    const read = eventReader();
    let answer = emptyAnswer();
    for (let at = 0; at < text.length; at += size) answer = read(text.slice(at, at + size)).reduce(withEvent, answer);
    return { answer, whole: whole(answer), prompt: promptTokens(answer.usage) };
  }),
  body: ({ turns, tools, col, models }) => {
    const state = { turns: turns.map((each) => turn(each.role, each)), tools, columns: [column(col.model, col)] };
    const known = features(models, col.model);
    return { body: body(state, state.columns[0], known), saved: toSave(state, models) };
  },
  opened: ({ saved, models }) => {
    const state = fromSaved(saved);
    return { again: toSave(state, models), body: body(state, state.columns[0], features(models, state.columns[0].model)) };
  },
  tools: ({ texts }) => texts.map((each) => readTools(each).problem ?? null),
  continued: ({ blocks }) => continued([turn("user", { text: "Hi" })], blocks).map(({ id, ...each }) => each),
};

let text = "";
for await (const piece of process.stdin) text += piece;
process.stdout.write(JSON.stringify(JSON.parse(text).map((job) => jobs[job.do](job))));
