import { rehearse } from '#test/venues/simulator/troubles.ts';
import type { Plays } from './plays.ts';

/** Seeded fault schedules of every venue. */
export const SCHEDULES: Plays = {
  deribit: {
    share: 0.4,
    load: async () => {
      const { REHEARSAL } = await import('#test/venues/deribit/rehearsal.ts');
      return (seed, seen) => rehearse(REHEARSAL, seed, seen);
    },
  },
  hyperliquid: {
    share: 0.25,
    load: async () => {
      const { REHEARSAL } = await import('#test/venues/hyperliquid/rehearsal.ts');
      return (seed, seen) => rehearse(REHEARSAL, seed, seen);
    },
  },
  derive: {
    share: 0.2,
    load: async () => {
      const { REHEARSAL } = await import('#test/venues/derive/rehearsal.ts');
      return (seed, seen) => rehearse(REHEARSAL, seed, seen);
    },
  },
  okx: {
    share: 0.05,
    load: async () => {
      const { REHEARSAL } = await import('#test/venues/okx/rehearsal.ts');
      return (seed, seen) => rehearse(REHEARSAL, seed, seen);
    },
  },
  chain: { share: 0.1, load: async () => (await import('#test/venues/evm/rehearsal.ts')).rehearseChain },
};
