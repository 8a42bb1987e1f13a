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
  'x'.repeat(5_000),
  'Infinity',
  '-0',
  '1e400',
  '0x10',
  ' 1',
  '1,000',
  '9'.repeat(400),
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

/** What a venue's own words are kept as (`info`) may hold anything. */
function known(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('info' in value)) return value;
  const { info: _, ...rest } = value;
  return rest;
}

/** A text with some letters changed, dropped, doubled or cut off. */
export function spoiled(text: string, draw: SeededStream): string {
  let now = text;
  for (let i = 0; i <= draw.uniform() * 3; i++) {
    const [at, to] = [Math.floor(draw.uniform() * now.length), Math.floor(draw.uniform() * now.length)];
    const kind = draw.uniform();
    if (kind < 0.1) now = now.slice(0, at);
    else if (kind < 0.4) now = `${now.slice(0, at)}${now.slice(at + 1)}`;
    else if (kind < 0.7) now = `${now.slice(0, at)}${now[to] ?? '"'}${now.slice(at + 1)}`;
    else now = `${now.slice(0, at)}${now.slice(Math.min(at, to), to)}${now.slice(at)}`;
  }
  return now;
}

function sound(value: unknown): 'read' {
  if (unsound(known(value))) throw new Error(`unsound: ${JSON.stringify(value).slice(0, 300)}`);
  return 'read';
}

function refused(thrown: unknown, codes: readonly string[]): 'refused' {
  if (!(thrown instanceof FaultError) || !codes.includes(thrown.fault.code)) throw thrown;
  if (thrown.message.length >= 800) throw new Error(`a message of ${thrown.message.length} letters`);
  return 'refused';
}

/** A sound value, or the one typed error of bounded length; anything else is thrown on. */
export function judged(read: () => unknown): 'read' | 'refused' {
  let value: unknown;
  try {
    value = read();
  } catch (thrown) {
    return refused(thrown, ['bad-payload']);
  }
  return sound(value);
}

/** The same of what is answered later, with an error of one of these codes. */
export async function judgedLater(read: () => unknown, codes: readonly string[]): Promise<'read' | 'refused'> {
  let value: unknown;
  try {
    value = await read();
  } catch (thrown) {
    return refused(thrown, codes);
  }
  return sound(value);
}
