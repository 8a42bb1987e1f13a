import type { Instrument } from '#shared/domain/instrument.ts';
import { add, isZero, multiply, ZERO } from '#shared/units/decimal.ts';
import type { Listing } from './listing.ts';
import { readAs } from './wire.ts';
import { type WireState, wireActiveAsset } from './wire-account.ts';

/** How the user has each perpetual margined: the venue keeps leverage, cross or isolated, by asset. */
export interface Margins {
  /** News of the channel `activeAssetData`. */
  takeActive(payload: unknown): void;
  /** What the positions stand on; what is set aside for a position goes with it. */
  takeState(state: WireState): void;
}

/** `onChange`: instruments whose margin is another than it was. */
export function createMargins(
  listing: Pick<Listing, 'all' | 'byCoin' | 'choose'>,
  onChange: (instruments: readonly Instrument[]) => void,
): Margins {
  const isolatedOf = (coin: string) => {
    const instrument = listing.byCoin(coin)?.instrument;
    return instrument?.kind === 'perpetual' ? instrument.margin?.isolated : undefined;
  };
  return {
    takeActive: (payload) => {
      const { coin, leverage } = readAs(wireActiveAsset, payload, 'activeAssetData');
      const isolated = leverage.type === 'isolated' ? isolatedOf(coin) : undefined;
      const choice = { leverage: leverage.value, ...(isolated === undefined ? {} : { isolated }) };
      const changed = listing.choose(coin, choice);
      if (changed !== null) onChange([changed]);
    },
    takeState: ({ assetPositions }) => {
      const held = assetPositions.map((one) => one.position).filter((one) => !isZero(one.szi));
      const there = new Set(held.map((one) => one.coin));
      const ofHeld = held.map(({ coin, leverage, szi, entryPx }) => {
        const choice = { leverage: leverage.value };
        if (leverage.type === 'cross') return listing.choose(coin, choice);
        return listing.choose(coin, { ...choice, isolated: add(leverage.rawUsd, multiply(szi, entryPx ?? ZERO)) });
      });
      const ofOthers = listing.all().map((one) => {
        if (one.kind !== 'perpetual' || one.margin?.isolated === undefined || there.has(one.name)) return null;
        return listing.choose(one.name, { leverage: one.margin.leverage });
      });
      const changed = [...ofHeld, ...ofOthers].filter((one) => one !== null);
      if (changed.length > 0) onChange(changed);
    },
  };
}
