import type { Program } from '#test/venues/simulator/stand-alone.ts';
import { AGENT, AGENT_KEY, MASTER_KEY, USER } from './keys.ts';
import { type Simulator, startSimulator } from './simulator.ts';

export const HYPERLIQUID_SIM: Program<Simulator> = {
  venue: 'hyperliquid-sim',
  port: 8472,
  start: startSimulator,
  ready: ({ http, ws }) => ({
    http,
    ws,
    endpoint: ws,
    control: `${http}/sim`,
    testnet: true,
    user: USER,
    agent: AGENT,
    keys: { user: MASTER_KEY, agent: AGENT_KEY },
  }),
};
