import assert from 'node:assert/strict';
import { Client, Connection } from '@temporalio/client';
import { listTimes } from '../../../client/schedule/backfill.ts';
import { formatTime, readTiming } from '../../../client/schedule/timing.ts';

describe('a schedule in a zone with daylight saving time', () => {
  let client: Client;
  before(async () => {
    client = new Client({
      connection: await Connection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? '127.0.0.1:7233' }),
    });
  });
  after(() => client.connection.close());

  /** The times the server makes of a cron line from a day on, three days long, in UTC and on the zone's clocks. */
  async function timesOf(cron: string, timezone: string, day: string): Promise<[string, string][]> {
    const schedule = await client.schedule.create({
      scheduleId: `daylight-${process.pid}-${Date.now()}`,
      spec: readTiming({ cron, timezone }),
      action: { type: 'startWorkflow', workflowType: 'none', taskQueue: 'none' },
      state: { paused: true },
    });
    const start = new Date(`${day}T00:00:00Z`);
    const temporal = { connection: client.connection as Connection, namespace: 'default' };
    const times = await listTimes(
      temporal,
      schedule.scheduleId,
      start,
      new Date(start.getTime() + 3 * 86_400_000),
    );
    await schedule.delete();
    return times.map((time) => [time.toISOString().slice(5, 16), formatTime(time, timezone)]);
  }

  it('fires at the same time of the day before and after the change', async () => {
    assert.deepEqual(await timesOf('0 6 * * *', 'Europe/Berlin', '2027-03-27'), [
      ['03-27T05:00', 'Sat 2027-03-27 06:00'],
      ['03-28T04:00', 'Sun 2027-03-28 06:00'],
      ['03-29T04:00', 'Mon 2027-03-29 06:00'],
    ]);
    assert.deepEqual(await timesOf('0 6 * * *', 'America/New_York', '2027-11-06'), [
      ['11-06T10:00', 'Sat 2027-11-06 06:00'],
      ['11-07T11:00', 'Sun 2027-11-07 06:00'],
      ['11-08T11:00', 'Mon 2027-11-08 06:00'],
    ]);
  });

  it('does not fire on the day that has no such time', async () => {
    assert.deepEqual(await timesOf('30 2 * * *', 'Europe/Berlin', '2027-03-27'), [
      ['03-27T01:30', 'Sat 2027-03-27 02:30'],
      ['03-29T00:30', 'Mon 2027-03-29 02:30'],
    ]);
  });

  // The server's choice, which is Go's: an hour that comes twice is the second one in some zones, both in others.
  it('fires once or twice on the day that has the time twice, as the zone has it', async () => {
    assert.deepEqual(await timesOf('30 2 * * *', 'Europe/Berlin', '2026-10-24'), [
      ['10-24T00:30', 'Sat 2026-10-24 02:30'],
      ['10-25T01:30', 'Sun 2026-10-25 02:30'],
      ['10-26T01:30', 'Mon 2026-10-26 02:30'],
    ]);
    assert.deepEqual(await timesOf('30 1 * * *', 'America/New_York', '2027-11-06'), [
      ['11-06T05:30', 'Sat 2027-11-06 01:30'],
      ['11-07T05:30', 'Sun 2027-11-07 01:30'],
      ['11-07T06:30', 'Sun 2027-11-07 01:30'],
      ['11-08T06:30', 'Mon 2027-11-08 01:30'],
    ]);
  });
});
