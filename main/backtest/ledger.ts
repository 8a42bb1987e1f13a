import type { DomainEvent, FundingPayment, JournalEntry } from '#shared/domain/events.ts';
import type { Fill } from '#shared/domain/fill.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import type { MarketSnapshot } from '#shared/market/quote.ts';
import { isDollar } from '#shared/risk/assemble.ts';
import type { RunLogLine } from '#shared/risk/run-samples.ts';
import { toNumber } from '#shared/units/decimal.ts';
import { type InstrumentId, nameOf } from '#shared/units/ids.ts';
import type { EpochMs } from '#shared/units/time.ts';

/** Costs of a run by component, USD; positive = paid. */
export interface Costs {
  readonly feesUsd: number;
  /** Distance of the touch from the mark at the fill. */
  readonly spreadUsd: number;
  /** What the fill was worse than the touch: depth eaten, and what the price moved while the order travelled. */
  readonly impactUsd: number;
  /** Positive = paid. */
  readonly fundingUsd: number;
}

export interface Counts {
  readonly orders: number;
  readonly hedges: number;
  readonly denied: number;
  readonly fills: number;
  readonly liquidations: number;
}

/** USD notional of a quantity at a price in the instrument's quote unit; an inverse future's quantity is USD already. */
function notionalUsd(instrument: Instrument, quantity: number, price: number, index: number): number {
  if (instrument.payoff === 'inverse')
    return instrument.kind === 'option' ? Math.abs(quantity) * index : Math.abs(quantity);
  return Math.abs(quantity) * (instrument.kind === 'option' ? index : price);
}

/** USD that `quantity` bought at `price` is worth less than at `mark`. */
function lossUsd(instrument: Instrument, quantity: number, price: number, mark: number, index: number): number {
  if (instrument.payoff !== 'inverse') return quantity * (price - mark);
  return instrument.kind === 'option' ? quantity * (price - mark) * index : quantity * (1 / mark - 1 / price) * index;
}

/** Adds up what a run's journal says of costs and trades. */
export class RunLedger {
  readonly #log: RunLogLine[] = [];
  readonly #instruments = new Map<InstrumentId, Instrument>();
  readonly #market: () => MarketSnapshot;
  readonly #costs = { feesUsd: 0, spreadUsd: 0, impactUsd: 0, fundingUsd: 0 };
  readonly #counts = { orders: 0, hedges: 0, denied: 0, fills: 0, liquidations: 0 };
  #tradedUsd = 0;

  constructor(market: () => MarketSnapshot) {
    this.#market = market;
  }

  get costs(): Costs {
    return { ...this.#costs };
  }

  get counts(): Counts {
    return { ...this.#counts };
  }

  get tradedUsd(): number {
    return this.#tradedUsd;
  }

  /** In the order of time: a reason is told when its hedge is over. */
  get log(): readonly RunLogLine[] {
    return this.#log.toSorted((a, b) => a.at - b.at);
  }

  note(line: RunLogLine): void {
    this.#log.push(line);
  }

  take({ at, event }: JournalEntry): void {
    if (event.type === 'instruments-listed') {
      for (const one of event.instruments) this.#instruments.set(one.id, one);
    } else if (event.type === 'fill') {
      this.#fill(event.fill);
    } else if (event.type === 'funding') {
      this.#funding(event.payment, at);
    } else if (event.type === 'order-intended') {
      this.#counts.orders += 1;
      if (event.order.origin === 'hedge') this.#counts.hedges += 1;
    } else if (event.type === 'order' && (event.event.type === 'denied' || event.event.type === 'rejected')) {
      this.#counts.denied += 1;
      this.note({ at, kind: 'denied', text: event.event.reason.message });
    } else {
      this.#noteEvent(event, at);
    }
  }

  #noteEvent(event: DomainEvent, at: EpochMs): void {
    if (event.type === 'trading-state')
      this.note({ at, kind: 'state', text: `${event.from} → ${event.to}: ${event.reason.message}` });
    else if (event.type === 'alarm') this.note({ at, kind: 'alarm', text: event.alarm.message });
  }

  #funding({ amount, currency, instrument }: FundingPayment, at: EpochMs): void {
    const index = isDollar(currency) ? 1 : (this.#market().index.get(currency) ?? Number.NaN);
    this.#costs.fundingUsd -= toNumber(amount) * index;
    this.note({ at, kind: 'funding', text: `${amount} ${currency} on ${nameOf(instrument)}` });
  }

  #fill(fill: Fill): void {
    const instrument = this.#instruments.get(fill.instrument);
    if (instrument === undefined) return;
    const [quantity, price, index] = [toNumber(fill.quantity), toNumber(fill.price), toNumber(fill.index)];
    this.#counts.fills += 1;
    if (fill.cause === 'liquidation') this.#counts.liquidations += 1;
    this.#costs.feesUsd += toNumber(fill.fee) * (isDollar(fill.feeCurrency) ? 1 : index);
    const what = `${quantity > 0 ? 'bought' : 'sold'} ${Math.abs(quantity)} ${instrument.name} at ${fill.price}`;
    const kind = fill.cause === 'order' ? 'fill' : fill.cause;
    this.note({ at: fill.at, kind, text: `${what}, fee ${fill.fee} ${fill.feeCurrency}` });
    // A delivery trades nothing: it has no price against a market.
    if (fill.cause === 'settlement') return;
    this.#tradedUsd += notionalUsd(instrument, quantity, price, index);
    const quote = this.#market().quotes.get(fill.instrument);
    if (quote === undefined) return;
    const touch = (quantity > 0 ? quote.ask : quote.bid) ?? quote.mark;
    this.#costs.spreadUsd += lossUsd(instrument, quantity, touch, quote.mark, index);
    this.#costs.impactUsd += lossUsd(instrument, quantity, price, touch, index);
  }
}
