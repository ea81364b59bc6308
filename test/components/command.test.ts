import { deepEqual, equal, throws } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { renderCommand } from '../../components/command.ts';
import { parseComponent } from '../../components/component.ts';

/** A component with a path `p`, an output `o`, a text `s`, a number `n` and an optional text `t`. */
const componentOf = (command: string) =>
  parseComponent(
    JSON.stringify({
      name: 'c',
      environment: 'azureml:e:1',
      command,
      inputs: {
        p: { type: 'uri_file' },
        s: { type: 'string' },
        n: { type: 'number' },
        t: { type: 'string', optional: true },
        u: { type: 'uri_file', optional: true },
      },
      outputs: { o: { type: 'uri_folder' } },
    }),
    'f.yml',
  ).component;

type Values = { p?: string; s?: string; n?: string; t?: string; u?: string; o?: string };

const render = (command: string, { o = '/o', ...inputs }: Values = {}): string =>
  renderCommand(componentOf(command), {
    inputs: { p: '/p', s: 'words', n: '0.5', ...inputs },
    outputs: { o },
  });

const refusal = (command: string): string => {
  try {
    componentOf(command);
  } catch (error) {
    return (error as Error).message.split('\n').slice(1).join('\n').trim();
  }
  return 'taken';
};

const nasty = [
  '',
  ' ',
  'a b',
  '  lead and trail  ',
  "it's",
  "''",
  '"',
  '"quoted"',
  '\\',
  'end\\',
  '\\\\"',
  '$HOME',
  '${HOME}',
  '$(touch pwned)',
  '`touch pwned`',
  '; touch pwned',
  '| touch pwned',
  '& touch pwned',
  '&& touch pwned #',
  '\ntouch pwned\n',
  "'; touch pwned; '",
  '"; touch pwned; "',
  "\\'; touch pwned; \\'",
  '> pwned',
  '< /etc/passwd',
  '<(touch pwned)',
  '(touch pwned)',
  '{a,b}',
  '*',
  '?',
  '[a-z]*',
  '~',
  '~root',
  '!!',
  '!touch',
  '#',
  '# comment',
  'a#b',
  'a=b',
  '--flag=x',
  '-n',
  '$',
  '$$',
  '$[1+1]',
  '$((1+1))',
  "$'\\n'",
  '${{inputs.p}}',
  '$[[ x ]]',
  ']]',
  'tab\tbed',
  'line\r\nfeed',
  'ünï çødé 漢字 🙂',
  '\u00a0nbsp\u2028sep',
  '\x01\x1b[31m\x7f',
  'a[$(touch pwned)]',
  '%s%n',
  '\\n',
  '\\\n',
  'x'.repeat(5000),
];

/** Values made of the characters a shell cares for, always the same ones. */
const shuffled = (count: number): string[] => {
  const pieces = [
    '\\',
    "'",
    '"',
    '$',
    '`',
    '(',
    ')',
    '{',
    '}',
    ';',
    '&',
    '|',
    '<',
    '>',
    '#',
    '*',
    ' ',
    '\n',
    '\t',
    'a',
    'é',
    '=',
  ];
  let state = 12345;
  const next = (limit: number) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * limit);
  };
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + next(12) }, () => pieces[next(pieces.length)]).join(''),
  );
};

const values = [...nasty, ...shuffled(300)];

/** Splits as Azure's raw pasting would, were every other character plain. */
const wordsOf = (value: string): string[] => value.split(/[ \t\n]+/).filter((word) => word !== '');

/** What $(…) leaves of an output. */
const chomp = (value: string): string => value.replace(/\n+$/, '');

const stands = (where: string): string =>
  `stands ${where}, where its value cannot be quoted; put it into a variable first`;

describe('a command through a real bash', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'command-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  /** Runs one bash over many commands, each of which prints its words; words[i] belongs to commands[i]. */
  const run = (commands: string[], shellEnvironment: Record<string, string> = {}): string[][] => {
    const script = `print() { printf '%s\\0' "$@"; printf '\\001\\0'; }\n${commands.join('\n')}`;
    const output = execFileSync('bash', ['-c', script], {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 1e8,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], HOME: '/nowhere', ...shellEnvironment },
    });
    const words: string[][] = [];
    let current: string[] = [];
    for (const word of output.split('\0').slice(0, -1)) {
      if (word === '\x01') {
        words.push(current);
        current = [];
      } else current.push(word);
    }
    return words;
  };

  const check = (template: string, kind: 'p' | 's' | 'o', expected: (value: string) => string[]) => {
    const wanted = values.map(expected);
    const found = run(values.map((value) => render(template, { [kind]: value })));
    equal(found.length, wanted.length);
    for (const [index, words] of found.entries()) {
      deepEqual(words, wanted[index], `${template} with ${JSON.stringify(values[index])}`);
    }
    deepEqual(readdirSync(folder), []);
  };

  it('gets a path as one word wherever it stands', () => {
    check('print ${{inputs.p}} end', 'p', (value) => [value, 'end']);
    check('print --in=${{inputs.p.path}}/x', 'p', (value) => [`--in=${value}/x`]);
    check('print ${{outputs.o}}${{outputs.o}}', 'o', (value) => [value + value]);
    check('print "${{inputs.p}} x" end', 'p', (value) => [`${value} x`, 'end']);
    check("print '${{inputs.p}} x' end", 'p', (value) => [`${value} x`, 'end']);
  });

  it('gets a literal outside quotes as the words it is made of, and nothing else', () => {
    check('print ${{inputs.s}} end', 's', (value) => [...wordsOf(value), 'end']);
    check('print x${{inputs.s}}x end', 's', (value) => [...wordsOf(`x${value}x`), 'end']);
  });

  it('gets a literal inside quotes as it is', () => {
    check('print "${{inputs.s}}" end', 's', (value) => [value, 'end']);
    check("print 'a'\"'${{inputs.s}}'\"  'b'", 's', (value) => [`a'${value}'`, 'b']);
    check("print '--x=${{inputs.s}}' # it's", 's', (value) => [`--x=${value}`]);
    check('print "$[[--t ${{inputs.s}}]]"', 's', (value) => [`--t ${value}`]);
  });

  it('gets values inside substitutions, and loses none of them to a comment', () => {
    check('print "$(printf %s "${{inputs.s}}")" end', 's', (value) => [chomp(value), 'end']);
    check('print "$(printf %s \'${{inputs.s}}\')" end', 's', (value) => [chomp(value), 'end']);
    check('print "$(printf %s ${{inputs.p}})" end', 'p', (value) => [chomp(value), 'end']);
    check('print "${HOME#x"y"}$$" > /dev/null; print "${{inputs.s}}"', 's', (value) => [value]);
    check('print a # don\'t "${{inputs.s}} ${{inputs.p}}', 's', () => ['a']);
    check('print a # ${{inputs.p}}', 'p', () => ['a']);
    check('true a \\\n  ${{inputs.p}} \\\n# don\'t\nprint "${{inputs.p}}"', 'p', (value) => [value]);
  });

  it('does the same where the locale is not UTF-8', () => {
    const value = 'ünï 漢字; touch pwned';
    deepEqual(
      run([render('print ${{inputs.s}} "${{inputs.s}}" ${{inputs.p}}', { s: value, p: value })], {
        LC_ALL: 'C',
      }),
      [['ünï', '漢字;', 'touch', 'pwned', value, value]],
    );
  });

  it('may count with a number', () => {
    deepEqual(run([render('print $(( ${{inputs.n}} + 1 ))', { n: '41' })]), [['42']]);
    deepEqual(run([render('if (( ${{inputs.n}} > 1 )); then print yes; fi', { n: '41' })]), [['yes']]);
  });
});

describe('a command', () => {
  it('stays as readable as it was written where values are plain', () => {
    equal(
      render(
        'python train.py --data=${{inputs.p}} --rate ${{ inputs.n }} --out "${{outputs.o}}/m" \'${{inputs.s}}\'',
        {
          p: '/data/a-b_c.csv',
          s: 'bmi,age',
        },
      ),
      'python train.py --data=/data/a-b_c.csv --rate 0.5 --out "/o/m" \'bmi,age\'',
    );
  });

  it('drops a block whose optional input is absent, and keeps it otherwise', () => {
    const command = 'run $[[--t ${{inputs.t}}]] $[[ --u=${{inputs.u}} --s ${{inputs.s}} ]] $[[-v]] end';
    equal(render(command), 'run   -v end');
    equal(render(command, { t: 'x' }), 'run --t x  -v end');
    equal(render(command, { t: '', u: '/a b' }), "run --t   --u='/a b' --s words  -v end");
  });

  it("leaves the shell's own ]] alone", () => {
    equal(render('[[ -e ${{inputs.p}} ]] && [ a ]'), '[[ -e /p ]] && [ a ]');
  });

  it('has the newlines of a literal outside quotes as spaces', () => {
    equal(render('run ${{inputs.s}} "${{inputs.s}}"', { s: 'a\nb' }), `run a b "a"$'\\n'"b"`);
  });

  it('does not put a value where no quoting would be safe', () => {
    const places: [string, string][] = [
      ['run \\${{inputs.s}}', 'right after a backslash'],
      ['run "\\${{inputs.s}}"', 'right after a backslash'],
      ['run $${{inputs.s}}', 'right after $'],
      ['run "$${{inputs.s}}"', 'right after $'],
      ['run $HOME${{inputs.s}}', 'right after $'],
      ["run $'${{inputs.s}}'", "inside $'…'"],
      ['run `ls ${{inputs.s}}`', 'inside `…`'],
      ['run ${X:-${{inputs.s}}}', 'inside ${…}'],
      ['run "${X:-${{inputs.s}}}"', 'inside ${…}'],
      ['run "${X#\'"\'}" ${{inputs.s}}', 'after an apostrophe inside "${…}"'],
      ["run $\\\n(ls \\\n# it's\n) $\\\n${{inputs.s}}", 'right after $'],
      ['run <<E\n${{inputs.s}}\nE', 'in or after a here-document (<<)'],
      ['run <<${{inputs.s}}', 'in or after a here-document (<<)'],
      ['run $[1+1] ${{inputs.s}}', 'in or after $[…]'],
      ['run "$(case a in a) echo "${{inputs.s}}";; esac)"', 'after case inside $(…)'],
      ['run ${{inputs.n}}# "${{inputs.s}}"', 'after a # that touches a value'],
      ['run $(( 16#ff )) ${{inputs.s}}', 'after # inside ((…))'],
    ];
    for (const [command, where] of places) {
      const found = refusal(command).replace(/^f\.yml:\d+:\d+ /, '');
      equal(found, `command: \${{inputs.s}} ${stands(where)}`, command);
    }
    equal(
      refusal('run $(( ${{inputs.s}} + 1 ))').replace(/^f\.yml:\d+:\d+ /, ''),
      'command: ${{inputs.s}} stands inside ((…)), where only a number or an integer may be put',
    );
  });

  it('takes what only looks like such a place', () => {
    for (const command of [
      'run <<<"${{inputs.s}}"',
      'run $$ ${{inputs.s}}',
      'run $? $1 $# ${{inputs.s}}',
      'run "a\\\\" ${{inputs.s}}',
      'run $(ls cases) ${{inputs.s}}',
      'case ${{inputs.s}} in a) x;; esac',
      'run "$HOME/${{inputs.s}}"',
      'run ${HOME}${{inputs.s}}',
      "run '$'${{inputs.s}}",
      'run $(( (1 + 2) * 3 )) "${{inputs.s}}"',
      'f() { run; }; f ${{inputs.s}}',
      'a#b "${{inputs.s}}"',
    ]) {
      equal(refusal(command), 'taken', command);
    }
  });

  it('is refused when a block opens what it does not close', () => {
    const message = 'a quote or bracket opened in $[[ ]] is not closed in it';
    for (const command of ['run $[[ " ]] "', 'run $[[ ( ]] )', 'run $[[ # ]] x']) {
      equal(refusal(command).replace(/^f\.yml:\d+:\d+ /, ''), `command: ${message}`, command);
    }
    equal(
      refusal('run $[[ $[[ x ]]').replace(/^f\.yml:\d+:\d+ /, ''),
      'command: a $[[ stands inside another $[[ ]]',
    );
    equal(refusal('run ${{inputs.s').replace(/^f\.yml:\d+:\d+ /, ''), 'command: ${{ is not closed by }}');
  });

  it('is not made without a value it needs, with a NUL in one, or with text for a number', () => {
    const component = componentOf('run $(( ${{inputs.n}} )) ${{inputs.s}}');
    const make = (inputs: Record<string, string>) => () => renderCommand(component, { inputs, outputs: {} });
    throws(make({ n: '1' }), {
      code: 'INPUT_INVALID',
      message: 'c: ${{inputs.s}} in the command has no value.',
    });
    throws(make({ n: '1', s: 'a\0' }), {
      code: 'INPUT_INVALID',
      message: 'c: s: a command cannot carry the character NUL.',
    });
    throws(make({ n: 'a[$(x)]', s: 'a' }), {
      code: 'INPUT_INVALID',
      message: 'c: n: "a[$(x)]" is not a number.',
    });
  });
});
