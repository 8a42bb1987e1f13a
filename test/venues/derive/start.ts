/**
 * Starts the simulator: `node test/venues/derive/start.ts --port 0 --seed 1 --tape march-2020`. Prints one line of JSON
 * with its addresses and key when it is ready and ends when its standard input does, as it does with its parent.
 */
import { machineClock } from '#main/session/machine-clock.ts';
import { startAlone } from '#test/venues/core/alone.ts';
import { SESSION_KEY, SUBACCOUNT, WALLET } from './keys.ts';
import { startDeriveSimulator } from './simulator.ts';

await startAlone(async ({ resources, seed, port }) => {
  const simulator = await startDeriveSimulator({ resources, seed, port, clock: machineClock() });
  const { ws } = simulator.endpoints;
  const rest = simulator.endpoints.public.replace('/public', '');
  const key = { wallet: WALLET, sessionKey: SESSION_KEY, subaccount: SUBACCOUNT };
  return { ready: { venue: 'derive-sim', rest, ws, control: `${rest}/sim`, key, seed }, close: simulator.close };
});
