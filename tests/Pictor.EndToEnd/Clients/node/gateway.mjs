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

const isOpen = (job) => ['queued', 'running'].includes(job.status);

/** The newest job of this key, once it has ended: what became of a call that was given up. */
export const newestJob = () => newestOnce((job) => !isOpen(job), 'The job has not ended.');

/** The newest job of this key while it is under way: when those before it have ended, the call that was just made. */
export const jobUnderWay = () => newestOnce(isOpen, 'There is no job under way.');

async function newestOnce(holds, otherwise) {
  for (let tries = 0; tries < 1200; tries++) {
    const answer = await fetch(`${baseURL}/images/generations?limit=1`, { headers: { authorization: `Bearer ${apiKey}` } });
    const [job] = (await answer.json()).data;
    if (job && holds(job)) {
      return job;
    }

    await new Promise((resolve) => setTimeout(resolve, 50));
  }

  throw new Error(otherwise);
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
