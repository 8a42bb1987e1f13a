// Writes THIRD-PARTY-NOTICES.md: the licences of every package that goes into the app. Run it after a dependency changes.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './checkout.mjs';

const INTRODUCTION = `# Third-party notices

Keel is built with the packages below, each under its own licence. Electron and Chromium carry their notices beside
their executable (LICENSE, LICENSES.chromium.html). Where market data in resources/ comes from is said in the README
of its folder.
`;

/** @typedef {{ path: string, version: string, license?: string }} Package */

/** Packages that are installed for the app itself, not for building or testing it. */
function bundledPackages() {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  return Object.entries(packages).flatMap(([path, { version, license, dev, optional }]) =>
    path === '' || dev || optional ? [] : [{ path, version, license }],
  );
}

/** @param {Package} entry */
function notice({ path, version, license }) {
  const folder = join(ROOT, path);
  const files = existsSync(folder)
    ? readdirSync(folder).filter((name) => /^(?:licen[cs]e|notice|copying)/i.test(name))
    : [];
  const texts = files.sort().map((name) => readFileSync(join(folder, name), 'utf8').trim());
  const heading = `## ${path.replace(/^.*node_modules\//, '')} ${version} (${license ?? 'see below'})`;
  return [heading, ...texts.map((text) => `\`\`\`text\n${text}\n\`\`\``)].join('\n\n');
}

const notices = bundledPackages().map(notice);
writeFileSync(join(ROOT, 'THIRD-PARTY-NOTICES.md'), `${[INTRODUCTION.trim(), ...notices].join('\n\n')}\n`);
