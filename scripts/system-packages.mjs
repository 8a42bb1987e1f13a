// What a bare Debian lacks: the shared libraries of Electron, Xvfb where there is no display, Redis for sweeps' queues.
import { existsSync } from 'node:fs';
import { run, say } from './checkout.mjs';
import { hasDisplay } from './display.mjs';

const LIBRARIES = ['libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1', 'libatk-bridge2.0-0'];
const VIRTUAL_DISPLAY = ['xvfb', 'xauth'];
const QUEUE = ['redis-server'];

/** Names of the packages that are not installed. Newer releases rename some of them with the suffix t64. */
async function missingPackages() {
  const wanted = [...LIBRARIES, ...QUEUE, ...(hasDisplay() ? [] : VIRTUAL_DISPLAY)];
  const names = wanted.flatMap((name) => [name, `${name}t64`]);
  // dpkg-query answers for those it knows and exits with 1 where it does not know them all.
  const query = ['-W', '-f', '$' + '{Package} $' + '{db:Status-Status}\n', ...names];
  const { text } = await run('dpkg-query', query, { output: 'capture' });
  const installed = new Set(
    text.split('\n').flatMap((line) => (line.endsWith(' installed') ? [line.split(' ')[0]] : [])),
  );
  return wanted.filter((name) => !installed.has(name) && !installed.has(`${name}t64`));
}

/** On Debian and its relatives: installs what is missing as root, and names it for everybody else. */
export async function installSystemPackages() {
  if (process.platform !== 'linux' || !existsSync('/usr/bin/dpkg-query')) return;
  const missing = await missingPackages();
  if (missing.length === 0) return;
  const command = `apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (process.getuid?.() !== 0) {
    say(`Electron (or the tests of sweep queues) need packages that are not installed. Run: sudo ${command}`);
    return;
  }
  say(`installing ${missing.join(', ')} …`);
  const options = { output: /** @type {const} */ ('capture'), env: { DEBIAN_FRONTEND: 'noninteractive' } };
  const update = await run('apt-get', ['update', '-qq'], options);
  const install = await run('apt-get', command.split(' ').slice(1), options);
  if (install.code !== 0) {
    say(
      `apt-get could not install them; Electron may not start, and queues cannot be tested.\n${update.text}${install.text}`,
    );
  }
}
