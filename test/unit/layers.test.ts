// The layering and determinism rules of biome.json are real: each forbidden line is an error, each allowed one passes.
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '#scripts/checkout.mjs';

const IMPORTS = 'lint/style/noRestrictedImports';
const PLUGIN = 'plugin';
const importing = (what: string): string => `import { x } from '${what}'; export const y = x;`;
const evaluating = (what: string): string => `export const y = ${what};`;

const FORBIDDEN: readonly (readonly [file: string, source: string, rule: string])[] = [
  ['shared/units/a.ts', importing('#shared/domain/order.ts'), IMPORTS],
  ['shared/domain/a.ts', importing('#shared/market/quote.ts'), IMPORTS],
  ['shared/market/a.ts', importing('#shared/pricing/black.ts'), IMPORTS],
  ['shared/pricing/a.ts', importing('#shared/risk/report.ts'), IMPORTS],
  ['shared/risk/a.ts', importing('#shared/control/hedge/band.ts'), IMPORTS],
  ['shared/control/a.ts', importing('#shared/ipc/contract.ts'), IMPORTS],
  ['shared/units/b.ts', importing('node:fs'), IMPORTS],
  ['shared/risk/b.ts', importing('node:fs/promises'), IMPORTS],
  ['shared/ipc/a.ts', importing('electron'), IMPORTS],
  ['shared/ipc/b.ts', importing('#main/engine/ports.ts'), IMPORTS],
  ['shared/pricing/b.ts', importing('../units/decimal.ts'), IMPORTS],
  ['renderer/app/a.ts', importing('#main/engine/ports.ts'), IMPORTS],
  ['renderer/app/b.ts', importing('node:path'), IMPORTS],
  ['renderer/app/c.ts', importing('electron'), IMPORTS],
  ['main/engine/a.ts', importing('#main/store/journal.ts'), IMPORTS],
  ['main/engine/b.ts', importing('node:fs'), IMPORTS],
  ['main/engine/c.ts', importing('electron'), IMPORTS],
  ['main/venues/a.ts', importing('#main/store/journal.ts'), IMPORTS],
  ['main/store/a.ts', importing('#main/app/index.ts'), IMPORTS],
  ['main/store/b.ts', importing('electron'), IMPORTS],
  ['main/risk/a.ts', importing('#main/cli/keel.ts'), IMPORTS],
  ['main/ipc/a.ts', importing('#main/app/windows.ts'), IMPORTS],
  ['main/cli/a.ts', importing('#main/app/windows.ts'), IMPORTS],
  ['main/cli/b.ts', importing('electron'), IMPORTS],
  ['main/session/a.ts', importing('#main/app/windows.ts'), IMPORTS],
  ['main/replay/a.ts', importing('#main/session/session.ts'), IMPORTS],
  ['main/app/a.ts', importing('#renderer/app/root.tsx'), IMPORTS],
  ['main/app/b.ts', importing('#test/support/electron.ts'), IMPORTS],
  ['test/unit/a.ts', importing('../support/electron.ts'), IMPORTS],
  ['shared/units/c.ts', evaluating('Date.now()'), PLUGIN],
  ['shared/risk/c.ts', evaluating('new Date()'), PLUGIN],
  ['shared/pricing/c.ts', evaluating('Math.random()'), PLUGIN],
  ['main/engine/d.ts', evaluating('performance.now()'), PLUGIN],
  ['main/engine/e.ts', evaluating('crypto.randomUUID()'), PLUGIN],
  ['main/venues/paper/a.ts', evaluating('[1].map(Math.random)'), PLUGIN],
  ['main/store/c.ts', 'export const y = (x: any): unknown => x;', 'lint/suspicious/noExplicitAny'],
];

const ALLOWED: readonly (readonly [file: string, source: string])[] = [
  ['shared/control/ok.ts', importing('#shared/risk/report.ts')],
  ['shared/ipc/ok.ts', importing('#shared/control/hedge/band.ts')],
  ['renderer/app/ok.ts', importing('#shared/ipc/contract.ts')],
  ['main/engine/ok.ts', importing('#shared/domain/order.ts')],
  ['main/engine/ok-ports.ts', importing('#main/engine/ports.ts')],
  ['main/store/ok.ts', importing('node:fs')],
  ['main/store/ok-ports.ts', importing('#main/engine/ports.ts')],
  ['main/app/ok.ts', importing('electron')],
  ['main/app/ok-store.ts', importing('#main/store/journal.ts')],
  ['main/session/ok.ts', importing('#main/store/journal.ts')],
  ['main/cli/ok.ts', importing('#main/store/journal.ts')],
  ['shared/units/ok-date.ts', evaluating('new Date(0).toISOString()')],
  ['main/app/ok-clock.ts', evaluating('Date.now()')],
];

interface Diagnostic {
  readonly category: string;
  readonly severity: string;
  readonly location: { readonly path: string };
}

describe('lint rules', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keel-layers-'));
  let errors: readonly Diagnostic[] = [];

  beforeAll(() => {
    copyFileSync(join(ROOT, 'biome.json'), join(folder, 'biome.json'));
    cpSync(join(ROOT, 'scripts', 'lint'), join(folder, 'scripts', 'lint'), { recursive: true });
    for (const [file, source] of [...FORBIDDEN, ...ALLOWED]) {
      mkdirSync(join(folder, dirname(file)), { recursive: true });
      writeFileSync(join(folder, file), source);
    }
    const biome = join(ROOT, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
    const args = [biome, 'lint', '--vcs-enabled=false', '--reporter=json', '--max-diagnostics=none', '.'];
    const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: readonly Diagnostic[] };
    errors = diagnostics.filter((one) => one.severity === 'error');
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  const rulesBroken = (file: string): string[] =>
    errors.filter((one) => one.location.path === file).map((one) => one.category);

  it.each(FORBIDDEN)('forbids in %s: %s', (file, _source, rule) => {
    expect(rulesBroken(file)).toEqual([rule]);
  });

  it.each(ALLOWED)('allows in %s: %s', (file) => {
    expect(rulesBroken(file)).toEqual([]);
  });
});
