// ccxt's own process dies by kill -9 while orders are under way: the venue is shown as lost, orders stay UNKNOWN,
// another process is started and given its key anew, the venue's record settles what it has, and nothing is sent again.
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { Clock, VenueStatus } from '#main/engine/ports.ts';
import { lendSecret } from '#main/keys/lent-secret.ts';
import { forkNodeCcxt } from '#main/session/ccxt/node-process.ts';
import { createCcxt } from '#main/venues/ccxt/adapter.ts';
import { CCXT_LIMITS } from '#main/venues/ccxt/config.ts';
import { type CcxtProcess, processBorder } from '#main/venues/ccxt/process-border.ts';
import { MINUTE, SECOND } from '#shared/units/time.ts';
import { plainResources } from '#test/fixtures/paper/market.ts';
import { KEY, startOkxSimulator } from './okx/simulator.ts';
import { openRoom } from './simulator/engine.ts';

const SCRIPT = fileURLToPath(new URL('../../main/session/ccxt/host-process.ts', import.meta.url));
const SWAP = 'okx-sim:BTC-USDC-SWAP';
/** The session's seconds are so much shorter than the machine's: its waits are its own, loading ccxt is not. */
const SPEED = 5;
const PATIENCE = 60 * SECOND;

function fastClock(from: number): Clock {
  const began = performance.now();
  return {
    now: () => from + (performance.now() - began) * SPEED,
    every: (ms, action) => {
      const timer = setInterval(action, ms / SPEED);
      return () => clearInterval(timer);
    },
  };
}

const advance = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms / SPEED));

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 100) {
    if (waited > PATIENCE) throw new Error(`${what}: not within ${PATIENCE} ms`);
    await advance(100);
  }
}

async function open() {
  const resources = plainResources([9_000, 9_000]);
  const clock = fastClock(resources.tape.startAt);
  const simulator = await startOkxSimulator({ resources, seed: 7, clock, port: 0 });
  const processes: CcxtProcess[] = [];
  let killsAtOrder = false;
  const border = processBorder({
    venue: 'okx-sim',
    spawn: () => {
      const one = forkNodeCcxt(SCRIPT);
      processes.push(one);
      const send = (message: unknown): void => {
        if (killsAtOrder && Reflect.get(Object(message), 'method') === 'createOrder') one.kill();
        killsAtOrder &&= Reflect.get(Object(message), 'method') !== 'createOrder';
        one.send(message);
      };
      return { ...one, send };
    },
    lend: async (recipient) => ({
      type: 'key',
      publicId: KEY.apiKey,
      form: 'secret-and-password',
      lent: lendSecret(recipient, Buffer.from(`${KEY.secret} ${KEY.password}`)),
    }),
    onLocked: () => () => undefined,
  });
  const venue = createCcxt({
    config: {
      venue: 'okx-sim',
      exchange: 'okx',
      account: { id: 'main', name: 'Main' },
      underlyings: ['BTC'],
      kinds: ['perpetual'],
      endpoints: simulator.endpoints,
      sandbox: false,
      paced: false,
      // Nobody but the order's own answer tells of it while the process lives.
      limits: { ...CCXT_LIMITS, skewMs: MINUTE, sweepEvery: 10 * MINUTE },
    },
    clock,
    border,
    onFlaw: () => undefined,
  });
  const statuses: VenueStatus[] = [];
  venue.adapter.subscribe((event) => {
    if (event.type === 'status') statuses.push(event.status);
  });
  const room = await openRoom({ clock, venue, advance }, 'main');
  const sent = () =>
    simulator.requests.filter((one) => /^trade\/(batch-orders|order)$/.test(one.path) && one.body !== '');
  const stateOf = (id: string) => room.engine.book.orders.get(id)?.state;
  const close = async () => {
    await room.stop();
    await simulator.close();
  };
  const killAtOrder = (): void => {
    killsAtOrder = true;
  };
  return { simulator, processes, statuses, room, sent, stateOf, killAtOrder, close };
}

it('orders that were under way when the process was killed are the venue’s to settle and never sent again', async () => {
  const { simulator, processes, statuses, room, sent, stateOf, killAtOrder, close } = await open();
  // The first is carried out and not answered: what was placed is not known here.
  simulator.faults.silence('trade/batch-orders', 1);
  simulator.faults.lose('orders', 5);
  const carriedOut = await room.buy(SWAP, 0.05, -500);
  await until('the order has come to the venue', () => simulator.orders.length === 1);
  expect(stateOf(carriedOut)).toBe('SENT');
  // The process is killed before it can send the second.
  statuses.splice(0);
  killAtOrder();
  const neverLeft = await room.buy(SWAP, 0.06, -500);
  await until('both are unknown', () => stateOf(carriedOut) === 'UNKNOWN' && stateOf(neverLeft) === 'UNKNOWN');
  expect(statuses).toEqual(['stale']);
  await until('another process stands', () => statuses.at(-1) === 'live');
  await until('the first is found', () => stateOf(carriedOut) === 'ACKED');
  expect([processes.length, statuses]).toEqual([2, ['stale', 'connecting', 'live']]);
  // That the venue knows no such order is no proof where it keeps no ids: the trader is to look.
  await room.pass(2 * SECOND);
  expect(stateOf(neverLeft)).toBe('UNKNOWN');
  expect(sent()).toHaveLength(1);
  expect(simulator.orders.map((one) => one.state)).toEqual(['ACKED']);
  expect(room.events().filter((one) => one.type === 'adjustment')).toEqual([]);
  await close();
});
