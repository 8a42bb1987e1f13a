// Makes the checkout ready to run, with nothing but Node and npm on the machine. Quick when nothing is to be done.
import { pathToFileURL } from 'node:url';
import { buildIfStale } from './build.mjs';
import { runScript } from './checkout.mjs';
import { installDependencies } from './dependencies.mjs';
import { resolveElectron } from './electron-runtime.mjs';
import { installSystemPackages } from './system-packages.mjs';

/** Dependencies, Debian's packages and Electron; the build is the caller's. */
export async function setUp() {
  await installDependencies();
  await installSystemPackages();
  return await resolveElectron();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await runScript(async () => {
    await setUp();
    await buildIfStale();
    return 0;
  });
}
