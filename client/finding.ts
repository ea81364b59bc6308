import { PipelineError } from '../errors/error.ts';
import { invocation } from '../errors/invocation.ts';
import type { Setting } from './config.ts';

/** One thing that was looked at, and what to do where it is wrong. */
export interface Finding {
  subject: string;
  ok: boolean;
  detail: string;
  /** Where it is wrong. */
  fix?: string;
}

/** The findings of a check; one finding where it throws. */
export async function attempt(subject: string, check: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await check();
  } catch (error) {
    return [describeProblem(subject, error)];
  }
}

/** What a check has thrown. */
export function describeProblem(subject: string, error: unknown): Finding {
  const detail = error instanceof Error ? error.message : String(error);
  const hint = error instanceof PipelineError ? error.hint : undefined;
  return {
    subject,
    ok: false,
    detail,
    fix: hint ?? `${invocation} list --debug says where it comes from`,
  };
}

/** A setting, with where it comes from. */
export const showSetting = ([subject, { value, source }]: [string, Setting<string | number>]): Finding => ({
  subject,
  ok: true,
  detail: `${value} (${source})`,
});
