import { isZero, type Price, type Quantity, subtract } from '#shared/units/decimal.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { LotRule } from './lots.ts';
import type { PositionChange } from './record.ts';

export const LOT_RULES = ['fifo', 'lifo', 'average', 'specific'] as const;

/** How the trader wants lots to be counted. */
export interface LotChoice {
  readonly rule: (typeof LOT_RULES)[number];
  /** By journal entry of the closing trade: the entries that opened the lots it takes, in that order. */
  readonly chosen: readonly (readonly [closing: number, opened: readonly number[]])[];
}

/** First in, first out, until the trader says otherwise. */
export const FIFO: LotChoice = { rule: 'fifo', chosen: [] };

export function lotRule({ rule, chosen }: LotChoice): LotRule {
  return rule === 'specific' ? { specific: new Map(chosen) } : rule;
}

/** The rule as one text: history that was folded by the same text needs no second fold. */
export function ruleText(rule: LotRule): string {
  return typeof rule === 'string' ? rule : `specific ${JSON.stringify([...rule.specific])}`;
}

/** The choice with other lots for one closing trade; with none named it goes first in, first out again. */
export function withChosen({ chosen, rule }: LotChoice, closing: number, opened: readonly number[]): LotChoice {
  const others = chosen.filter(([one]) => one !== closing);
  if (opened.length === 0) return { rule, chosen: others };
  return { rule: 'specific', chosen: [...others, [closing, opened] as const].sort((a, b) => a[0] - b[0]) };
}

/** What was left of a lot when a trade came to close. */
export interface OpenLot {
  readonly seq: number;
  readonly at: EpochMs;
  readonly quantity: Quantity;
  readonly price: Price;
}

/** The lots of a position that were open before entry `closing`, oldest first, by what its changes tell. */
export function lotsBefore(changes: readonly PositionChange[], closing: number): readonly OpenLot[] {
  const before = changes.filter((one) => one.seq < closing).toSorted((a, b) => a.seq - b.seq);
  const lots = new Map<number, OpenLot>();
  for (const { seq, at, quantity, price, matches } of before) {
    for (const match of matches) {
      const lot = lots.get(match.opened);
      if (lot !== undefined) lots.set(lot.seq, { ...lot, quantity: subtract(lot.quantity, match.quantity) });
    }
    if (matches.length === 0 && !isZero(quantity)) lots.set(seq, { seq, at, quantity, price });
  }
  return [...lots.values()].filter((lot) => !isZero(lot.quantity));
}
