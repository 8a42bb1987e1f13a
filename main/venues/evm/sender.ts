import type { Hex } from 'viem';
import type { Clock, TransactionLog } from '#main/engine/ports.ts';
import {
  advance,
  isSettled,
  type Transaction,
  type TransactionCall,
  type TransactionEvent,
} from '#shared/domain/transaction.ts';
import { ZERO } from '#shared/units/decimal.ts';
import { FaultError, fault, toFault, unwrap } from '#shared/units/result.ts';
import type { DurationMs } from '#shared/units/time.ts';
import type { ChainAccount } from './account.ts';
import { addressOf, asked, blockNow, type ChainLine, chainFault, isAnswer } from './chain.ts';
import { type Fee, type FeeMarket, firstFee, fromGasPrice, gasLimit, higherFee, toGasPrice } from './fees.ts';
import { findOut } from './finding.ts';
import { handOver, signed, signedAgain, unsignedBytes } from './sending.ts';

export interface SenderSetup {
  readonly line: ChainLine;
  readonly account: ChainAccount;
  readonly log: TransactionLog;
  readonly clock: Clock;
  /** A new id with each call: f(install, sequence). */
  readonly newId: () => string;
}

/**
 * Transactions of one account on one chain. Each is on disk before it is signed, and with its hash before the first byte
 * leaves; what has no answer is UNKNOWN until the chain itself says otherwise.
 */
export interface Sender {
  /** Not settled yet, lowest nonce first. */
  open(): readonly Transaction[];
  /** How many of their nonces the node does not know. Rejects where it does not answer. */
  missing(): Promise<number>;
  /**
   * Signs and sends once. Answers when the node has, or has not in time. Throws, with nothing recorded, what the contract
   * would refuse (`would-revert`), a node that does not answer (`chain`), what costs too much (`gas-cap`), and `nonce-gap`.
   * `asking` is given the very bytes to be signed and waited for first: where it rejects, the transaction is REJECTED.
   */
  send(call: TransactionCall, asking?: Asking): Promise<Transaction>;
  /** The same at a higher price, for one that is not mined. Throws `gas-cap`; the attempts before it stay out. */
  bump(id: string): Promise<Transaction>;
  /**
   * Uses up the nonce for nothing, at a higher price: whichever of the two is mined, the other is REPLACED. Once more: raises
   * the cancellation that is out. Throws `nonce-used` where one of them is mined.
   */
  cancel(id: string): Promise<Transaction>;
  /** Hands over the last attempt again, byte for byte: for one that a node lost. */
  resend(id: string): Promise<Transaction>;
  /** Asks the chain about all that is open, and answers with what is news. Without an answer nothing changes. */
  look(): Promise<readonly Transaction[]>;
  /** Looks until it is in a block, or settled for good; after `patience` answers with it as it is. */
  follow(id: string, until: 'mined' | 'settled', patience: DurationMs): Promise<Transaction>;
}

/** Asks whoever decides, with the unsigned bytes. */
export type Asking = (unsigned: Hex) => Promise<void>;

/** Gas of a transfer that carries nothing. */
const LEAST_GAS = 21_000n;

function dearest(fees: readonly Fee[]): Fee {
  return fees.reduce((most, one) => (one.most > most.most ? one : most), { most: 0n, tip: 0n });
}

export function createSender({ line, account, log, clock, newId }: SenderSetup): Sender {
  const { client, config } = line;
  const from = account.address;
  const known = new Map<string, Transaction>();
  let last: Promise<unknown> = Promise.resolve();

  /** One after the other: nonces are given out in order. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  };
  const keep = (transaction: Transaction): Transaction => {
    log.record(transaction);
    known.set(transaction.id, transaction);
    return transaction;
  };
  const move = (transaction: Transaction, event: TransactionEvent): Transaction =>
    keep(unwrap(advance(transaction, event, clock.now())));
  const open = (): readonly Transaction[] =>
    [...known.values()].filter((one) => !isSettled(one.state)).sort((a, b) => a.nonce - b.nonce);
  const named = (id: string): Transaction => {
    const found = known.get(id);
    if (found !== undefined && !isSettled(found.state)) return found;
    throw new FaultError(fault('unknown-transaction', `no transaction ${id} is open on ${config.chain}`, { id }));
  };
  const market = async (): Promise<FeeMarket> => {
    const [{ baseFee: base }, tip] = await Promise.all([blockNow(line), client.estimateMaxPriorityFeePerGas()]);
    return { base, tip };
  };

  async function estimate({ to, input, value, about }: TransactionCall): Promise<bigint> {
    try {
      const call = { account: from, to: addressOf(to), data: `0x${input.slice(2)}`, value: BigInt(value) } as const;
      return await client.estimateGas(call);
    } catch (thrown) {
      const unreached = chainFault(config, thrown);
      if (!isAnswer(thrown)) throw unreached;
      const { message } = unreached.fault;
      throw new FaultError(fault('would-revert', `${about} is not sent: ${message}`, { about }), { cause: thrown });
    }
  }

  /** The first nonce that the node has nothing for. */
  async function nodeNonce(): Promise<number> {
    const used = await client.getTransactionCount({ address: from, blockTag: 'latest' });
    const pending = await client.getTransactionCount({ address: from, blockTag: 'pending' });
    return Math.max(used, pending);
  }

  /** The next nonce. Throws where the node lacks one that ours wait for: what is sent now would wait as well. */
  async function nextNonce(): Promise<number> {
    const next = await nodeNonce();
    const ours = open().map((one) => one.nonce);
    if (ours.every((one) => one < next)) return next;
    const message = `${config.chain}: the node lacks nonce ${next}, which others of this account wait for: send it again first`;
    throw new FaultError(fault('nonce-gap', message, { missing: next }));
  }

  function prepared(call: TransactionCall, nonce: number, gas: bigint): Transaction {
    const at = clock.now();
    const empty = { attempts: [], inclusion: null, reason: null, createdAt: at, updatedAt: at };
    const own = { id: newId(), chain: config.chain, from, nonce, gas: Number(gas) };
    return keep({ ...call, ...own, ...empty, state: 'PREPARED' });
  }

  /** Signs at a fee, records the hash, and only then hands it over. */
  async function dispatch(transaction: Transaction, fee: Fee, asking?: Asking): Promise<Transaction> {
    let ready: Awaited<ReturnType<typeof signed>>;
    try {
      await asking?.(unsignedBytes(line, transaction, fee));
      ready = await signed(line, account, transaction, fee);
    } catch (thrown) {
      if (transaction.state !== 'PREPARED') throw thrown;
      return move(transaction, { type: 'rejected', reason: toFault(thrown, 'not-signed') });
    }
    const out = move(transaction, { type: 'signed', attempt: { hash: ready.hash, ...toGasPrice(fee) } });
    return answered(out, await handOver(line, ready, transaction.about));
  }

  /** A refusal ends what never left; one that follows an attempt that did says nothing of that one. */
  function answered(transaction: Transaction, event: TransactionEvent): Transaction {
    if (event.type !== 'rejected' || transaction.state === 'SIGNED') return move(transaction, event);
    throw new FaultError(event.reason);
  }

  async function lookAt(transaction: Transaction): Promise<readonly Transaction[]> {
    const news: Transaction[] = [];
    for (let now = transaction; !isSettled(now.state); ) {
      const event = await findOut(line, now);
      if (event === null) break;
      now = move(now, event);
      news.push(now);
      if (event.type === 'sent' || event.type === 'unknown') break;
    }
    return news;
  }

  /** Without an answer everything stays as it is, and is asked again. */
  const unanswered = (thrown: unknown): void => {
    if (!(thrown instanceof FaultError && thrown.fault.code === 'chain')) throw thrown;
  };
  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      const stop = clock.every(config.watchMs, () => {
        stop();
        resolve();
      });
    });

  // Nobody knows how far the last run came with what it had signed; what it had not cannot be out.
  for (const one of log.unsettled()) {
    known.set(one.id, one);
    if (one.state === 'PREPARED') {
      const reason = fault('never-signed', `${one.about}: the program ended before it was signed`);
      move(one, { type: 'rejected', reason });
    } else if (one.state === 'SIGNED') {
      const reason = fault('unanswered', `${one.about}: the program ended while it was sent`);
      move(one, { type: 'unknown', reason });
    }
  }

  const look: Sender['look'] = () =>
    inTurn(async () => {
      const news: Transaction[] = [];
      for (const one of open()) news.push(...(await lookAt(one)));
      return news;
    });

  return {
    open,
    missing: async () => {
      const last = open().at(-1)?.nonce;
      return last === undefined ? 0 : Math.max(last + 1 - (await asked(config, nodeNonce)), 0);
    },
    look,
    send: (call, asking) =>
      inTurn(async () => {
        const gas = gasLimit(await estimate(call), config.fees);
        const [now, nonce] = await asked(config, () => Promise.all([market(), nextNonce()]));
        const fee = unwrap(firstFee(now, gas, config.fees));
        return dispatch(prepared(call, nonce, gas), fee, asking);
      }),
    bump: (id) =>
      inTurn(async () => {
        const one = named(id);
        const before = one.attempts.at(-1);
        if (before === undefined || one.state === 'MINED') return one;
        const now = await asked(config, market);
        return dispatch(one, unwrap(higherFee(fromGasPrice(before), now, BigInt(one.gas), config.fees)));
      }),
    cancel: (id) =>
      inTurn(async () => {
        const { attempts, nonce, about } = named(id);
        if (attempts.length === 0) throw new FaultError(fault('never-signed', `${about} was never sent`));
        const used = await asked(config, () => client.getTransactionCount({ address: from, blockTag: 'latest' }));
        if (used > nonce) {
          const message = `nonce ${nonce} of ${config.chain} is used: there is nothing left to cancel of ${about}`;
          throw new FaultError(fault('nonce-used', message, { nonce }));
        }
        // At the same price it would be the same bytes as a cancellation that is out: that one is raised.
        const rivals = open().filter((one) => one.nonce === nonce);
        const before = dearest(rivals.flatMap((one) => one.attempts.map(fromGasPrice)));
        const fee = unwrap(higherFee(before, await asked(config, market), LEAST_GAS, config.fees));
        const nothing = { to: from, input: '0x', value: ZERO, about: `nothing, in the place of: ${about}` };
        const out = rivals.find((one) => one.to === from && one.input === '0x' && one.value === ZERO);
        return dispatch(out ?? prepared(nothing, nonce, LEAST_GAS), fee);
      }),
    resend: (id) =>
      inTurn(async () => {
        const one = named(id);
        return answered(one, await handOver(line, await signedAgain(line, account, one), one.about));
      }),
    follow: async (id, until, patience) => {
      const end = clock.now() + patience;
      for (;;) {
        await look().catch(unanswered);
        const found = known.get(id);
        if (found === undefined) throw new FaultError(fault('unknown-transaction', `no transaction ${id}`, { id }));
        const done = isSettled(found.state) || (until === 'mined' && found.state === 'MINED');
        if (done || clock.now() >= end) return found;
        await pause();
      }
    },
  };
}
