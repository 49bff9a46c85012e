// What the programs beside this one have in common: where the gateway is, what they tell, and a picture of their own.
import { File } from 'node:buffer';
import { readFile } from 'node:fs/promises';

// Node 18, which Debian has, does not know it as a global yet; the SDK asks for that.
globalThis.File ??= File;

export const baseURL = process.env.OPENAI_BASE_URL;
export const apiKey = process.env.OPENAI_API_KEY;
export const pictures = [await readFile(process.env.PICTURE_1), await readFile(process.env.PICTURE_2)];
export const dataUris = pictures.map((bytes) => `data:image/png;base64,${bytes.toString('base64')}`);

/** One line of JSON for each thing that was seen. */
export const tell = (name, seen) => console.log(JSON.stringify({ name, ...seen }));

/** How many requests a piece of work sends, retries included. */
export function counting() {
  const count = { requests: 0, fetch: (address, options) => (count.requests++, fetch(address, options)) };
  return count;
}

/** The newest job of this key, once it has ended: what became of a call that was given up. */
export async function newestJob() {
  for (let tries = 0; tries < 400; tries++) {
    const answer = await fetch(`${baseURL}/images/generations?limit=1`, { headers: { authorization: `Bearer ${apiKey}` } });
    const [job] = (await answer.json()).data;
    if (job && !['queued', 'running'].includes(job.status)) {
      return job;
    }

    await new Promise((resolve) => setTimeout(resolve, 50));
  }

  throw new Error('The job has not ended.');
}

/** Runs work that has to fail, and gives back how. */
export async function failure(work) {
  try {
    await work();
  } catch (fault) {
    return fault;
  }

  throw new Error('It did not fail.');
}
