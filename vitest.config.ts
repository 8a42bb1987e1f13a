import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

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
          // One Electron at a time: the tests share a display, the keyboard focus and two cores.
          maxWorkers: 1,
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
