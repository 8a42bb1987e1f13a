// The engine on Derive and on OKX through ccxt: everything is asked of the venue at the start, when the line is back, and
// each minute; what was traded while nobody listened is booked once, and an empty report of positions is not taken as flat.
import { describe, expect, it } from 'vitest';
import { DERIBIT } from '#main/venues/paper/demo-book.ts';
import { decimal } from '#shared/units/decimal.ts';
import { instrumentId } from '#shared/units/ids.ts';
import { SECOND } from '#shared/units/time.ts';
import { openDeriveBench } from './derive/bench.ts';
import { openOkxBench } from './okx/bench.ts';
import { openRoom } from './simulator/engine.ts';
import { movingMarket } from './simulator/schedule.ts';

const ACCOUNT = 'main';
/** Of the paper venue behind both simulators. */
const CORE_ACCOUNT = 'options';

const VENUES = [
  { name: 'Derive', open: openDeriveBench, perpetual: 'BTC-PERP', core: 'BTC_USDC-PERPETUAL', lots: [0.05, 0.02] },
  { name: 'OKX', open: openOkxBench, perpetual: 'BTC-USDC-SWAP', core: 'BTC_USDC-PERPETUAL', lots: [0.05, 0.02] },
] as const;

describe.each(VENUES)('the engine on the simulator of $name', ({ open, perpetual, core, lots }) => {
  it('reconciles at the start, each minute and when the line is back', async () => {
    const bench = await open({ resources: movingMarket() });
    const room = await openRoom(bench, ACCOUNT);
    const { id: venue } = bench.venue.adapter;
    const adjusted = () => room.events().filter((one) => one.type === 'adjustment');
    const reconciledAt = () => room.engine.venues[0]?.reconciledAt ?? 0;
    try {
      expect(room.events()).toContainEqual({ type: 'reconciled', venue, differences: 0, unknownResolved: 0 });
      const [own, apart] = lots;
      await room.buy(instrumentId(venue, perpetual), own);
      await room.pass(10 * SECOND);
      expect(room.held()).toEqual([`${perpetual} ${own}`]);

      const before = reconciledAt();
      await room.pass(61 * SECOND);
      expect(reconciledAt()).toBeGreaterThan(before);

      bench.simulator.killSockets();
      bench.simulator.tradeApart({
        ...{ account: CORE_ACCOUNT, instrument: instrumentId(DERIBIT, core), side: 'buy', quantity: decimal(apart) },
        ...{ type: 'market', limit: null, trigger: null, timeInForce: 'ioc', postOnly: false, reduceOnly: false },
      });
      const cut = reconciledAt();
      await room.pass(20 * SECOND);
      expect(reconciledAt()).toBeGreaterThan(cut);
      expect(room.held()).toEqual([`${perpetual} ${own + apart}`]);

      // More readings than are made within a minute.
      bench.simulator.faults.emptyPositions(20);
      await room.pass(61 * SECOND);
      expect([room.held(), adjusted()]).toEqual([[`${perpetual} ${own + apart}`], []]);
    } finally {
      await room.stop();
      await bench.close();
    }
  });
});
