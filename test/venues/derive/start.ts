/**
 * Starts the simulator: `node test/venues/derive/start.ts --port 0 --seed 1 --tape march-2020`. Prints one line of JSON
 * with its addresses and key when it is ready and ends when its standard input does, as it does with its parent.
 */
import { standAlone } from '#test/venues/simulator/stand-alone.ts';
import { SESSION_KEY, SUBACCOUNT, WALLET } from './keys.ts';
import { startDeriveSimulator } from './simulator.ts';

await standAlone(startDeriveSimulator, ({ endpoints }) => {
  const rest = endpoints.public.replace('/public', '');
  const key = { wallet: WALLET, sessionKey: SESSION_KEY, subaccount: SUBACCOUNT };
  return { venue: 'derive-sim', rest, ws: endpoints.ws, control: `${rest}/sim`, key };
});
