/** The value below which this share of the values lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

/** How long one call takes, in milliseconds. */
export async function time(call: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await call();
  return performance.now() - began;
}

/** Middle and tail of a list of times, in milliseconds. */
export interface Times {
  p50: number;
  p95: number;
}

/**
 * Calls each contender in turn, round after round, so that whatever else the machine does meets all of them.
 *
 * @param warmUp rounds that do not count
 */
export async function compare<Name extends string>(
  contenders: Record<Name, () => Promise<unknown>>,
  { rounds, warmUp }: { rounds: number; warmUp: number },
): Promise<Record<Name, Times>> {
  const names = Object.keys(contenders) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = -warmUp; round < rounds; round++)
    for (const name of names) {
      const taken = await time(contenders[name]);
      if (round >= 0) times[name].push(taken);
    }
  return mapValues(times, (each) => ({ p50: percentile(each, 0.5), p95: percentile(each, 0.95) }));
}

/** Calls a second, of each contender with this many callers; the contenders take turns, block by block. */
export async function compareRates<Name extends string>(
  contenders: Record<Name, () => Promise<unknown>>,
  { callers, calls, blocks }: { callers: number; calls: number; blocks: number },
): Promise<Record<Name, number>> {
  const names = Object.keys(contenders) as Name[];
  const taken = Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
  for (let block = 0; block < blocks; block++)
    for (const name of names) taken[name] += await time(() => callMany(contenders[name], callers, calls));
  return mapValues(taken, (milliseconds) => (calls * blocks * 1000) / milliseconds);
}

/** Makes this many calls with this many callers at a time. */
export async function callMany(call: () => Promise<unknown>, callers: number, calls: number): Promise<void> {
  let left = calls;
  const caller = async (): Promise<void> => {
    while (left-- > 0) await call();
  };
  await Promise.all(Array.from({ length: callers }, caller));
}

function mapValues<Name extends string, From, To>(
  all: Record<Name, From>,
  map: (value: From) => To,
): Record<Name, To> {
  const entries = Object.entries<From>(all).map(([name, value]) => [name, map(value)]);
  return Object.fromEntries(entries) as Record<Name, To>;
}
