/**
 * Starts the simulator: `node test/venues/deribit/start.ts --port 0 --seed 1 --tape march-2020`. KEEL_SIM_SECRET and
 * KEEL_SIM_SCOPE give its key another secret, which it then does not print, and other rights.
 */
import { standAlone } from '#test/venues/simulator/stand-alone.ts';
import { KEY } from './keys.ts';
import { startSimulator } from './simulator.ts';

const { KEEL_SIM_SECRET: secret, KEEL_SIM_SCOPE: scope = KEY.scope } = process.env;
const key = { ...KEY, ...(secret === undefined ? {} : { secret }), scope };

await standAlone(
  (setup) => startSimulator({ ...setup, key }),
  ({ rest, ws }) => ({
    venue: 'deribit-sim',
    rest,
    ws,
    control: `${rest}/sim`,
    key: secret === undefined ? key : { id: key.id },
  }),
);
