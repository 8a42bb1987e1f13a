import { expiryOf, quantityUnit } from '#shared/domain/instrument.ts';
import type { RowIdentity } from '#shared/ipc/frames.ts';
import type { RowKey } from '#shared/risk/report.ts';
import { POSITION_COLUMNS } from '#shared/risk/report.ts';
import { placesOf } from '#shared/units/decimal.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { BOOK } from './fake-book.ts';
import { seeded } from './fake-market.ts';

const WIDTH = POSITION_COLUMNS.length;
const AGE = POSITION_COLUMNS.indexOf('ageMs');

export function identityOf(row: RowKey): RowIdentity {
  const instrument = row.instrument === null ? undefined : BOOK.instruments.get(row.instrument);
  const base = {
    key: `${row.account}|${row.instrument ?? `cash:${row.currency}`}`,
    account: row.account,
    venue: row.venue,
    instrument: row.instrument,
    underlying: row.underlying,
    settlement: row.currency,
  };
  if (instrument === undefined) {
    return {
      ...base,
      name: `${row.currency} cash`,
      kind: 'cash',
      expiry: null,
      strike: null,
      right: null,
      priceDecimals: 2,
      quantityDecimals: row.currency === 'USDC' ? 2 : 4,
      quantityUnit: row.currency,
    };
  }
  const option = instrument.kind === 'option' ? instrument : null;
  return {
    ...base,
    name: instrument.name,
    kind: instrument.kind,
    expiry: expiryOf(instrument),
    strike: option ? Number(option.strike) : null,
    right: option?.right ?? null,
    priceDecimals: placesOf(instrument.tick),
    quantityDecimals: placesOf(instrument.lot),
    quantityUnit: quantityUnit(instrument),
  };
}

const EXPIRIES = [
  Date.UTC(2020, 2, 27, 8),
  Date.UTC(2020, 3, 24, 8),
  Date.UTC(2020, 5, 26, 8),
  Date.UTC(2020, 8, 25, 8),
];

function manyIdentity(index: number): RowIdentity {
  const coin = index % 4 === 3 ? 'ETH' : 'BTC';
  const expiry = EXPIRIES[index % EXPIRIES.length] ?? 0;
  const strike = (coin === 'BTC' ? 3000 : 80) + (Math.floor(index / 8) % 1200) * (coin === 'BTC' ? 10 : 1);
  const right = index % 2 === 0 ? ('call' as const) : ('put' as const);
  const name = `${coin}-X${index}-${strike}-${right === 'call' ? 'C' : 'P'}`;
  return {
    key: `options|deribit-paper:${name}`,
    account: index % 3 === 0 ? 'perps' : 'options',
    venue: index % 3 === 0 ? 'hyperliquid-paper' : 'deribit-paper',
    instrument: `deribit-paper:${name}`,
    name,
    kind: 'option',
    underlying: coin,
    settlement: coin,
    expiry,
    strike,
    right,
    priceDecimals: 4,
    quantityDecimals: 1,
    quantityUnit: coin,
  };
}

/** Ten thousand rows whose figures walk: a load, not a book. */
export class ManyRows {
  readonly identities: readonly RowIdentity[];
  private readonly values: Float64Array;
  private readonly quotedAt: Float64Array;
  private readonly random = seeded(7);

  constructor(count: number, now: EpochMs) {
    this.identities = Array.from({ length: count }, (_, index) => manyIdentity(index));
    this.values = new Float64Array(count * WIDTH);
    for (let at = 0; at < this.values.length; at += 1) this.values[at] = (this.random() - 0.5) * 10;
    this.quotedAt = Float64Array.from({ length: count }, () => now - Math.round(this.random() * 900));
    for (let row = 0; row < count; row += 1) {
      this.values[row * WIDTH + 1] = 0.02 + this.random() * 0.2;
      this.values[row * WIDTH + 2] = 0.02 + this.random() * 0.2;
      this.values[row * WIDTH + 14] = Number.NaN;
    }
  }

  /** Changes `updates` rows, half of them among the first forty, and answers all cells. */
  step(updates: number, now: EpochMs): Float64Array {
    const count = this.identities.length;
    for (let n = 0; n < updates; n += 1) {
      const row = Math.floor(this.random() * (n % 2 === 0 ? Math.min(40, count) : count));
      this.quotedAt[row] = now;
      for (let column = 1; column < 12; column += 1) {
        const at = row * WIDTH + column;
        this.values[at] = (this.values[at] ?? 0) * (1 + (this.random() - 0.5) * 0.02);
      }
    }
    for (let row = 0; row < count; row += 1) this.values[row * WIDTH + AGE] = now - (this.quotedAt[row] ?? now);
    return this.values;
  }
}
