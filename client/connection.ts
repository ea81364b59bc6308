import { connect as connectTcp } from 'node:net';
import type { Client, Connection } from '@temporalio/client';
import { PipelineError } from '../errors/error.ts';
import type { Config } from './config.ts';
import { devInvocation, invocation } from '../errors/invocation.ts';
import type { ConnectionConfig } from './profile.ts';

/** A connection to Temporal. */
export interface Temporal {
  client: Client;
  connection: Connection;
  address: string;
  namespace: string;
  /** Rejects when the server cannot be reached. Calls may be made before: they wait for the connection. */
  ready: Promise<void>;
}

/** How long connecting may take, in milliseconds: enough for TLS over a slow line. */
const connectTimeout = 5000;

/** How long after its use a connection is closed, in milliseconds: longer than any call's deadline. */
const closingDelay = 10_000;

/**
 * Does something with Temporal and closes the connection.
 *
 * @throws PipelineError TEMPORAL_UNREACHABLE, NAMESPACE_NOT_FOUND, TEMPORAL_DENIED, CONFIG_INVALID, and what `use` throws
 */
export async function withTemporal<T>(config: Config, use: (temporal: Temporal) => Promise<T>): Promise<T> {
  const { readConnection } = await import('./profile.ts');
  const settings = await readConnection(config);
  // Nobody listens on this machine: that is known long before Temporal's client is loaded.
  await assertListening(settings.address.value);
  const temporal = await openTemporal(settings);
  // Closing a connection waits for its calls, and the wait for a run's end may take for ever.
  const done = new AbortController();
  try {
    return await temporal.connection.withAbortSignal(done.signal, () => use(temporal));
  } catch (error) {
    throw explainError(error, temporal);
  } finally {
    done.abort();
    // Not at once: where Temporal's client is about to repeat a call, a closed connection would end the process. Neither
    // the connection nor this timer keeps a process that has nothing else to do.
    setTimeout(() => void temporal.connection.close().catch(() => undefined), closingDelay).unref();
  }
}

async function openTemporal({ options, address, namespace }: ConnectionConfig): Promise<Temporal> {
  const { Client, Connection } = await import('@temporalio/client');
  const { address: _, ...rest } = options;
  const connection = Connection.lazy({
    ...(rest as Parameters<typeof Connection.lazy>[0]),
    address: address.value,
    connectTimeout,
  });
  const ready = connection.ensureConnected().catch((cause: unknown) => {
    throw unreachable(address.value, describeCause(cause), cause);
  });
  // Awaited by whoever uses it; an earlier failure elsewhere must not make it an unhandled rejection.
  ready.catch(() => undefined);
  return {
    client: new Client({ connection, namespace: namespace.value }),
    connection,
    address: address.value,
    namespace: namespace.value,
    ready,
  };
}

function assertListening(address: string): Promise<void> {
  const [, host, port] = /^(localhost|127\.0\.0\.1):(\d+)$/.exec(address) ?? [];
  if (host === undefined || Number(port) > 65535) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host, port: Number(port) });
    socket.setTimeout(connectTimeout, () => socket.destroy());
    socket.once('connect', () => socket.destroy());
    socket.once('error', (cause) => reject(unreachable(address, 'nothing listens there', cause)));
    socket.once('close', () => resolve());
  });
}

const unreachable = (address: string, reason: string, cause: unknown): PipelineError =>
  new PipelineError('TEMPORAL_UNREACHABLE', `No Temporal server answers at ${address}: ${reason}.`, {
    hint: `Start one: ${devInvocation}. For another server set TEMPORAL_ADDRESS; ${invocation} doctor shows what is used.`,
    cause,
  });

const grpcCodes = {
  deadlineExceeded: 4,
  notFound: 5,
  denied: 7,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** The gRPC status of an error or of what caused it. */
export function grpcCodeOf(error: unknown): number | undefined {
  for (let one = error; one instanceof Error; one = one.cause)
    if ('code' in one && typeof one.code === 'number') return one.code;
  return undefined;
}

/** Whether a call did not get its answer in time. */
export const isDeadline = (error: unknown): boolean => grpcCodeOf(error) === grpcCodes.deadlineExceeded;

/** Whether an error says that there is no such run. */
export const isNotFound = (error: unknown): boolean =>
  error instanceof Error && error.name === 'WorkflowNotFoundError';

/** Temporal's error as the one a person reads; our own and unknown ones as they are. */
export function explainError(
  error: unknown,
  { address, namespace }: Pick<Temporal, 'address' | 'namespace'>,
): unknown {
  if (error instanceof PipelineError || !(error instanceof Error)) return error;
  const code = grpcCodeOf(error);
  const text = describeCause(error);
  if (error.name === 'NamespaceNotFoundError' || (code === grpcCodes.notFound && /^namespace /i.test(text)))
    return new PipelineError(
      'NAMESPACE_NOT_FOUND',
      `The Temporal server at ${address} has no namespace ${namespace}.`,
      {
        hint: `Correct --namespace or TEMPORAL_NAMESPACE, or create it: temporal operator namespace create ${namespace}`,
        cause: error,
      },
    );
  if (code === grpcCodes.denied || code === grpcCodes.unauthenticated)
    return new PipelineError(
      'TEMPORAL_DENIED',
      `The Temporal server at ${address} refused the request: ${text}.`,
      {
        hint: `Check TEMPORAL_API_KEY or the certificates of the profile; ${invocation} doctor shows what is used.`,
        cause: error,
      },
    );
  if (code === grpcCodes.unavailable) return unreachable(address, text, error);
  return error;
}

/** The innermost message, without gRPC's prefix. */
function describeCause(error: unknown): string {
  let innermost = error;
  while (innermost instanceof Error && innermost.cause instanceof Error) innermost = innermost.cause;
  const message = innermost instanceof Error ? innermost.message : String(innermost);
  return message.replace(/^\d+ [A-Z_]+: /, '').replace(/\.$/, '');
}
