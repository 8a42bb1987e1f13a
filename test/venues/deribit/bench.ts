import { deribitSession } from '#main/keys/intents/deribit-session.ts';
import { createDeribit, type DeribitVenue } from '#main/venues/deribit/adapter.ts';
import { LIMITS } from '#main/venues/deribit/config.ts';
import { type CreditPools, UNPACED } from '#main/venues/deribit/credits.ts';
import { type OpenSocket, webSockets } from '#main/venues/deribit/socket.ts';
import type { PaperResources } from '#main/venues/paper/resources.ts';
import { seededStream } from '#shared/market/seeded.ts';
import type { Fault } from '#shared/units/result.ts';
import { type DurationMs, MINUTE } from '#shared/units/time.ts';
import { createManualClock, type ManualClock } from '#test/support/manual-clock.ts';
import { KEY } from './keys.ts';
import { type Simulator, startSimulator } from './simulator.ts';

/** Turns of the event loop without a frame on either side after which the line is quiet. */
const QUIET_TURNS = 6;
const STEP = 100;

/** The adapter on the simulator, both on one clock that the test moves, over real sockets. */
export interface Bench {
  readonly simulator: Simulator;
  readonly venue: DeribitVenue;
  readonly clock: ManualClock;
  readonly flaws: Fault[];
  /** Every text that went over the line, either way, as the client saw it. */
  readonly line: string[];
  /** Lets time pass in small steps and everything on the line arrive. */
  advance(ms: DurationMs): Promise<void>;
  quiet(): Promise<void>;
  close(): Promise<void>;
}

export interface BenchSetup {
  readonly resources: PaperResources;
  readonly seed?: number;
  /** The lowest tier's; without, credits never run out. */
  readonly credits?: CreditPools;
  readonly skewLimitMs?: number;
  readonly cancelOnDisconnect?: boolean;
}

function counted(open: OpenSocket, touch: () => void, line: string[]): OpenSocket {
  return (url, events) => {
    const socket = open(url, {
      onOpen: () => {
        touch();
        events.onOpen();
      },
      onText: (text) => {
        touch();
        line.push(text);
        events.onText(text);
      },
      onClose: (reason) => {
        touch();
        events.onClose(reason);
      },
    });
    return {
      send: (text) => {
        touch();
        line.push(text);
        socket.send(text);
      },
      close: () => {
        touch();
        socket.close();
      },
    };
  };
}

export async function openBench(setup: BenchSetup): Promise<Bench> {
  const { resources, seed = 7, credits, skewLimitMs, cancelOnDisconnect = false } = setup;
  // The clock begins where the tape does: the venue's time and ours agree.
  const clock = createManualClock(resources.tape.startAt);
  const simulator = await startSimulator({ resources, seed, clock, port: 0 });
  const flaws: Fault[] = [];
  const line: string[] = [];
  const draw = seededStream(seed, 5);
  let [touched, nonces] = [0, 0];
  const secret = Buffer.from(KEY.secret);
  const venue = createDeribit({
    config: {
      venue: 'deribit-sim',
      url: simulator.ws,
      account: { id: 'main', name: 'Main' },
      currencies: ['BTC', 'USDC'],
      cancelOnDisconnect,
      withdrawals: 'refuse',
      limits: { ...LIMITS, skewMs: skewLimitMs ?? LIMITS.skewMs },
      credits: credits ?? UNPACED,
    },
    clock,
    signer: {
      keyId: KEY.id,
      sign: async (challenge) => deribitSession.sign(deribitSession.payload(challenge), secret),
    },
    entropy: {
      nonce: () => {
        nonces += 1;
        return `nonce-${nonces}`;
      },
      jitter: draw.uniform,
    },
    openSocket: counted(webSockets(LIMITS.frameBytes, MINUTE), () => void touched++, line),
    onFlaw: (reason) => flaws.push(reason),
  });
  const quiet = async (): Promise<void> => {
    let [still, last] = [0, -1];
    while (still < QUIET_TURNS) {
      await new Promise((resolve) => setImmediate(resolve));
      const now = touched + simulator.traffic.count;
      still = now === last ? still + 1 : 0;
      last = now;
    }
  };
  return {
    simulator,
    venue,
    clock,
    flaws,
    line,
    quiet,
    advance: async (ms) => {
      await quiet();
      for (let left = ms; left > 0; left -= STEP) {
        await clock.advance(Math.min(STEP, left));
        await quiet();
      }
    },
    close: async () => {
      await venue.adapter.close();
      await simulator.close();
    },
  };
}
