import { type Abi, type Hex, parseAbi, toFunctionSelector, toHex } from 'viem';
import type { Artifact } from './artifacts.ts';

const ABI = parseAbi([
  'function set(int256 answer)',
  'function latestAnswer() view returns (int256)',
  'function latestRoundData() view returns (uint80 round, int256 answer, uint256 started, uint256 updated, uint80 answered)',
  'function decimals() view returns (uint8)',
]);

const OPCODES = {
  STOP: 0x00,
  ADD: 0x01,
  EQ: 0x14,
  SHR: 0x1c,
  CALLDATALOAD: 0x35,
  CODECOPY: 0x39,
  TIMESTAMP: 0x42,
  MSTORE: 0x52,
  SLOAD: 0x54,
  SSTORE: 0x55,
  JUMPI: 0x57,
  JUMPDEST: 0x5b,
  DUP1: 0x80,
  RETURN: 0xf3,
  REVERT: 0xfd,
} as const;

/** A word: an opcode, a number to push in one byte, a selector to push in four, a label, or a jump's aim. */
type Word = keyof typeof OPCODES | number | Hex | `:${string}` | `@${string}`;

const widthOf = (word: Word): number => {
  if (typeof word === 'number' || word.startsWith('@')) return 2;
  return word.startsWith('0x') ? 5 : 1;
};

/** Machine code of a program shorter than 256 bytes. */
function assembled(program: readonly Word[]): Hex {
  const labels = new Map<string, number>();
  let at = 0;
  for (const word of program) {
    if (typeof word === 'string' && word.startsWith(':')) labels.set(word.slice(1), at);
    at += widthOf(word);
  }
  const byte = (value: number): string => toHex(value, { size: 1 }).slice(2);
  const code = program.map((word) => {
    if (typeof word === 'number') return `60${byte(word)}`;
    if (word.startsWith('@')) return `60${byte(labels.get(word.slice(1)) ?? 0)}`;
    if (word.startsWith(':')) return byte(OPCODES.JUMPDEST);
    if (word.startsWith('0x')) return `63${word.slice(2)}`;
    return byte(Object.entries(OPCODES).find(([name]) => name === word)?.[1] ?? OPCODES.STOP);
  });
  return `0x${code.join('')}`;
}

const answers = (name: string, at: string): Word[] => [
  'DUP1', toFunctionSelector(ABI.find((one) => one.name === name)!), 'EQ', `@${at}`, 'JUMPI',
]; // biome-ignore format: one glance
const load = (slot: number, at: number): Word[] => [slot, 'SLOAD', at, 'MSTORE'];

/** Storage: 0 the answer, 1 its time, 2 its round. */
const RUNTIME = assembled([
  0, 'CALLDATALOAD', 0xe0, 'SHR',
  ...answers('set', 'set'), ...answers('latestAnswer', 'answer'), ...answers('latestRoundData', 'round'),
  ...answers('decimals', 'decimals'), 0, 'DUP1', 'REVERT',
  ':set', 4, 'CALLDATALOAD', 0, 'SSTORE', 'TIMESTAMP', 1, 'SSTORE', 2, 'SLOAD', 1, 'ADD', 2, 'SSTORE', 'STOP',
  ':answer', ...load(0, 0), 0x20, 0, 'RETURN',
  ':round', ...load(2, 0), ...load(0, 0x20), ...load(1, 0x40), ...load(1, 0x60), ...load(2, 0x80), 0xa0, 0, 'RETURN',
  ':decimals', 8, 0, 'MSTORE', 0x20, 0, 'RETURN',
]); // biome-ignore format: one glance

const size = (RUNTIME.length - 2) / 2;
const CONSTRUCTOR: readonly Word[] = [size, 'DUP1', 11, 0, 'CODECOPY', 0, 'RETURN'];

/**
 * A price feed that can be set: what Chainlink's aggregators answer, with 8 decimals. Written in machine code, since the
 * protocols' packages hold none that changes and a compiler would be a dependency.
 */
export const FEED: Artifact & { readonly abi: typeof ABI & Abi } = {
  contractName: 'Feed',
  abi: ABI,
  bytecode: `${assembled(CONSTRUCTOR)}${RUNTIME.slice(2)}`,
};
