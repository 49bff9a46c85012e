// The official OpenAI SDK for Node, with nothing but base URL and key changed.
import OpenAI, { toFile } from 'openai';
import { apiKey, baseURL, counting, dataUris, failure, jobUnderWay, newestJob, pictures, tell } from './gateway.mjs';

const client = new OpenAI({ baseURL, apiKey });
const files = await Promise.all(pictures.map((bytes, index) => toFile(bytes, `picture-${index}.png`, { type: 'image/png' })));

const generated = await client.images.generate({ model: 'flux-kontext-pro', prompt: 'Sunset over mountains' });
tell('generation', { url: generated.data[0].url, created: generated.created });

const edited = await client.images.edit({ model: 'gpt-image-1', image: files, prompt: 'Put both on one wall', size: '1536x1024' });
tell('edit', { b64: edited.data[0].b64_json, usage: edited.usage });

async function events(stream) {
  const seen = [];
  for await (const event of stream) {
    seen.push({ type: event.type, index: event.partial_image_index ?? null, b64: event.b64_json, usage: event.usage ?? null });
  }

  return seen;
}

tell('partials', { events: await events(await client.images.generate({ model: 'gpt-image-1', prompt: 'A red circle', stream: true, partial_images: 2 })) });
tell('edit partials', { events: await events(await client.images.edit({ model: 'gpt-image-1', image: files[0], prompt: 'Make it blue', stream: true, partial_images: 1 })) });

const raw = await client.chat.completions.create({
  model: 'flux-kontext-pro',
  messages: [{ role: 'system', content: 'You draw.' }, { role: 'user', content: 'A lighthouse 【16:9】' }],
  stream: true,
  stream_options: { include_usage: true },
});
const chunks = [];
for await (const chunk of raw) {
  chunks.push(chunk);
}

tell('chat stream', {
  text: chunks.map((chunk) => chunk.choices[0]?.delta?.content ?? '').join(''),
  finish: chunks.map((chunk) => chunk.choices[0]?.finish_reason).find((reason) => reason),
  usages: chunks.filter((chunk) => chunk.usage).length,
});

const helper = client.chat.completions.stream({ model: 'flux-kontext-pro', messages: [{ role: 'user', content: 'A lighthouse' }] });
tell('chat helper', { text: await helper.finalContent() });

const shown = await client.chat.completions.create({
  model: 'flux-kontext-pro',
  modalities: ['text', 'image'],
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Put both on one wall' }, ...dataUris.map((url) => ({ type: 'image_url', image_url: { url } }))] }],
});
tell('chat with data uris', { text: shown.choices[0].message.content, images: shown.choices[0].message.images.map((image) => image.image_url.url), warnings: shown.warnings ?? [] });

for (const [name, request] of Object.entries({
  'bad value': { model: 'flux-kontext-pro', prompt: 'x', size: 'huge' },
  'unknown model': { model: 'no-such-model', prompt: 'x' },
  'moderated': { model: 'dall-e-3', prompt: 'x [sandbox: fail=moderated]' },
  'unknown outcome': { model: 'dall-e-3', prompt: 'x [sandbox: fail=unknown]' },
  'rate limited': { model: 'dall-e-3', prompt: 'x [sandbox: fail=rate_limited]' },
})) {
  const count = counting();
  const fault = await failure(() => new OpenAI({ baseURL, apiKey, fetch: count.fetch, maxRetries: 1 }).images.generate(request));
  tell(name, { kind: fault.constructor.name, status: fault.status, code: fault.code, type: fault.type, param: fault.param, message: fault.message, requestId: fault.requestID, requests: count.requests });
}

const late = await failure(async () => {
  for await (const _ of await client.chat.completions.create({ model: 'sandbox', stream: true, messages: [{ role: 'user', content: 'x [sandbox: delay=0.3s, fail=moderated]' }] })) {
    // The role comes first; what fails comes as an event.
  }
});
tell('error in a chat stream', { kind: late.constructor.name, code: late.code, message: late.message });

const lateImage = await failure(async () => {
  for await (const _ of await client.images.generate({ model: 'sandbox', stream: true, prompt: 'x [sandbox: delay=0.3s, fail=moderated]' })) {
    // Nothing comes before it fails.
  }
});
tell('error in an image stream', { kind: lateImage.constructor.name, code: lateImage.code });

const controller = new AbortController();
const abandoned = client.images.generate({ model: 'sandbox', size: '64x64', prompt: 'first [sandbox: delay=5s]' }, { signal: controller.signal });
jobUnderWay().then(() => controller.abort());
const aborted = await failure(() => abandoned);
tell('abort', { kind: aborted.constructor.name, job: (await newestJob()).status });

const stream = await client.chat.completions.create({ model: 'sandbox', size: '64x64', stream: true, messages: [{ role: 'user', content: 'second [sandbox: delay=1s]' }] });
for await (const _ of stream) {
  // Hangs up at the first chunk.
  break;
}

stream.controller.abort();
tell('abort of a stream', { job: (await newestJob()).status });

// Gives up after a second and tries again by itself, as it does unless told otherwise: it is one job all the same.
const before = (await client.get('/images/generations?limit=100')).data.length;
let outcome = 'answered';
try {
  await new OpenAI({ baseURL, apiKey, timeout: 1000, maxRetries: 2 }).images.generate({ model: 'sandbox', size: '64x64', prompt: 'third [sandbox: delay=2s]' });
} catch (fault) {
  outcome = fault.code ?? fault.constructor.name;
}

await newestJob();
tell('timeout', { outcome, jobs: (await client.get('/images/generations?limit=100')).data.length - before });
