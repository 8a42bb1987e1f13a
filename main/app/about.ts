import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';
import type { AppDescription } from '#shared/ipc/contract.ts';

interface Manifest {
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

function manifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** Version, runtime, where things are kept, and the licences of what is bundled. */
export function describeApp(root: string, dataFolder: string): AppDescription {
  const own = manifest(root);
  const licences = Object.keys(own.dependencies ?? {}).map((name) => {
    const other = manifest(join(root, 'node_modules', name));
    return { name, version: other.version, licence: other.license ?? 'see package' };
  });
  return { version: app.getVersion() || own.version, electron: process.versions.electron ?? '', dataFolder, licences };
}
