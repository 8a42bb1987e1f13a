// Fills of Derive are told once, and never of a trade that the chain took back.
import { expect, it } from 'vitest';
import type { VenueEvent } from '#main/engine/ports.ts';
import { createPrivateFeed } from '#main/venues/derive/private-feed.ts';
import type { Fault } from '#shared/units/result.ts';

it('tells nothing of a trade the chain took back', () => {
  const [events, flaws]: [VenueEvent[], Fault[]] = [[], []];
  const owner = { venue: 'derive', account: 'main' };
  const feed = createPrivateFeed(
    owner,
    () => undefined,
    (event) => events.push(event),
    (reason) => flaws.push(reason),
  );
  const trade = {
    trade_id: 't1', order_id: 'o1', instrument_name: 'BTC-PERP', label: 'k-1', direction: 'buy', trade_amount: '0.1',
    trade_price: '9000', trade_fee: '1', index_price: '9000', liquidity_role: 'taker', timestamp: 1, tx_status: 'reverted',
  }; // biome-ignore format: one glance
  feed.takeTrades([trade]);
  expect([events.length, flaws.map((one) => one.code)]).toEqual([0, ['trade-void']]);
  feed.takeTrades([{ ...trade, tx_status: 'settled' }, trade, { ...trade, tx_status: 'settled' }]);
  expect(events.map((one) => one.type)).toEqual(['fill']);
});
