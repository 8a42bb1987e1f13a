/**
 * Starts the simulator: `node test/venues/okx/start.ts --port 0 --seed 1 --tape march-2020`. Prints one line of JSON with
 * its addresses and key when it is ready and ends when its standard input does, as it does with its parent.
 */
import { standAlone } from '#test/venues/simulator/stand-alone.ts';
import { KEY, startOkxSimulator } from './simulator.ts';

await standAlone(startOkxSimulator, ({ endpoints: { rest, ws } }) => {
  return { venue: 'okx-sim', rest, ws, control: `${rest}/sim`, key: KEY };
});
