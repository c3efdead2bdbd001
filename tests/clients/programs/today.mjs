// Today's Node SDK through the gateway: each function is one thing that a user does.
import fs from 'node:fs';
import Anthropic, { toFile } from '@anthropic-ai/sdk';

const client = new Anthropic({ baseURL: process.env.GATEWAY_URL, apiKey: process.env.GATEWAY_KEY });
const model = 'claude-haiku-4-5';
const messages = [{ role: 'user', content: 'Hello there' }];
const saying = 'the jade gate stood at the edge of the desert, and who passed it showed a permit, paid a toll and was written down';
const weather = {
  name: 'get_weather',
  description: 'The weather in a city',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

const does = {
  async plain() {
    const { data, response } = await client.messages.create({ model, max_tokens: 100, messages }).withResponse();
    return {
      text: data.content[0].text,
      stop_reason: data.stop_reason,
      output_tokens: data.usage.output_tokens,
      request_id: response.headers.get('request-id'),
    };
  },
  async streamed() {
    const stream = client.messages.stream({ model, max_tokens: 100, messages: [{ role: 'user', content: `Repeat after me: ${saying}` }] });
    const pieces = [];
    stream.on('text', (text) => pieces.push(text));
    const final = await stream.finalMessage();
    return { pieces: pieces.length, same: [pieces.join(''), final.content[0].text].every((text) => text === saying), stop_reason: final.stop_reason };
  },
  async tools() {
    const asked = { model, max_tokens: 200, tools: [weather] };
    const question = { role: 'user', content: 'What is the weather in Paris?' };
    const call = await client.messages.create({ ...asked, messages: [question], tool_choice: { type: 'tool', name: 'get_weather' } });
    const use = call.content.find((block) => block.type === 'tool_use');
    const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: use.id, content: 'Sunny' }] };
    const said = call.content.map(({ caller, ...block }) => block);
    const answer = await client.messages.create({ ...asked, messages: [question, { role: 'assistant', content: said }, result] });
    return { stop_reason: call.stop_reason, input: use.input, then: answer.stop_reason };
  },
  async count() {
    return await client.messages.countTokens({ model, messages });
  },
  async models() {
    const ids = [];
    for await (const listed of client.models.list({ limit: 5 })) ids.push(listed.id);
    return { ids };
  },
  async batches() {
    const params = { model, max_tokens: 50, messages };
    const made = await client.messages.batches.create({ requests: [{ custom_id: 'one', params }] });
    let seen = made;
    for (const deadline = Date.now() + 60_000; seen.processing_status !== 'ended' && Date.now() < deadline; ) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      seen = await client.messages.batches.retrieve(made.id);
    }
    const results = {};
    for await (const result of await client.messages.batches.results(made.id)) results[result.custom_id] = result.result.type;
    return { status: seen.processing_status, results };
  },
  async files() {
    const room = client.files ?? client.beta.files;
    const made = await room.upload({ file: await toFile(Buffer.alloc(300_000, 'n'), 'notes.txt', { type: 'text/plain' }) });
    const seen = await room.retrieveMetadata(made.id);
    await room.delete(made.id);
    return { size: seen.size_bytes, name: seen.filename };
  },
  async wrong_key() {
    const stranger = new Anthropic({ baseURL: process.env.GATEWAY_URL, apiKey: 'sk-ant-of-somewhere-else' });
    try {
      await stranger.messages.create({ model, max_tokens: 10, messages });
    } catch (error) {
      return { kind: error.constructor.name, status: error.status };
    }
    return {};
  },
  async session() {
    const spoken = client.withOptions({ defaultHeaders: { 'x-yumen-session': 'node' } });
    const said = ['My name is Li.', 'I live in Yumen.', 'Who am I, and where?', 'Thank you'].map((content) => [{ role: 'user', content }]);
    const usages = [];
    for (const words of said.slice(0, 2)) usages.push((await spoken.messages.create({ model, max_tokens: 50, messages: words })).usage);
    usages.push((await spoken.messages.stream({ model, max_tokens: 50, messages: said[2] }).finalMessage()).usage);
    return {
      prompts: usages.map((each) => each.input_tokens + each.cache_creation_input_tokens + each.cache_read_input_tokens),
      read: usages.map((each) => each.cache_read_input_tokens),
      counted: (await spoken.messages.countTokens({ model, messages: said[3] })).input_tokens,
    };
  },
};

for (const [name, run] of Object.entries(does)) {
  const line = { does: name };
  try {
    line.told = await run();
  } catch (error) {
    line.failed = error.stack ?? String(error);
  }
  fs.writeSync(1, JSON.stringify(line) + '\n');
}
