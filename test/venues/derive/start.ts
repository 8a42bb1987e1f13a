/** Starts the simulator: `node test/venues/derive/start.ts --port 0 --seed 1 --tape march-2020`. */
import { standAlone } from '#test/venues/simulator/stand-alone.ts';
import { DERIVE_SIM } from './program.ts';

await standAlone(DERIVE_SIM);
