import assert from 'node:assert/strict';
import { serializeTransaction } from 'viem';
import { openLine } from '#main/venues/evm/chain.ts';
import { createSender, type Sender } from '#main/venues/evm/sender.ts';
import { isSettled, type Transaction } from '#shared/domain/transaction.ts';
import { type SeededStream, seededStream } from '#shared/market/seeded.ts';
import { decimal } from '#shared/units/decimal.ts';
import { FaultError } from '#shared/units/result.ts';
import { createManualClock } from '#test/support/manual-clock.ts';
import { configOf, type MemoryLog, memoryLog } from './bench.ts';
import { createFakeChain, type FakeChain, REVERTS } from './fake-chain.ts';

const STEPS = 30;
/** A block with so many on top, and itself, is for good: reorganisations are shallower. */
const CONFIRMATIONS = 3;
const OWNER = '0x00000000000000000000000000000000000000a1';
const OTHER = '0x00000000000000000000000000000000000000b2';
/** Signs as a key would, the same bytes each time; nobody looks at the signature. */
const ACCOUNT = {
  address: OWNER,
  signTransaction: async (transaction: Parameters<typeof serializeTransaction>[0]) =>
    serializeTransaction(transaction, { r: `0x${'01'.repeat(32)}`, s: `0x${'02'.repeat(32)}`, yParity: 0 }),
} as const;

export interface Scene {
  readonly chain: FakeChain;
  readonly log: MemoryLog;
  readonly draw: SeededStream;
  sender: Sender;
}

export function openScene(seed: number): Scene {
  const chain = createFakeChain();
  const log = memoryLog();
  const draw = seededStream(seed, 53);
  return { chain, log, draw, sender: senderOf(chain, log) };
}

function senderOf(chain: FakeChain, log: MemoryLog): Sender {
  let count = log.recorded.length;
  return createSender({
    line: openLine(configOf('http://chain.test', { confirmations: CONFIRMATIONS }), chain.fetchFn),
    account: ACCOUNT,
    log,
    clock: createManualClock(1e12),
    newId: () => `t-${++count}`,
  });
}

/** What cannot be done is a fault and nothing else. */
async function attempted(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (thrown) {
    if (!(thrown instanceof FaultError)) throw thrown;
  }
}

function any({ sender, draw }: Scene): string {
  const open = sender.open();
  return open[Math.floor(draw.uniform() * open.length)]?.id ?? 'none';
}

const DEEDS: Readonly<Record<string, (scene: Scene) => Promise<unknown>>> = {
  send: ({ sender }) => sender.send({ to: OTHER, input: '0x', value: decimal(1), about: 'a gift' }),
  'send what reverts': ({ sender }) => sender.send({ to: OTHER, input: REVERTS, value: decimal(1), about: 'a call' }),
  look: ({ sender }) => sender.look(),
  bump: (scene) => scene.sender.bump(any(scene)),
  cancel: (scene) => scene.sender.cancel(any(scene)),
  resend: (scene) => scene.sender.resend(any(scene)),
  mine: async ({ chain }) => chain.mine(),
  reorg: async ({ chain, draw }) => chain.reorg(1 + Math.floor(draw.uniform() * 2), draw.uniform() < 0.3),
  forget: async ({ chain }) => chain.forget(),
  'use the nonce elsewhere': async ({ chain }) => chain.spendElsewhere(),
  'swallow answers': async ({ chain }) => chain.swallow(1),
  'rate limit': async ({ chain, draw }) => chain.fail(429, 1 + Math.floor(draw.uniform() * 3)),
  'break down': async ({ chain, draw }) =>
    chain.fail(draw.uniform() < 0.5 ? 503 : 0, 1 + Math.floor(draw.uniform() * 3)),
  restart: async (scene) => {
    scene.sender = senderOf(scene.chain, scene.log);
  },
};

/** Looks, sends again what is not known and mines until nothing is open. */
async function settle({ chain, sender }: Scene): Promise<void> {
  chain.clear();
  for (let i = 0; i < 40 && sender.open().length > 0; i++) {
    await sender.look();
    for (const one of sender.open()) {
      // One whose nonce is used is not sent again but asked about once more.
      const lost = one.state === 'REORGED' || (one.state === 'UNKNOWN' && one.reason?.code !== 'nonce-used');
      if (lost) await attempted(sender.resend(one.id));
    }
    // The other wallet sends again what a reorganisation took from it.
    while (chain.count < (sender.open()[0]?.nonce ?? 0)) chain.spendElsewhere();
    chain.mine();
  }
}

/** What the chain says a transaction came to. */
function truthOf(chain: FakeChain, { nonce, attempts }: Transaction): readonly string[] {
  const used = chain.used(nonce);
  if (used === undefined) return ['REJECTED'];
  if (!attempts.some((one) => one.hash === used.hash)) return ['REPLACED', 'REJECTED'];
  return [used.reverts ? 'REVERTED' : 'CONFIRMED'];
}

function checkScene({ chain, log, sender }: Scene): void {
  assert.deepEqual(
    sender.open().map((one) => `${one.id} ${one.state}`),
    [],
    'nothing is open',
  );
  const latest = new Map<string, Transaction>();
  for (const one of log.recorded) {
    const before = latest.get(one.id);
    assert.ok(before === undefined || !isSettled(before.state), `${one.id}: ${before?.state} is for good`);
    latest.set(one.id, one);
  }
  for (const one of latest.values())
    assert.ok(truthOf(chain, one).includes(one.state), `${one.id} is ${one.state}, not ${truthOf(chain, one)}`);
  const done = [...latest.values()].filter((one) => one.state === 'CONFIRMED' || one.state === 'REVERTED');
  assert.equal(new Set(done.map((one) => one.nonce)).size, done.length, 'a nonce is used once');
}

/** States that were met. */
export type Met = Record<string, number>;

/**
 * Transactions under seeded reorganisations, lost answers and nodes that break down, with programs that start anew: in the
 * end each is what the chain says, once, and nothing that was for good changed.
 */
export async function rehearseChain(seed: number, met: Met): Promise<void> {
  const scene = openScene(seed);
  const names = Object.keys(DEEDS);
  const steps: string[] = [];
  try {
    for (let i = 0; i < STEPS; i++) {
      const name = names[Math.floor(scene.draw.uniform() * names.length)] ?? 'look';
      steps.push(name);
      const deed = DEEDS[name]?.(scene);
      if (deed !== undefined) await attempted(deed);
    }
    await settle(scene);
    checkScene(scene);
  } catch (failed) {
    throw new Error(`seed ${seed}: ${String(failed)}\n${steps.join('\n')}`, { cause: failed });
  }
  for (const { state } of scene.log.recorded) met[state] = (met[state] ?? 0) + 1;
}
