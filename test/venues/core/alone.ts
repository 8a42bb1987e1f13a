import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type PaperResources, readPaperResources } from '#main/venues/paper/resources.ts';

interface Alone {
  /** Printed as one line of JSON. */
  readonly ready: object;
  close(): Promise<void>;
}

/** Runs a simulator as a process of its own: it ends when its standard input does, as it does with its parent. */
export async function startAlone(
  start: (setup: { resources: PaperResources; seed: number; port: number }) => Promise<Alone>,
): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      seed: { type: 'string', default: '1' },
      tape: { type: 'string', default: 'march-2020' },
    },
  });
  const read = (name: string): string => readFileSync(new URL(`../../../resources/${name}`, import.meta.url), 'utf8');
  const resources = readPaperResources(read, values.tape);
  const { ready, close } = await start({ resources, seed: Number(values.seed), port: Number(values.port) });
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  const stop = () => void close().then(() => process.exit(0));
  process.stdin.on('end', stop).on('close', stop).resume();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
}
