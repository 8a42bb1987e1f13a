import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

// The oldest runtime that the app starts on is Electron 33: Node 20.18 and Chromium 130.
const NODE_TARGET = 'node20.18';
const CHROME_TARGET = 'chrome130';

const from = (path: string): string => resolve(import.meta.dirname, path);

export default defineConfig({
  main: {
    build: {
      outDir: 'out',
      target: NODE_TARGET,
      // Everything is bundled but the storage driver, which main/store picks when it knows the runtime.
      externalizeDeps: false,
      rolldownOptions: {
        // The last two would speed ws up where they are installed; it does without them.
        external: ['better-sqlite3', 'bufferutil', 'utf-8-validate'],
        input: {
          'main/index': from('main/app/index.ts'),
          'main/risk-worker': from('main/risk/worker.ts'),
          'main/signer': from('main/keys/signer-process.ts'),
          'main/ccxt-host': from('main/session/ccxt/host-process.ts'),
          'cli/keel': from('main/cli/keel.ts'),
        },
        output: {
          format: 'es',
          entryFileNames: '[name].js',
          // One folder deep like the entries: a path relative to import.meta.url means the same in all of them.
          chunkFileNames: 'chunks/[name]-[hash].js',
        },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      target: NODE_TARGET,
      // A sandboxed preload is one CommonJS file that can require nothing but electron.
      externalizeDeps: false,
      isolatedEntries: true,
      rolldownOptions: {
        input: { index: from('main/app/preload.ts'), passphrase: from('main/keys/passphrase-preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'renderer',
    plugins: [react()],
    build: {
      outDir: 'out/renderer',
      target: CHROME_TARGET,
      minify: true,
      // The content security policy allows fonts and pictures from the app's own scheme only, not from data: addresses.
      assetsInlineLimit: 0,
      rolldownOptions: { input: { index: from('renderer/index.html'), passphrase: from('renderer/passphrase.html') } },
    },
  },
});
