import type { Instrument, MarginChoice } from '#shared/domain/instrument.ts';
import type { InstrumentId } from '#shared/units/ids.ts';
import type { HyperliquidConfig } from './config.ts';
import { type Listed, perpetualOf, spotOf } from './instruments.ts';
import type { Info } from './session.ts';
import { wireFees, wireMeta, wireSpotMeta } from './wire-market.ts';

/** What the venue has, and which of it is listed here. */
export interface Listing {
  /** Asks for everything anew; answers what was not listed before. */
  load(info: Info): Promise<readonly Listed[]>;
  /** Lists these coins too, such as what is held; answers those that were not. Unknown ones are left out. */
  add(coins: Iterable<string>): readonly Listed[];
  all(): readonly Instrument[];
  /** By the name on the wire, listed or not; undefined for what is no market of the venue's own. */
  byCoin(coin: string): Listed | undefined;
  byId(id: InstrumentId): Listed | undefined;
  /** Keeps how the user has a perpetual margined; answers its instrument where it is listed and that was not known. */
  choose(coin: string, choice: MarginChoice): Instrument | null;
}

function withChoice(one: Listed, margin: MarginChoice | undefined): Listed {
  if (one.instrument.kind !== 'perpetual' || margin === undefined) return one;
  return { ...one, instrument: { ...one.instrument, margin } };
}

export function createListing(config: Pick<HyperliquidConfig, 'venue' | 'user' | 'underlyings'>): Listing {
  const { venue, user } = config;
  const wanted = new Set(config.underlyings);
  const markets = new Map<string, Listed>();
  const listed = new Map<InstrumentId, Listed>();
  const choices = new Map<string, MarginChoice>();

  const list = (some: Iterable<Listed>): readonly Listed[] => {
    const fresh: Listed[] = [];
    for (const one of some) {
      if (!listed.has(one.instrument.id)) fresh.push(one);
      listed.set(one.instrument.id, one);
    }
    return fresh;
  };
  return {
    load: async (info) => {
      const [meta, spot, fees] = await Promise.all([
        info(wireMeta, { type: 'meta' }),
        info(wireSpotMeta, { type: 'spotMeta' }),
        info(wireFees, { type: 'userFees', user }),
      ]);
      const tokens = new Map(spot.tokens.map((one) => [one.index, one]));
      const perpetuals = meta.universe.map((one, asset) => perpetualOf(venue, asset, one, fees));
      const pairs = spot.universe.flatMap((one) => spotOf(venue, one, tokens, fees) ?? []);
      for (const one of [...perpetuals, ...pairs]) markets.set(one.coin, withChoice(one, choices.get(one.coin)));
      // What is delisted is known by its name, for the history, and traded no more.
      const gone = new Set(meta.universe.filter((one) => one.isDelisted).map((one) => one.name));
      return list([...markets.values()].filter((one) => wanted.has(one.instrument.underlying) && !gone.has(one.coin)));
    },
    add: (coins) => list([...new Set(coins)].flatMap((coin) => markets.get(coin) ?? [])),
    all: () => [...listed.values()].map((one) => one.instrument),
    byCoin: (coin) => markets.get(coin),
    byId: (id) => listed.get(id),
    choose: (coin, choice) => {
      const [market, known] = [markets.get(coin), choices.get(coin)];
      if (market?.instrument.kind !== 'perpetual') return null;
      if (known?.leverage === choice.leverage && known.isolated === choice.isolated) return null;
      choices.set(coin, choice);
      const chosen = withChoice(market, choice);
      markets.set(coin, chosen);
      if (!listed.has(chosen.instrument.id)) return null;
      listed.set(chosen.instrument.id, chosen);
      return chosen.instrument;
    },
  };
}
