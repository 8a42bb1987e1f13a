import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Builds the renderer on its fixture, for pictures and browser tests; the product never contains it. */
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  cacheDir: '../../../.cache/vite-fixture',
  plugins: [react()],
  worker: { format: 'es' },
  build: {
    assetsInlineLimit: 0,
    outDir: '../../../.cache/renderer-fixture',
    emptyOutDir: true,
    target: 'chrome130',
    sourcemap: false,
  },
});
