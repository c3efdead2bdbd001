// Text as it comes, in 2023 from Node.
const { Anthropic } = require('@anthropic-ai/sdk');

const client = new Anthropic({ apiKey: process.env.CLAUDE_API_KEY.trim(), baseURL: process.env.ANTHROPIC_BASE_URL });

async function main() {
  const stream = await client.completions.create({
    model: 'claude-2',
    prompt: '\n\nHuman: Tell me of a gate.\n\nAssistant:',
    max_tokens_to_sample: 300,
    stream: true,
  });
  for await (const event of stream) process.stdout.write(event.completion);
  process.stdout.write('\n');
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
