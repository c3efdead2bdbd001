// The same questions today: Messages, the SDK's own retries, and the connections that Node's fetch keeps by itself.
import Anthropic from '@anthropic-ai/sdk';

const client = new Anthropic({
  apiKey: process.env.CLAUDE_API_KEY.trim(),
  baseURL: process.env.ANTHROPIC_BASE_URL,
  maxRetries: 3,
});

async function queryClaude(question) {
  const message = await client.messages.create({
    model: 'claude-opus-5-5',
    max_tokens: 1000,
    messages: [{ role: 'user', content: question }],
  });
  return message.content.filter((block) => block.type === 'text').map((block) => block.text).join('');
}

try {
  console.log(await queryClaude('What is a gate?'));
  const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => queryClaude(`Question ${i + 1}: what is a gate?`)));
  console.log(`${answers.length} answers`);
} catch (error) {
  console.error(error.requestID, error.message);
  process.exitCode = 1;
}
