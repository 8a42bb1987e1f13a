import type { VenueGreeks } from '#main/engine/ports.ts';
import { black76 } from '#shared/pricing/black76.ts';
import { toNumber } from '#shared/units/decimal.ts';
import { type InstrumentId, venueOf } from '#shared/units/ids.ts';
import { yearsBetween } from '#shared/units/time.ts';
import type { Exchange } from './exchange.ts';

const VOL_POINT = 0.01;
const DAYS_A_YEAR = 365;

/** Black (1976) at the venue's own mark vol, forward and time; null for what is no option that trades. */
export function greeksOf(exchange: Exchange, id: InstrumentId): VenueGreeks | null {
  const option = exchange.instruments(venueOf(id)).find((one) => one.id === id);
  if (option?.kind !== 'option') return null;
  const at = exchange.now;
  const { forward, markVol } = exchange.quote(option, at);
  if (markVol === null) return null;
  const { right, strike, expiry } = option;
  const terms = { right, strike: toNumber(strike), years: yearsBetween(at, expiry), forward, vol: markVol, rate: 0 };
  const found = black76(terms);
  if (!found.ok) return null;
  const { delta, gamma, vega, theta } = found.value;
  return { instrument: id, delta, gamma, vega: vega * VOL_POINT, theta: theta / DAYS_A_YEAR, at };
}
