import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

const enough = 16 * 1024 * 1024;
let held = false;

/**
 * Keeps the part of the heap where short-lived objects are made from growing beyond 16 MB; to be called now and then.
 * Node lets it grow with the machine's memory, and reading a large file fills whatever it gets: 100 to 200 MB for
 * no gain in speed. A flag on the command line would do as well, but a step is started as plain `node train.ts`.
 */
export function holdYoungHeap(): void {
  if (held) return;
  const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space');
  if (young === undefined || young.space_size < enough) return;
  setFlagsFromString('--semi-space-growth-factor=1');
  held = true;
}
