// Today's Node SDK with a time-out that is shorter than the answer takes: it leaves, and its own retry has the same idempotency key.
import Anthropic from '@anthropic-ai/sdk';

let attempts = 0;
const client = new Anthropic({
  baseURL: process.env.GATEWAY_URL,
  apiKey: process.env.GATEWAY_KEY,
  fetch: async (url, init) => {
    attempts += 1;
    if (attempts > 1) await fetch(process.env.GO_ON, { method: 'POST', body: '{}' });
    return fetch(url, init);
  },
});
const message = await client.messages.create(
  { model: 'claude-haiku-4-5', max_tokens: 64, messages: [{ role: 'user', content: 'Hello' }] },
  { headers: { 'Idempotency-Key': 'impatient-node' }, timeout: 1500 },
);
console.log(JSON.stringify({ attempts, text: message.content[0].text }));
