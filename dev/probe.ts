import { once } from 'node:events';
import { connect } from 'node:http2';
import { createServer, connect as connectTcp } from 'node:net';

const describeNamespace = '/temporal.api.workflowservice.v1.WorkflowService/DescribeNamespace';

/**
 * Whether a Temporal server serves this namespace at `host:port` now.
 *
 * One gRPC call written by hand: Temporal's client takes 150 ms to load, which is most of what starting the server takes.
 */
export function isServing(address: string, { namespace = 'default', within = 1000 } = {}): Promise<boolean> {
  return new Promise((resolve) => {
    const session = connect(`http://${address}`);
    const settle = (serving: boolean): void => {
      clearTimeout(timer);
      resolve(serving);
      session.destroy();
    };
    const timer = setTimeout(() => settle(false), within);
    session.on('error', () => settle(false));
    const call = session.request({
      ':method': 'POST',
      ':path': describeNamespace,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    call.on('error', () => settle(false));
    // An error without a message travels as headers alone, anything else ends with trailers.
    call.on(
      'response',
      (headers) => headers['grpc-status'] !== undefined && settle(headers['grpc-status'] === '0'),
    );
    call.on('trailers', (trailers) => settle(trailers['grpc-status'] === '0'));
    call.on('close', () => settle(false));
    call.resume();
    call.end(frameString(namespace));
  });
}

/** A gRPC message whose first field is this string: five bytes of frame, then the field's tag and length. */
function frameString(text: string): Buffer {
  const value = Buffer.from(text);
  if (value.length > 127) throw new RangeError(`a longer name than this probe can ask for: ${text}`);
  return Buffer.concat([Buffer.from([0, 0, 0, 0, value.length + 2, 0x0a, value.length]), value]);
}

/** Whether a server can listen on this port of the loopback interface. */
export async function isFree(port: number): Promise<boolean> {
  // Where someone listens on all interfaces, macOS lets a second program listen on one of them: connecting tells.
  if (await accepts(port)) return false;
  const server = createServer();
  try {
    server.listen({ host: '127.0.0.1', port, exclusive: true });
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

/** A port of the loopback interface nobody listens on. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server without a port');
  return address.port;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTcp({ host: '127.0.0.1', port });
    const settle = (accepted: boolean): void => {
      resolve(accepted);
      socket.destroy();
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}
