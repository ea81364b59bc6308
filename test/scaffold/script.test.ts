import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readScript } from '../../scaffold/script.ts';
import { useFolder } from '../folder.ts';

describe('the flags of a script', () => {
  const folder = useFolder();

  async function read(name: string, text: string): ReturnType<typeof readScript> {
    await writeFile(join(folder(), name), text);
    return readScript(join(folder(), name), name);
  }

  it('are those it gives to argparse, with their types and defaults', async () => {
    const script = await read(
      'train-model.py',
      `import argparse, missing_package
DEFAULT = 7
p = argparse.ArgumentParser()
p.add_argument("--epochs", "-e", type=int, default="10", help="how often, in %(prog)s")
p.add_argument("-l", "--learning-rate", type=float, default=1)
p.add_argument("--seed", type=int, default=DEFAULT)
p.add_argument("--name", default="it's \\"x\\"")
p.add_argument("--alpha", default=-1e-7)
p.add_argument("--data", type=str, required=True)
p.add_argument("--verbose", action="store_true")
p.add_argument("--layers", nargs="+", type=int)
p.add_argument("--shuffle", type=bool, default=True)
p.add_argument("file")
raise SystemExit("this is never run")
`,
    );
    assert.deepEqual(script, {
      path: 'train-model.py',
      name: 'train_model',
      language: 'python',
      flags: [
        {
          flag: '--epochs',
          type: 'integer',
          default: 10,
          required: false,
          description: 'how often, in %(prog)s',
        },
        { flag: '--learning-rate', type: 'number', default: 1, required: false, description: '' },
        { flag: '--seed', type: 'integer', required: false, description: '' },
        { flag: '--name', type: 'string', default: 'it\'s "x"', required: false, description: '' },
        { flag: '--alpha', type: 'number', default: -1e-7, required: false, description: '' },
        { flag: '--data', type: 'string', required: true, description: '' },
      ],
      left: ['--verbose', '--layers', '--shuffle', 'file'],
    });
  });

  it('are those it gives to parseArgs, where its options are one literal', async () => {
    const options = `{
      // how often
      epochs: { type: 'string', default: '10' },
      'learning-rate': { type: 'string', short: 'l', default: '1e-3' },
      data: { type: 'string' },
      verbose: { type: 'boolean', default: false },
      layer: { type: 'string', multiple: true },
    }`;
    const expected = {
      flags: [
        { flag: '--epochs', type: 'integer', default: 10, required: false, description: '' },
        { flag: '--learning-rate', type: 'number', default: 0.001, required: false, description: '' },
        { flag: '--data', type: 'string', required: false, description: '' },
      ],
      left: ['--verbose', '--layer'],
    };
    for (const text of [
      `const { values } = parseArgs({ options: ${options} });`,
      `const options = ${options} as const;\nparseArgs({ options });`,
    ]) {
      const { flags, left } = await read('a.ts', text);
      assert.deepEqual({ flags, left }, expected);
    }
  });

  it('are none where the source does not show them', async () => {
    for (const text of [
      '',
      'parseArgs({ options: { a: shared } })',
      'parseArgs({ options })',
      'parseArgs({ options: {',
    ])
      assert.deepEqual((await read('a.mjs', text)).flags, []);
  });

  it('of what is no Python are not read, and it says why', async () => {
    await assert.rejects(read('b.py', 'print "hello"\n'), {
      code: 'SCRIPT_UNREADABLE',
      message: /b\.py is not read by python3: SyntaxError: /,
    });
  });
});
