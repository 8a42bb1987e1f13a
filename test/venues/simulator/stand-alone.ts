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

interface Started {
  close(): Promise<void>;
}

/** A simulator as a program. */
export interface Program<T extends Started> {
  readonly venue: string;
  /** Where the built-in profiles look for it. */
  readonly port: number;
  start(setup: SimulatorSetup): Promise<T>;
  /** What is printed of it: addresses, `endpoint` as `--endpoint` takes it, and its key. */
  ready(simulator: T): { readonly endpoint: string; readonly [field: string]: unknown };
}

const TAPE = { seed: { type: 'string', default: '1' }, tape: { type: 'string', default: 'march-2020' } } as const;

function marketOf({ seed, tape }: { readonly seed: string; readonly tape: string }) {
  const read = (name: string): string => readFileSync(new URL(`../../../resources/${name}`, import.meta.url), 'utf8');
  return { resources: readPaperResources(read, tape), seed: Number(seed) };
}

/** Prints one line of JSON and ends when standard input does, as it does with the parent. */
export function serve(line: object, close: () => Promise<unknown>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
  const stop = () => void close().then(() => process.exit(0));
  process.stdin.on('end', stop).on('close', stop).resume();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
}

/** Runs one simulator: `--port 0 --seed 1 --tape march-2020`; without a port on any that is free. */
export async function standAlone<T extends Started>({ venue, start, ready }: Program<T>): Promise<void> {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '0' }, ...TAPE } });
  const market = marketOf(values);
  const simulator = await start({ ...market, clock: machineClock(), port: Number(values.port) });
  serve({ venue, ...ready(simulator), seed: market.seed }, () => simulator.close());
}

/** A clock that stands until it is let go: who begins on it begins at the same moment. */
function heldClock(): { readonly clock: Clock; letGo(): void } {
  const machine = machineClock();
  const start = machine.now();
  let since: number | null = null;
  return {
    clock: { now: () => (since === null ? start : start + machine.now() - since), every: machine.every },
    letGo: () => {
      since = machine.now();
    },
  };
}

type SharedSetup = Omit<SimulatorSetup, 'port'>;

async function begin<T extends Started>({ venue, start, ready }: Program<T>, setup: SimulatorSetup) {
  const simulator = await start(setup);
  return { line: { venue, ...ready(simulator) }, close: () => simulator.close() };
}

/** What is left of a program when it is begun with others: on its own port, or on any that is free. */
export function beginning<T extends Started>(program: Program<T>) {
  return (setup: SharedSetup, free: boolean) => begin(program, { ...setup, port: free ? 0 : program.port });
}

/**
 * Runs several simulators in one process on one clock: they play the same seconds of the same day. `--free` takes ports
 * that are free in place of their own. The line has `endpoint`, as `--endpoint` takes it.
 */
export async function standTogether(programs: readonly ReturnType<typeof beginning>[]): Promise<void> {
  const { values } = parseArgs({ options: { free: { type: 'boolean', default: false }, ...TAPE } });
  const market = marketOf(values);
  const { clock, letGo } = heldClock();
  const begun = await Promise.all(programs.map((one) => one({ ...market, clock }, values.free)));
  letGo();
  const venues = begun.map(({ line }) => line);
  const endpoint = venues.map((one) => `${one.venue}=${one.endpoint}`).join(',');
  serve({ venues, endpoint, seed: market.seed }, () => Promise.all(begun.map((one) => one.close())));
}
