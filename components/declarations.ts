import type { Component, InputSpec, OutputSpec } from './component.ts';
import { type InputShape, type OutputShape } from './shape.ts';
import type { Path, Source } from './source.ts';
import { isLiteralType, readLiteral, renderLiteral, show } from './values.ts';

/** Reads the declaration of an input, noting what does not fit its type. */
export function readInput(input: InputShape, path: Path, source: Source): InputSpec {
  const { type, description, mode, min, max } = input;
  const name = path.join('.');
  const refuse = (key: string, message: string) =>
    source.problems.push({ at: source.locate([...path, key]), message: `${name}: ${message}` });
  const spec: InputSpec = { type, optional: input.optional ?? false };
  if (description !== undefined) spec.description = description;
  if (mode !== undefined && !isLiteralType(type)) spec.mode = mode;
  for (const [key, value] of [['min', min] as const, ['max', max] as const]) {
    if (value === undefined) continue;
    if (type === 'number' || type === 'integer') spec[key] = value;
    else refuse(key, `${key} is for a number or an integer, not for a ${type}`);
  }
  if (type === 'string' && input.enum !== undefined) spec.enum = input.enum;
  else if (isLiteralType(type) && input.enum !== undefined) {
    const message = `${name}: enum has no effect on a ${type}, on Azure neither`;
    source.warnings.push({ at: source.locateKey([...path, 'enum']), message });
  }
  if (min !== undefined && max !== undefined && min > max) refuse('min', `min ${min} is above max ${max}`);
  const given = input.default;
  if (given === undefined || given === null) return spec;
  if (!isLiteralType(type)) {
    refuse('default', `a ${type} cannot have a default`);
  } else if (given instanceof Date) {
    refuse('default', `${show(given)} cannot be a default; put it in quotes`);
  } else {
    const read = readLiteral(type === 'string' ? textDefault(given, path, source) : given, spec);
    if ('problem' in read) refuse('default', `default ${read.problem}`);
    else spec.default = read.value;
  }
  return spec;
}

/** Azure's tools read a number before they make it text, so that `default: 5` arrives as 5.0. */
function textDefault(given: unknown, path: Path, source: Source): unknown {
  if (typeof given !== 'number' && typeof given !== 'boolean') return given;
  const text = renderLiteral(given, typeof given === 'number' ? 'number' : 'boolean');
  const message = `${path.join('.')}: the default arrives as "${text}", as on Azure; put it in quotes`;
  source.warnings.push({ at: source.locate([...path, 'default']), message });
  return text;
}

/** Reads the declaration of an output. */
export function readOutput({ type, mode, description }: OutputShape): OutputSpec {
  const spec: OutputSpec = { type };
  if (mode !== undefined) spec.mode = mode;
  if (description !== undefined) spec.description = description;
  return spec;
}

/** Notes names of inputs and outputs that Azure ML does not take. */
export function checkNames({ inputs, outputs }: Component, source: Source): void {
  for (const [group, specs] of Object.entries({ inputs, outputs })) {
    const seen = new Map<string, string>();
    for (const name of Object.keys(specs)) {
      const refuse = (message: string) =>
        source.problems.push({
          at: source.locateKey([group, name]),
          message: `${group}.${name}: ${message}`,
        });
      if (!/^[a-zA-Z_]\w*(?:\.[a-zA-Z_]\w*)*$/.test(name)) {
        refuse('a name holds letters, digits and _ and begins with no digit');
      }
      const twin = seen.get(name.toLowerCase());
      if (twin !== undefined) refuse(`on Azure ${twin} is the same name`);
      seen.set(name.toLowerCase(), name);
    }
  }
}
