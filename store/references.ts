/** What a document names in the store. */
export interface References {
  /** Folders of attempts, relative to the store. */
  attempts: Set<string>;
  /** Digests: of snapshots, of data files, and of things that are of no interest here. */
  digests: Set<string>;
}

/** Names nothing yet. */
export const noReferences = (): References => ({ attempts: new Set(), digests: new Set() });

/**
 * Adds what a text names: `runs/<run>/<execution>/<step>/<attempt>…` and anything that looks like a SHA-256. Reading the
 * text and not its fields means that a field somebody adds later is not forgotten; what is named by chance stays.
 */
export function addReferences({ attempts, digests }: References, text: string): void {
  for (const [path] of text.matchAll(/runs\/[^/"\\\s]+\/[^/"\\\s]+\/[^/"\\\s]+\/\d+/g)) attempts.add(path);
  for (const [digest] of text.matchAll(/\b[0-9a-f]{64}\b/g)) digests.add(digest);
}
