import type { HedgeProposal, HedgeRoute } from '#shared/control/proposal.ts';
import type { AlertsView } from '#shared/ipc/alerts.ts';
import type { AppDescription, SessionChoice, TapeChoice, TicketPreview } from '#shared/ipc/contract.ts';
import type { Candle } from '#shared/ipc/frames.ts';
import type { ProfileChoice, VaultDescription } from '#shared/ipc/vault.ts';
import type { RiskReport } from '#shared/risk/report.ts';
import { decimal } from '#shared/units/decimal.ts';
import { seeded } from './fake-market.ts';

export const TAPES: readonly TapeChoice[] = [
  {
    id: 'march-2020',
    title: 'Crash of March 2020',
    description:
      'Bitcoin halves within a day and a half; the book is short strangles, long coin, hedged with inverse futures.',
    from: Date.UTC(2020, 2, 12),
    to: Date.UTC(2020, 2, 14),
    startAt: Date.UTC(2020, 2, 12, 9),
    source: 'exchange trade records, one second bars',
  },
  {
    id: 'may-2021',
    title: 'Crash of 19 May 2021',
    description: 'From 43,000 to 30,000 and back to 38,000 in a few hours; funding turns and liquidations cascade.',
    from: Date.UTC(2021, 4, 19),
    to: Date.UTC(2021, 4, 20),
    startAt: Date.UTC(2021, 4, 19, 8),
    source: 'exchange trade records, one second bars',
  },
];

export const SESSIONS: readonly SessionChoice[] = [
  {
    id: 's-1',
    tape: 'march-2020',
    title: 'Crash of March 2020',
    startedAt: Date.UTC(2026, 10, 20, 18, 4),
    marketTime: Date.UTC(2020, 2, 12, 10, 41),
    fills: 17,
    live: false,
  },
];

export const PROFILES: readonly ProfileChoice[] = [
  {
    name: 'deribit-testnet',
    title: 'Deribit testnet',
    environment: 'PAPER',
    venues: [
      {
        venue: 'deribit-testnet',
        title: 'Deribit testnet',
        account: 'deribit-testnet',
        url: 'wss://test.deribit.com/ws/api/v2',
        key: { private: false, account: null },
      },
    ],
  },
];

export const ALERTS: AlertsView = {
  file: '/home/trader/keel/alerts.json',
  form: {
    least: 'watch',
    quietHours: null,
    repeatMs: 60_000,
    desktop: true,
    sound: true,
    channels: [{ kind: 'ntfy', name: 'phone', on: true, server: 'https://ntfy.sh', topic: 'my-desk' }],
  },
  problem: null,
  tests: null,
  history: null,
};

export const VAULT: VaultDescription = {
  file: '/home/trader/.config/keel/vault.json',
  state: 'locked',
  lockedBecause: 'idle',
  keys: [
    {
      id: '31d6fadd893a',
      venue: 'deribit-testnet',
      account: 'deribit-testnet',
      publicId: 'fK2hT9aQ',
      scopes: ['read', 'trade'],
      addedAt: Date.UTC(2026, 10, 20, 18, 4),
    },
  ],
  problem: null,
  keychain: 'off',
};

export const DESCRIPTION: AppDescription = {
  version: '0.1.0',
  electron: '33.2.1',
  dataFolder: '/home/trader/.config/keel',
  licences: [
    { name: 'react', version: '19.3.1', licence: 'MIT' },
    { name: 'flexlayout-react', version: '0.11.1', licence: 'MIT' },
    { name: 'lightweight-charts', version: '5.2.1', licence: 'Apache-2.0' },
    { name: '@fontsource-variable/inter', version: '5.3.0', licence: 'OFL-1.1' },
  ],
};

function route(report: RiskReport, share: number, more: Partial<HedgeRoute>): HedgeRoute {
  return {
    instrument: 'deribit-paper:BTC-PERPETUAL',
    account: 'options',
    quantity: Math.round((share * (report.spot.BTC ?? 0)) / 10) * 10,
    expectedPrice: (report.spot.BTC ?? 0) + 0.5,
    delta: share,
    cost: { fee: 4.69, spread: 0.4, impact: 2.1, funding: -1.12, margin: 0.6, total: 6.67 },
    marginChangeUsd: -214,
    liquidationDistanceAfter: 0.214,
    unusable: null,
    ...more,
  };
}

export function fakeProposal(report: RiskReport, underlying: string, ratio: number): HedgeProposal {
  const own = report.exposures.find((one) => one.by === 'underlying' && one.key === underlying);
  const current = own?.delta ?? 0;
  const share = -current * ratio;
  const routes = [
    route(report, share, {}),
    route(report, share, {
      instrument: 'hyperliquid-paper:BTC',
      account: 'perps',
      quantity: Math.round(share * 1000) / 1000,
      cost: { fee: 3.28, spread: 0.9, impact: 4.4, funding: 1.3, margin: 0.9, total: 10.78 },
    }),
    route(report, share, {
      instrument: 'deribit-paper:BTC-26JUN20',
      cost: { fee: 4.69, spread: 2.2, impact: 8.8, funding: 0, margin: 1.4, total: 17.09 },
    }),
    route(report, share, {
      instrument: 'deribit-paper:BTC_USDC-PERPETUAL',
      quantity: Math.round(share * 1000) / 1000,
      unusable: 'would need 3,120 USDC more margin than is free',
    }),
  ];
  const effect = { delta: current, gamma: own?.gamma ?? 0, vega: own?.vega ?? 0, liquidationDistance: 0.133 };
  return {
    id: `h-${report.seq}`,
    underlying,
    reportSeq: report.seq,
    asOf: report.asOf,
    current,
    target: 0,
    band: 0.35,
    bandRule: 'Whalley–Wilmott',
    ratio,
    insideBand: Math.abs(current) <= 0.35,
    due: { now: true, why: 'delta has left the band', lookAgainMs: 1_000 },
    routes,
    chosen: 0,
    orders: [
      {
        account: 'options',
        instrument: 'deribit-paper:BTC-PERPETUAL',
        side: share > 0 ? 'buy' : 'sell',
        quantity: decimal(Math.abs(routes[0]?.quantity ?? 0)),
        type: 'limit',
        limit: decimal('7292.5'),
        trigger: null,
        timeInForce: 'gtc',
        postOnly: true,
        reduceOnly: false,
      },
    ],
    before: effect,
    after: { ...effect, delta: current + share, liquidationDistance: 0.214 },
    doNothing: { dailySigmaUsd: 2841, afterSigmaUsd: 1190 },
    reasons: [
      'The inverse perpetual costs 6.67 USD in all; the next best, Hyperliquid BTC, 10.78 USD.',
      'It lowers the maintenance margin of the options pool by 214 USD.',
    ],
  };
}

export function fakePreview(line: string, report: RiskReport): TicketPreview {
  const bad = /\b(blargh|foo)\b/.exec(line);
  if (bad || line.trim() === '') {
    const problems = bad
      ? [
          {
            word: bad[0],
            from: bad.index,
            to: bad.index + bad[0].length,
            message: `“${bad[0]}” is no instrument, price or flag`,
          },
        ]
      : [];
    return {
      legs: [],
      problems,
      before: null,
      after: null,
      pools: [],
      feeUsd: 0,
      route: null,
      urgency: null,
      legRisk: null,
      passed: false,
    };
  }
  const own = report.exposures.find((one) => one.by === 'book');
  const before = {
    delta: own?.delta ?? 0,
    gamma: own?.gamma ?? 0,
    vega: own?.vega ?? 0,
    theta: own?.theta ?? 0,
    worstCellUsd: -48_200,
    nearestLiquidation: 0.133,
  };
  const pool = report.pools[0];
  return {
    legs: [
      {
        part: 0,
        routed: false,
        request: {
          account: 'options',
          instrument: 'deribit-paper:BTC-27MAR20-6000-P',
          side: line.trim().startsWith('sell') ? 'sell' : 'buy',
          quantity: decimal('5'),
          type: 'limit',
          limit: decimal('0.0290'),
          trigger: null,
          timeInForce: 'gtc',
          postOnly: false,
          reduceOnly: false,
        },
        name: 'BTC-27MAR20-6000-P',
        tick: decimal('0.0005'),
        lot: decimal('0.1'),
        priceCoin: 0.029,
        priceUsd: 211.6,
        vol: 1.1,
        bid: 0.0285,
        ask: 0.0295,
        mark: 0.0291,
        notionalUsd: 36_480,
        feeUsd: 10.9,
        checks: [
          { name: 'order notional', passed: true, text: '36,480 USD of 250,000' },
          { name: 'price collar', passed: true, text: '0.3 % from mark, at most 10 %' },
        ],
      },
    ],
    problems: [],
    before,
    after: {
      ...before,
      delta: before.delta + 1.1,
      vega: before.vega - 260,
      worstCellUsd: -61_900,
      nearestLiquidation: 0.118,
    },
    pools: pool ? [{ before: pool, after: { ...pool, ratio: pool.ratio * 1.08 } }] : [],
    feeUsd: 10.9,
    route: null,
    urgency: null,
    legRisk: line.includes(';') ? 'not atomic: one leg may fill alone' : null,
    passed: true,
  };
}

export function fakeCandles(barMs: number, count: number, end: number): readonly Candle[] {
  const random = seeded(11);
  let close = 7900;
  return Array.from({ length: count }, (_, index): Candle => {
    const open = close;
    close = open * Math.exp((random() - 0.505) * 0.004);
    const high = Math.max(open, close) * (1 + random() * 0.0015);
    const low = Math.min(open, close) * (1 - random() * 0.0015);
    const time = Math.floor(end / barMs) * barMs - (count - 1 - index) * barMs;
    return { time, open, high, low, close, volume: random() * 300 };
  });
}
