import { type ChildProcess, spawn } from 'node:child_process';
import type { FromDesk, ToDesk } from './words.ts';

/** A desk's process: its code is loaded before it is told to begin. */
export interface DeskProcess {
  readonly child: ChildProcess;
  readonly warm: Promise<void>;
  onLine: (line: FromDesk) => void;
  tell(line: ToDesk): void;
}

export function startDesk(script: string): DeskProcess {
  // Compiled once, not in every process.
  const env = { ...process.env, NODE_COMPILE_CACHE: `${script}.cache` };
  const child = spawn(process.execPath, [script], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.on('error', () => undefined);
  let loaded = (): void => undefined;
  const warm = new Promise<void>((resolve) => {
    loaded = resolve;
  });
  const one: DeskProcess = {
    child,
    warm,
    onLine: () => undefined,
    tell: (line) => void child.stdin.write(`${JSON.stringify(line)}\n`),
  };
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    // What the kill cut off was not said.
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const said = JSON.parse(line) as FromDesk;
      if ('say' in said && said.say === 'warm') loaded();
      else one.onLine(said);
    }
  });
  return one;
}
