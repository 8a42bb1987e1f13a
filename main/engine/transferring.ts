import type { Mandate } from '#shared/domain/automation.ts';
import type { Transfer, TransferRequest } from '#shared/domain/transfer.ts';
import { isDollar } from '#shared/risk/assemble.ts';
import { type Decimal, decimal } from '#shared/units/decimal.ts';
import { fail, fault, ok, type Result } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { answerOf, type Core, raiseAlarm, venueOfAccount } from './core.ts';
import { judgeTransfer, type TransferContext } from './gate/transfer.ts';
import { toDenialFault, type Verdict } from './gate/verdict.ts';
import { readinessOf } from './judging.ts';
import type { TransferResult } from './ports.ts';
import { JournalWriteError } from './recorder.ts';
import type { VenueSession } from './venue-session.ts';

/** Money on its way between the trader's accounts. Runs inside kernel tasks. */
export interface Transferring {
  /** Sent, and neither arrived nor refused. */
  readonly underWay: readonly Transfer[];
  /** Every check of the gate, nothing sent. */
  judge(request: TransferRequest, mandate: Mandate | null): readonly Verdict[];
  /** Gate, journal, venue; the venue's answer comes later. */
  send(request: TransferRequest, origin: Transfer['origin'], mandate: Mandate | null): Result<Transfer>;
  /** USD of a transfer; NaN while its currency has no price. */
  worthUsd(request: TransferRequest): number;
  /** No answer in time: unknown. */
  expire(): void;
}

export function createTransferring(core: Core): Transferring {
  const { kernel, recorder, clock, limits, market } = core;
  const open = new Map<string, { transfer: Transfer; readonly sentAt: EpochMs; readonly unasked: Set<string> }>();

  function priceOf(currency: string): Decimal | null {
    if (isDollar(currency)) return decimal(1);
    const index = market.snapshot().index.get(currency);
    return index === undefined ? null : decimal(index);
  }

  function contextOf({ from, to, currency }: TransferRequest, mandate: Mandate | null): TransferContext {
    const readiness = (session: VenueSession | undefined) => (session ? readinessOf(core, session) : null);
    return {
      book: core.book,
      trading: core.trading.status,
      keys: core.arming.status,
      mandate,
      venues: { from: readiness(venueOfAccount(core, from)), to: readiness(venueOfAccount(core, to)) },
      underWay: [...open.values()].map((one) => one.transfer),
      currencyUsd: priceOf(currency),
    };
  }

  function moveTo(id: string, state: Transfer['state'], reason: Transfer['reason']): void {
    const entry = open.get(id);
    if (entry === undefined || entry.transfer.state === state) return;
    entry.transfer = { ...entry.transfer, state, reason };
    recorder.append([{ type: 'transfer', transfer: entry.transfer }]);
    if (state !== 'unknown') open.delete(id);
  }

  function settle(id: string, result: TransferResult): void {
    if (result.outcome === 'accepted') {
      moveTo(id, 'arrived', null);
      return;
    }
    moveTo(id, result.outcome, result.reason);
    raiseAlarm(core, fault(`transfer-${result.outcome}`, `transfer ${id}: ${result.reason.message}`, { transfer: id }));
  }

  function leave(transfer: Transfer): void {
    const call = venueOfAccount(core, transfer.from)?.adapter.transfer;
    if (call === undefined) throw new Error(`the venue of ${transfer.from} sends no money, behind the gate`);
    void answerOf(() => call(transfer), 'no-answer').then((answer) =>
      kernel.post(`answer to transfer ${transfer.id}`, () =>
        recorder.take(() =>
          settle(transfer.id, answer.ok ? answer.value : { outcome: 'unknown', reason: answer.error }),
        ),
      ),
    );
  }

  // What both venues say of their balances settles an unknown transfer: reconciliation has taken their word.
  kernel.subscribe((notice) => {
    if (notice.type !== 'reconciled' || !notice.complete) return;
    for (const [id, { transfer, unasked }] of open) {
      if (transfer.state !== 'unknown') continue;
      unasked.delete(notice.venue);
      if (unasked.size === 0) open.delete(id);
    }
  });

  return {
    get underWay() {
      return [...open.values()].map((one) => one.transfer);
    },
    judge: (request, mandate) => judgeTransfer(request, contextOf(request, mandate)),
    send(request, origin, mandate) {
      if (recorder.fault !== null && !recorder.retry()) return fail(recorder.fault);
      const id = `t${recorder.journal.seq + 1}`;
      const denial = judgeTransfer(request, contextOf(request, mandate)).find((one) => !one.passed);
      const reason = denial === undefined ? null : toDenialFault(denial);
      const transfer: Transfer = { ...request, id, origin, state: reason === null ? 'sent' : 'denied', reason };
      try {
        recorder.append([{ type: 'transfer', transfer }]);
      } catch (thrown) {
        if (!(thrown instanceof JournalWriteError)) throw thrown;
        return fail(reason ?? thrown.fault);
      }
      if (reason !== null) return fail(reason);
      const venues = [request.from, request.to].flatMap((one) => venueOfAccount(core, one)?.adapter.id ?? []);
      open.set(id, { transfer, sentAt: clock.now(), unasked: new Set(venues) });
      leave(transfer);
      return ok(transfer);
    },
    worthUsd: ({ currency, quantity }) => Number(quantity) * Number(priceOf(currency) ?? Number.NaN),
    expire() {
      for (const [id, { transfer, sentAt }] of [...open]) {
        if (transfer.state !== 'sent' || clock.now() - sentAt < limits.answerMs) continue;
        const reason = fault('time-out', `no answer within ${limits.answerMs} ms`, { limitMs: limits.answerMs });
        recorder.take(() => settle(id, { outcome: 'unknown', reason }));
      }
    },
  };
}
