// A Node program of 2023: SDK 0.6 inside async-retry, again on 429 only, with a keep-alive agent of 20 sockets.
const fs = require('node:fs');
const http = require('node:http');
const { Anthropic } = require('@anthropic-ai/sdk');
const retry = require('async-retry');

// An https.Agent refuses an http: address; before a gateway with TLS it would be one.
const httpAgent = new http.Agent({ keepAlive: true, maxSockets: 20 });
const connect = (apiKey) => new Anthropic({ apiKey, baseURL: process.env.GATEWAY_URL, httpAgent });
const saying = 'the jade gate stood at the edge of the desert, and who passed it showed a permit, paid a toll and was written down';
const asked = { model: 'claude-2', prompt: `\n\nHuman: Repeat after me: ${saying}\n\nAssistant:`, max_tokens_to_sample: 1000 };

async function ask(client) {
  let tries = 0;
  try {
    const answer = await retry(
      async (bail) => {
        tries += 1;
        try {
          return await client.completions.create(asked);
        } catch (error) {
          if (error.status === 429) throw error;
          bail(error);
        }
      },
      { retries: 3, minTimeout: 10 },
    );
    return { ...answer, tries };
  } catch (error) {
    return { status: error.status, tries };
  }
}

const does = {
  plain: () => ask(connect(process.env.GATEWAY_KEY)),
  wrong_key: () => ask(connect('sk-of-somewhere-else')),
  async many() {
    const client = connect(process.env.GATEWAY_KEY);
    const answers = await Promise.all(Array.from({ length: 60 }, () => ask(client)));
    return { answers: answers.filter((answer) => answer.completion).length };
  },
  async streamed() {
    const stream = await connect(process.env.GATEWAY_KEY).completions.create({ ...asked, stream: true });
    const events = [];
    for await (const event of stream) events.push(event);
    return { events: events.length, text: events.map((event) => event.completion).join(''), last: events.at(-1) };
  },
};

async function main() {
  for (const [name, run] of Object.entries(does)) {
    const line = { does: name };
    try {
      line.told = await run();
    } catch (error) {
      line.failed = error.stack ?? String(error);
    }
    fs.writeSync(1, JSON.stringify(line) + '\n');
  }
  httpAgent.destroy();
}

main();
