// No SDK: fetch, with size and quality.
//   OPENAI_BASE_URL=http://127.0.0.1:5080/v1 OPENAI_API_KEY=sk-... node fetch.mjs
import { writeFile } from 'node:fs/promises';

const base = process.env.OPENAI_BASE_URL ?? 'http://127.0.0.1:5080/v1';
const response = await fetch(`${base}/images/generations`, {
  method: 'POST',
  headers: { Authorization: `Bearer ${process.env.OPENAI_API_KEY}`, 'Content-Type': 'application/json' },
  body: JSON.stringify({ model: 'dall-e-3', prompt: 'A city at night', size: '1792x1024', quality: 'hd', style: 'vivid', n: 1 }),
});
const answer = await response.json();
if (!response.ok) {
  throw new Error(`${response.status}: ${answer.error.message} (request ${response.headers.get('x-request-id')})`);
}

const picture = await fetch(answer.data[0].url);
const bytes = Buffer.from(await picture.arrayBuffer());
await writeFile('city.png', bytes);
console.log(`city.png: ${bytes.length} bytes, ${picture.headers.get('content-type')}, ${answer.data[0].width}x${answer.data[0].height}, ${answer.cost} ${answer.currency}`);
