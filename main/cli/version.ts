import { readFileSync } from 'node:fs';
import { exactKernel, fastestKernel } from '#main/risk/kernels.ts';
import { DONE, type Output } from './command.ts';

/** `keel --version`: the version, and the pricing kernels that passed their self-test on this machine. */
export function version(output: Output): number {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  output.result(`keel ${manifest.version}`);
  output.result(`kernel: ${fastestKernel().name} for files, ${exactKernel().name} for sessions`);
  return DONE;
}
