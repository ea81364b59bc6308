import { hostname, userInfo } from 'node:os';

/** Who runs this, for the record: `kim@laptop`. */
export function describeUser(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    // A container's user need not have a name.
    return `${process.getuid?.() ?? 'someone'}@${hostname()}`;
  }
}
