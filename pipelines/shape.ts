import { z } from 'zod';
import { checkParameters, type ParameterSpec } from '../workflows/parameters.ts';

// What Azure ML and Temporal both take as a part of a name.
const name = z.string().regex(/^[A-Za-z_]\w{0,62}$/, 'has to be letters, digits and underscores');

const parameter = z
  .strictObject({
    type: z.enum(['number', 'integer', 'string', 'file']),
    description: z.string().default(''),
    default: z.union([z.string(), z.number()]).exactOptional(),
    required: z.boolean().exactOptional(),
    flag: z
      .string()
      .regex(/^--[A-Za-z][\w-]* <[^>]+>$/, 'has to look like "--learning-rate <number>"')
      .exactOptional(),
    min: z.number().exactOptional(),
    max: z.number().exactOptional(),
    open: z.boolean().exactOptional(),
    pattern: z.strictObject({ source: z.string(), words: z.string() }).exactOptional(),
  })
  .superRefine((spec: ParameterSpec, context) => {
    const [problem] =
      spec.default === undefined ? [] : checkParameters({ default: spec }, { default: spec.default });
    if (problem !== undefined) context.addIssue({ code: 'custom', path: ['default'], message: problem });
  });

/** The content of `temporal-azureml.json`. */
export const pipelineShape = z.strictObject({
  name,
  body: z.string().regex(/\.(ts|js)$/, 'has to name a .ts or a .js file'),
  steps: z.record(name, z.string()),
  approval: name.exactOptional(),
  parameters: z.record(name, parameter).default({}),
});

/** Everything that is wrong, as one sentence: `steps.train: Invalid input …; name: …`. */
export const findProblems = (error: z.ZodError): string =>
  `${error.issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': ')).join('; ')}.`;
