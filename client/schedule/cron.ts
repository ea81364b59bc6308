/** The five fields of a cron line, checked as the Temporal server reads them. */
import { PipelineError } from '../../errors/error.ts';

interface Field {
  name: string;
  min: number;
  max: number;
  /** Names of the values from `min` on; three letters are enough. */
  words?: string[];
}

const months = 'january february march april may june july august september october november december';
const days = 'sunday monday tuesday wednesday thursday friday saturday';

const fields: [Field, Field, Field, Field, Field] = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of the month', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, words: months.split(' ') },
  { name: 'day of the week', min: 0, max: 7, words: days.split(' ') },
];

/**
 * A cron line, in single spaces.
 *
 * @throws PipelineError SCHEDULE_INVALID naming every field that is wrong
 */
export function parseCron(text: string): string {
  const parts = text.trim().split(/\s+/);
  if (parts.length !== fields.length)
    throw invalid(text, [
      `it must have five fields, minute, hour, day of the month, month and day of the week, and has ${
        text.trim() === '' ? 'none' : parts.length
      }`,
    ]);
  const problems = fields.flatMap((field, index) => findProblem(field, parts[index]!) ?? []);
  if (problems.length === 0 && neverFires(parts)) problems.push('no month it names has such a day');
  if (problems.length > 0) throw invalid(text, problems);
  return parts.join(' ');
}

/** Whether a line names days of the month and of the week: unlike cron, Temporal fires only where both hold. */
export function namesBothDays(cron: string): boolean {
  const [, , day, , weekday] = cron.split(' ');
  return day !== '*' && weekday !== '*';
}

const invalid = (text: string, problems: string[]): PipelineError =>
  new PipelineError(
    'SCHEDULE_INVALID',
    `The cron line ${JSON.stringify(text)} is wrong: ${problems.join('; ')}.`,
    {
      hint: 'For example: --cron "0 6 * * 1-5" is 6:00 from Monday to Friday, --cron "*/15 * * * *" every quarter of an hour.',
    },
  );

function findProblem(field: Field, text: string): string | undefined {
  for (const part of text.split(',')) {
    const [range = '', step, ...rest] = part.split('/');
    const [start, end, ...more] =
      range === '*' ? [field.min, field.max] : range.split('-').map((one) => read(field, one));
    const right =
      rest.length === 0 &&
      more.length === 0 &&
      isWithin(field, start) &&
      (end === undefined || (isWithin(field, end) && end >= start!)) &&
      (step === undefined || (/^\d+$/.test(step) && Number(step) > 0));
    if (!right) return `${field.name} ${JSON.stringify(part)} must be ${describe(field)}`;
  }
  return undefined;
}

function read({ min, words = [] }: Field, text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  const index = text.length < 3 ? -1 : words.findIndex((word) => word.startsWith(text.toLowerCase()));
  return index === -1 ? Number.NaN : index + min;
}

const isWithin = ({ min, max }: Field, value: number | undefined): boolean =>
  value !== undefined && value >= min && value <= max;

const describe = ({ min, max, words }: Field): string =>
  `*, or ${min} to ${max}${words === undefined ? '' : ` or a name such as ${words[1]!.slice(0, 3)}`}, as a range a-b or with a step /n`;

// February counts with its 29th.
const lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** `0 6 30 2 *`: the earliest day it names is later than the last of every month it names. */
function neverFires(parts: string[]): boolean {
  const [, , dayField, monthField] = fields;
  const firstDay = Math.min(...startsOf(dayField, parts[2]!));
  return lengths.every((length, index) => !names(monthField, parts[3]!, index + 1) || firstDay > length);
}

const startsOf = (field: Field, text: string): number[] =>
  text.split(',').map((part) => (part.startsWith('*') ? field.min : read(field, part.split(/[-/]/)[0]!)));

function names(field: Field, text: string, value: number): boolean {
  return text.split(',').some((part) => {
    const [range = '', step] = part.split('/');
    const [start = 0, end = step === undefined ? start : field.max] =
      range === '*' ? [field.min, field.max] : range.split('-').map((one) => read(field, one));
    return value >= start && value <= end && (value - start) % Number(step ?? 1) === 0;
  });
}
