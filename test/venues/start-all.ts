/**
 * Starts every simulator and the local chain on the port where the profile `all-sims` looks for it, all on one clock:
 * `node test/venues/start-all.ts --seed 1 --tape march-2020`. Prints one line of JSON and ends when its standard input
 * does, as it does with its parent.
 */
import { DERIBIT_SIM } from './deribit/program.ts';
import { DERIVE_SIM } from './derive/program.ts';
import { EVM_SIM } from './evm/program.ts';
import { HYPERLIQUID_SIM } from './hyperliquid/program.ts';
import { OKX_SIM } from './okx/program.ts';
import { beginning, standTogether } from './simulator/stand-alone.ts';

await standTogether([
  beginning(DERIBIT_SIM),
  beginning(HYPERLIQUID_SIM),
  beginning(DERIVE_SIM),
  beginning(OKX_SIM),
  beginning(EVM_SIM),
]);
