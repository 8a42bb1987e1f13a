import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface RedisServer {
  readonly url: string;
  stop(): Promise<void>;
}

const PATIENCE_MS = 10_000;
const NONE =
  'redis-server is not installed, so sweeps over a queue were not tested. npm test installs it as root where apt-get can ' +
  'reach a mirror; by hand: sudo apt-get install redis-server';

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error(NONE))));
    });
  });
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (answer) => {
      socket.destroy();
      resolve(String(answer).startsWith('+PONG'));
    });
    socket.once('error', () => resolve(false));
  });
}

function ended(server: ChildProcess): Promise<void> {
  return new Promise((resolve) => server.once('close', () => resolve()));
}

/** Starts a Redis of its own on a free port of this machine, which forgets everything. Rejects where there is none. */
export async function startRedis(): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'keel-redis-'));
  const port = await freePort();
  const own = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
  const server = spawn('redis-server', own, { stdio: 'ignore' });
  const gone = ended(server);
  const missing = new Promise<never>((_, reject) =>
    server.once('error', (cause) => reject(new Error(NONE, { cause }))),
  );
  const until = Date.now() + PATIENCE_MS;
  const ready = async (): Promise<void> => {
    while (!(await answers(port))) {
      if (Date.now() > until) throw new Error(`redis-server did not answer within ${PATIENCE_MS} ms`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  await Promise.race([ready(), missing]);
  return {
    url: `redis://127.0.0.1:${port}`,
    async stop() {
      server.kill('SIGKILL');
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
