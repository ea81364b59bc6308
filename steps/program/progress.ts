/** How often a program says how far it is, in milliseconds; one that is done sooner says nothing. */
const pace = 500;

/**
 * Says how far the work is, in a line on stderr that begins with `progress:`, for whoever reads the log of the step.
 * To be called as often as one likes.
 */
export function openProgress(): (describe: () => string) => void {
  let next = Date.now() + pace;
  return (describe) => {
    const now = Date.now();
    if (now < next) return;
    next = now + pace;
    process.stderr.write(`progress: ${describe()}\n`);
  };
}

/** Passes blocks of rows on, and says how many of all rows are done. */
export async function* withProgress<Block extends { readonly rows: number }>(
  blocks: AsyncIterable<Block>,
  total: number,
): AsyncGenerator<Block> {
  const say = openProgress();
  let rows = 0;
  for await (const block of blocks) {
    yield block;
    rows += block.rows;
    const done = rows;
    if (done < total) say(() => `${done}/${total} rows`);
  }
}
