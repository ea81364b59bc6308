import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { columns, readTable } from '../../../targets/process/macos.ts';

describe('the process table of macOS', () => {
  it('has pid, parent, group, beginning and token of what is alive', () => {
    const text = [
      '    1     0     1 Ss   Sun Nov  3 09:00:00 2026     /sbin/launchd',
      '  812     1   812 S+   Mon Nov 23 10:00:05 2026     node a b.ts HOME=/Users/a TEMPORAL_AZUREML_ATTEMPT=token-1 LANG=C',
      '  813   812   812 Z    Mon Nov 23 10:00:06 2026     (bash)',
      '',
    ].join('\n');
    assert.deepEqual(readTable(text), [
      {
        pid: 1,
        parent: 0,
        group: 1,
        family: 1,
        start: Date.parse('Sun Nov 3 09:00:00 2026'),
        token: undefined,
      },
      {
        pid: 812,
        parent: 1,
        group: 812,
        family: 812,
        start: Date.parse('Mon Nov 23 10:00:05 2026'),
        token: 'token-1',
      },
    ]);
  });

  it('reads what this system’s own ps prints', function () {
    const options = process.platform === 'darwin' ? ['-A', '-E', '-ww'] : ['axeww'];
    const text = execFileSync('ps', [...options, ...columns], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C', TEMPORAL_AZUREML_ATTEMPT: 'token-2' },
    });
    const table = readTable(text);
    const own = table.find((one) => one.pid === process.pid);
    assert.equal(own?.parent, process.ppid);
    assert.ok(Math.abs((own?.start ?? 0) - (Date.now() - process.uptime() * 1000)) < 5000);
    assert.equal(table.filter((one) => one.token === 'token-2').length, 1);
  });
});
