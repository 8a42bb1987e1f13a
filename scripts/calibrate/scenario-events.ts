/** Which events become scenario sets, over which hours, and from which series. */

export interface EventCut {
  readonly id: string;
  readonly title: string;
  readonly from: string;
  readonly to: string;
  readonly barHours: number;
  /** Series by underlying: `file` or `file#symbol`. */
  readonly spot: Readonly<Record<string, string>>;
  readonly collateral: Readonly<Record<string, string>>;
  readonly vol: 'dvol' | 'chains' | 'assumed';
  readonly description: string;
}

const SPOT = 'binance_spot_hourly_2020_2023';
const PERP = 'binance_perp_2024_2026';
const hourly = (...names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, `${SPOT}/${name}USDT_1h.csv.gz`]));
const perps = (file: string): Record<string, string> =>
  Object.fromEntries(
    ['BTC', 'ETH', 'SOL', 'BNB', 'XRP', 'DOGE', 'AVAX', 'LINK', 'ATOM', 'AAVE', 'ENA', 'HYPE'].map((name) => [
      name,
      `${PERP}/${file}#${name}USDT`,
    ]),
  );
const without = (series: Readonly<Record<string, string>>, name: string): Record<string, string> =>
  Object.fromEntries(Object.entries(series).filter(([key]) => key !== name));

const USDC = `${SPOT}/USDCUSDT_1h.csv`;
const UST = `${SPOT}/USTUSDT_1h.csv`;
const USDE = 'bybit_stablecoins_2025_2026/USDEUSDT_1h.csv';
const USDC_BYBIT = 'bybit_stablecoins_2025_2026/USDCUSDT_1h.csv';
const OLD = hourly('BTC', 'ETH', 'SOL', 'BNB', 'AAVE');

export const EVENTS: readonly EventCut[] = [
  {
    id: 'march-2020',
    title: '12–13 March 2020: Black Thursday',
    from: '2020-03-12T00:00:00Z',
    to: '2020-03-14T00:00:00Z',
    barHours: 1,
    spot: hourly('BTC'),
    collateral: {},
    vol: 'assumed',
    description: 'BTC loses half of its price within a day and a half; no option data of that time is at hand.',
  },
  {
    id: 'may-2021',
    title: '19 May 2021: the leverage flush',
    from: '2021-05-18T00:00:00Z',
    to: '2021-05-21T00:00:00Z',
    barHours: 1,
    spot: OLD,
    collateral: { USDC },
    vol: 'assumed',
    description: 'A fall and half of it back within four hours of 19 May.',
  },
  {
    id: 'luna-may-2022',
    title: '7–13 May 2022: UST and LUNA',
    from: '2022-05-07T00:00:00Z',
    to: '2022-05-13T00:00:00Z',
    barHours: 1,
    spot: { ...OLD, LUNA: `${SPOT}/LUNAUSDT_1h.csv.gz` },
    collateral: { UST, USDC },
    vol: 'assumed',
    description: 'UST loses its peg for good, LUNA nearly all of its price.',
  },
  {
    id: 'june-2022',
    title: '10–19 June 2022: lenders fail',
    from: '2022-06-10T00:00:00Z',
    to: '2022-06-19T00:00:00Z',
    barHours: 1,
    spot: OLD,
    collateral: { USDC },
    vol: 'assumed',
    description: 'A long fall with few rests: BTC below 18,000, ETH below 900.',
  },
  {
    id: 'ftx-november-2022',
    title: '6–11 November 2022: FTX',
    from: '2022-11-06T00:00:00Z',
    to: '2022-11-11T00:00:00Z',
    barHours: 1,
    spot: OLD,
    collateral: {},
    vol: 'dvol',
    description: 'An exchange fails; SOL falls furthest. USDC is not in the material for these days.',
  },
  {
    id: 'usdc-march-2023',
    title: '9–13 March 2023: USDC leaves its peg',
    from: '2023-03-09T00:00:00Z',
    to: '2023-03-13T00:00:00Z',
    barHours: 1,
    spot: OLD,
    collateral: { USDC },
    vol: 'dvol',
    description: 'USDC at 0.88 over a weekend; coins fall first and rise against it afterwards.',
  },
  {
    id: 'august-2024',
    title: '2–6 August 2024: the carry trade unwinds',
    from: '2024-08-02T00:00:00Z',
    to: '2024-08-06T00:00:00Z',
    barHours: 4,
    spot: without(perps('perp_4h.csv.gz'), 'HYPE'),
    collateral: {},
    vol: 'dvol',
    description: 'BTC below 49,000 on the morning of 5 August.',
  },
  {
    id: 'october-2025',
    title: '10–11 October 2025: the largest liquidation',
    from: '2025-10-10T00:00:00Z',
    to: '2025-10-12T00:00:00Z',
    barHours: 1,
    spot: perps('perp_1h.csv.gz'),
    collateral: { USDE, USDC: USDC_BYBIT },
    vol: 'dvol',
    description: 'Minutes of forced selling after 21:00: BTC minus a sixth, smaller coins minus half and more.',
  },
  {
    id: 'february-2026',
    title: '3–8 February 2026: the slide to 60,000',
    from: '2026-02-03T00:00:00Z',
    to: '2026-02-09T00:00:00Z',
    barHours: 1,
    spot: perps('perp_1h.csv.gz'),
    collateral: { USDC: USDC_BYBIT, USDE },
    vol: 'chains',
    description: 'Four days down and a rebound; vols of BTC and ETH as the option chains had them.',
  },
];

export const SOURCES: Readonly<Record<string, string>> = {
  [SPOT]:
    'Binance spot, 1 hour: https://github.com/zxcy652022/superdog-backtest-system1 commit 0f85fc2 (BTC), ' +
    'https://github.com/misrori/binance_startegy commit dbfa7fe (others)',
  [PERP]: 'Binance USD-M perpetuals: https://github.com/silertrades/gravestone-data commit e6c3307',
  bybit_stablecoins_2025_2026: 'Bybit spot, 1 hour: https://github.com/yili1992/stablecoin_arbi commit 6c3d7a3',
  dvol: 'Deribit DVOL, daily: https://github.com/kalyar197/eth-dashboard commit 7f581ec',
  chains:
    'Deribit option chains: https://github.com/znmahbub/SVCJ-Deribit-Inverse-Options-Pricer commit 516b0cb; ' +
    'only at-the-money vols relative to the first snapshot',
};
