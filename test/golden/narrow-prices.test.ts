// Options with hours to go: their prices keep their digits, at the money and where they are 1e-10 of the forward.
import { expect, it } from 'vitest';
import { openSimdKernel } from '#main/risk/simd.ts';
import { allocateOptions } from '#shared/pricing/kernel/columns.ts';
import { TYPESCRIPT } from '#shared/pricing/kernel/kernel.ts';

/** right, forward, strike, years, vol, price: the closed formula in 60 digits (mpmath 1.3, erfc), rounded to a double. */
const REFERENCE = [
  ['call', 9250.0, 9250.0, 0.00011415525114155251, 0.2, 7.885507670215911],
  ['call', 60000.0, 60128.3492, 0.00011415525114155251, 0.2, 10.69347700276385],
  ['put', 100.0, 99.361, 0.00011415525114155251, 0.2, 8.141403599370944e-5],
  ['call', 3000.0, 3040.0102, 0.00011415525114155251, 0.2, 2.802427287180145e-10],
  ['call', 9250.0, 9267.8066, 0.00011415525114155251, 0.9, 27.32352487185768],
  ['put', 60000.0, 57183.4777, 0.00011415525114155251, 0.9, 3.011196944345695e-5],
  ['call', 100.0, 100.0032, 2.8538812785388127e-5, 0.6, 0.12628148526403885],
  ['call', 3000.0, 3058.2538, 2.8538812785388127e-5, 0.6, 1.5180766449297257e-9],
  ['put', 9250.0, 9056.3813, 0.0009132420091324201, 0.35, 0.8219549672609239],
  ['call', 60000.0, 62924.8335, 0.0009132420091324201, 0.35, 0.00045116386798240896],
  ['call', 100.0, 100.0, 0.0027397260273972603, 0.4, 0.8352484774713941],
  ['call', 3000.0, 3415.8331, 0.0027397260273972603, 0.4, 2.9103788584116787e-9],
  ['put', 9250.0, 7164.8898, 0.0027397260273972603, 0.8, 2.821877835624484e-8],
  ['call', 60000.0, 64311.6904, 0.00034246575342465754, 1.5, 3.4555174915756863],
  ['call', 100.0, 100.0773, 1.902587519025875e-6, 0.8, 0.01576595051983229],
  ['put', 3000.0, 2986.7875, 1.902587519025875e-6, 0.8, 2.3602109421994335e-5],
] as const;

it.each([TYPESCRIPT, openSimdKernel() ?? TYPESCRIPT])('$name prices them within 1e-13 of the price', (kernel) => {
  const options = allocateOptions(REFERENCE.length);
  REFERENCE.forEach(([right, forward, strike, years, vol], i) => {
    options.right[i] = right === 'call' ? 1 : -1;
    options.forward[i] = forward;
    options.strike[i] = strike;
    options.years[i] = years;
    options.vol[i] = vol;
  });
  const price = new Float64Array(REFERENCE.length);
  kernel.price(REFERENCE.length, options, price);
  REFERENCE.forEach((row, i) => {
    expect(Math.abs(price[i]! / row[5] - 1), `${row[0]} ${row[2]}`).toBeLessThan(1e-13);
  });
});
