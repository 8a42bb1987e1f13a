// The resolver answers with the Electron it was told to use, knows its storage module, and fails in one line.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StepFailed } from '#scripts/checkout.mjs';
import { resolveElectron, runtimeEnvironment } from '#scripts/electron-runtime.mjs';

const EXECUTABLE = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' };
const executable = process.platform in EXECUTABLE ? EXECUTABLE[process.platform as 'win32'] : 'electron';

describe('resolveElectron with ELECTRON_OVERRIDE_DIST_PATH', () => {
  let folder = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'keel-electron-'));
    vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', folder);
  });

  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  const place = (name: string, content: string): void => {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), content);
  };

  it('takes that Electron with its version, and the storage module of the package', async () => {
    place(executable, '');
    place('version', 'v45.4.1\n');
    const runtime = await resolveElectron();
    expect(runtime).toEqual({ executable: join(folder, executable), version: '45.4.1', sqliteModulePath: null });
    expect(runtimeEnvironment(runtime).KEEL_SQLITE).toBeUndefined();
  });

  it('takes the storage module that was compiled for it where there is one', async () => {
    place(executable, '');
    place('node_modules/better-sqlite3/package.json', '{}');
    const runtime = await resolveElectron();
    expect(runtime.version).toBe('unknown');
    expect(runtimeEnvironment(runtime).KEEL_SQLITE).toBe(join(folder, 'node_modules', 'better-sqlite3'));
  });

  it('names the variable and the folder where it holds no Electron', async () => {
    await expect(resolveElectron()).rejects.toThrow(StepFailed);
    await expect(resolveElectron()).rejects.toThrow(`ELECTRON_OVERRIDE_DIST_PATH=${folder} holds no Electron`);
  });
});
