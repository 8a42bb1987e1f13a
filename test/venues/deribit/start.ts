/** Starts the simulator: `node test/venues/deribit/start.ts --port 0 --seed 1 --tape march-2020`. */
import { standAlone } from '#test/venues/simulator/stand-alone.ts';
import { DERIBIT_SIM } from './program.ts';

await standAlone(DERIBIT_SIM);
