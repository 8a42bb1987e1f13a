import type { Instrument } from '#shared/domain/instrument.ts';
import type { ExposureOrder } from './paths.ts';

const HOURS_A_YEAR = 365 * 24;
const HOUR_MS = 3_600_000;

type Holding = Pick<ExposureOrder, 'holdingHours' | 'marginCarry'>;

interface CarryTerms {
  readonly mid: number;
  readonly index: number;
  readonly asOf: number;
  /** Fraction of notional. */
  readonly initialMargin: number;
  readonly funding8h: number | null;
  readonly coinsPerUnit: number;
}

/** Share of the premium over the index that melts while it is held. */
function melting({ holdingHours }: Holding, instrument: Instrument, asOf: number): number {
  if (instrument.kind === 'spot') return 1;
  if (instrument.kind !== 'future') return 0;
  return Math.min(1, holdingHours / ((instrument.expiry - asOf) / HOUR_MS));
}

/**
 * USD per coin that a buyer pays over the holding time. Funding: perpetuals. Basis: a dated future's premium melts
 * evenly until expiry; spot pays all of its distance to the index at once; a perpetual's premium stays, as funding is
 * its price. Margin: initial margin at the order's carry.
 */
export function carryOf(order: Holding, instrument: Instrument, at: CarryTerms) {
  const notional = instrument.payoff === 'inverse' && instrument.kind !== 'option' ? 1 / at.coinsPerUnit : at.mid;
  const premium = at.mid - at.index;
  const funding8h = instrument.kind === 'perpetual' ? (at.funding8h ?? 0) : 0;
  const marginPerCoin =
    instrument.kind === 'spot' ? 0 : at.initialMargin * (instrument.kind === 'option' ? at.index : notional);
  return {
    funding: notional * funding8h * (order.holdingHours / 8),
    basis: premium * melting(order, instrument, at.asOf),
    margin: (marginPerCoin * order.marginCarry * order.holdingHours) / HOURS_A_YEAR,
    marginPerCoin,
  };
}
