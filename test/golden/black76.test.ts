import { describe, expect, it } from 'vitest';
import { type Black76Terms, black76, coinGreeks, type OptionGreeks } from '#shared/pricing/black76.ts';
import { unwrap } from '#shared/units/result.ts';

const NAMES = ['price', 'delta', 'gamma', 'vega', 'theta', 'rho', 'vanna', 'volga', 'charm'] as const;

interface Golden {
  /** right, forward, strike, years, vol, rate */
  readonly terms: readonly [Black76Terms['right'], number, number, number, number, number];
  /** In the order of NAMES. */
  readonly greeks: readonly number[];
}

/** Source: the closed formulas evaluated in 60 digits (mpmath 1.3, erfc), rounded to doubles. */
const REFERENCE: readonly Golden[] = [
  {
    terms: ['call', 100.0, 100.0, 1.0, 0.2, 0.0],
    greeks: [
      7.965567455405797, 0.539827837277029, 0.019847627373850586, 39.69525474770118, -3.969525474770118,
      -7.965567455405797, 0.19847627373850588, -1.984762737385059, -0.01984762737385059,
    ],
  },
  {
    terms: ['put', 100.0, 100.0, 1.0, 0.2, 0.0],
    greeks: [
      7.965567455405797, -0.460172162722971, 0.019847627373850586, 39.69525474770118, -3.969525474770118,
      -7.965567455405797, 0.19847627373850588, -1.984762737385059, -0.01984762737385059,
    ],
  },
  {
    terms: ['call', 9250.0, 10000.0, 0.25, 0.65, 0.02],
    greeks: [
      898.2115470885617, 0.46682001762888015, 0.00013164768875209432, 1830.417122438299, -2361.5780282280175,
      -224.55288677214043, 0.24499835054059607, 87.68251002961105, -0.3091614553501973,
    ],
  },
  {
    terms: ['put', 9250.0, 10000.0, 0.25, 0.65, 0.02],
    greeks: [
      1644.4709064830733, -0.5281924615638022, 0.00013164768875209432, 1830.417122438299, -2346.6528410401274,
      -411.11772662076834, 0.24499835054059607, 87.68251002961105, -0.32906170493405096,
    ],
  },
  {
    terms: ['call', 9250.0, 20000.0, 0.019178082191780823, 0.9, 0.0],
    greeks: [
      8.002552372504257e-8, 4.547154275735481e-10, 2.4769597098875393e-12, 3.6580538373060037e-6, -8.58336203967873e-5,
      -1.5347360714391726e-9, 1.9828342014071666e-8, 0.00015556237134908366, -4.65257882258753e-7,
    ],
  },
  {
    terms: ['put', 9250.0, 4000.0, 0.019178082191780823, 1.1, 0.0],
    greeks: [
      2.9513307029296583e-6, -1.206625799145669e-8, 4.922671704205362e-11, 8.885506718414383e-5, -0.002548236391030982,
      -5.660086279591126e-8, -3.4222501708475543e-7, 0.0024459351964686, 9.814524597109237e-6,
    ],
  },
  {
    terms: ['call', 9250.0, 9250.0, 1.902587519025875e-6, 0.8, 0.0],
    greeks: [
      4.072059219231112, 0.5002201113091477, 0.03908462579348775, 5.090073507542307, -1070137.0542256946,
      -7.747449047243363e-6, 0.0002751391085158004, -1.9368620652748503e-6, -57.845246174361876,
    ],
  },
  {
    terms: ['put', 9250.0, 9300.0, 0.00011415525114155251, 2.5, 0.0],
    greeks: [
      125.83823040436165, -0.5747446626232736, 0.001586234379545029, 38.73349860154725, -424131.8096869424,
      -0.014365094795018452, 0.03373295555349886, 0.6283174465901188, -369.3758633108125,
    ],
  },
  {
    terms: ['call', 40000.0, 80000.0, 2.0, 0.7, 0.05],
    greeks: [
      6756.576894825971, 0.3788591987570255, 8.926131933158738e-6, 19994.53553027557, -3161.214873056926,
      -13513.153789651942, 0.6034815902870203, 7005.461919236588, -0.08666631836237726,
    ],
  },
  {
    terms: ['put', 40000.0, 80000.0, 2.0, 0.7, 0.05],
    greeks: [
      42950.07361626435, -0.5259782192789341, 8.926131933158738e-6, 19994.53553027557, -1351.5400369850067,
      -85900.1472325287, 0.6034815902870203, 7005.461919236588, -0.13190818926417525,
    ],
  },
  {
    terms: ['call', 1.5, 1.0, 0.5, 3.0, -0.02],
    greeks: [
      1.1612916898644283, 0.9036699737122671, 0.057847688812641865, 0.19523594974266628, -0.6089336830252875,
      -0.5806458449322142, 0.05335104021510945, -0.07083591288624932, -0.1781265201195737,
    ],
  },
  {
    terms: ['put', 60000.0, 1000.0, 10.0, 1.2, 0.03],
    greeks: [
      522.9585982714143, -0.0010805915769470681, 1.5477225809627376e-8, 668.6161549759026, -24.42821135041173,
      -5229.585982714143, 0.0024033465248692854, -1357.2111877146397, -0.00017661853880056915,
    ],
  },
  {
    terms: ['call', 60000.0, 59999.5, 1e-5, 0.05, 0.0],
    greeks: [
      4.039938341017288, 0.5210479569014123, 0.04199366780377889, 75.58860204680201, -188971.50511700503,
      -4.039938341017289e-5, -0.4193085227666115, 4.1993923267931255, 1048.2713069165288,
    ],
  },
  {
    terms: ['put', 5000.0, 6000.0, 0.0027397260273972603, 2.0, 0.0],
    greeks: [
      1009.4580911691844, -0.9544172834800633, 0.00018297394633163215, 25.064924155018105, -9148.697316581609,
      -2.765638605942971, 0.08590672928529351, 37.979817045171366, -31.35595618913213,
    ],
  },
];

function greeksOf([right, forward, strike, years, vol, rate]: Golden['terms']): OptionGreeks {
  return unwrap(black76({ right, forward, strike, years, vol, rate }));
}

/** The largest value each figure takes over forwards, as a scale for its error. */
function scales([, forward, strike, years, vol]: Golden['terms']): readonly number[] {
  const root = Math.sqrt(years);
  const most = Math.max(forward, strike);
  return [
    most,
    1,
    1 / (forward * vol * root),
    forward * root,
    (forward * vol) / root,
    most * years,
    1 / vol,
    (forward * root) / vol,
    1 / years,
  ];
}

describe('Black (1976) against 60-digit values', () => {
  it.each(REFERENCE)('agrees for $terms', ({ terms, greeks }) => {
    const found = greeksOf(terms);
    const scale = scales(terms);
    NAMES.forEach((name, i) => {
      expect(Math.abs(found[name] - greeks[i]!) / scale[i]!, name).toBeLessThan(1e-14);
    });
  });
});

describe('Black (1976) against published examples', () => {
  it("prices Haug's future on oil", () => {
    // E. G. Haug, The Complete Guide to Option Pricing Formulas, 2nd ed., Black-76 example: 1.7011 for both rights.
    expect(greeksOf(['call', 19, 19, 0.75, 0.28, 0.1]).price).toBeCloseTo(1.7011, 4);
    expect(greeksOf(['put', 19, 19, 0.75, 0.28, 0.1]).price).toBeCloseTo(1.7011, 4);
  });

  it("has Haug's deltas of an option on a future", () => {
    // Same book, chapter on Greeks, delta example: 0.5946 and −0.3566.
    expect(greeksOf(['call', 105, 100, 0.5, 0.36, 0.1]).delta).toBeCloseTo(0.5946, 4);
    expect(greeksOf(['put', 105, 100, 0.5, 0.36, 0.1]).delta).toBeCloseTo(-0.3566, 4);
  });
});

describe('the coin view of an inverse option', () => {
  it('is worth V/F coin and takes the premium off the delta', () => {
    const greeks = greeksOf(['call', 100, 100, 1, 0.2, 0]);
    const coin = coinGreeks(greeks, 100);
    expect(coin.price).toBeCloseTo(0.07965567455405798, 15);
    expect(coin.delta).toBeCloseTo(0.539827837277029 - 0.07965567455405798, 15);
  });
});
