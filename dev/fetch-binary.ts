// Lets Temporal's SDK download its CLI: `node dev/fetch-binary.ts <version> <folder>` leaves <folder>/temporal-v<version>.
// A process of its own, since the SDK's download has no time limit, cannot be stopped and loads the native runtime.
import { TestWorkflowEnvironment } from '@temporalio/testing';

const [version, downloadDir] = process.argv.slice(2);
if (version === undefined || downloadDir === undefined) throw new Error('fetch-binary <version> <folder>');
try {
  const executable = { type: 'cached-download', version: `v${version}`, downloadDir } as const;
  const environment = await TestWorkflowEnvironment.createLocal({ server: { executable } });
  await environment.teardown();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
