// The states of a transaction: what may follow what, and that nothing but the chain's word ends one that may be out.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advance, isSettled, type Transaction, type TransactionEvent, unsettled } from '#shared/domain/transaction.ts';
import { decimal, ZERO } from '#shared/units/decimal.ts';
import { fault } from '#shared/units/result.ts';

const NEW: Transaction = {
  id: 't', chain: 'local', from: '0xa', to: '0xb', input: '0x', value: ZERO, about: 'a gift', nonce: 7, gas: 21_000,
  state: 'PREPARED', attempts: [], inclusion: null, reason: null, createdAt: 0, updatedAt: 0,
}; // biome-ignore format: one glance
const why = fault('why', 'because');
const attempt = (hash: string) => ({ hash, most: decimal(2), tip: decimal(1) });
const inclusion = (succeeded: boolean) => ({ hash: '0x1', block: 1, blockHash: '0x2', succeeded, cost: decimal(1) });
const EVENTS: readonly TransactionEvent[] = [
  { type: 'signed', attempt: attempt('0x1') },
  { type: 'signed', attempt: attempt('0x3') },
  { type: 'sent' },
  { type: 'unknown', reason: why },
  { type: 'rejected', reason: why },
  { type: 'mined', inclusion: inclusion(true) },
  { type: 'mined', inclusion: inclusion(false) },
  { type: 'reorged', reason: why },
  { type: 'confirmed', reason: null },
  { type: 'replaced', reason: why },
];

/** States in order, events that do not fit left out. */
function course(events: readonly TransactionEvent[]): readonly Transaction[] {
  const states = [NEW];
  for (const event of events) {
    const next = advance(states.at(-1)!, event, states.length);
    if (next.ok) states.push(next.value);
  }
  return states;
}
const states = (...events: readonly TransactionEvent[]) => course(events).map((one) => one.state);
const [first, second, sent, unknown, rejected, mined, failed, reorged, confirmed, replaced] = EVENTS as readonly [
  TransactionEvent, TransactionEvent, TransactionEvent, TransactionEvent, TransactionEvent, TransactionEvent,
  TransactionEvent, TransactionEvent, TransactionEvent, TransactionEvent,
]; // biome-ignore format: one glance

describe('a transaction', () => {
  it('is confirmed where it succeeded, and reverted where it did not', () => {
    expect(states(first, sent, mined, confirmed)).toEqual(['PREPARED', 'SIGNED', 'SENT', 'MINED', 'CONFIRMED']);
    expect(states(first, sent, failed, confirmed).at(-1)).toBe('REVERTED');
  });

  it('forgets its block when that goes, and may be mined again', () => {
    const [gone, again] = course([first, sent, mined, reorged, mined]).slice(-2);
    expect([gone?.state, gone?.inclusion, again?.state]).toEqual(['REORGED', null, 'MINED']);
  });

  it('stays where it is when it is raised, and knows each attempt once', () => {
    const raised = course([first, sent, second, first]).at(-1);
    expect([raised?.state, raised?.attempts.map((one) => one.hash)]).toEqual(['SENT', ['0x1', '0x3']]);
  });

  it('is never ended by a node’s refusal once it may be out', () => {
    for (const before of [
      [first, sent],
      [first, unknown],
      [first, sent, mined],
      [first, sent, mined, reorged],
    ]) {
      expect(states(...before, rejected)).toEqual(states(...before));
    }
    expect(states(first, unknown, replaced).at(-1)).toBe('REPLACED');
  });

  it('ends for good, and by proof alone, whatever happens in whatever order', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...EVENTS), { maxLength: 12 }), (events) => {
        const passed = course(events);
        const ended = passed.findIndex((one) => isSettled(one.state));
        if (ended >= 0) expect(ended).toBe(passed.length - 1);
        passed.forEach(({ state, inclusion: block }, k) => {
          const before = passed[k - 1]?.state;
          if (state === 'CONFIRMED' || state === 'REVERTED')
            expect([before, block?.succeeded]).toEqual(['MINED', state === 'CONFIRMED']);
          if (state === 'REJECTED') expect(['PREPARED', 'SIGNED']).toContain(before);
          if (state === 'MINED') expect(block).not.toBeNull();
        });
        const open = unsettled(passed);
        expect(open).toEqual(ended >= 0 ? [] : [passed.at(-1)]);
      }),
    );
  });
});
