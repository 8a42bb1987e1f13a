import { expiryOf, type Instrument } from '#shared/domain/instrument.ts';
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

/**
 * USD per coin that a buyer pays over the holding time. Funding: perpetuals. Basis: a dated future's premium melts
 * evenly until expiry; spot pays all of its distance to the index at once; a perpetual's premium stays, as funding is
 * its price. Margin: initial margin at the order's carry.
 */
export function carryOf(order: Holding, instrument: Instrument, at: CarryTerms) {
  const notional = instrument.payoff === 'inverse' && instrument.kind !== 'option' ? 1 / at.coinsPerUnit : at.mid;
  const premium = at.mid - at.index;
  const melting: Readonly<Record<Instrument['kind'], () => number>> = {
    spot: () => 1,
    perpetual: () => 0,
    future: () => Math.min(1, order.holdingHours / (((expiryOf(instrument) ?? at.asOf) - at.asOf) / HOUR_MS)),
    option: () => 0,
  };
  const funding8h = instrument.kind === 'perpetual' ? (at.funding8h ?? 0) : 0;
  const marginPerCoin =
    instrument.kind === 'spot' ? 0 : at.initialMargin * (instrument.kind === 'option' ? at.index : notional);
  return {
    funding: notional * funding8h * (order.holdingHours / 8),
    basis: premium * melting[instrument.kind](),
    margin: (marginPerCoin * order.marginCarry * order.holdingHours) / HOURS_A_YEAR,
    marginPerCoin,
  };
}
