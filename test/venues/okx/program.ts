import type { Program } from '#test/venues/simulator/stand-alone.ts';
import { KEY, type OkxSimulator, startOkxSimulator } from './simulator.ts';

export const OKX_SIM: Program<OkxSimulator> = {
  venue: 'okx-sim',
  port: 8474,
  start: startOkxSimulator,
  ready: ({ endpoints: { rest, ws } }) => ({ rest, ws, endpoint: rest, control: `${rest}/sim`, key: KEY }),
};
