// The Vercel AI SDK with its OpenAI provider, with nothing but base URL and key changed.
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateImage, generateText, streamText } from 'ai';
import { apiKey, baseURL, counting, dataUris, failure, jobUnderWay, newestJob, pictures, tell } from './gateway.mjs';

const provider = {
  openai: (options) => createOpenAI({ baseURL, apiKey, ...options }),
  compatible: (options) => createOpenAICompatible({ name: 'pictor', baseURL, apiKey, includeUsage: true, ...options }),
}[process.argv[2]];
const own = provider({});
const image = (model, from = own) => (from.image ?? from.imageModel)(model);
const chat = (model, from = own) => (from.chat ?? from.chatModel)(model);
const base64 = (result) => result.images.map((picture) => picture.base64);

const generated = await generateImage({ model: image('gpt-image-1'), prompt: 'A red circle', n: 2, size: '1536x1024' });
tell('gpt-image', { pictures: base64(generated), usage: generated.usage });

const flux = await generateImage({ model: image('flux-kontext-pro'), prompt: 'Sunset over mountains', size: '1024x1024' });
tell('flux', { pictures: base64(flux) });

const edited = await generateImage({ model: image('gpt-image-1'), prompt: { text: 'Put both on one wall', images: pictures } });
tell('edit', { pictures: base64(edited) });

const streamed = streamText({ model: chat('flux-kontext-pro'), prompt: 'A lighthouse --ar 16:9' });
const parts = [];
for await (const part of streamed.textStream) {
  parts.push(part);
}

tell('chat stream', { text: parts.join(''), finish: await streamed.finishReason });

const shown = await generateText({
  model: chat('flux-kontext-pro'),
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Put both on one wall' }, ...dataUris.map((picture) => ({ type: 'image', image: picture }))] }],
});
tell('chat with data uris', { text: shown.text });

const followUp = await generateText({
  model: chat('flux-kontext-pro'),
  messages: [{ role: 'user', content: 'A lighthouse' }, { role: 'assistant', content: streamed ? await streamed.text : '' }, { role: 'user', content: 'Make it night' }],
});
tell('follow-up', { text: followUp.text });

for (const [name, prompt] of Object.entries({ 'moderated': 'x [sandbox: fail=moderated]', 'unknown outcome': 'x [sandbox: fail=unknown]' })) {
  const count = counting();
  const fault = await failure(() => generateImage({ model: image('dall-e-3', provider({ fetch: count.fetch })), prompt, maxRetries: 0 }));
  tell(name, { kind: fault.name, status: fault.statusCode, message: fault.message, requests: count.requests });
}

const count = counting();
const refused = await failure(() => generateImage({ model: image('flux-kontext-pro', provider({ fetch: count.fetch })), prompt: 'x', size: '0x0', maxRetries: 2 }));
tell('bad value', { kind: refused.name, status: refused.statusCode, message: refused.message, isRetryable: refused.isRetryable, requests: count.requests });

const late = await failure(async () => {
  const failing = streamText({ model: chat('sandbox'), prompt: 'x [sandbox: delay=0.3s, fail=moderated]', maxRetries: 0, onError: () => {} });
  for await (const part of failing.fullStream) {
    if (part.type === 'error') {
      throw part.error;
    }
  }
});
tell('error in a chat stream', { message: late.message ?? String(late) });

const controller = new AbortController();
const abandoned = generateImage({ model: image('sandbox'), prompt: 'first [sandbox: delay=5s]', size: '64x64', abortSignal: controller.signal, maxRetries: 0 });
jobUnderWay().then(() => controller.abort());
const aborted = await failure(() => abandoned);
tell('abort', { kind: aborted.name, job: (await newestJob()).status });
