// Today's Node SDK against limits: what it does with our refusals, told as the answers that it got and when.
import fs from 'node:fs';
import Anthropic from '@anthropic-ai/sdk';

const keys = JSON.parse(process.env.LIMITED_KEYS);
const now = () => performance.now() / 1000;

function noting(key) {
  const answers = [];
  const client = new Anthropic({
    baseURL: process.env.GATEWAY_URL,
    apiKey: keys[key],
    fetch: async (url, init) => {
      const asked = now();
      const response = await fetch(url, init);
      const wait = response.headers.get('retry-after-ms');
      answers.push({ status: response.status, wait_ms: wait && Number(wait), asked, answered: now() });
      return response;
    },
  });
  const ask = () =>
    client.messages.create({ model: 'claude-haiku-4-5', max_tokens: 10, messages: [{ role: 'user', content: 'Hello there' }] });
  return { answers, ask };
}

async function refused(key) {
  const { answers, ask } = noting(key);
  try {
    await ask();
    await ask();
  } catch (error) {
    return { answers, kind: error.constructor.name, type: error.error.error.type, message: error.error.error.message };
  }
  return {};
}

const does = {
  async rate() {
    const { answers, ask } = noting('rate');
    // Until one comes within the same second.
    for (let tries = 0; tries < 50 && !answers.some((answer) => answer.status === 429); tries += 1) await ask();
    return { answers };
  },
  month: () => refused('month'),
  money: () => refused('money'),
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
