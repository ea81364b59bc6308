import { z } from 'zod';

import { parseFloatText } from './python.ts';
import { show } from './values.ts';

/** The types of data an input or output can have; a null output is a uri_folder. */
export const dataTypes = [
  'uri_file',
  'uri_folder',
  'mltable',
  'mlflow_model',
  'custom_model',
  'triton_model',
] as const;

const modes = [
  'ro_mount',
  'rw_mount',
  'mount',
  'download',
  'upload',
  'direct',
  'eval_mount',
  'eval_download',
  'link',
];

/** An error text for zod: what is missing, or what the value is not. */
function expecting(what: string) {
  return ({ input }: { input: unknown }) => {
    if (input === undefined) return `is missing; it has to be ${what}`;
    const quotes = what === 'text' && typeof input !== 'object' && input !== null ? '; put it in quotes' : '';
    return `${show(input)} is not ${input instanceof Date ? `${what}; put it in quotes` : what}${quotes}`;
  };
}

const text = z.string({ error: expecting('text') });
const mapping = expecting('a mapping (name: value)');

// Azure's tools read these words with quotes around them, too.
const words = new Map<unknown, boolean>(
  ['true', 'True', 'TRUE', 'on', 'On', 'ON', 'y', 'Y', 'yes', 'Yes', 'YES', 't', 'T', '1', 1]
    .map((word): [unknown, boolean] => [word, true])
    .concat(
      ['false', 'False', 'FALSE', 'off', 'Off', 'OFF', 'n', 'N', 'no', 'No', 'NO', 'f', 'F', '0', 0].map(
        (word) => [word, false],
      ),
    ),
);
const flag = z.preprocess(
  (value) => words.get(value) ?? value,
  z.boolean({ error: expecting('true or false') }),
);

const bound = z.preprocess(
  (value) => (typeof value === 'string' ? (parseFloatText(value) ?? value) : value),
  z.number({ error: expecting('a number') }),
);

const oneOf = (names: readonly string[]) => expecting(`one of ${names.join(', ')}`);
const inputTypes = [...dataTypes, 'number', 'integer', 'boolean', 'string'] as const;

const input = z.object(
  {
    type: z.enum(inputTypes, { error: oneOf(inputTypes) }),
    description: text.optional(),
    optional: flag.optional(),
    default: z.unknown().optional(),
    mode: z.enum(modes, { error: oneOf(modes) }).optional(),
    min: bound.optional(),
    max: bound.optional(),
    enum: z.array(text, { error: expecting('a list of texts') }).optional(),
  },
  { error: mapping },
);

const output = z.object(
  {
    type: z.enum(dataTypes, { error: oneOf(dataTypes) }),
    description: text.optional(),
    mode: z.enum(modes, { error: oneOf(modes) }).optional(),
  },
  { error: mapping },
);

const seconds = expecting('a whole number of seconds above 0');

/** The keys of a command component that mean something here. */
export const componentShape = z.object(
  {
    name: text.regex(/^[a-z][a-z\d_]{0,254}$/, {
      error: ({ input: name }) =>
        `${show(name)} may hold at most 255 lower-case letters, digits and _, and begins with a letter`,
    }),
    display_name: text.optional(),
    description: text.optional(),
    tags: z.record(text, text, { error: mapping }).optional(),
    is_deterministic: flag.default(true),
    inputs: z.record(text, input, { error: mapping }).default({}),
    outputs: z
      .record(
        text,
        z.preprocess((value) => value ?? { type: 'uri_folder' }, output),
        { error: mapping },
      )
      .default({}),
    command: text,
    code: text.optional(),
    environment: z
      .union([z.string(), z.record(z.string(), z.unknown())], { error: expecting('text or a mapping') })
      .optional(),
    environment_variables: z.record(text, z.unknown(), { error: mapping }).optional(),
    limits: z
      .object(
        { timeout: z.int({ error: seconds }).positive({ error: seconds }).optional() },
        { error: mapping },
      )
      .optional(),
  },
  { error: expecting('a command component') },
);

/** The keys each level of the file may have for Azure ML as well as here; `literal` and `data` are inputs. */
export const shapeKeys = {
  component: Object.keys(componentShape.shape),
  data: Object.keys(input.shape).filter((key) => key !== 'enum'),
  literal: Object.keys(input.shape).filter((key) => key !== 'mode'),
  output: Object.keys(output.shape),
  limits: ['timeout'],
};

/** An input as the file has it. */
export type InputShape = z.infer<typeof input>;

/** An output as the file has it. */
export type OutputShape = z.infer<typeof output>;

/** A component as the file has it. */
export type ComponentShape = z.infer<typeof componentShape>;
