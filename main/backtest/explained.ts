import type { Book } from '#shared/domain/book.ts';
import type { DomainEvent, FundingPayment } from '#shared/domain/events.ts';
import type { Fill } from '#shared/domain/fill.ts';
import type { MarketSnapshot } from '#shared/market/quote.ts';
import { explainPnl, type PnlStep } from '#shared/risk/pnl-explain.ts';
import { noTerms, PNL_TERMS, type PnlTerms } from '#shared/risk/pnl-terms.ts';

/** Where a step begins. */
interface Start extends Pick<PnlStep, 'from' | 'positions' | 'balances'> {
  readonly equityUsd: number;
}

/** Adds up why the equity changed, from sample to sample. What no term tells, and what came from outside, is unexplained. */
export class ExplainedSum {
  readonly #sums = noTerms();
  readonly #book: Book;
  #fills: Fill[] = [];
  #funding: FundingPayment[] = [];
  #start: Start | null = null;

  constructor(book: Book) {
    this.#book = book;
  }

  take(event: DomainEvent): void {
    if (event.type === 'fill') this.#fills.push(event.fill);
    else if (event.type === 'funding') this.#funding.push(event.payment);
  }

  /** Ends the step and begins another: the sums since the first sample. `market` must not change afterwards. */
  sample(market: MarketSnapshot, equityUsd: number): PnlTerms {
    const start = this.#start;
    if (start !== null) this.#add(start, market, equityUsd);
    const { positions, balances } = this.#book;
    this.#start = { from: market, positions: [...positions.values()], balances: [...balances.values()], equityUsd };
    [this.#fills, this.#funding] = [[], []];
    return { ...this.#sums };
  }

  #add({ equityUsd: before, ...start }: Start, to: MarketSnapshot, equityUsd: number): void {
    const { instruments } = this.#book;
    const { rows } = explainPnl({ ...start, instruments, to, fills: this.#fills, funding: this.#funding });
    let told = 0;
    for (const term of PNL_TERMS) {
      if (term === 'unexplained') continue;
      const usd = rows.reduce((sum, { terms }) => sum + terms[term], 0);
      this.#sums[term] += usd;
      told += usd;
    }
    this.#sums.unexplained += equityUsd - before - told;
  }
}
