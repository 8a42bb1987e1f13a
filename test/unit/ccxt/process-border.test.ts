// The border to ccxt's process: nothing is said to it before its key, the key crosses sealed, a process that ends or speaks
// nonsense takes everything asked of it with it, and the venue is stale until another one stands.
import { describe, expect, it } from 'vitest';
import { createBorrower, lendSecret } from '#main/keys/lent-secret.ts';
import type { FromHost } from '#main/venues/ccxt/border.ts';
import { type CcxtProcess, type LentKey, processBorder } from '#main/venues/ccxt/process-border.ts';
import { settle } from '#test/support/manual-clock.ts';

const OPENING = { exchange: 'okx', options: {}, endpoints: null, testnet: null, paced: false, tagHeaders: [] };
const SECRET = Buffer.from('the secret and its phrase');

/** A process whose words are the test's. */
function fakeProcess() {
  const heard: unknown[] = [];
  let [say, end] = [(_: unknown): void => undefined, (): void => undefined];
  let killed = false;
  const process: CcxtProcess = {
    send: (message) => heard.push(message),
    onMessage: (take) => {
      say = take;
    },
    onEnd: (tell) => {
      end = tell;
    },
    kill: () => {
      killed = true;
    },
  };
  return { process, heard, say: (word: unknown) => say(word), end: () => end(), killed: () => killed };
}

function desk(lend?: () => Promise<LentKey>) {
  const processes: ReturnType<typeof fakeProcess>[] = [];
  const told: FromHost[] = [];
  let lock = (): void => undefined;
  const border = processBorder({
    venue: 'okx-sim',
    spawn: () => {
      const one = fakeProcess();
      processes.push(one);
      return one.process;
    },
    lend:
      lend ??
      (async (recipient) => ({
        type: 'key',
        publicId: 'id',
        form: 'secret-and-password',
        lent: lendSecret(recipient, SECRET),
      })),
    onLocked: (act) => {
      lock = act;
      return () => undefined;
    },
  });
  border.listen((message) => told.push(message));
  return { border, processes, told, lock: () => lock() };
}

describe('the border to a process of ccxt', () => {
  it('starts it at the opening, gives it its key sealed, and only then says anything', async () => {
    const { border, processes } = desk();
    expect(processes).toHaveLength(0);
    border.send({ type: 'open', id: 1, opening: OPENING });
    const [one] = processes;
    expect(one?.heard).toEqual([]);
    const borrower = createBorrower();
    one?.say({ type: 'hello', recipient: borrower.recipient });
    await settle();
    const [key, opening] = (one?.heard ?? []) as [LentKey, unknown];
    expect(opening).toEqual({ type: 'open', id: 1, opening: OPENING });
    expect(JSON.stringify(key)).not.toContain(SECRET.toString());
    expect(borrower.open(key.lent)).toEqual(SECRET);
    // For nobody else.
    expect(() => createBorrower().open(key.lent)).toThrow('not sealed for this process');
  });

  it('tells what it asked for, and that it ended; another opening starts another one', async () => {
    const { border, processes, told } = desk();
    border.send({ type: 'open', id: 1, opening: OPENING });
    processes[0]?.say({ type: 'hello', recipient: createBorrower().recipient });
    await settle();
    processes[0]?.say({ type: 'answer', id: 1, value: true });
    processes[0]?.end();
    expect(told).toMatchObject([
      { type: 'answer', id: 1 },
      { type: 'ended', why: { code: 'host-ended' } },
    ]);
    // Nothing can have left: the order is refused, not unknown.
    border.send({ type: 'call', id: 2, method: 'createOrder', parameters: [] });
    await settle();
    expect(told.at(-1)).toMatchObject({ type: 'refusal', id: 2, failure: { kinds: ['NotSent'] } });
    border.send({ type: 'open', id: 3, opening: OPENING });
    expect(processes).toHaveLength(2);
    // What the first one still says is not heard.
    processes[0]?.say({ type: 'answer', id: 3, value: true });
    expect(told.filter((one) => one.type === 'answer')).toHaveLength(1);
  });

  it.each([
    ['an unknown word', { type: 'transfer', id: 1 }],
    ['a field too many', { type: 'answer', id: 1, value: 1, more: 2 }],
    ['no number', { type: 'answer', id: 'one', value: 1 }],
    ['nothing', null],
  ])('ends a process that says %s', (_, word) => {
    const { border, processes, told } = desk();
    border.send({ type: 'open', id: 1, opening: OPENING });
    processes[0]?.say(word);
    expect(processes[0]?.killed()).toBe(true);
    expect(told).toMatchObject([{ type: 'ended', why: { code: 'bad-message' } }]);
  });

  it('ends it when the vault is locked, and where the signer lends nothing', async () => {
    const locked = desk();
    locked.border.send({ type: 'open', id: 1, opening: OPENING });
    locked.lock();
    expect(locked.processes[0]?.killed()).toBe(true);
    expect(locked.told).toMatchObject([{ type: 'ended', why: { code: 'signer-locked' } }]);

    const refused = desk(async () => {
      throw new Error('the vault is locked');
    });
    refused.border.send({ type: 'open', id: 1, opening: OPENING });
    refused.processes[0]?.say({ type: 'hello', recipient: createBorrower().recipient });
    await settle();
    expect(refused.processes[0]?.killed()).toBe(true);
    expect(refused.told).toMatchObject([{ type: 'ended' }]);
    expect(refused.processes[0]?.heard).toEqual([]);
  });
});
