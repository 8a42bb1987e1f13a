// Every package that goes into the app is named, in its version, in the notices that go with it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '#scripts/checkout.mjs';

interface LockedPackage {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
}

it('has the notice of every bundled package: if not, run npm run notices', () => {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Readonly<Record<string, LockedPackage>>;
  };
  const bundled = Object.entries(lock.packages)
    .filter(([path, entry]) => path !== '' && !entry.dev && !entry.optional)
    .map(([path, entry]) => `${path.replace(/^.*node_modules\//, '')} ${entry.version}`);
  const noticed = readFileSync(join(ROOT, 'THIRD-PARTY-NOTICES.md'), 'utf8').match(/(?<=^## )\S+ \S+/gm);
  expect(noticed).toEqual(bundled);
});
