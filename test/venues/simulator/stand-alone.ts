import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Clock } from '#main/engine/ports.ts';
import { machineClock } from '#main/session/machine-clock.ts';
import { type PaperResources, readPaperResources } from '#main/venues/paper/resources.ts';

export interface SimulatorSetup {
  readonly resources: PaperResources;
  readonly seed: number;
  readonly clock: Clock;
  /** Null: it is reached within this process only. */
  readonly port: number | null;
}

/**
 * Runs a simulator as a program: `--port 0 --seed 1 --tape march-2020`. Prints one line of JSON, what `ready` makes of it,
 * and ends when its standard input does, as it does with its parent.
 */
export async function standAlone<T extends { close(): Promise<void> }>(
  start: (setup: SimulatorSetup) => Promise<T>,
  ready: (simulator: T) => object,
): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      seed: { type: 'string', default: '1' },
      tape: { type: 'string', default: 'march-2020' },
    },
  });
  const read = (name: string): string => readFileSync(new URL(`../../../resources/${name}`, import.meta.url), 'utf8');
  const seed = Number(values.seed);
  const resources = readPaperResources(read, values.tape);
  const simulator = await start({ resources, seed, clock: machineClock(), port: Number(values.port) });
  process.stdout.write(`${JSON.stringify({ ...ready(simulator), seed })}\n`);
  const stop = () => void simulator.close().then(() => process.exit(0));
  process.stdin.on('end', stop).on('close', stop).resume();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
}
