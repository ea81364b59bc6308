import { openStore } from '../../store/file.ts';
import { isSweep } from '../../store/sweep.ts';
import type { Session } from '../session.ts';

/** Whether a command was given a sweep where it also takes a run. */
export async function namesSweep({ config }: Session, given: string | undefined): Promise<boolean> {
  return given !== undefined && isSweep(await openStore(config.store.value), given);
}
