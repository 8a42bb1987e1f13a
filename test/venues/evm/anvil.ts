import { spawn } from 'node:child_process';
import { foundryPath } from '#test/support/foundry.ts';

/** An Ethereum node of its own on 127.0.0.1, without a past. */
export interface Anvil {
  readonly url: string;
  readonly ws: string;
  /** Stops and lets go on, as a machine that hangs. */
  freeze(frozen: boolean): void;
  stop(): Promise<void>;
}

/**
 * Runs the node and ends it when standard input ends, which it does with the parent, however that goes. The last words
 * of a node that could not start are on standard error.
 */
const WATCHED =
  'exec 3<&0; "$0" "$@" 3<&- & node=$!; echo "pid $node"; (cat <&3 >/dev/null; kill $node) >/dev/null 2>&1 & wait $node';
const LISTENING = /Listening on 127\.0\.0\.1:(\d+)/;
const NAMED = /^pid (\d+)$/m;

/** Starts a node; `args` are anvil's own, port 0 is any that is free. */
export async function startAnvil(args: readonly string[] = [], port = 0): Promise<Anvil> {
  const options = ['--host', '127.0.0.1', '--port', String(port), ...args];
  const shell = spawn('sh', ['-c', WATCHED, foundryPath('anvil'), ...options], { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise<void>((resolve) => shell.once('exit', () => resolve()));
  shell.once('exit', () => shell.stdin.end());
  shell.stdin.on('error', () => undefined);
  let said = '';
  const [pid, bound] = await new Promise<readonly [number, number]>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
      const [, at] = LISTENING.exec(said) ?? [];
      const [, node] = NAMED.exec(said) ?? [];
      if (at !== undefined && node !== undefined) resolve([Number(node), Number(at)]);
    };
    shell.stdout.on('data', hear);
    shell.stderr.on('data', hear);
    shell.once('error', reject);
    void ended.then(() => reject(new Error(`anvil ended at once: ${said.slice(-300)}`)));
  });
  shell.stdout.removeAllListeners('data').resume();
  shell.stderr.removeAllListeners('data').resume();
  return {
    url: `http://127.0.0.1:${bound}`,
    ws: `ws://127.0.0.1:${bound}`,
    freeze: (frozen) => void process.kill(pid, frozen ? 'SIGSTOP' : 'SIGCONT'),
    stop: async () => {
      shell.stdin.end();
      await ended;
    },
  };
}
