/** Starts the simulator: `node test/venues/hyperliquid/start.ts --port 0 --seed 1 --tape march-2020`. */
import { standAlone } from '#test/venues/simulator/stand-alone.ts';
import { AGENT, AGENT_KEY, MASTER_KEY, USER } from './keys.ts';
import { startSimulator } from './simulator.ts';

await standAlone(startSimulator, ({ http, ws }) => ({
  venue: 'hyperliquid-sim',
  http,
  ws,
  control: `${http}/sim`,
  testnet: true,
  user: USER,
  agent: AGENT,
  keys: { user: MASTER_KEY, agent: AGENT_KEY },
}));
