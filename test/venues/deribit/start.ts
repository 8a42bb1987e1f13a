/** Starts the simulator: `node test/venues/deribit/start.ts --port 0 --seed 1 --tape march-2020`. */
import { standAlone } from '#test/venues/simulator/stand-alone.ts';
import { KEY } from './keys.ts';
import { startSimulator } from './simulator.ts';

await standAlone(startSimulator, ({ rest, ws }) => ({
  venue: 'deribit-sim',
  rest,
  ws,
  control: `${rest}/sim`,
  key: KEY,
}));
