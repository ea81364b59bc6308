import { setTimeout as delay } from 'node:timers/promises';

/** Waits until a condition holds; asks every 20 ms, for at most 20 s. */
export async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  for (const end = Date.now() + 20_000; Date.now() < end; await delay(20)) if (await holds()) return;
  throw new Error('it did not come true within 20 s');
}
