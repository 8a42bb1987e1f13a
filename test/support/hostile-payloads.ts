import { expect } from 'vitest';
import type { SeededStream } from '#shared/market/seeded.ts';
import { FaultError } from '#shared/units/result.ts';

const POISON: readonly unknown[] = [
  null,
  true,
  '',
  'NaN',
  '<img src=x onerror=alert(1)>',
  'BTC-1\u202EPETUAL',
  '__proto__',
  'x'.repeat(100_000),
  -1,
  0,
  1e308,
  -1e308,
  1e-308,
  0.1 + 0.2,
  Number.MAX_SAFE_INTEGER + 2,
  [],
  {},
  [[[[]]]],
  { length: -1 },
  Array.from({ length: 30 }, () => null),
];

/** One leaf or branch of a payload replaced, dropped, doubled or grafted elsewhere. */
export function mutated(sample: unknown, draw: SeededStream): unknown {
  const copy: unknown = structuredClone(sample);
  const places: (readonly [holder: object, key: string])[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const key of Object.keys(value)) {
      places.push([value, key]);
      walk(Reflect.get(value, key));
    }
  };
  walk(copy);
  for (let i = 0; i <= draw.uniform() * 3; i++) {
    const place = places[Math.floor(draw.uniform() * places.length)];
    if (place === undefined) return POISON[0];
    const [holder, key] = place;
    const other = places[Math.floor(draw.uniform() * places.length)] ?? place;
    const poison = POISON[Math.floor(draw.uniform() * POISON.length)];
    if (draw.uniform() < 0.2) Reflect.deleteProperty(holder, key);
    else
      Reflect.set(
        holder,
        key,
        draw.uniform() < 0.8 ? structuredClone(poison) : structuredClone(Reflect.get(other[0], other[1])),
      );
  }
  return copy;
}

/** True when a value holds a number that is none; what lies deeper than any payload goes is nobody's. */
function unsound(value: unknown, depth = 20): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  if (typeof value !== 'object' || value === null || depth === 0) return false;
  return Object.values(value).some((one) => unsound(one, depth - 1));
}

/** A sound value, or the one typed error of bounded length; anything else is thrown on. */
export function judged(read: () => unknown): 'read' | 'refused' {
  try {
    const value = read();
    if (unsound(value)) throw new Error(`unsound: ${JSON.stringify(value).slice(0, 300)}`);
    return 'read';
  } catch (thrown) {
    if (!(thrown instanceof FaultError) || thrown.fault.code !== 'bad-payload') throw thrown;
    expect(thrown.message.length).toBeLessThan(700);
    return 'refused';
  }
}
