// Writes THIRD-PARTY-NOTICES.md: the licences of every package and of the market data that go into the app. Run it after
// one of them changes.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './checkout.mjs';

const INTRODUCTION = `# Third-party notices

Keel is built with the packages below, each under its own licence. Electron and Chromium carry their notices beside
their executable (LICENSE, LICENSES.chromium.html). Where market data in resources/ comes from is said in the README
of its folder; licences that came with it stand at the end.
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

/** Licences that came with market data, by the file they are kept in. */
function dataNotices() {
  const files = readdirSync(join(ROOT, 'resources'), { recursive: true, encoding: 'utf8' });
  return files
    .filter((name) => /licen[cs]e[^/\\]*\.txt$/i.test(name))
    .sort()
    .map((name) => {
      const text = readFileSync(join(ROOT, 'resources', name), 'utf8').trim();
      return `## resources/${name.replaceAll('\\', '/')} (market data)\n\n\`\`\`text\n${text}\n\`\`\``;
    });
}

const notices = [...bundledPackages().map(notice), ...dataNotices()];
writeFileSync(join(ROOT, 'THIRD-PARTY-NOTICES.md'), `${[INTRODUCTION.trim(), ...notices].join('\n\n')}\n`);
