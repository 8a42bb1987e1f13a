import { describe, expect, it } from 'vitest';
import { withAnswers } from '#main/session/hedge.ts';
import type { OrderRequest } from '#shared/domain/order.ts';
import type { PoolMargin } from '#shared/risk/report.ts';
import { order } from '#test/support/domain.ts';

const pool = (ratio: number): readonly PoolMargin[] => [{ ratio } as PoolMargin];
const legs = (id: string): readonly OrderRequest[] => [order({ id })];

describe('a proposal whose what-ifs are answered elsewhere', () => {
  it('is made on real answers only, and asks each question once, also those that follow from answers', async () => {
    const asked: string[] = [];
    const ask = async (orders: readonly OrderRequest[]) => {
      asked.push((orders[0] as { readonly id?: string } | undefined)?.id ?? '');
      return pool(asked.length);
    };
    const proposal = await withAnswers(pool(0), ask, (whatIf) => {
      const routes = [whatIf(legs('a')), whatIf(legs('b')), whatIf(legs('a'))].map((pools) => pools[0]?.ratio ?? 0);
      const chosen = Math.max(...routes);
      return { routes, after: chosen > 0 ? whatIf(legs(`chosen ${chosen}`))[0]?.ratio : null };
    });
    expect(proposal).toEqual({ routes: [1, 2, 1], after: 3 });
    expect(asked).toEqual(['a', 'b', 'chosen 2']);
  });

  it('fails when an answer does', async () => {
    const failing = withAnswers(
      pool(0),
      () => Promise.reject(new Error('the worker died')),
      (whatIf) => whatIf(legs('a')),
    );
    await expect(failing).rejects.toThrow('the worker died');
  });
});
