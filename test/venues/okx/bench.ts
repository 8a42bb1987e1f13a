import { type CcxtVenue, createCcxt } from '#main/venues/ccxt/adapter.ts';
import { type Border, type FarBorder, localBorder } from '#main/venues/ccxt/border.ts';
import { CCXT_LIMITS } from '#main/venues/ccxt/config.ts';
import { ccxtClasses, type MakeExchange, serveCcxt } from '#main/venues/ccxt/host.ts';
import type { PaperResources } from '#main/venues/paper/resources.ts';
import type { Fault } from '#shared/units/result.ts';
import { createManualClock, type ManualClock } from '#test/support/manual-clock.ts';
import { type Pace, paceOf } from '#test/venues/simulator/line.ts';
import { KEY, type OkxSimulator, startOkxSimulator } from './simulator.ts';
import { ccxtWithin } from './within.ts';

/** The adapter on the simulator with ccxt between them, the first two on one clock that the test moves. */
export interface OkxBench extends Pace {
  readonly simulator: OkxSimulator;
  readonly venue: CcxtVenue;
  readonly clock: ManualClock;
  readonly flaws: Fault[];
  close(): Promise<void>;
}

/** ccxt with its own waiting taken out: a lost line is dialled again at once, and requests wait for our clock only. */
const impatient =
  (make: MakeExchange): MakeExchange =>
  (name, settings) => {
    const options = { ...(settings.options as object), ws: { backoff: { base: 0, max: 0 } } };
    return make(name, { ...settings, timeout: 600_000, options });
  };

/**
 * Counts what crosses the border and what is not answered yet. Everything is cloned on its way, both ways, as it would be
 * between processes.
 */
function counted(near: Border, far: FarBorder): { readonly far: FarBorder; readonly state: Counted } {
  const state: Counted = { crossed: 0, open: new Set() };
  near.listen((message) => {
    state.crossed += 1;
    if (message.type === 'answer' || message.type === 'refusal') state.open.delete(message.id);
  });
  const listen: FarBorder['listen'] = (on) =>
    far.listen((message) => {
      state.crossed += 1;
      if (message.type === 'call' || message.type === 'open' || message.type === 'line') state.open.add(message.id);
      on(structuredClone(message));
    });
  return { far: { send: (message) => far.send(structuredClone(message)), listen }, state };
}

interface Counted {
  crossed: number;
  readonly open: Set<number>;
}

export interface OkxBenchSetup {
  readonly resources: PaperResources;
  readonly seed?: number;
  /** No sockets and no ports: cheap, for schedules by the thousand. */
  readonly within?: boolean;
}

export async function openOkxBench({ resources, seed = 7, within = false }: OkxBenchSetup): Promise<OkxBench> {
  const clock = createManualClock(resources.tape.startAt);
  const simulator = await startOkxSimulator({ resources, seed, clock, port: within ? null : 0 });
  const unanswered = new Set<() => void>();
  const make = impatient(within ? ccxtWithin(simulator, unanswered) : ccxtClasses);
  const flaws: Fault[] = [];
  const { near, far } = localBorder();
  const border = counted(near, far);
  const pause = () => new Promise<void>((resolve) => clock.after(200, resolve));
  const stop = serveCcxt(border.far, make, async () => KEY, pause);
  const venue = createCcxt({
    config: {
      venue: 'okx-sim',
      exchange: 'okx',
      account: { id: 'main', name: 'Main' },
      underlyings: ['BTC'],
      kinds: ['spot', 'perpetual', 'future', 'option'],
      endpoints: simulator.endpoints,
      sandbox: false,
      paced: false,
      limits: CCXT_LIMITS,
    },
    clock,
    border: near,
    onFlaw: (reason) => flaws.push(reason),
  });
  const waits = () => border.state.open.size > simulator.held;
  return {
    simulator,
    venue,
    clock,
    flaws,
    ...paceOf(clock, () => border.state.crossed + simulator.traffic.count, waits),
    close: async () => {
      await venue.adapter.close();
      await simulator.close();
      for (const end of unanswered) end();
      stop();
    },
  };
}
