import type { Instrument } from '#shared/domain/instrument.ts';
import type { Side } from '#shared/domain/order.ts';
import type { Price } from '#shared/units/decimal.ts';
import type { Currency } from '#shared/units/ids.ts';
import { type Fault, toFault } from '#shared/units/result.ts';
import type { Call } from './channels.ts';
import type { DeribitConfig } from './config.ts';
import { instrumentOf } from './instruments.ts';
import { onTick, type TickSteps } from './ticks.ts';
import { readAs } from './wire.ts';
import { wireInstrument, wireInstruments } from './wire-market.ts';

/** How a listing differs from the one before. */
export interface ListingChange {
  readonly fresh: readonly Instrument[];
  readonly gone: readonly Instrument[];
}

/** What the venue lists, by its own names. */
export interface Listing {
  /** Asks for everything anew. */
  load(call: Call): Promise<ListingChange>;
  /** Asks for those of `names` that are not listed, such as what has expired since; answers what was found. */
  recall(call: Call, names: readonly string[]): Promise<readonly Instrument[]>;
  all(): readonly Instrument[];
  byName(name: string): Instrument | undefined;
  settlementOf(name: string): Currency | null;
  /** A limit price on the tick that holds there; as it is where the instrument is not listed. */
  onTick(name: string, side: Side, price: Price): Price;
}

interface Listed {
  readonly instrument: Instrument;
  readonly steps: TickSteps;
}

/** One listing that cannot be read costs that instrument, told by `onFlaw`, and not the others. */
export function createListing(
  config: Pick<DeribitConfig, 'venue' | 'currencies'>,
  onFlaw: (reason: Fault) => void,
): Listing {
  let known = new Map<string, Listed>();

  const past = new Map<string, Listed>();

  const read = (payload: unknown, expired: boolean): Listed | null => {
    try {
      const wire = readAs(wireInstrument, payload, 'instrument');
      const instrument = wire.is_active || expired ? instrumentOf(config.venue, wire) : null;
      return instrument === null ? null : { instrument, steps: wire };
    } catch (thrown) {
      onFlaw(toFault(thrown));
      return null;
    }
  };
  return {
    load: async (call) => {
      const listed = new Map<string, Listed>();
      for (const currency of config.currencies) {
        const answer = await call('public/get_instruments', { currency, expired: false });
        for (const payload of readAs(wireInstruments, answer, 'public/get_instruments')) {
          const one = read(payload, false);
          if (one !== null) listed.set(one.instrument.name, one);
        }
      }
      const before = known;
      known = listed;
      const without = (these: ReadonlyMap<string, Listed>, those: ReadonlyMap<string, Listed>) =>
        [...these].flatMap(([name, { instrument }]) => (those.has(name) ? [] : [instrument]));
      return { fresh: without(listed, before), gone: without(before, listed) };
    },
    recall: async (call, names) => {
      const found: Instrument[] = [];
      for (const name of new Set(names)) {
        if (known.has(name) || past.has(name)) continue;
        const one = read(await call('public/get_instrument', { instrument_name: name }), true);
        if (one === null) continue;
        past.set(name, one);
        found.push(one.instrument);
      }
      return found;
    },
    all: () => [...known.values()].map((one) => one.instrument),
    byName: (name) => known.get(name)?.instrument,
    settlementOf: (name) => known.get(name)?.instrument.settlement ?? null,
    onTick: (name, side, price) => {
      const listed = known.get(name);
      return listed ? onTick(listed.steps, side, price) : price;
    },
  };
}
