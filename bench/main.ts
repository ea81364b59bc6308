// `npm run bench`: bare Temporal and we, side by side in one run. `-- --quick` takes under a minute, `-- --json` ends with one
// object, `-- orchestration local …` measures some parts only, `-- --million` adds the run over a million rows, `-- thousand`
// measures a sweep of a thousand trainings (minutes). `TMPDIR=/tmp npm run bench` has the store on a disk.
import { parseArgs } from 'node:util';
import { measureDiabetes } from './diabetes.ts';
import { openGround, type Ground } from './ground.ts';
import { measureLocal } from './local.ts';
import { measureMemory } from './memory.ts';
import { measureMillion } from './million.ts';
import { measureOrchestration } from './orchestration.ts';
import { measureSweep } from './sweep.ts';
import { measureThousand } from './thousand.ts';
import { isMet, ratioOf, renderRows, type Row } from './report.ts';
import { quickSize, wholeSize, type Size } from './size.ts';

const parts: Record<string, (ground: Ground, size: Size) => Promise<Row[]>> = {
  orchestration: measureOrchestration,
  local: measureLocal,
  memory: measureMemory,
  diabetes: measureDiabetes,
  sweep: measureSweep,
  thousand: measureThousand,
  million: measureMillion,
};

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean' }, json: { type: 'boolean' }, million: { type: 'boolean' } },
});
const always = Object.keys(parts).filter((part) => part !== 'million' && part !== 'thousand');
const wanted = positionals.length > 0 ? positionals : [...always, ...(flags.million ? ['million'] : [])];
const unknown = wanted.find((part) => !(part in parts));
if (unknown !== undefined) {
  console.error(`There is nothing to measure called ${unknown}; there are ${Object.keys(parts).join(', ')}.`);
  process.exit(2);
}

const ground = await openGround();
try {
  const { cores, node, server, sdk, store } = ground.machine;
  const say = flags.json ? console.error : console.log;
  say(`${cores} cores, Node ${node}, Temporal server ${server} in memory, store in ${store}, SDK ${sdk}\n`);
  const measured: Record<string, Row[]> = {};
  for (const part of wanted) {
    const rows = await parts[part]!(ground, flags.quick ? quickSize : wholeSize);
    measured[part] = rows;
    say(`${part}\n${renderRows(rows)}\n`);
  }
  if (flags.json) {
    const results = Object.entries(measured).flatMap(([part, rows]) =>
      rows.map((row) => ({ part, ...row, unit: row.unit.name, ratio: ratioOf(row), met: isMet(row) })),
    );
    console.log(JSON.stringify({ machine: ground.machine, quick: flags.quick ?? false, results }));
  }
} finally {
  await ground.close();
}
