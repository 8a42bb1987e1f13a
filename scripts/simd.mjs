// Compiles the SIMD kernel (shared/pricing/kernel/simd/*.as, AssemblyScript) into main/risk/simd-module.ts. Run it after
// a change there: node scripts/simd.mjs
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import asc from 'assemblyscript/asc';
import { ROOT, runScript, StepFailed } from './checkout.mjs';

const SOURCES = join(ROOT, 'shared', 'pricing', 'kernel', 'simd');
export const SIMD_MODULE = join(ROOT, 'main', 'risk', 'simd-module.ts');
const OPTIONS = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd'];

/** @returns {Promise<string>} the module in base64 */
async function compile() {
  /** @type {Uint8Array | null} */
  let built = null;
  const { error, stderr } = await asc.main(['index.ts', '--outFile', 'kernel.wasm', ...OPTIONS], {
    // The compiler looks for .ts, as which these files would be taken for TypeScript by everything else.
    readFile(name) {
      const file = join(SOURCES, name.replace(/\.ts$/, '.as'));
      return existsSync(file) ? readFileSync(file, 'utf8') : null;
    },
    writeFile(_name, content) {
      built = typeof content === 'string' ? null : content;
    },
    listFiles: () => [],
  });
  if (error || built === null) throw new StepFailed(`the SIMD kernel does not compile\n${stderr.toString()}`);
  return Buffer.from(built).toString('base64');
}

/** The text of main/risk/simd-module.ts as the sources want it. */
export async function simdModule() {
  return `// Written by scripts/simd.mjs from shared/pricing/kernel/simd/*.as; not to be edited.

/** WebAssembly with SIMD, in base64. */
export const SIMD =
  '${await compile()}';
`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await runScript(async () => {
    writeFileSync(SIMD_MODULE, await simdModule());
    return 0;
  });
}
