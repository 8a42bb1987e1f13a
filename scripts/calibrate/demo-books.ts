/**
 * Prints what the demo books amount to along their tapes: `node scripts/calibrate/demo-books.ts`.
 *
 * Needs no material: it reads resources/ alone. The books are written by hand; this shows whether they start flat in
 * delta, what they are worth and how near each margin pool comes to its maintenance margin. Margin here is the plain
 * formulas of both rule sets (Deribit standard: short options 0.075 + mark coin, puts at least; inverse futures 1 %;
 * Hyperliquid: half of 1/40 of notional), without their size terms, and with option value counted against equity.
 */
import { readFileSync } from 'node:fs';
import { surfaceAt } from '#shared/market/surface.ts';
import { parseSurfaceTemplate, type SurfaceAnchor, type SurfaceTemplate } from '#shared/market/surface-template.ts';
import { sviTotalVariance } from '#shared/pricing/svi.ts';
import { parseExpiryCode } from '#shared/units/time.ts';
import { callDelta, coinPrice } from './black.ts';
import { fail, repositoryPath } from './material.ts';

interface Position {
  readonly instrument: string;
  readonly quantity: string;
}

interface DemoAccount {
  readonly id: string;
  readonly balances: readonly { readonly currency: string; readonly amount: string }[];
  readonly positions: readonly Position[];
}

interface DemoBook {
  readonly tape: string;
  readonly accounts: readonly DemoAccount[];
}

/** Annual basis used for forwards; the demo's figures hardly depend on it. */
const BASIS = 0.02;
const YEAR_MS = 365 * 86_400_000;

/** Value and sensitivity of one position at a spot and time, and its maintenance margin. */
interface Valued {
  /** In the pool's currency: coin for inverse, USDC for linear. */
  readonly currency: 'BTC' | 'USDC';
  readonly value: number;
  readonly delta: number;
  /** Change of delta for a rise of the spot by 1 %; a future's together with its profit in coin does not change. */
  readonly gammaPerPercent: number;
  readonly maintenance: number;
}

interface Scene {
  readonly at: number;
  readonly spot: number;
  readonly startSpot: number;
  readonly template: SurfaceTemplate;
  readonly anchor: SurfaceAnchor;
}

function optionValue(scene: Scene, position: Position): Valued {
  const [family = '', code = '', strikeText = '', right] = position.instrument.split('-');
  const expiry = parseExpiryCode(code) ?? fail(`${position.instrument}: no expiry`);
  const years = Math.max((expiry - scene.at) / YEAR_MS, 1e-6);
  const forward = scene.spot * Math.exp(BASIS * years);
  const strike = Number(strikeText);
  const spotReturn = Math.log(scene.spot / scene.anchor.anchorSpot);
  const svi = surfaceAt(scene.template, { atmLevel: scene.anchor.atmLevel, spotReturn, years });
  const vol = Math.sqrt(sviTotalVariance(svi, Math.log(strike / forward)) / years);
  const side = right === 'C' ? 'C' : 'P';
  const mark = coinPrice(side, forward, strike, years, vol);
  const deltaAt = (price: number) => callDelta(price, strike, years, vol) - (side === 'P' ? 1 : 0);
  const quantity = Number(position.quantity);
  const coin = !family.endsWith('_USDC');
  const short = Math.max(-quantity, 0) * (side === 'P' ? Math.max(0.075, 0.075 * mark) + mark : 0.075 + mark);
  return {
    currency: coin ? 'BTC' : 'USDC',
    value: quantity * mark * (coin ? 1 : forward),
    delta: quantity * deltaAt(forward),
    gammaPerPercent: quantity * (deltaAt(forward * 1.01) - deltaAt(forward)),
    maintenance: short * (coin ? 1 : scene.spot),
  };
}

function futureValue(scene: Scene, position: Position): Valued {
  const quantity = Number(position.quantity);
  if (position.instrument.startsWith('BTC-')) {
    const value = quantity / scene.startSpot - quantity / scene.spot;
    const coins = quantity / scene.spot;
    return { currency: 'BTC', value, delta: coins, gammaPerPercent: 0, maintenance: 0.01 * Math.abs(coins) };
  }
  const maintenance = 0.0125 * Math.abs(quantity) * scene.spot;
  return {
    currency: 'USDC',
    value: quantity * (scene.spot - scene.startSpot),
    delta: quantity,
    gammaPerPercent: 0,
    maintenance,
  };
}

function accountLine(scene: Scene, account: DemoAccount) {
  const pools = { BTC: { equity: 0, maintenance: 0 }, USDC: { equity: 0, maintenance: 0 } };
  let [delta, gamma] = [0, 0];
  for (const { currency, amount } of account.balances) {
    pools[currency === 'BTC' ? 'BTC' : 'USDC'].equity += Number(amount);
    if (currency === 'BTC') delta += Number(amount);
  }
  for (const position of account.positions) {
    const option = /-[CP]$/.test(position.instrument);
    const valued = option ? optionValue(scene, position) : futureValue(scene, position);
    const pool = pools[valued.currency];
    pool.equity += valued.value;
    pool.maintenance += valued.maintenance;
    delta += valued.delta + (!option && valued.currency === 'BTC' ? valued.value : 0);
    gamma += valued.gammaPerPercent;
  }
  const ratio = (pool: { equity: number; maintenance: number }) => pool.maintenance / pool.equity;
  const usd = pools.BTC.equity * scene.spot + pools.USDC.equity;
  return { delta, gamma, usd, coinRatio: ratio(pools.BTC), cashRatio: ratio(pools.USDC) };
}

function tapeBars(file: string): { at: number; open: number; low: number; close: number }[] {
  const lines = readFileSync(repositoryPath(`resources/tapes/${file}`), 'utf8')
    .trim()
    .split('\n')
    .slice(1);
  return lines.map((line) => {
    const [at = 0, open = 0, , low = 0, close = 0] = line.split(',').map(Number);
    return { at, open, low, close };
  });
}

const parsed = parseSurfaceTemplate(
  JSON.parse(readFileSync(repositoryPath('resources/surfaces/btc-template.json'), 'utf8')),
);
if (!parsed.ok) fail(parsed.error.message);
const template = parsed.value;
const tapes = JSON.parse(readFileSync(repositoryPath('resources/tapes/index.json'), 'utf8')) as {
  id: string;
  file: string;
  startAt: string;
  barMs: number;
}[];
for (const tape of tapes) {
  const book = JSON.parse(readFileSync(repositoryPath(`resources/demo/book-${tape.id}.json`), 'utf8')) as DemoBook;
  const startAt = Date.parse(tape.startAt);
  const bars = tapeBars(tape.file).filter(({ at }) => at >= startAt);
  const startSpot = bars[0]?.open ?? fail(`${tape.file}: no bar at the start`);
  const anchor = template.anchors[tape.id] ?? fail(`no surface anchor for ${tape.id}`);
  const show = (label: string, at: number, spot: number) => {
    const scene: Scene = { at, spot, startSpot, template, anchor };
    const lines = book.accounts.map((account) => ({ id: account.id, ...accountLine(scene, account) }));
    const total = (of: (line: (typeof lines)[number]) => number) => lines.reduce((sum, line) => sum + of(line), 0);
    const ratios = lines
      .map((line) => `${line.id} coin ${line.coinRatio.toFixed(3)} cash ${line.cashRatio.toFixed(3)}`)
      .join('  ');
    const when = new Date(at).toISOString().slice(5, 16);
    process.stdout.write(
      `${when} ${label} ${spot.toFixed(0).padStart(6)}  delta ${total((l) => l.delta)
        .toFixed(3)
        .padStart(7)} BTC  ` +
        `gamma ${total((l) => l.gamma).toFixed(3)} BTC per 1 %  equity ${total((l) => l.usd).toFixed(0)} USD  ${ratios}\n`,
    );
  };
  process.stdout.write(`${tape.id}\n`);
  show('start', startAt, startSpot);
  for (const bar of bars.slice(0, 100)) {
    if (bar.low < 0.97 * bar.open || (bar.at / 3_600_000) % 4 === 1) show('low  ', bar.at + tape.barMs / 2, bar.low);
  }
}
