/** Spread and touch size against short-term volatility, from the minute quotes of the material. */
import { materialRows } from './material.ts';
import { line, mean, median, quantile } from './statistics.ts';

const FILES = [
  { file: 'binance_coinm_btcusd_20221213.csv', contract: 'Binance BTCUSD, inverse perpetual' },
  { file: 'bybit_inverse_btcusd_20221213.csv', contract: 'Bybit BTCUSD, inverse perpetual' },
  { file: 'bybit_linear_btcusdt_20221213.csv', contract: 'Bybit BTCUSDT, linear perpetual' },
  { file: 'dydx_v4_btcusd_20260101.csv', contract: 'dYdX v4 BTC-USD, linear perpetual' },
] as const;
const WINDOW = 15;
const MINUTES_PER_YEAR = 525_600;

interface Minute {
  readonly minute: number;
  readonly middle: number;
  readonly spreadBp: number;
  readonly touch: number;
}

function minutesOf(folder: string, file: string): Minute[] {
  return materialRows(folder, `perp_minute_quotes_trades/${file}`).flatMap((row) => {
    const [bid, ask] = [row.number('bid_close'), row.number('ask_close')];
    if (Number.isNaN(bid) || Number.isNaN(ask)) return [];
    const middle = (bid + ask) / 2;
    const touch = Math.sqrt(row.number('bid_size') * row.number('ask_size'));
    return [{ minute: row.number('time_ms') / 60_000, middle, spreadBp: ((ask - bid) / middle) * 1e4, touch }];
  });
}

/** Realised vol, mean spread and mean touch size (geometric) of each quarter of an hour of quotes. */
function windows(minutes: readonly Minute[]) {
  const found: { vol: number; spreadBp: number; touch: number }[] = [];
  for (let start = 0; start + WINDOW <= minutes.length; start += WINDOW) {
    const part = minutes.slice(start, start + WINDOW);
    const squares = part.slice(1).map((now, i) => Math.log(now.middle / (part[i]?.middle ?? now.middle)) ** 2);
    const span = (part.at(-1)?.minute ?? 0) - (part[0]?.minute ?? 0);
    const vol = Math.sqrt((squares.reduce((sum, v) => sum + v, 0) / span) * MINUTES_PER_YEAR);
    const touch = Math.exp(mean(part.map((one) => Math.log(one.touch))));
    if (vol > 0) found.push({ vol, spreadBp: mean(part.map((one) => one.spreadBp)), touch });
  }
  return found;
}

export function minuteQuoteScaling(folder: string) {
  return FILES.map(({ file, contract }) => {
    const minutes = minutesOf(folder, file);
    const parts = windows(minutes);
    const logVols = parts.map(({ vol }) => Math.log(vol));
    const spread = line(
      logVols,
      parts.map(({ spreadBp }) => Math.log(spreadBp)),
    );
    const touch = line(
      logVols,
      parts.map((part) => Math.log(part.touch)),
    );
    const spreads = minutes.map(({ spreadBp }) => spreadBp);
    return {
      contract,
      file,
      minutes: minutes.length,
      spreadBp: { median: median(spreads), mean: mean(spreads), p95: quantile(spreads, 0.95) },
      vol: { median: median(parts.map(({ vol }) => vol)), highest: Math.max(...parts.map(({ vol }) => vol)) },
      spreadVolBeta: spread.slope,
      spreadVolR2: spread.r2,
      touchVolBeta: touch.slope,
      touchVolR2: touch.r2,
    };
  });
}
