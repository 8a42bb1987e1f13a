import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OrderRequest } from '#shared/domain/order.ts';
import type { PoolMargin } from '#shared/risk/report.ts';
import { createTrial } from '#shared/risk/trial.ts';
import { poolsWith } from '#shared/risk/what-if.ts';
import { decimal } from '#shared/units/decimal.ts';
import { ASOF, demoHeld, INSTRUMENTS, marketAt } from '#test/support/risk.ts';
import { trials } from '#test/support/trials.ts';

const held = demoHeld();

/** What a trial does not look for. */
function margins(pools: readonly PoolMargin[]) {
  const plain = pools.map(({ account, currency, equity, marginBalance, initialMargin, maintenanceMargin, ratio, available }) => ({
    key: `${account}|${currency}`, figures: { equity, marginBalance, initialMargin, maintenanceMargin, ratio, available },
  })); // biome-ignore format: one glance
  return plain.sort((a, b) => a.key.localeCompare(b.key));
}

const order = fc.record({
  instrument: fc.constantFrom(...INSTRUMENTS),
  side: fc.constantFrom('buy' as const, 'sell' as const),
  lots: fc.integer({ min: 1, max: 50_000 }),
});

describe('a trial of orders', () => {
  // Protects the loop's margin figures against what is left out of them: other accounts, liquidation prices, repeats.
  it('margins every pool as the full what-if does', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 3_000, max: 15_000, noNaN: true }),
        fc.array(order, { minLength: 1, maxLength: 3 }),
        (index, wanted) => {
          const at = { market: marketAt(index), now: ASOF };
          const requests = wanted.flatMap(({ instrument, side, lots }): OrderRequest[] => {
            const account = held.accounts.find((one) => one.venue === instrument.venue);
            const quantity = decimal<OrderRequest['quantity']>((lots * Number(instrument.lot)).toFixed(8));
            return account
              ? [
                  {
                    account: account.id,
                    instrument: instrument.id,
                    side,
                    quantity,
                    type: 'market',
                    limit: null,
                    trigger: null,
                    timeInForce: 'ioc',
                    postOnly: false,
                    reduceOnly: false,
                  },
                ]
              : [];
          });
          const trial = createTrial(held, poolsWith(held, [], at), at);
          const full = margins(poolsWith(held, requests, at));
          expect(margins(trial(requests))).toEqual(full);
          expect(margins(trial(requests))).toEqual(full);
        },
      ),
      { numRuns: trials(60) },
    );
  });
});
