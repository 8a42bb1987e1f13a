import type { Instrument } from '#shared/domain/instrument.ts';
import { type Fault, FaultError, fault, toFault } from '#shared/units/result.ts';
import type { DeriveConfig } from './config.ts';
import { instrumentOf } from './instruments.ts';
import type { Call } from './session.ts';
import { readAs, type WireInstrument, wireInstrument, wireInstruments } from './wire.ts';

const PAGE = 1_000;

/** An instrument and what an order of it is signed with. */
export interface Listed {
  readonly instrument: Instrument;
  readonly wire: WireInstrument;
}

/** What the venue lists of the coins that were asked for, by its own names. */
export interface Listing {
  /** Asks for everything anew; answers what was not there before. */
  load(call: Call): Promise<readonly Instrument[]>;
  all(): readonly Instrument[];
  byName(name: string): Listed | undefined;
  /** Throws where it is not listed. */
  named(name: string): Listed;
}

/** One listing that cannot be read costs that instrument, told by `onFlaw`, and not the others. */
export function createListing(
  { venue, underlyings }: Pick<DeriveConfig, 'venue' | 'underlyings'>,
  onFlaw: (reason: Fault) => void,
): Listing {
  let known = new Map<string, Listed>();

  const read = (payload: unknown): Listed | null => {
    try {
      const wire = readAs(wireInstrument, payload, 'instrument');
      const instrument = wire.is_active && underlyings.includes(wire.base_currency) ? instrumentOf(venue, wire) : null;
      return instrument === null ? null : { instrument, wire };
    } catch (thrown) {
      onFlaw(toFault(thrown));
      return null;
    }
  };
  const pagesOf = async (call: Call, asked: object): Promise<readonly unknown[]> => {
    const method = 'public/get_all_instruments';
    const rows: unknown[] = [];
    for (let page = 1; ; page++) {
      const answer = readAs(wireInstruments, await call(method, { ...asked, page, page_size: PAGE }), method);
      rows.push(...answer.instruments);
      if (page >= answer.pagination.num_pages) return rows;
    }
  };
  return {
    load: async (call) => {
      const listed = new Map<string, Listed>();
      for (const currency of underlyings) {
        for (const instrument_type of ['perp', 'option']) {
          for (const payload of await pagesOf(call, { currency, instrument_type, expired: false })) {
            const one = read(payload);
            if (one !== null) listed.set(one.instrument.name, one);
          }
        }
      }
      const before = known;
      known = listed;
      return [...listed].flatMap(([name, { instrument }]) => (before.has(name) ? [] : [instrument]));
    },
    all: () => [...known.values()].map((one) => one.instrument),
    byName: (name) => known.get(name),
    named: (name) => {
      const listed = known.get(name);
      if (listed) return listed;
      throw new FaultError(fault('unknown-instrument', `${venue} lists no ${name}`, { instrument: name }));
    },
  };
}
