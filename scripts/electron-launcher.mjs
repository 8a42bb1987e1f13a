// Lies in resources/app of a runtime that has no default app: loads the app whose folder or file is the first
// argument that is not a flag, the way Electron's own default app does.
import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';

const position = process.argv.findIndex((argument, index) => index > 0 && !argument.startsWith('-'));
const given = process.argv[position];
if (position < 0 || given === undefined) {
  process.stderr.write('keel: no app to run: expected the path of its folder as the first argument\n');
  process.exit(2);
}
const path = resolve(given);
const isFolder = statSync(path).isDirectory();
const folder = isFolder ? path : dirname(path);
// Programs find the app's path at argv[1] whatever flags stand before it.
process.argv.splice(1, 0, ...process.argv.splice(position, 1));

/** Electron has these two for its default app and does not declare them. */
const launched = /** @type {Electron.App & { setVersion(version: string): void, setAppPath(path: string): void }} */ (
  app
);
let entry = path;
if (isFolder) {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  launched.setName(manifest.productName ?? manifest.name);
  launched.setVersion(manifest.version);
  entry = join(folder, manifest.main);
}
launched.setAppPath(folder);
// better-sqlite3 compiled for this runtime lies beside the executable; see main/store.
process.env.KEEL_SQLITE ??= join(dirname(process.execPath), 'node_modules', 'better-sqlite3');

try {
  // Awaited at the top level: `ready` waits for it, so that the app can still register its schemes.
  await import(pathToFileURL(entry).href);
} catch (error) {
  // Electron would show a box on the screen and wait; a start that failed must end.
  process.stderr.write(`keel: the app could not be loaded: ${error instanceof Error ? error.stack : error}\n`);
  process.exit(1);
}
