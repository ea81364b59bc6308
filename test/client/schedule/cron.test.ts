import assert from 'node:assert/strict';
import { Client, Connection } from '@temporalio/client';
import { namesBothDays, parseCron } from '../../../client/schedule/cron.ts';

const right = [
  '0 6 * * 1-5',
  '0 6 * * MON-fri',
  '0 6 * * 7',
  '0 6 * * 0-7',
  '*/15 * * * *',
  '5/15 * * * *',
  '0-59/7 1-3,5 * * *',
  '0 6 * jan,feb *',
  '0 6 1 january tues',
  '0 6 29 2 *',
  '0 6 31 */2 *',
  '59 23 31 12 sat,sunday',
];

const wrong = [
  '60 6 * * *',
  '-1 6 * * *',
  '0 24 * * *',
  '0 6 0 * *',
  '0 6 32 * *',
  '0 6 L * *',
  '0 6 ? * *',
  '0 6 * 13 *',
  '0 6 * ja *',
  '0 6 * * 8',
  '0 6 * * 5-1',
  '0 6 * * *-3',
  '0 6 * * 1-2-3',
  '0 6 * * moo',
  '*/0 * * * *',
  '*/x * * * *',
  '1,,2 * * * *',
  '1.5 * * * *',
];

// Valid for the server, which never fires them.
const never = ['0 6 30 2 *', '0 6 31 4,6,9,nov *', '0 6 30-31 feb *'];

describe('a cron line', () => {
  it('is read in single spaces', () => {
    assert.equal(parseCron('  0   6 * *\t1-5 '), '0 6 * * 1-5');
  });

  it('that is wrong is refused with every field that is', () => {
    assert.throws(() => parseCron('60 6 * * fri-mon'), {
      code: 'SCHEDULE_INVALID',
      message:
        'The cron line "60 6 * * fri-mon" is wrong: minute "60" must be *, or 0 to 59, as a range a-b or with a step /n; ' +
        'day of the week "fri-mon" must be *, or 0 to 7 or a name such as mon, as a range a-b or with a step /n.',
    });
    assert.throws(() => parseCron('0 0 6 * * 1'), {
      message:
        'The cron line "0 0 6 * * 1" is wrong: ' +
        'it must have five fields, minute, hour, day of the month, month and day of the week, and has 6.',
    });
    assert.throws(() => parseCron(' '), / and has none\.$/);
  });

  for (const cron of never)
    it(`that no month has a day for is refused: ${cron}`, () => {
      assert.throws(() => parseCron(cron), /no month it names has such a day/);
    });

  it('may name days of the month and of the week, which Temporal takes as both', () => {
    assert.deepEqual(['0 6 1 * 1', '0 6 1 * *', '0 6 * * 1'].map(namesBothDays), [true, false, false]);
  });

  describe('for the server', () => {
    let client: Client;
    before(async () => {
      client = new Client({
        connection: await Connection.connect({
          address: process.env['TEMPORAL_ADDRESS'] ?? '127.0.0.1:7233',
        }),
      });
    });
    after(() => client.connection.close());

    /** What the server makes of it: whether it fires, or undefined where it refuses. */
    async function ask(cron: string): Promise<boolean | undefined> {
      const schedule = await client.schedule
        .create({
          scheduleId: `cron-${process.pid}-${Date.now()}`,
          spec: { cronExpressions: [cron] },
          action: { type: 'startWorkflow', workflowType: 'none', taskQueue: 'none' },
          state: { paused: true },
        })
        .catch((error: unknown) => assert.ok(error instanceof TypeError));
      if (schedule === undefined) return undefined;
      const { info } = await schedule.describe();
      await schedule.delete();
      return info.nextActionTimes.length > 0;
    }

    it('is right where it is right for us, wrong where it is wrong, and fires where we say that it may', async () => {
      for (const cron of right) assert.deepEqual([cron, await ask(parseCron(cron))], [cron, true]);
      for (const cron of never) assert.deepEqual([cron, await ask(cron)], [cron, false]);
      for (const cron of wrong) {
        assert.throws(() => parseCron(cron), { code: 'SCHEDULE_INVALID' }, cron);
        assert.deepEqual([cron, await ask(cron)], [cron, undefined]);
      }
    });
  });
});
