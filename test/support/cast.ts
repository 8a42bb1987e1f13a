import { spawnSync } from 'node:child_process';
import type { Hex } from 'viem';
import { foundryPath } from './foundry.ts';

/** What Foundry's cast answers: bytes by an implementation that is not Keel's. Throws what it complains of. */
export function cast(...args: readonly string[]): Hex {
  const { stdout, stderr } = spawnSync(foundryPath('cast'), args, { encoding: 'utf8' });
  if (!stdout.startsWith('0x')) throw new Error(stderr);
  return `0x${stdout.trim().slice(2)}`;
}

export function calldata(signature: string, ...args: readonly string[]): Hex {
  return cast('calldata', signature, ...args);
}
