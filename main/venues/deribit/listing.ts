import type { Instrument } from '#shared/domain/instrument.ts';
import type { Currency } from '#shared/units/ids.ts';
import { type Fault, toFault } from '#shared/units/result.ts';
import type { Call } from './channels.ts';
import type { DeribitConfig } from './config.ts';
import { instrumentOf } from './instruments.ts';
import { readAs } from './wire.ts';
import { wireInstrument, wireInstruments } from './wire-market.ts';

/** What the venue lists, by its own names. */
export interface Listing {
  /** Asks for everything anew; answers the instruments that were not there before. */
  load(call: Call): Promise<readonly Instrument[]>;
  all(): readonly Instrument[];
  byName(name: string): Instrument | undefined;
  settlementOf(name: string): Currency | null;
}

/** One listing that cannot be read costs that instrument, told by `onFlaw`, and not the others. */
export function createListing(
  config: Pick<DeribitConfig, 'venue' | 'currencies'>,
  onFlaw: (reason: Fault) => void,
): Listing {
  let known = new Map<string, Instrument>();

  const read = (payload: unknown): Instrument | null => {
    try {
      const wire = readAs(wireInstrument, payload, 'instrument');
      return wire.is_active ? instrumentOf(config.venue, wire) : null;
    } catch (thrown) {
      onFlaw(toFault(thrown));
      return null;
    }
  };
  return {
    load: async (call) => {
      const listed = new Map<string, Instrument>();
      for (const currency of config.currencies) {
        const answer = await call('public/get_instruments', { currency, expired: false });
        for (const payload of readAs(wireInstruments, answer, 'public/get_instruments')) {
          const instrument = read(payload);
          if (instrument !== null) listed.set(instrument.name, instrument);
        }
      }
      const fresh = [...listed.values()].filter((one) => !known.has(one.name));
      known = listed;
      return fresh;
    },
    all: () => [...known.values()],
    byName: (name) => known.get(name),
    settlementOf: (name) => known.get(name)?.settlement ?? null,
  };
}
