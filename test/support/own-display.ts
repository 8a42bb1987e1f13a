import { afterAll } from 'vitest';
import { openDisplay } from '#scripts/display.mjs';

// Each file of the end-to-end tests has a display of its own, with its keyboard focus and clipboard; on a desk with a
// display all take that.
const display = await openDisplay();
Object.assign(process.env, display.env);
afterAll(() => display.stop());
