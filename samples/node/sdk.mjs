// The OpenAI SDK for Node (npm ci). What OpenAI does not know goes into extra_body, which this SDK sends as it is.
//   OPENAI_BASE_URL=http://127.0.0.1:5080/v1 OPENAI_API_KEY=sk-... node sdk.mjs
import { writeFile } from 'node:fs/promises';
import OpenAI from 'openai';

const client = new OpenAI();

const models = await client.models.list();
console.log(models.data.map((model) => model.id).join(' '));

const plain = await client.images.generate({ model: 'flux-kontext-pro', prompt: 'Sunset over mountains' });
console.log(plain.data[0].url);

const wide = await client.images.generate({
  model: 'flux-kontext-pro',
  prompt: 'Sunset over mountains',
  extra_body: { aspect_ratio: '16:9', seed: 42, safety_tolerance: 2, prompt_upsampling: true, output_format: 'png' },
});
const { width, height, format, seed } = wide.data[0];
console.log(`${width}x${height} ${format}, seed ${seed}, warnings ${wide.warnings.length}`);

const whole = await client.images.generate({ model: 'dall-e-3', prompt: 'A blue triangle', response_format: 'b64_json' });
const bytes = Buffer.from(whole.data[0].b64_json, 'base64');
await writeFile('triangle.png', bytes);
console.log(`triangle.png: ${bytes.length} bytes`);

try {
  await client.images.generate({ model: 'flux-kontext-pro', prompt: 'x', extra_body: { aspect_ratio: '16/9' } });
} catch (refusal) {
  console.log(`${refusal.constructor.name} ${refusal.status} ${refusal.type} ${refusal.param}: ${refusal.error.message} (request ${refusal.requestID})`);
}

try {
  await new OpenAI({ apiKey: 'sk-wrong' }).images.generate({ model: 'flux-kontext-pro', prompt: 'x' });
} catch (refusal) {
  console.log(`${refusal.constructor.name} ${refusal.status} ${refusal.code}`);
}
