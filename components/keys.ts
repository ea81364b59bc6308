import { type ComponentShape, shapeKeys } from './shape.ts';
import type { Path, Source } from './source.ts';
import { isLiteralType } from './values.ts';

// Azure ML knows these as well; nothing here depends on them.
const unread = [
  '$schema',
  'type',
  'version',
  'resources',
  'distribution',
  'properties',
  'additional_includes',
];
const readOnly = ['id', 'creation_context', 'latest_version', 'intellectual_property', 'auto_delete_setting'];
// These belong to a job on Azure; a component's are used when it runs here.
const onlyHere = ['environment_variables', 'limits'];

/** Warns of every key that is not Azure ML's (never refuses one), and of what Azure ML needs and does not find. */
export function warnOfKeys(shape: ComponentShape, source: Source): void {
  const warn = (at: number, message: string) => source.warnings.push({ at, message });
  const compare = (path: Path, known: string[]) => {
    for (const key of source.keys(path).filter((each) => !known.includes(each))) {
      const name = [...path, key].join('.');
      warn(source.locateKey([...path, key]), `${name} is not a key Azure ML knows here; it is ignored`);
    }
  };
  compare([], [...shapeKeys.component, ...unread, ...readOnly]);
  compare(['limits'], shapeKeys.limits);
  for (const [name, { type }] of Object.entries(shape.inputs)) {
    compare(['inputs', name], isLiteralType(type) ? shapeKeys.literal : shapeKeys.data);
  }
  for (const name of Object.keys(shape.outputs)) compare(['outputs', name], shapeKeys.output);
  for (const key of source.keys([]).filter((each) => onlyHere.includes(each))) {
    warn(
      source.locateKey([key]),
      `${key} holds here only: on Azure it belongs to the job, not to the component`,
    );
  }
  if (shape.environment === undefined) warn(source.locate([]), 'environment is missing; Azure ML needs one');
}
