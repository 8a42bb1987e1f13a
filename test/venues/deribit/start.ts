/**
 * Starts the simulator: `node test/venues/deribit/start.ts --port 0 --seed 1 --tape march-2020`. Prints one line of JSON
 * with its addresses and key when it is ready and ends when its standard input does, as it does with its parent.
 * KEEL_SIM_SECRET and KEEL_SIM_SCOPE give its key another secret, which it then does not print, and other rights.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { machineClock } from '#main/session/machine-clock.ts';
import { readPaperResources } from '#main/venues/paper/resources.ts';
import { KEY } from './keys.ts';
import { startSimulator } from './simulator.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    tape: { type: 'string', default: 'march-2020' },
  },
});
const read = (name: string): string => readFileSync(new URL(`../../../resources/${name}`, import.meta.url), 'utf8');
const { KEEL_SIM_SECRET: secret, KEEL_SIM_SCOPE: scope = KEY.scope } = process.env;
const key = { ...KEY, ...(secret === undefined ? {} : { secret }), scope };
const simulator = await startSimulator({
  resources: readPaperResources(read, values.tape),
  seed: Number(values.seed),
  clock: machineClock(),
  port: Number(values.port),
  key,
});
const { rest, ws } = simulator;
const ready = {
  venue: 'deribit-sim',
  rest,
  ws,
  control: `${rest}/sim`,
  key: secret === undefined ? key : { id: key.id },
  seed: Number(values.seed),
};
process.stdout.write(`${JSON.stringify(ready)}\n`);
const stop = () => void simulator.close().then(() => process.exit(0));
process.stdin.on('end', stop).on('close', stop).resume();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
