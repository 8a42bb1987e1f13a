/** Starts the simulator: `node test/venues/okx/start.ts --port 0 --seed 1 --tape march-2020`. */
import { standAlone } from '#test/venues/simulator/stand-alone.ts';
import { OKX_SIM } from './program.ts';

await standAlone(OKX_SIM);
