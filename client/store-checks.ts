import { randomBytes } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import { access, rm, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { listModels } from '../registry/models.ts';
import { describeFileError, openStore } from '../store/file.ts';
import type { Config } from './config.ts';
import { attempt, type Finding } from './finding.ts';
import { invocation } from './session.ts';
import { formatBytes } from './table.ts';

/** Below so much free space, in bytes, a run is likely to fill the disk. */
const leastSpace = 1e9;

/** File systems of other machines, by the number statfs(2) gives them. */
const networkTypes: Record<number, string> = {
  0x6969: 'NFS',
  0x517b: 'SMB',
  0xfe534d42: 'SMB',
  0xff534d42: 'CIFS',
  0x01021997: '9P',
};

/** Looks at the store, the registry and the disks they are on. */
export async function checkStore(
  config: Pick<Config, 'store' | 'registry'>,
): Promise<{ findings: Finding[]; storeId: string | undefined }> {
  const root = config.store.value;
  let storeId: string | undefined;
  const findings = await attempt('store', async () => {
    // Opening would make it: a check makes nothing.
    if (!existsSync(join(root, 'id')))
      return [await checkAbsent('store', root, 'start or a worker makes it')];
    storeId = (await openStore(root)).id;
    const probe = join(root, `.doctor-${randomBytes(4).toString('hex')}`);
    await writeFile(probe, '').catch((error: unknown) => {
      throw describeFileError(error);
    });
    await rm(probe);
    return [
      { subject: 'store', ok: true, detail: `can be written, id ${storeId}` },
      ...(await checkFileSystem('store', root)),
    ];
  });
  const space = await attempt('space', () => checkSpace(root));
  return { findings: [...findings, ...space, ...(await checkRegistry(config.registry.value))], storeId };
}

async function checkRegistry(root: string): Promise<Finding[]> {
  return attempt('registry', async () => {
    if (!existsSync(root))
      return [await checkAbsent('registry', root, 'the first registered model makes it')];
    await access(root, constants.W_OK).catch((error: unknown) => {
      throw describeFileError(error);
    });
    const models = await listModels(root);
    return [
      { subject: 'registry', ok: true, detail: `can be written, ${models.length} models` },
      ...(await checkFileSystem('registry', root)),
    ];
  });
}

async function checkAbsent(subject: string, path: string, who: string): Promise<Finding> {
  const parent = findParent(path);
  return access(parent, constants.W_OK).then(
    () => ({ subject, ok: true, detail: `not there yet; ${who}` }),
    () => ({
      subject,
      ok: false,
      detail: `not there, and ${parent} cannot be written`,
      fix: `change the permissions, or name another folder with TEMPORAL_AZUREML_${subject.toUpperCase()}`,
    }),
  );
}

async function checkSpace(path: string): Promise<Finding[]> {
  const { bavail, bsize } = await statfs(findParent(path));
  const free = bavail * bsize;
  const detail = `${formatBytes(free)} free where the store is`;
  if (free >= leastSpace) return [{ subject: 'space', ok: true, detail }];
  return [
    {
      subject: 'space',
      ok: false,
      detail: `${detail}, less than ${formatBytes(leastSpace)}`,
      fix: `see what can go: ${invocation} clean --older-than 30d --dry-run`,
    },
  ];
}

async function checkFileSystem(subject: string, path: string): Promise<Finding[]> {
  const type = networkTypes[(await statfs(path)).type];
  if (type === undefined) return [];
  return [
    {
      subject: `${subject}, shared`,
      ok: false,
      detail: `is on a file system of another machine (${type}), where renames and locks may not hold`,
      fix: `name a folder on a disk of this host with TEMPORAL_AZUREML_${subject.toUpperCase()}`,
    },
  ];
}

/** The nearest folder that is there. */
function findParent(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : findParent(dirname(path));
}
