import { rehearse, type Troubles } from '#test/venues/simulator/troubles.ts';

/** One schedule of a venue: throws where it does not end as the venue says. */
export type PlaySeed = (seed: number, seen: Troubles) => Promise<void>;

/** By venue: its share of all schedules, by what one costs, and what plays it; loaded when it is its turn. */
export const SCHEDULES: Readonly<Record<string, { readonly share: number; readonly load: () => Promise<PlaySeed> }>> = {
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

/** What a worker is to do: seeds `first`, `first + step` … of each venue. */
export interface Task {
  readonly first: number;
  readonly step: number;
  readonly counts: Readonly<Record<string, number>>;
}

/** What a worker tells: of so many schedules of a venue. */
export interface Progress {
  readonly venue: string;
  readonly played: number;
  readonly seen: Troubles;
  readonly failures: readonly string[];
}
