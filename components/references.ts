import type { Component } from './component.ts';
import { declaredName, parseTemplate, type Reference } from './template.ts';

/** A fault in a component's command: at the piece of text that stands there `skip` times before it. */
export type CommandProblem = { piece: string; skip: number; message: string; warning: boolean };

/** Finds what is wrong with a component's command: undeclared names, optional inputs without $[[ ]], unsafe places. */
export function findCommandProblems(component: Component): CommandProblem[] {
  const { command } = component;
  const { parts, problems } = parseTemplate(command);
  const found: CommandProblem[] = [];
  const note = (piece: string, offset: number, message: string, warning = false) => {
    const skip = command.slice(0, offset).split(piece).length - 1;
    found.push({ piece, skip, message: `command: ${message}`, warning });
  };
  for (const { offset, message } of problems) note(command.slice(offset, offset + 3), offset, message);
  for (const part of parts) {
    if (part.kind === 'text') continue;
    const references =
      part.kind === 'reference' ? [part] : part.parts.filter((each) => typeof each !== 'string');
    for (const reference of references) {
      checkReference(reference, component, part.kind === 'optional', (message, warning) =>
        note(reference.text, reference.offset, message, warning),
      );
    }
  }
  return found;
}

function checkReference(
  { group, key, text, place }: Reference,
  component: Component,
  inBlock: boolean,
  note: (message: string, warning?: boolean) => void,
): void {
  const name = declaredName(component[group], key);
  if (name === undefined) {
    const known = Object.keys(component[group]).join(', ') || 'none';
    note(`${text} is not declared; the ${group} are ${known}`);
    return;
  }
  const spec = group === 'inputs' ? component.inputs[name] : undefined;
  if (spec?.optional === true && !inBlock) {
    // Azure ML's own words, so that a search finds what others wrote about them.
    const message = `optional input ${name} must be placed in nested argument: $[[ ]]`;
    if (spec.default === undefined) note(message);
    else note(`${message}; Azure ML may refuse it as it stands`, true);
  }
  const numeric = spec?.type === 'number' || spec?.type === 'integer';
  if ('refused' in place) {
    note(`${text} stands ${place.refused}, where its value cannot be quoted; put it into a variable first`);
  } else if (place.context === 'arithmetic' && !numeric) {
    note(`${text} stands inside ((…)), where only a number or an integer may be put`);
  }
}
