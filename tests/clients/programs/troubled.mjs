// Today's Node SDK through a gateway whose upstream is in trouble: each scene told as an answer, or as the error that a program sees.
import fs from 'node:fs';
import Anthropic from '@anthropic-ai/sdk';

const left = JSON.parse(process.env.SCENES);

async function play(scene) {
  const client = new Anthropic({ baseURL: process.env.GATEWAY_URL, apiKey: process.env.GATEWAY_KEY });
  const asked = {
    model: scene.model,
    max_tokens: 64,
    messages: [{ role: 'user', content: 'x'.repeat(scene.prompt_characters ?? 5) }],
  };
  const options = { headers: { 'x-trouble': scene.name, 'x-scene-of': process.env.SCENE_OF } };
  try {
    const message = scene.stream
      ? await client.messages.stream(asked, options).finalMessage()
      : await client.messages.create(asked, options);
    return { answer: message.content[0].text, stop_reason: message.stop_reason };
  } catch (error) {
    if (!(error instanceof Anthropic.APIError)) throw error;
    const type = error.error?.error?.type;
    return { error: type ?? 'connection', status: error.status ?? 0, message: error.message };
  }
}

async function tell() {
  for (let scene = left.shift(); scene; scene = left.shift()) {
    let line;
    try {
      line = await play(scene);
    } catch (error) {
      line = { failed: error.stack ?? String(error) };
    }
    fs.writeSync(1, JSON.stringify({ does: scene.name, ...line }) + '\n');
  }
}

// Scenes mostly wait, so that a few go on together; all at once would keep each other from their time-outs.
await Promise.all(Array.from({ length: 4 }, tell));
