import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { hasDisplay } from './scripts/display.mjs';

const UNIT_FOLDERS = ['unit', 'property', 'golden', 'venues', 'migrations', 'replay'];

export default defineConfig({
  plugins: [react()],
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          environment: 'node',
          setupFiles: ['test/support/property-seed.ts'],
          // By default one core is left idle.
          maxWorkers: '100%',
          // Only against hanging for ever: a loaded machine is no failure.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          include: UNIT_FOLDERS.map((folder) => `test/${folder}/**/*.test.{ts,tsx}`),
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['test/e2e/**/*.test.ts'],
          setupFiles: ['test/support/own-display.ts'],
          // Windows on one display take the keyboard from each other: only with a display for each file two at a time.
          maxWorkers: hasDisplay() ? 1 : 2,
          // After the others where both are run at once.
          sequence: { groupOrder: 1 },
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
