import { PipelineError } from '../errors/error.ts';
import type { Component } from './component.ts';
import type { Context } from './shell.ts';
import { declaredName, type Part, parseTemplate, type Reference } from './template.ts';
import { isLiteralType } from './values.ts';

/** What the references of a command stand for: inputs as `resolveInputs` yields them, data as local paths. */
export type Bindings = { inputs: Record<string, string | undefined>; outputs: Record<string, string> };

const plain = /^[A-Za-z0-9_./:=,@%+-]+$/;

// A newline is written as $'\n': bash skips to the next line after a fault in the command, and runs what is there.
const quoteIn: Record<Context, (value: string) => string> = {
  bare: quoteWord,
  double: (value) => value.replace(/[\\$"`]/g, '\\$&').replaceAll('\n', () => `"$'\\n'"`),
  single: quoteSingle,
  comment: (value) => value.replace(/[^\w./:=,@%+-]/g, ' '),
  arithmetic: (value) => value,
};

/**
 * Yields the text for `bash -c`: a component's command with its values put in, each quoted for the place it stands
 * in, so that no value is ever read as shell. A path is one word. A literal outside quotes is split at its white
 * space into words, as on Azure; a newline separates words there and never commands. What a command hands on to be
 * read as shell once more (eval, bash -c "…", [[ a -eq b ]]) it has to guard itself.
 */
export function renderCommand(component: Component, bindings: Bindings): string {
  const { parts } = parseTemplate(component.command);
  return parts.map((part) => renderPart(part, component, bindings)).join('');
}

function renderPart(part: Part, component: Component, bindings: Bindings): string {
  if (part.kind === 'text') return part.text;
  if (part.kind === 'reference') return renderReference(part, component, bindings);
  const absent = part.parts.some((each) => {
    if (typeof each === 'string' || each.group === 'outputs') return false;
    const name = declaredName(component.inputs, each.key);
    return (
      name !== undefined && component.inputs[name]?.optional === true && bindings.inputs[name] === undefined
    );
  });
  if (absent) return '';
  return part.parts
    .map((each) => (typeof each === 'string' ? each : renderReference(each, component, bindings)))
    .join('');
}

function renderReference(reference: Reference, component: Component, bindings: Bindings): string {
  const { group, key, place, alone, text } = reference;
  const name = declaredName(component[group], key);
  const given = bindings[group];
  const value = name !== undefined && Object.hasOwn(given, name) ? given[name] : undefined;
  if (name === undefined || value === undefined) {
    throw new PipelineError('INPUT_INVALID', `${component.name}: ${text} in the command has no value.`);
  }
  if (value.includes('\0')) {
    throw new PipelineError(
      'INPUT_INVALID',
      `${component.name}: ${name}: a command cannot carry the character NUL.`,
    );
  }
  if ('refused' in place) {
    throw new PipelineError(
      'COMPONENT_INVALID',
      `${component.name}: ${text} in the command stands ${place.refused}.`,
    );
  }
  const type = group === 'inputs' ? component.inputs[name]?.type : undefined;
  if (place.context === 'bare' && type !== undefined && isLiteralType(type)) {
    return value === '' && !alone ? "''" : quoteWords(value);
  }
  // Only numbers get there, but a caller may have skipped the check of its values.
  if (place.context === 'arithmetic' && !/^[+-]?[\d_.]+(?:[eE][+-]?\d+)?$/.test(value)) {
    throw new PipelineError('INPUT_INVALID', `${component.name}: ${name}: "${value}" is not a number.`);
  }
  return quoteIn[place.context](value);
}

function quoteWord(word: string): string {
  return plain.test(word) ? word : `'${quoteSingle(word)}'`;
}

function quoteSingle(value: string): string {
  return value.replaceAll("'", "'\\''").replaceAll('\n', () => "'$'\\n''");
}

function quoteWords(value: string): string {
  return value
    .split(/([ \t\n]+)/)
    .map((piece, index) =>
      index % 2 === 1 ? piece.replaceAll('\n', ' ') : piece === '' ? '' : quoteWord(piece),
    )
    .join('');
}
