// Transactions on a real node: each state is reached by what really leads to it, what is signed was recorded before, and
// nothing but the chain's own word ends one whose answer was lost.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encodeFunctionData, type Hex, keccak256, parseAbi, parseTransaction, parseUnits } from 'viem';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChainAccount } from '#main/venues/evm/account.ts';
import type { TransactionCall } from '#shared/domain/transaction.ts';
import { decimal, ZERO } from '#shared/units/decimal.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { type Anvil, startAnvil } from './evm/anvil.ts';
import { type Bench, configOf, courseOf, memoryLog, openBench } from './evm/bench.ts';
import { type Clients, clientsOf, createDeployer, type Deployed } from './evm/deployer.ts';
import { FEED } from './evm/feed.ts';
import { OTHER, OWNER, TRADER } from './evm/local-chain.ts';

/** What only a node of this kind understands. */
interface Plain {
  readonly Method: 'anvil_reorg';
  readonly Parameters: readonly unknown[];
  readonly ReturnType: null;
}

const LONG = 60_000;
const GWEI = 10n ** 9n;

let anvil: Anvil;
let clients: Clients;
let feed: Deployed;

const sendEther = (about = 'a gift'): TransactionCall => ({ to: OTHER.address, input: '0x', value: decimal(1), about });
/** A call to a contract that knows no such function: it reverts. */
const refused = (): TransactionCall => ({
  to: feed.address,
  input: encodeFunctionData({ abi: parseAbi(['function nothing()']), functionName: 'nothing' }),
  value: ZERO,
  about: 'nothing',
});
const mine = (blocks = 1) => clients.control.mine({ blocks });
const automine = (on: boolean) => clients.control.setAutomine(on);

// Gas prices and what waits in the node outlive a snapshot: a node for each test.
beforeEach(async () => {
  anvil = await startAnvil();
  clients = clientsOf(anvil.url);
  feed = await createDeployer(clients, OWNER.address).deploy(FEED);
});
afterEach(() => anvil.stop());

const bench = (more = {}, log = memoryLog()): Bench => openBench(configOf(anvil.url, more), TRADER, log);

describe('a transaction that goes well', () => {
  it('is recorded before it is signed, with its hash before it leaves, and confirmed at its depth', async () => {
    await automine(false);
    const { sender, log } = bench({ confirmations: 3 });
    const sent = await sender.send(sendEther());
    expect(courseOf(log, sent.id)).toEqual(['PREPARED', 'SIGNED', 'SENT']);
    expect(log.recorded[0]).toMatchObject({ attempts: [], nonce: 0, from: TRADER.address });
    const [attempt] = sent.attempts;
    expect(await clients.reader.getTransaction({ hash: `0x${attempt!.hash.slice(2)}` })).toMatchObject({ nonce: 0 });
    await mine();
    expect((await sender.follow(sent.id, 'mined', LONG)).state).toBe('MINED');
    await mine();
    expect(await sender.look()).toEqual([]);
    await mine();
    const done = await sender.follow(sent.id, 'settled', LONG);
    expect(done).toMatchObject({ state: 'CONFIRMED', reason: null, inclusion: { succeeded: true } });
    expect(sender.open()).toEqual([]);
    expect(await clients.reader.getBalance({ address: OTHER.address })).toBe(parseUnits('10000', 18) + 1n);
  });

  it('goes out in order of nonces, many at once', async () => {
    await automine(false);
    const { sender } = bench();
    const all = await Promise.all([1, 2, 3, 4].map((n) => sender.send(sendEther(`gift ${n}`))));
    expect(all.map((one) => one.nonce)).toEqual([0, 1, 2, 3]);
    await mine();
    const news = await sender.look();
    expect(news.filter((one) => one.state === 'CONFIRMED')).toHaveLength(4);
  });

  it('leaves nothing where it cannot be recorded', async () => {
    const broken = { recorded: [], unsettled: () => [], record: () => { throw new Error('disk full'); } }; // biome-ignore format: one glance
    const { sender } = bench({}, broken);
    await expect(sender.send(sendEther())).rejects.toThrow('disk full');
    expect(await clients.reader.getTransactionCount({ address: TRADER.address, blockTag: 'pending' })).toBe(0);
  });

  it('keeps two chains apart', async () => {
    const second = await startAnvil(['--chain-id', '10']);
    try {
      const other = openBench(configOf(second.url, { chain: 'second', chainId: 10 }), TRADER);
      const here = bench();
      const [a, b] = await Promise.all([here.sender.send(sendEther()), other.sender.send(sendEther())]);
      expect([a.chain, a.nonce, b.chain, b.nonce]).toEqual(['local', 0, 'second', 0]);
      expect((await other.sender.follow(b.id, 'settled', LONG)).state).toBe('CONFIRMED');
      expect(a.attempts[0]?.hash).not.toBe(b.attempts[0]?.hash);
    } finally {
      await second.stop();
    }
  });
});

describe('a transaction that is asked about', () => {
  const code = (one: { readonly reason: { readonly code: string } | null }) => one.reason?.code;

  it('is REJECTED where the answer is no, with nothing signed and its nonce free', async () => {
    const { sender, log } = bench();
    const no = async () => { throw new FaultError(fault('not-confirmed', 'refused')); }; // biome-ignore format: one glance
    const refusedOne = await sender.send(sendEther(), no);
    expect([refusedOne.state, code(refusedOne)]).toEqual(['REJECTED', 'not-confirmed']);
    expect(courseOf(log, refusedOne.id)).toEqual(['PREPARED', 'REJECTED']);
    expect(await clients.reader.getTransactionCount({ address: TRADER.address, blockTag: 'pending' })).toBe(0);
    expect((await sender.send(sendEther())).nonce).toBe(0);
  });

  it('is shown as the very bytes that are signed then', async () => {
    const { sender } = bench();
    const seen: Hex[] = [];
    const sent = await sender.send(sendEther(), async (unsigned) => void seen.push(unsigned));
    const [bytes] = seen;
    const raw = await TRADER.signTransaction(parseTransaction(bytes!));
    expect(keccak256(raw)).toBe(sent.attempts[0]?.hash);
  });

  it('does not leave where the account signs another one than was shown', async () => {
    const other: ChainAccount = {
      address: TRADER.address,
      signTransaction: (one) => TRADER.signTransaction({ ...one, value: 10n ** 18n }),
    };
    const { sender } = openBench(configOf(anvil.url), other);
    const sent = await sender.send(sendEther());
    expect([sent.state, code(sent)]).toEqual(['REJECTED', 'signature']);
  });
});

describe('a transaction that the contract refuses', () => {
  it('is not sent where that is known before', async () => {
    const { sender, log } = bench();
    await expect(sender.send(refused())).rejects.toMatchObject({ fault: { code: 'would-revert' } });
    expect(log.recorded).toEqual([]);
  });

  it('is REVERTED, with the reason, where it came to be so on the way', async () => {
    await automine(false);
    const { sender } = bench();
    const code = await clients.reader.getCode({ address: feed.address });
    await clients.control.setCode({ address: feed.address, bytecode: '0x00' });
    const sent = await sender.send(refused());
    await clients.control.setCode({ address: feed.address, bytecode: code ?? '0x' });
    await mine();
    const done = await sender.follow(sent.id, 'settled', LONG);
    expect(done).toMatchObject({ state: 'REVERTED', inclusion: { succeeded: false }, reason: { code: 'reverted' } });
    expect(Number(done.inclusion?.cost)).toBeGreaterThan(0);
  });
});

describe('gas', () => {
  it('is not paid above the cap, per unit or for the whole', async () => {
    await clients.control.setNextBlockBaseFeePerGas({ baseFeePerGas: 400n * GWEI });
    await mine();
    const { sender, log } = bench();
    await expect(sender.send(sendEther())).rejects.toMatchObject({ fault: { code: 'gas-cap' } });
    const fees = { ...configOf('').fees, mostPerGas: 10_000n * GWEI, mostPerTransaction: GWEI };
    await expect(bench({ fees }).sender.send(sendEther())).rejects.toMatchObject({ fault: { code: 'gas-cap' } });
    expect(log.recorded).toEqual([]);
  });

  it('spikes: one that waits is raised, and the dearer attempt is the one that counts', async () => {
    await automine(false);
    const { sender, log } = bench();
    const sent = await sender.send(sendEther());
    await clients.control.setNextBlockBaseFeePerGas({ baseFeePerGas: 100n * GWEI });
    await mine();
    await sender.look();
    expect(sender.open()).toHaveLength(1);
    const raised = await sender.bump(sent.id);
    expect(raised.attempts.map((one) => Number(one.most) > 100e9)).toEqual([false, true]);
    await mine();
    const done = await sender.follow(sent.id, 'settled', LONG);
    expect(done).toMatchObject({
      state: 'CONFIRMED',
      nonce: sent.nonce,
      inclusion: { hash: raised.attempts[1]?.hash },
    });
    expect(courseOf(log, sent.id).filter((one) => one === 'CONFIRMED')).toHaveLength(1);
    expect(await clients.reader.getBalance({ address: OTHER.address })).toBe(parseUnits('10000', 18) + 1n);
  });

  it('is not raised above the cap: the attempt that is out stays out', async () => {
    await automine(false);
    const { sender } = bench();
    const sent = await sender.send(sendEther());
    await clients.control.setNextBlockBaseFeePerGas({ baseFeePerGas: 400n * GWEI });
    await mine();
    await expect(sender.bump(sent.id)).rejects.toMatchObject({ fault: { code: 'gas-cap' } });
    expect(sender.open()).toMatchObject([{ id: sent.id, state: 'SENT', attempts: { length: 1 } }]);
  });
});

describe('a nonce', () => {
  it('that is cancelled goes to one of two: the other is REPLACED', async () => {
    await automine(false);
    const { sender } = bench();
    const sent = await sender.send(sendEther());
    const nothing = await sender.cancel(sent.id);
    expect(nothing.nonce).toBe(sent.nonce);
    await mine(2);
    expect((await sender.follow(nothing.id, 'settled', LONG)).state).toBe('CONFIRMED');
    expect(await sender.follow(sent.id, 'settled', LONG)).toMatchObject({
      state: 'REPLACED',
      reason: { code: 'replaced' },
    });
    expect(await clients.reader.getBalance({ address: OTHER.address })).toBe(parseUnits('10000', 18));
  });

  it('that another wallet used is REPLACED, once that is buried', async () => {
    await automine(false);
    const { sender } = bench({ confirmations: 3 });
    const sent = await sender.send(sendEther());
    const [attempt] = sent.attempts;
    await clients.sender.sendTransaction({
      account: TRADER,
      nonce: 0,
      to: OWNER.address,
      maxFeePerGas: BigInt(attempt!.most) * 2n,
      maxPriorityFeePerGas: BigInt(attempt!.tip) * 2n,
    });
    await mine();
    expect((await sender.look()).map((one) => one.state)).toEqual(['UNKNOWN']);
    await mine(2);
    expect((await sender.look()).map((one) => one.reason?.code)).toEqual(['nonce-used']);
    expect((await sender.follow(sent.id, 'settled', LONG)).state).toBe('REPLACED');
  });

  it('that a node lost holds up what comes after it until it is sent again', async () => {
    await automine(false);
    const { sender } = bench();
    const first = await sender.send(sendEther('first'));
    const second = await sender.send(sendEther('second'));
    expect(await sender.missing()).toBe(0);
    await clients.control.dropTransaction({ hash: `0x${first.attempts[0]!.hash.slice(2)}` });
    const lost = await sender.look();
    expect(lost[0]).toMatchObject({ id: first.id, state: 'UNKNOWN', reason: { code: 'dropped' } });
    expect(await sender.missing()).toBe(2);
    await expect(sender.send(sendEther('third'))).rejects.toMatchObject({ fault: { code: 'nonce-gap' } });
    const again = await sender.resend(first.id);
    expect(again).toMatchObject({ state: 'SENT', attempts: first.attempts });
    // This node forgets what waited for it as well.
    for (const one of lost.slice(1)) await sender.resend(one.id);
    expect(await sender.missing()).toBe(0);
    await mine();
    expect((await sender.follow(second.id, 'settled', LONG)).state).toBe('CONFIRMED');
    expect((await sender.follow(first.id, 'settled', LONG)).state).toBe('CONFIRMED');
  });
});

describe('a block that goes', () => {
  it('takes what was in it back, which is mined again and counted once', async () => {
    const { sender, log } = bench({ confirmations: 3 });
    const sent = await sender.send(sendEther());
    expect((await sender.follow(sent.id, 'mined', LONG)).state).toBe('MINED');
    await clients.control.request<Plain>({ method: 'anvil_reorg', params: [1, []] });
    const news = await sender.look();
    expect(news[0]).toMatchObject({ state: 'REORGED', inclusion: null, reason: { code: 'reorged' } });
    const now = sender.open()[0]!;
    if (now.state === 'UNKNOWN') await sender.resend(sent.id);
    await mine(3);
    const done = await sender.follow(sent.id, 'settled', LONG);
    expect(done.state).toBe('CONFIRMED');
    expect(courseOf(log, sent.id).filter((one) => one === 'MINED')).toHaveLength(2);
    expect(await clients.reader.getBalance({ address: OTHER.address })).toBe(parseUnits('10000', 18) + 1n);
  });
});

/** A way to the node that swallows answers: what is asked arrives, what is said does not. */
async function openGate(): Promise<{
  readonly url: string;
  readonly server: Server;
  swallow: string | null;
  down: boolean;
}> {
  const gate = { url: '', server: createServer(), swallow: null as string | null, down: false };
  gate.server.on('request', (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      if (gate.down) return void request.socket.destroy();
      const init = { method: 'POST', body, headers: { 'content-type': 'application/json' } };
      void fetch(anvil.url, init).then(async (answer) => {
        const text = await answer.text();
        if (gate.swallow !== null && body.includes(gate.swallow)) request.socket.destroy();
        else response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text);
      });
    });
  });
  await new Promise<void>((resolve) => gate.server.listen(0, '127.0.0.1', resolve));
  gate.url = `http://127.0.0.1:${(gate.server.address() as AddressInfo).port}`;
  return gate;
}

describe('an answer that never comes', () => {
  it('leaves a transaction UNKNOWN, however often nobody answers, until the chain says that it is there', async () => {
    const gate = await openGate();
    try {
      const { sender, log } = openBench(configOf(gate.url), TRADER);
      await automine(false);
      gate.swallow = 'eth_sendRawTransaction';
      const sent = await sender.send(sendEther());
      expect(sent).toMatchObject({ state: 'UNKNOWN', reason: { code: 'unanswered' } });
      gate.down = true;
      await expect(sender.look()).rejects.toMatchObject({ fault: { code: 'chain' } });
      expect((await sender.follow(sent.id, 'settled', 50)).state).toBe('UNKNOWN');
      gate.down = false;
      expect((await sender.look()).map((one) => one.state)).toEqual(['SENT']);
      await mine();
      expect((await sender.follow(sent.id, 'settled', LONG)).state).toBe('CONFIRMED');
      expect(courseOf(log, sent.id)).toEqual(['PREPARED', 'SIGNED', 'UNKNOWN', 'SENT', 'MINED', 'CONFIRMED']);
    } finally {
      gate.server.closeAllConnections();
      gate.server.close();
    }
  });

  it('stays UNKNOWN where the node knows nothing of it, and is sent again byte for byte', async () => {
    const { sender } = bench();
    const gone = openBench(configOf('http://127.0.0.1:9'), TRADER);
    await expect(gone.sender.send(sendEther())).rejects.toMatchObject({ fault: { code: 'chain' } });
    expect(gone.log.recorded).toEqual([]);
    await automine(false);
    const sent = await sender.send(sendEther());
    await clients.control.dropTransaction({ hash: `0x${sent.attempts[0]!.hash.slice(2)}` });
    for (let times = 0; times < 3; times++) await sender.look();
    await mine(5);
    await sender.look();
    expect(sender.open()).toMatchObject([{ id: sent.id, state: 'UNKNOWN' }]);
    expect((await sender.resend(sent.id)).attempts).toEqual(sent.attempts);
    await mine();
    expect((await sender.follow(sent.id, 'settled', LONG)).state).toBe('CONFIRMED');
  });
});

describe('a program that ended', () => {
  it('goes on with what was out, and closes what was never signed', async () => {
    await automine(false);
    const first = bench();
    const sent = await first.sender.send(sendEther());
    const cut = (state: string) =>
      first.log.recorded.slice(0, first.log.recorded.findIndex((one) => one.state === state) + 1);
    const unsigned = bench({}, memoryLog(cut('PREPARED')));
    expect(unsigned.log.recorded.at(-1)).toMatchObject({ state: 'REJECTED', reason: { code: 'never-signed' } });
    const later = bench({}, memoryLog(cut('SIGNED')));
    expect(later.sender.open()).toMatchObject([{ id: sent.id, state: 'UNKNOWN' }]);
    await mine();
    expect((await later.sender.follow(sent.id, 'settled', LONG)).state).toBe('CONFIRMED');
  });
});
