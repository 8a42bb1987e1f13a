// A route stops where the free margin of its accounts does, by full what-ifs of the venues' own rules, and says so.
import { describe, expect, it } from 'vitest';
import { heldOf } from '#main/session/measure.ts';
import { type RouteGround, routeExposure } from '#main/session/route-preview.ts';
import { routeTicket } from '#main/session/routed-ticket.ts';
import type { Account } from '#shared/domain/account.ts';
import { applyEvent, emptyBook } from '#shared/domain/book.ts';
import type { OrderRequest } from '#shared/domain/order.ts';
import { createTrial } from '#shared/risk/trial.ts';
import { poolsWith } from '#shared/risk/what-if.ts';
import { decimal } from '#shared/units/decimal.ts';
import { ok } from '#shared/units/result.ts';
import { crashInstruments, crashMarket, OPTIONS, PERPS } from '#test/support/crash-books.ts';
import { reportAt } from '#test/support/risk.ts';

const AT = Date.UTC(2020, 2, 12);
const SPOT = 8_000;
const instruments = crashInstruments(SPOT, AT);
const { market, depth } = crashMarket(instruments, { spot: SPOT, vol: 0.6, calm: 0.6, at: AT });

function ground(usdc: string, btc: string, perpsUsdc: string) {
  const book = emptyBook();
  applyEvent(book, { type: 'instruments-listed', instruments }, AT);
  const open = (account: Account, cash: Readonly<Record<string, string>>): void => {
    const balances = Object.entries(cash).map(([currency, amount]) => ({
      account: account.id,
      currency,
      cash: decimal(amount),
    }));
    applyEvent(book, { type: 'account-opened', account, balances, positions: [], asOf: AT }, AT);
  };
  open(PERPS, { USDC: perpsUsdc });
  open(OPTIONS, { USDC: usdc, BTC: btc });
  const held = heldOf(book);
  const report = reportAt(held, market);
  const trial = createTrial(held, report.pools, { market, now: AT });
  const venues = [PERPS, OPTIONS].map(({ venue, id }) => ({
    venue, kind: 'paper' as const, status: 'live' as const, latencyMs: 1, reason: null, reconciled: true, reconciledAt: AT,
    lastSeen: AT, venueTime: AT, accounts: [id], pools: [],
    drops: { 'not-finite': 0, crossed: 0, older: 0, 'not-positive': 0, unlisted: 0 },
  })); // biome-ignore format: one glance
  const made: RouteGround = {
    journal: { book },
    engine: { venues, depth: async (id) => ok(depth.get(id)!) },
    control: { look: () => ({ report, trial }), motion: () => ({ spot: SPOT, dailySigma: 0.04, lapse: 0 }) },
    market: () => market,
  };
  const after = (orders: readonly OrderRequest[]) => poolsWith(held, orders, { market, now: AT });
  return { made, after };
}

const WANTED = { underlying: 'BTC', side: 'buy', coins: 60, kind: null } as const;

describe('a route within free margin', () => {
  it('leaves every pool its initial margin, and nearly all of it used where more is wanted', async () => {
    const { made, after } = ground('2000', '0.25', '1000');
    const route = await routeExposure(made, WANTED);
    const pools = after(route?.orders ?? []);
    for (const { available, initialMargin } of pools) {
      expect(available).toBeGreaterThanOrEqual(0);
      expect(available).toBeLessThan(0.02 * Math.max(initialMargin, available));
    }
    // 5 % at twenty times: 1,000 USD are good for two and a half coins.
    expect(route?.slices.find((one) => one.account === 'perps')?.coins).toBeCloseTo(2.5, 1);
    expect(route?.unplacedCoins).toBeGreaterThan(20);
    expect(route?.reasons.join(' ')).toMatch(/perps holds margin or cash for 2\.\d+ more of hyperliquid-paper:BTC\./);
  });

  it('is what it was where margin is plenty', async () => {
    const { made } = ground('5000000', '500', '5000000');
    const free = await routeExposure({ ...made, control: { ...made.control, look: () => null } }, WANTED);
    const route = await routeExposure(made, WANTED);
    expect(route).toEqual(free);
    expect(route?.unplacedCoins).toBe(0);
  });

  it('goes elsewhere, and names the account that has nothing left', async () => {
    const { made } = ground('5000000', '500', '0');
    const route = await routeExposure(made, { ...WANTED, coins: 1 });
    expect(route?.slices.every((one) => one.account === 'options')).toBe(true);
    expect(route?.unplacedCoins).toBe(0);
  });
});

describe('the urgency that a line leaves open', () => {
  const { made } = ground('5000000', '500', '5000000');
  const urgencyOf = async (line: string) => {
    const { legs, urgency } = await routeTicket(made, line);
    const schedule = legs[0]?.request.schedule;
    return { value: schedule?.kind === 'almgren-chriss' ? schedule.urgency : null, urgency };
  };

  // By hand from equation 20 of the paper's limit: κ² ≈ λσ²/η with σ = 8,000 · 4 % / √24 USD a √hour.
  it('is κT of Almgren and Chriss from the vol seen and the impact of the book', async () => {
    const { value, urgency } = await urgencyOf('buy 400 btc perp on options ac 2h x120');
    const impact = Number(/([\d.e+-]+) USD of impact/.exec(urgency ?? '')?.[1]);
    const sigma = (8_000 * 0.04) / Math.sqrt(24);
    const kappa = Math.sqrt((1e-6 * sigma ** 2) / (impact * (2 / 120)));
    expect(value ?? Number.NaN).toBeGreaterThan(0.1);
    expect((value ?? Number.NaN) / (kappa * 2)).toBeCloseTo(1, 1);
    expect(urgency).toContain(`κT ${value}`);
    expect(urgency).toContain('Almgren & Chriss (2000)');
  });

  it('is what is typed where it is typed, and no matter of other schedules', async () => {
    expect(await urgencyOf('buy 40 btc perp ac 2h u3')).toEqual({ value: 3, urgency: null });
    expect(await urgencyOf('buy 40 btc perp twap 2h')).toEqual({ value: null, urgency: null });
  });
});
