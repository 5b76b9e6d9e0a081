import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** A TCP port that was free a moment ago. */
export async function freeTcpPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A UDP port that was free a moment ago. */
export async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

/** A running ffmpeg that sends. */
export interface Sender {
  child: ChildProcess;
  /** Kills it and waits until it is gone. */
  stop(): Promise<void>;
}

/** Starts an ffmpeg that sends; keep it in `running` so that it is ended whatever the test does. */
export function startSender(running: Set<Sender>, args: readonly string[]): Sender {
  const child = spawn('ffmpeg', ['-y', '-nostdin', '-hide_banner', '-loglevel', 'error', ...args], { stdio: 'ignore' });
  const closed = once(child, 'close');
  const sender: Sender = {
    child,
    stop: async () => {
      running.delete(sender);
      child.kill('SIGKILL');
      await closed;
    },
  };
  running.add(sender);
  return sender;
}
