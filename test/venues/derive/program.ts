import type { Program } from '#test/venues/simulator/stand-alone.ts';
import { SESSION_ADDRESS, SESSION_KEY, SUBACCOUNT, WALLET } from './keys.ts';
import { type DeriveSimulator, startDeriveSimulator } from './simulator.ts';

export const DERIVE_SIM: Program<DeriveSimulator> = {
  venue: 'derive-sim',
  port: 8473,
  start: startDeriveSimulator,
  ready: ({ endpoints }) => {
    const rest = endpoints.public.replace('/public', '');
    const key = { wallet: WALLET, address: SESSION_ADDRESS, sessionKey: SESSION_KEY, subaccount: SUBACCOUNT };
    return { rest, ws: endpoints.ws, endpoint: endpoints.ws, control: `${rest}/sim`, key };
  },
};
