// The WebAssembly in the tree is what its sources compile to: nobody can change one without the other.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { SIMD_MODULE, simdModule } from '#scripts/simd.mjs';

it('main/risk/simd-module.ts is what "node scripts/simd.mjs" writes', async () => {
  expect(readFileSync(SIMD_MODULE, 'utf8')).toBe(await simdModule());
});
