/** Where `npm run dev` serves Temporal's Web UI. */
export const defaultUiUrl = 'http://localhost:8233';

/** Where a run is in Temporal's Web UI. */
export interface WebUi {
  uiUrl: string;
  namespace: string;
}

/** A page of the Web UI: a run, from its first event on. */
export function linkToRun(
  { uiUrl, namespace }: WebUi,
  { runId, executionId }: { runId: string; executionId: string },
): string {
  const parts = [namespace, runId, executionId].map(encodeURIComponent);
  return `${uiUrl.replace(/\/$/, '')}/namespaces/${parts[0]}/workflows/${parts[1]}/${parts[2]}/history`;
}
