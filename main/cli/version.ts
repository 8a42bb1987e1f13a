import { readFileSync } from 'node:fs';
import { startKernel } from '#main/risk/simd.ts';
import { kernel } from '#shared/pricing/kernel/kernel.ts';
import { DONE, type Output } from './command.ts';

/** `keel --version`: the version, and which pricing kernel passed its self-test on this machine. */
export function version(output: Output): number {
  startKernel();
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  output.result(`keel ${manifest.version}`);
  output.result(`kernel ${kernel().name}`);
  return DONE;
}
