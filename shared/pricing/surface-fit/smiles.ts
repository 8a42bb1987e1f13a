import { IMPLIED_VOL_STATUS } from '#shared/pricing/kernel/implied-vol.ts';
import { kernel } from '#shared/pricing/kernel/kernel.ts';
import { YEAR } from '#shared/units/time.ts';
import type { LeftOut, LeftOutReason, OptionChain } from './chain.ts';
import { carriedForward, type ParityExpiry, parityExpiry, parityForward, parityRate } from './parity.ts';
import { sieve, type TwoSided } from './sieve.ts';
import type { Smile } from './smile.ts';

/** A chain as smiles, and what of it is in none of them. */
export interface Smiles {
  /** Ascending in expiry. */
  readonly smiles: readonly SourcedSmile[];
  /** Continuously compounded rate per year that prices are discounted with; 0 where they are not. */
  readonly rate: number;
  readonly leftOut: readonly LeftOut[];
}

/** Quoted with the rows, by put–call parity, or carried from the other expiries' forwards. */
export type ForwardSource = 'quoted' | 'parity' | 'carried';

export interface SourcedSmile extends Smile {
  readonly forwardFrom: ForwardSource;
}

interface Expiry {
  readonly expiry: number;
  readonly years: number;
  readonly quotes: readonly TwoSided[];
  /** Middle of the forwards quoted with the rows. */
  readonly quoted: number | null;
  readonly parity: ParityExpiry | null;
}

const byValue = (a: number, b: number): number => a - b;

function expiriesOf(chain: OptionChain, quotes: readonly TwoSided[]): Expiry[] {
  const groups = new Map<number, TwoSided[]>();
  for (const one of quotes) {
    const group = groups.get(one.quote.expiry);
    if (group) group.push(one);
    else groups.set(one.quote.expiry, [one]);
  }
  return [...groups]
    .sort(([a], [b]) => a - b)
    .map(([expiry, members]) => {
      const years = (expiry - chain.asOf) / YEAR;
      const forwards = members.flatMap(({ quote }) => (quote.forward === null ? [] : [quote.forward])).sort(byValue);
      const quoted = forwards[forwards.length >> 1] ?? null;
      return { expiry, years, quotes: members, quoted, parity: quoted === null ? parityExpiry(years, members) : null };
    });
}

const STATUS_REASON: Readonly<Record<string, LeftOutReason>> = {
  'below-intrinsic': 'below-intrinsic',
  'above-maximum': 'above-maximum',
};

/** Bid and ask of an expiry's quotes as vols. */
function vols(chain: OptionChain, { quotes, years }: Expiry, forward: number, rate: number) {
  const n = quotes.length;
  const column = () => new Float64Array(2 * n);
  const priced = {
    forward: column(),
    strike: column(),
    years: column(),
    rate: column(),
    right: column(),
    price: column(),
  };
  quotes.forEach(({ quote, bid, ask }, i) => {
    const own = quote.forward ?? forward;
    const unit = chain.priceUnit === 'coin' ? own : 1;
    for (const [at, price] of [
      [i, bid],
      [n + i, ask],
    ] as const) {
      priced.forward[at] = own;
      priced.strike[at] = quote.strike;
      priced.years[at] = years;
      priced.rate[at] = rate;
      priced.right[at] = quote.right === 'call' ? 1 : -1;
      priced.price[at] = price * unit;
    }
  });
  const vol = column();
  const status = new Uint8Array(2 * n);
  kernel().impliedVols(2 * n, priced, vol, status);
  return { vol, status, forward: priced.forward };
}

function isInTheMoney({ quote }: TwoSided, forward: number): boolean {
  return quote.right === 'call' ? quote.strike < forward : quote.strike > forward;
}

function smileOf(
  chain: OptionChain,
  expiry: Expiry,
  { forward, forwardFrom }: Forward,
  rate: number,
  leftOut: LeftOut[],
): SourcedSmile {
  const n = expiry.quotes.length;
  const { vol, status, forward: own } = vols(chain, expiry, forward, rate);
  const [k, bidVol, askVol] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  const used = new Uint8Array(n);
  const quote = new Int32Array(n);
  let count = 0;
  expiry.quotes.forEach((one, i) => {
    const leave = (reason: LeftOutReason, detail: string) =>
      leftOut.push({ row: one.quote.row, name: one.quote.name, reason, detail });
    const askReason = STATUS_REASON[IMPLIED_VOL_STATUS[status[n + i]!] ?? ''];
    if (askReason) {
      leave(askReason, `no vol gives the ask ${one.ask} at forward ${own[i]}`);
      return;
    }
    const bidBelow = status[i] !== 0;
    if (chain.exercise === 'american' && isInTheMoney(one, own[i]!)) {
      leave('in-the-money', 'American: worth more by its early exercise');
      return;
    }
    if (bidBelow) leave('one-sided', `bid ${one.bid} is below the intrinsic value`);
    k[count] = Math.log(one.quote.strike / own[i]!);
    bidVol[count] = vol[i]!;
    askVol[count] = vol[n + i]!;
    used[count] = bidBelow ? 0 : 1;
    quote[count] = one.index;
    count += 1;
  });
  const { years } = expiry;
  return { expiry: expiry.expiry, years, forward, forwardFrom, count, k, bidVol, askVol, used, quote };
}

interface Forward {
  readonly forward: number;
  readonly forwardFrom: ForwardSource;
}

/** The forward of each expiry; null where nothing tells it. */
function forwardsOf(
  expiries: readonly Expiry[],
  priceUnit: OptionChain['priceUnit'],
  rate: number,
): (Forward | null)[] {
  const told = expiries.map(({ quoted, parity }): Forward | null => {
    if (quoted !== null) return { forward: quoted, forwardFrom: 'quoted' };
    const forward = parity ? parityForward(parity, priceUnit, rate) : null;
    return forward === null ? null : { forward, forwardFrom: 'parity' };
  });
  const known = expiries.flatMap(({ years }, i) => (told[i] ? [{ years, forward: told[i].forward }] : []));
  return told.map((one, i) => {
    const forward = one === null ? carriedForward(known, expiries[i]?.years ?? 0) : null;
    return forward === null ? one : { forward, forwardFrom: 'carried' };
  });
}

/**
 * The two-sided quotes of a chain as vols per expiry. Forwards are those quoted with each row; where an expiry has none,
 * put–call parity gives one, and where prices are in the quote currency and no forward is quoted at all, the rate too.
 */
export function smilesOf(chain: OptionChain): Smiles {
  const { twoSided, leftOut: sieved } = sieve(chain);
  const leftOut = [...sieved];
  const expiries = expiriesOf(chain, twoSided);
  const unquoted = expiries.flatMap(({ parity }) => (parity ? [parity] : []));
  const discounted = chain.priceUnit === 'quote' && unquoted.length === expiries.length;
  const rate = discounted ? parityRate(unquoted) : 0;
  const forwards = forwardsOf(expiries, chain.priceUnit, rate);
  const smiles = expiries.flatMap((expiry, i) => {
    const forward = forwards[i];
    if (forward) return [smileOf(chain, expiry, forward, rate, leftOut)];
    const detail = 'no forward is quoted and no strike has both a call and a put with two sides';
    for (const { quote } of expiry.quotes)
      leftOut.push({ row: quote.row, name: quote.name, reason: 'no-forward', detail });
    return [];
  });
  return { smiles, rate, leftOut };
}
