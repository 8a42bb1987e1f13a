/**
 * Starts the simulator: `node test/venues/okx/start.ts --port 0 --seed 1 --tape march-2020`. Prints one line of JSON with
 * its addresses and key when it is ready and ends when its standard input does, as it does with its parent.
 */
import { machineClock } from '#main/session/machine-clock.ts';
import { startAlone } from '#test/venues/core/alone.ts';
import { KEY, startOkxSimulator } from './simulator.ts';

await startAlone(async ({ resources, seed, port }) => {
  const simulator = await startOkxSimulator({ resources, seed, port, clock: machineClock() });
  const { rest, ws } = simulator.endpoints;
  return { ready: { venue: 'okx-sim', rest, ws, control: `${rest}/sim`, key: KEY, seed }, close: simulator.close };
});
