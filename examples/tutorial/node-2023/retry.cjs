// Questions in 2023 from Node: `completions.create` inside async-retry, over a pool of 20 kept connections.
// As printed in tutorials the agent is an https.Agent, which refuses an address that begins with http:.
const http = require('node:http');
const https = require('node:https');
const { Anthropic } = require('@anthropic-ai/sdk');
const retry = require('async-retry');

const baseURL = process.env.ANTHROPIC_BASE_URL;
const { Agent } = baseURL.startsWith('https:') ? https : http;

const client = new Anthropic({
  apiKey: process.env.CLAUDE_API_KEY.trim(),
  baseURL,
  httpAgent: new Agent({ keepAlive: true, maxSockets: 20 }),
  // This SDK tries twice again by itself; beside async-retry that would make twelve calls out of four.
  maxRetries: 0,
});

async function queryClaude(question) {
  return retry(
    async (bail) => {
      try {
        const response = await client.completions.create({
          model: 'claude-2',
          prompt: `\n\nHuman: ${question}\n\nAssistant:`,
          max_tokens_to_sample: 1000,
        });
        return response.completion;
      } catch (error) {
        if (error.status === 429) throw error; // worth another try
        return bail(error); // nothing else gets better by asking again
      }
    },
    { retries: 3, minTimeout: Number(process.env.TUTORIAL_SHORTEST_WAIT_S ?? 3) * 1000 },
  );
}

async function main() {
  console.log((await queryClaude('What is a gate?')).trim());
  const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => queryClaude(`Question ${i + 1}: what is a gate?`)));
  console.log(`${answers.length} answers over at most 20 connections`);
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
