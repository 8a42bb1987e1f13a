import type { Program } from '#test/venues/simulator/stand-alone.ts';
import { KEY } from './keys.ts';
import { type Simulator, startSimulator } from './simulator.ts';

/** KEEL_SIM_SECRET and KEEL_SIM_SCOPE give its key another secret, which is then not printed, and other rights. */
const { KEEL_SIM_SECRET: secret, KEEL_SIM_SCOPE: scope = KEY.scope } = process.env;
const key = { ...KEY, ...(secret === undefined ? {} : { secret }), scope };

export const DERIBIT_SIM: Program<Simulator> = {
  venue: 'deribit-sim',
  port: 8471,
  start: (setup) => startSimulator({ ...setup, key }),
  ready: ({ rest, ws }) => ({
    rest,
    ws,
    endpoint: ws,
    control: `${rest}/sim`,
    key: secret === undefined ? key : { id: key.id },
  }),
};
