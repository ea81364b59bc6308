import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { dataFailure, reasonOf, usageFailure } from './program/failure.ts';
import { parseModelName, readFlags } from './program/flags.ts';
import { runProgram } from './program/main.ts';
import { formatJson, writeOutputs } from './program/output.ts';
import { registerModel, type Registered } from './registration/registration.ts';

await runProgram(async () => {
  const flags = readFlags(
    'register_model.ts',
    'gives a trained model the next version number under its name',
    {
      model_dir: { help: 'folder train wrote the model to', default: 'outputs' },
      model_name: { help: 'name of the model', default: 'diabetes' },
      registry: { help: 'folder, or file: URI, that keeps the versions', default: 'outputs/registry' },
      run_id: {
        help: 'the run this is for; a run registers once, a second call prints the same version',
        optional: true,
      },
    },
  );
  const name = parseModelName(flags.model_name);
  const registry = parseRegistry(flags.registry);
  const content = readModel(flags.model_dir, `${name}.json`);
  let registered: Registered;
  try {
    registered = registerModel(registry, { name, file: `${name}.json`, content }, flags.run_id ?? null);
  } catch (error) {
    throw dataFailure(
      `cannot register in ${registry} (${reasonOf(error)})`,
      'make it a folder with free space that you may write to, or give another --registry',
      error,
    );
  }
  const { record, folder, found } = registered;
  await writeOutputs(async (outputs) => {
    const uri = pathToFileURL(resolve(folder)).href;
    outputs.add('outputs/model.json', formatJson({ name, version: record.version, uri }));
  });
  console.log(`Registered model: ${name} version ${record.version}${found ? describeEarlier(record) : ''}`);
});

function describeEarlier({ runId, deleted }: Registered['record']): string {
  return ` (earlier, by this run ${runId}${deleted === undefined ? '' : `; deleted since, by ${deleted.by}`})`;
}

function parseRegistry(text: string): string {
  if (text.startsWith('file://')) return fileURLToPath(text);
  if (!/^[a-z][a-z0-9+.-]+:/i.test(text)) return text;
  throw usageFailure(
    `--registry is not a folder or a file: URI (got ${text})`,
    'give a path, as --registry=outputs/registry',
  );
}

function readModel(folder: string, file: string): Uint8Array {
  const path = join(folder, file);
  try {
    return readFileSync(path);
  } catch (error) {
    throw dataFailure(`cannot read the model ${path} (${reasonOf(error)})`, namesBeside(folder, file), error);
  }
}

function namesBeside(folder: string, file: string): string {
  let found: string[] = [];
  try {
    found = readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch {
    // The message says already that the folder cannot be read.
  }
  const beside = found.length === 0 ? '' : ` (${folder} has ${found.slice(0, 5).join(', ')})`;
  return `train writes ${file} into its --model_dir under its --model_name: give the same two here${beside}`;
}
