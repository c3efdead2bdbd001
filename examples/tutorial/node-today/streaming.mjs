// Text as it comes, today from Node.
import Anthropic from '@anthropic-ai/sdk';

const client = new Anthropic({ apiKey: process.env.CLAUDE_API_KEY.trim(), baseURL: process.env.ANTHROPIC_BASE_URL });

const stream = client.messages.stream({
  model: 'claude-opus-5-5',
  max_tokens: 300,
  messages: [{ role: 'user', content: 'Tell me of a gate.' }],
});
stream.on('text', (text) => process.stdout.write(text));
const message = await stream.finalMessage();
process.stdout.write(`\n(${message.stop_reason}, ${message.usage.output_tokens} tokens)\n`);
