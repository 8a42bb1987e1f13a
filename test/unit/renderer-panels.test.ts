import { describe, expect, it } from 'vitest';
import { extentWithZero, stackLabels, stepIndex } from '#renderer/charts/plot-parts.ts';
import { sparkPath } from '#renderer/charts/Sparkline.tsx';
import { cleanCandles, growSeries, leavesGap, seriesOf } from '#renderer/features/chart/candles.ts';
import { fillMarks, fillsOf, liquidationLevels, markWords } from '#renderer/features/chart/marks.ts';
import { chosenRoute, dearerBy, effectOf, outsideBy, stepRatio } from '#renderer/features/hedge/routes.ts';
import {
  barShare,
  healthOf,
  livePools,
  nearerLiquidation,
  poolHealth,
  poolsOn,
  spotOf,
} from '#renderer/features/margin/health.ts';
import { addSample, MOST_SAMPLES, type Sample } from '#renderer/features/margin/history.ts';
import { jointText, nearestText, priceOrNone } from '#renderer/features/margin/pool-words.ts';
import { breakEvens } from '#renderer/features/payoff/break-evens.ts';
import { nearestSample, payoffUprights, sampleSentence } from '#renderer/features/payoff/curves.ts';
import { riskPanelState } from '#renderer/state/risk-state.ts';
import type { HedgeProposal, HedgeRoute } from '#shared/control/proposal.ts';
import type { Fill } from '#shared/domain/fill.ts';
import type { Candle } from '#shared/ipc/frames.ts';
import type { PoolMargin } from '#shared/risk/report.ts';
import { decimal } from '#shared/units/decimal.ts';
import { MINUTE } from '#shared/units/time.ts';

const POOL: PoolMargin = {
  account: 'perps',
  venue: 'hyperliquid-paper',
  rules: 'hyperliquid',
  currency: 'USDC',
  currencyUsd: 1,
  equity: 40_000,
  marginBalance: 40_000,
  initialMargin: 4_000,
  maintenanceMargin: 2_000,
  ratio: 0.05,
  available: 36_000,
  liquidationBelow: 6_000,
  liquidationAbove: null,
  distance: 0.24,
  distanceSigmaDays: 5.2,
};

describe('margin health', () => {
  // ok below 0.5, watch from 0.5, critical from 0.8.
  it('turns at exactly half and four fifths', () => {
    expect([0, 0.4999, 0.5, 0.7999, 0.8, 1.4].map(healthOf)).toEqual([
      'ok',
      'ok',
      'watch',
      'watch',
      'critical',
      'critical',
    ]);
  });

  it('takes what cannot be computed, and margin without equity, as critical', () => {
    expect(healthOf(Number.NaN)).toBe('critical');
    expect(healthOf(Number.POSITIVE_INFINITY)).toBe('critical');
    expect(barShare(Number.POSITIVE_INFINITY)).toBe(1);
    expect(barShare(Number.NaN)).toBe(1);
  });

  // One judgement everywhere: the panel must not call ok what the alert calls critical.
  it('judges a pool by its distance too, as the margin monitor does', () => {
    expect(poolHealth(POOL)).toBe('ok');
    expect(poolHealth({ ...POOL, distanceSigmaDays: 2.9 })).toBe('watch');
    expect(poolHealth({ ...POOL, distanceSigmaDays: 0.9 })).toBe('critical');
  });

  it('leaves pools out that hold nothing', () => {
    const empty = { ...POOL, equity: 0, initialMargin: 0, maintenanceMargin: 0 };
    expect(livePools([POOL, empty])).toEqual([POOL]);
  });

  it('knows the nearer side and says when there is none', () => {
    expect(nearerLiquidation({ ...POOL, liquidationAbove: 8_400 }, 8_000)).toEqual({
      price: 8_400,
      share: expect.closeTo(0.05, 9),
    });
    expect(nearerLiquidation({ ...POOL, liquidationBelow: null }, 8_000)).toBeNull();
    expect(priceOrNone(null)).toBe('none');
    expect(nearestText({ ...POOL, distanceSigmaDays: 1.94 }, 8_000)).toBe('6,000 · −25.0% · 1.9 σ-days');
    expect(nearestText({ ...POOL, liquidationBelow: null }, 8_000)).toBe('none in range');
    const joint = { spotShift: -0.0875, volShift: 0.09, sigmaDays: 1.42, pnlUsd: -8_000 };
    expect(jointText(joint)).toBe('−8.8% with +9 vol · 1.4 σ-days');
    expect(jointText(null)).toBe('none in the grid');
  });
});

describe('pools of several coins', () => {
  const spots = { BTC: 8_000, ETH: 200 };
  const ether = { ...POOL, currency: 'ETH' };

  // A liquidation price of ETH is no price on a chart of BTC.
  it('are told apart by their coin; a pool in dollars belongs to the coin looked at', () => {
    expect(poolsOn([POOL, ether], spots, 'BTC')).toEqual([POOL]);
    expect(poolsOn([POOL, ether], spots, 'ETH')).toEqual([POOL, ether]);
    expect(spotOf(ether, spots, 'BTC')).toBe(200);
    expect(spotOf(POOL, spots, 'BTC')).toBe(8_000);
  });
});

describe('margin history', () => {
  it('keeps the whole session in view by thinning out when full', () => {
    let samples: readonly Sample[] = [];
    for (let at = 0; at < MOST_SAMPLES * 3; at += 1) samples = addSample(samples, { at, ratio: at });
    expect(samples.length).toBeLessThanOrEqual(MOST_SAMPLES);
    expect(samples[0]?.at).toBe(0);
    expect(samples.at(-1)?.at).toBe(MOST_SAMPLES * 3 - 1);
  });

  it('starts anew when time goes back, and takes no sample that is no number', () => {
    const samples = addSample([{ at: 10, ratio: 0.1 }], { at: 5, ratio: 0.2 });
    expect(samples).toEqual([{ at: 5, ratio: 0.2 }]);
    expect(addSample(samples, { at: 6, ratio: Number.NaN })).toBe(samples);
  });

  it('draws inside its box', () => {
    expect(sparkPath([0, 0.5, 2], 0, 1)).toBe('M0.00 23.00L50.00 12.00L100.00 1.00');
    expect(sparkPath([], 0, 1)).toBe('');
  });
});

describe('break-evens', () => {
  it('lie between samples of opposite sign', () => {
    expect(breakEvens([1, 2, 3], [-1, 1, -3])).toEqual([1.5, 2.25]);
  });

  it('count a touch of zero once, and a stretch at zero by its start', () => {
    expect(breakEvens([1, 2, 3, 4], [-1, 0, 0, 1])).toEqual([2]);
    expect(breakEvens([1, 2], [5, 6])).toEqual([]);
    expect(breakEvens([], [])).toEqual([]);
  });
});

describe('payoff', () => {
  const payoff = {
    underlying: 'BTC',
    spots: Float64Array.of(6000, 7000, 8000),
    now: Float64Array.of(-1000, 0, 500),
    atExpiry: Float64Array.of(-2000, 100, 900),
    expiry: Date.UTC(2020, 2, 13, 8),
  };

  it('says a sample in words with both curves', () => {
    expect(sampleSentence(payoff, 0, 8000)).toBe('spot 6,000 (−25.0%): now −1,000 USD, at 13 Mar 20 −2,000 USD');
  });

  it('starts at the sample nearest to spot', () => {
    expect(nearestSample(payoff.spots, 7400)).toBe(1);
  });

  it('draws spot and the liquidations there are', () => {
    expect(payoffUprights(7900, [POOL]).map((line) => line.label)).toEqual(['spot 7,900', 'perps USDC liq 6,000']);
  });
});

describe('plots', () => {
  it('always have zero in view, and room where everything is zero', () => {
    expect(extentWithZero([{ values: Float64Array.of(12, 24) }])).toEqual({ low: -2, high: 28 });
    expect(extentWithZero([{ values: Float64Array.of(0, 0) }])).toEqual({ low: -1, high: 1 });
  });

  it('put labels that would touch on lines of their own', () => {
    expect(
      stackLabels([
        { left: 0, right: 50 },
        { left: 40, right: 90 },
        { left: 60, right: 99 },
      ]),
    ).toEqual([0, 1, 0]);
  });

  it('are walked with the keys of a slider', () => {
    expect(stepIndex(5, 10, 'ArrowRight', false)).toBe(6);
    expect(stepIndex(5, 10, 'ArrowRight', true)).toBe(9);
    expect(stepIndex(5, 10, 'Home', false)).toBe(0);
    expect(stepIndex(5, 10, 't', false)).toBeNull();
  });
});

function candle(time: number, close: number, volume = 1): Candle {
  return { time, open: close, high: close, low: close, close, volume };
}

describe('candles', () => {
  const loaded = seriesOf([candle(0, 100, 10), candle(5 * MINUTE, 110, 4)]);
  if (!loaded) throw new Error('expected a series');

  it('fold finer bars into the one that is forming', () => {
    const after = growSeries(loaded, { barMs: MINUTE, candle: candle(6 * MINUTE, 90, 1) }, 5 * MINUTE);
    expect(after.candles.at(-1)).toMatchObject({ time: 5 * MINUTE, open: 110, high: 110, low: 90, close: 90 });
    expect(after.candles).toHaveLength(2);
  });

  it('start a bar when its time has come', () => {
    const after = growSeries(loaded, { barMs: MINUTE, candle: candle(10 * MINUTE, 95, 2) }, 5 * MINUTE);
    expect(after.candles.map((one) => one.time)).toEqual([0, 5 * MINUTE, 10 * MINUTE]);
    const then = growSeries(after, { barMs: MINUTE, candle: candle(11 * MINUTE, 97, 3) }, 5 * MINUTE);
    expect(then.candles.at(-1)).toMatchObject({ time: 10 * MINUTE, high: 97, low: 95, volume: 5 });
  });

  it('leave coarser and older frames alone', () => {
    expect(growSeries(loaded, { barMs: 60 * MINUTE, candle: candle(0, 1) }, 5 * MINUTE)).toBe(loaded);
    expect(growSeries(loaded, { barMs: MINUTE, candle: candle(2 * MINUTE, 1) }, 5 * MINUTE)).toBe(loaded);
  });

  it('notice bars that a fast tape left out', () => {
    expect(leavesGap(loaded, { candle: candle(9 * MINUTE, 1) }, 5 * MINUTE)).toBe(false);
    expect(leavesGap(loaded, { candle: candle(15 * MINUTE, 1) }, 5 * MINUTE)).toBe(true);
  });

  // lightweight-charts throws on times that repeat or go back.
  it('are cleaned before they are drawn', () => {
    const clean = cleanCandles([candle(2, 1), candle(1, 1), candle(2, 3), candle(3, Number.NaN)]);
    expect(clean.map((one) => [one.time, one.close])).toEqual([
      [1, 1],
      [2, 3],
    ]);
  });
});

describe('executions on the chart', () => {
  const fill = (instrument: string, quantity: string, at: number): Fill => ({
    trade: `${at}${quantity}`,
    venue: 'deribit-paper',
    account: 'options',
    instrument,
    order: null,
    quantity: decimal(quantity),
    price: decimal('1'),
    fee: decimal('0'),
    feeCurrency: 'BTC',
    liquidity: 'taker',
    cause: 'order',
    index: decimal('7900'),
    at,
  });

  it('are those of the underlying, whatever the instrument', () => {
    const fills = [
      'deribit-paper:BTC_USDC',
      'deribit-paper:BTC-27MAR20-6000-P',
      'hyperliquid-paper:BTC',
      'hyperliquid-paper:ETH',
    ];
    expect(
      fillsOf(
        fills.map((id) => fill(id, '1', 0)),
        'BTC',
      ),
    ).toHaveLength(3);
  });

  it('are gathered by bar and side, oldest first', () => {
    const fills = [
      fill('x:BTC', '-1', 7 * MINUTE),
      fill('x:BTC', '1', 6 * MINUTE),
      fill('x:BTC', '2', 6 * MINUTE),
      fill('x:BTC', '1', 1),
    ];
    expect(fillMarks(fills, 5 * MINUTE, MINUTE)).toEqual([
      { time: 5 * MINUTE, side: 'buy', count: 2 },
      { time: 5 * MINUTE, side: 'sell', count: 1 },
    ]);
  });

  it('are said in words for the table and the readout', () => {
    const marks = fillMarks([fill('x:BTC', '1', 1), fill('x:BTC', '1', 2), fill('x:BTC', '-1', 3)], MINUTE, 0);
    expect(markWords(marks, 0)).toBe('2 bought, 1 sold');
    expect(markWords(marks, MINUTE)).toBe('');
  });

  it('stand beside the liquidation prices', () => {
    expect(liquidationLevels([POOL])).toEqual([{ price: 6000, label: 'perps USDC liq' }]);
  });
});

describe('hedge', () => {
  const route = (total: number, unusable: string | null = null): HedgeRoute => ({
    instrument: `x:${total}`,
    account: 'perps',
    quantity: -1,
    expectedPrice: 7900,
    delta: -1,
    cost: { fee: 0, spread: 0, impact: 0, funding: 0, margin: 0, total },
    marginChangeUsd: 0,
    liquidationDistanceAfter: 0.2,
    unusable,
  });
  const proposal: HedgeProposal = {
    id: 'h1',
    underlying: 'BTC',
    reportSeq: 1,
    asOf: 0,
    current: 1.284,
    target: 0,
    band: 0.05,
    bandRule: 'fixed',
    ratio: 1,
    insideBand: false,
    due: { now: true, why: 'delta has left the band', lookAgainMs: 1_000 },
    routes: [route(10), route(12.5), route(1, 'stale quote')],
    chosen: 0,
    orders: [],
    before: { delta: 1.284, gamma: 0, vega: 0, liquidationDistance: 0.1 },
    after: { delta: 0, gamma: 0, vega: 0, liquidationDistance: 0.15 },
    doNothing: { dailySigmaUsd: 900, afterSigmaUsd: 20 },
    reasons: [],
  };

  it('takes the trader’s route only while it can be used', () => {
    expect(chosenRoute(proposal, 1)).toBe(1);
    expect(chosenRoute(proposal, 2)).toBe(0);
    expect(chosenRoute(proposal, 9)).toBe(0);
    expect(chosenRoute({ ...proposal, chosen: null }, null)).toBeNull();
  });

  it('says how far outside the band the delta is', () => {
    expect(outsideBy(proposal)).toBeCloseTo(1.234, 9);
    expect(outsideBy({ ...proposal, current: -0.04 })).toBeCloseTo(0, 12);
  });

  it('compares with the cheapest route that can be used', () => {
    expect(proposal.routes.map((one) => dearerBy(proposal.routes, one))).toEqual([0, 2.5, null]);
  });

  it('reckons the book after another route from the route itself', () => {
    expect(effectOf(proposal, 0)).toBe(proposal.after);
    expect(effectOf(proposal, 1)).toMatchObject({ delta: expect.closeTo(0.284, 9), liquidationDistance: 0.2 });
    expect(effectOf(proposal, null)).toBe(proposal.before);
  });

  it('moves the ratio by clean tenths inside its limits', () => {
    expect(stepRatio(0.7, 1)).toBe(0.8);
    expect(stepRatio(0.1, -1)).toBe(0.1);
    expect(stepRatio(1.5, 1)).toBe(1.5);
  });
});

describe('state of a panel that lives on the risk report', () => {
  const status = {
    session: 's',
    risk: { ageMs: 100, computeMs: 5 },
    tape: null,
    trading: { state: 'ACTIVE' as const, reason: '' },
  };
  const risk = {
    kind: 'risk' as const,
    seq: 1,
    asOf: 0,
    computeMs: 5,
    computedAt: 0,
    spot: {},
    exposures: [],
    pools: [],
    grids: [],
    ladders: [],
    payoffs: [],
    excluded: [],
  };

  it('waits, is empty without a session, and says what broke', () => {
    expect(riskPanelState('The map', null, status, null).kind).toBe('loading');
    expect(riskPanelState('The map', null, { ...status, session: null }, null).kind).toBe('empty');
    expect(riskPanelState('The map', null, status, { code: 'worker', message: 'gone' })).toMatchObject({
      kind: 'error',
      what: 'The map cannot be computed: gone',
    });
  });

  it('turns stale with the report’s age, but not while the tape stands still', () => {
    const old = { ...status, risk: { ageMs: 6_000, computeMs: 5 } };
    expect(riskPanelState('The map', risk, status, null).kind).toBe('ready');
    expect(riskPanelState('The map', risk, old, null).kind).toBe('stale');
    const tape = { id: 't', title: '', from: 0, to: 1, now: 0, speed: 1, paused: true, ended: false };
    expect(riskPanelState('The map', risk, { ...old, tape }, null).kind).toBe('ready');
  });
});
