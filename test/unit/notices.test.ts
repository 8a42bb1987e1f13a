// Everything of others that goes into the app, packages and market data, is named in the notices that go with it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '#scripts/checkout.mjs';

interface LockedPackage {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
}

/** "NAME VERSION", or the file of a licence that came with data. */
function noticed(): readonly string[] {
  const text = readFileSync(join(ROOT, 'THIRD-PARTY-NOTICES.md'), 'utf8');
  return (text.match(/^## .*$/gm) ?? []).map((line) => line.slice(3).replace(/ \(.*$/, ''));
}

it('has the licence of every market data excerpt that came with one', () => {
  const files = readdirSync(join(ROOT, 'resources'), { recursive: true, encoding: 'utf8' });
  const kept = files.filter((name) => name.includes('LICENSE')).map((name) => `resources/${name}`);
  expect(kept.length).toBeGreaterThan(0);
  expect(noticed().filter((one) => one.startsWith('resources/'))).toEqual(kept.sort());
});

it('has the notice of every bundled package: if not, run npm run notices', () => {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Readonly<Record<string, LockedPackage>>;
  };
  const bundled = Object.entries(lock.packages)
    .filter(([path, entry]) => path !== '' && !entry.dev && !entry.optional)
    .map(([path, entry]) => `${path.replace(/^.*node_modules\//, '')} ${entry.version}`);
  expect(noticed().filter((one) => !one.startsWith('resources/'))).toEqual(bundled);
});
