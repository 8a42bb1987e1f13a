import { DAY } from '#shared/units/time.ts';
import type { Place } from '#test/venues/simulator/ledger.ts';
import type { Plays } from './plays.ts';

async function reconciled(place: Place) {
  const { reconcile } = await import('#test/venues/simulator/ledger.ts');
  return (seed: number, seen: Record<string, number>) => reconcile(place, seed, seen);
}

/** Seeded sessions whose history has to be the venue's ledger: over each wire, and on the paper venues themselves. */
export const LEDGERS: Plays = {
  deribit: {
    share: 0.25,
    load: async () => {
      const { openBench: open } = await import('#test/venues/deribit/bench.ts');
      return reconciled({
        ...{ venue: 'deribit-sim', core: 'options', open },
        traded: [
          ...([['BTC-PERPETUAL', 10], ['BTC_USDC-PERPETUAL', 0.01], ['BTC-12MAR20', 10]] as const),
          ...([['BTC-12MAR20-10000-C', 0.1], ['BTC_USDC-12MAR20-10000-P', 0.1], ['BTC-27MAR20-9000-P', 0.1]] as const),
        ],
      }); // biome-ignore format: pairs
    },
  },
  hyperliquid: {
    share: 0.2,
    load: async () => {
      const { openBench: open } = await import('#test/venues/hyperliquid/bench.ts');
      return reconciled({ venue: 'hyperliquid-sim', core: 'perps', open, traded: [['BTC', 0.01]] });
    },
  },
  derive: {
    share: 0.2,
    load: async () => {
      const { openDeriveBench } = await import('#test/venues/derive/bench.ts');
      // The venue's time is moved ahead of ours: signatures have to outlive that.
      const open: Place['open'] = (setup) => openDeriveBench({ ...setup, limits: { passingMs: DAY } });
      return reconciled({
        ...{ venue: 'derive-sim', core: 'options', open },
        traded: [['BTC-PERP', 0.01], ['BTC-20200327-10000-C', 0.1], ['BTC-20200312-10000-P', 0.1]],
      }); // biome-ignore format: pairs
    },
  },
  okx: {
    share: 0.1,
    load: async () => {
      const { openOkxBench: open } = await import('#test/venues/okx/bench.ts');
      const traded = [['BTC-USD-SWAP', 50], ['BTC-USDC-SWAP', 0.02]] as const; // biome-ignore format: pairs
      return reconciled({ venue: 'okx-sim', core: 'options', open, traded });
    },
  },
  paper: { share: 0.25, load: async () => (await import('#test/bench/reconciled.ts')).reconcilePaper },
};
