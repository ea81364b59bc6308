import { createRequire } from 'node:module';

/** What a report was written with. */
export interface Versions {
  project: string;
  node: string;
  sdk: string;
}

let versions: Versions | undefined;

/** The versions of this project, Node and Temporal's SDK. */
export function readVersions(): Versions {
  const require = createRequire(import.meta.url);
  const versionOf = (manifest: string): string => (require(manifest) as { version: string }).version;
  return (versions ??= {
    project: versionOf('../package.json'),
    node: process.version,
    sdk: versionOf('@temporalio/worker/package.json'),
  });
}
