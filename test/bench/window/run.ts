import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { ROOT } from '#scripts/checkout.mjs';
import { machineSwitches, resolveElectron, runtimeEnvironment } from '#scripts/electron-runtime.mjs';
import type { Job } from './job.ts';

const FOLDER = join(ROOT, '.cache', 'bench', 'window');
const PAGES = join(FOLDER, 'pages');
const OUT = join(ROOT, 'out');
const FIGURES = 'figures: ';

async function bundle(input: string, outDir: string, target: string): Promise<void> {
  await build({
    configFile: false,
    root: import.meta.dirname,
    logLevel: 'error',
    build: {
      outDir,
      target,
      emptyOutDir: false,
      minify: false,
      ssr: target.startsWith('node'),
      rolldownOptions: {
        input: join(import.meta.dirname, input),
        external: ['electron'],
        output: { format: 'es', entryFileNames: '[name].js' },
      },
    },
    ssr: { noExternal: true },
  });
}

function page(title: string, script: string | null): string {
  const tag = script === null ? '' : `<script type="module" src="./${script}"></script>`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title></head><body>${tag}</body></html>`;
}

let bundled: Promise<void> | null = null;

/** Builds the bench window's own main process and pages beside a copy of the product's page. Once a run. */
function prepare(): Promise<void> {
  bundled ??= (async () => {
    rmSync(FOLDER, { recursive: true, force: true });
    mkdirSync(PAGES, { recursive: true });
    cpSync(join(OUT, 'renderer'), PAGES, { recursive: true });
    await bundle('main.ts', FOLDER, 'node20.18');
    await bundle('snapshot-page.ts', PAGES, 'chrome130');
    writeFileSync(join(PAGES, 'empty.html'), page('Empty', null));
    writeFileSync(join(PAGES, 'snapshot.html'), page('Snapshot', 'snapshot-page.js'));
    writeFileSync(
      join(FOLDER, 'package.json'),
      JSON.stringify({ name: 'keel-bench', version: '0.0.0', type: 'module', main: 'main.js' }),
    );
  })();
  return bundled;
}

/** Runs a job in a fresh Electron and answers its figures. Needs a display and a built out/. */
export async function runInWindow<T>(job: Job): Promise<T> {
  await prepare();
  const runtime = await resolveElectron();
  const profile = mkdtempSync(join(tmpdir(), 'keel-bench-'));
  const own = [`--out=${OUT}`, `--pages=${PAGES}`, `--job=${JSON.stringify(job)}`];
  const args = [FOLDER, ...machineSwitches(), '--log-level=3', `--user-data-dir=${profile}`, ...own];
  const child = spawn(runtime.executable, args, {
    env: { ...process.env, ...runtimeEnvironment(runtime) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [output, complaints] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    complaints += chunk.toString();
  });
  try {
    const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
    const line = output.split('\n').find((one) => one.startsWith(FIGURES));
    if (line === undefined) throw new Error(`the bench window ended with ${code}: ${complaints.slice(-1_000)}`);
    return JSON.parse(line.slice(FIGURES.length)) as T;
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
  }
}
