import { privateKeyToAccount } from 'viem/accounts';
import { createDerive, type DeriveVenue } from '#main/venues/derive/adapter.ts';
import { LIMITS } from '#main/venues/derive/config.ts';
import type { DeriveSigner } from '#main/venues/derive/signer.ts';
import type { PaperResources } from '#main/venues/paper/resources.ts';
import { type OpenSocket, webSockets } from '#main/venues/socket.ts';
import { seededStream } from '#shared/market/seeded.ts';
import type { Fault } from '#shared/units/result.ts';
import { type DurationMs, MINUTE } from '#shared/units/time.ts';
import { createManualClock, type ManualClock } from '#test/support/manual-clock.ts';
import { CHAIN, SESSION_KEY, SUBACCOUNT, signerOf, WALLET } from './keys.ts';
import { type DeriveSimulator, startDeriveSimulator } from './simulator.ts';

/** Turns of the event loop without a frame on either side after which the line is quiet. */
const QUIET_TURNS = 8;
const STEP = 100;

/** The adapter on the simulator, both on one clock that the test moves, over real sockets. */
export interface DeriveBench {
  readonly simulator: DeriveSimulator;
  readonly venue: DeriveVenue;
  readonly clock: ManualClock;
  readonly flaws: Fault[];
  /** Every text the adapter sent. */
  readonly sent: string[];
  advance(ms: DurationMs): Promise<void>;
  close(): Promise<void>;
}

export interface DeriveBenchSetup {
  readonly resources: PaperResources;
  readonly seed?: number;
  /** The session key's, in this process, unless given. */
  readonly signer?: DeriveSigner;
}

export async function openDeriveBench({ resources, seed = 7, signer }: DeriveBenchSetup): Promise<DeriveBench> {
  const clock = createManualClock(resources.tape.startAt);
  const simulator = await startDeriveSimulator({ resources, seed, clock, port: 0 });
  const flaws: Fault[] = [];
  const sent: string[] = [];
  const draw = seededStream(seed, 5);
  let touched = 0;
  const sockets: OpenSocket = (url, events) => {
    const touch =
      <A extends unknown[]>(on: (...more: A) => void) =>
      (...more: A) => {
        touched += 1;
        on(...more);
      };
    const socket = webSockets(LIMITS.frameBytes, MINUTE)(url, {
      onOpen: touch(() => events.onOpen()),
      onText: touch((text) => events.onText(text)),
      onClose: touch((reason) => events.onClose(reason)),
    });
    return {
      send: touch((text: string) => {
        sent.push(text);
        socket.send(text);
      }),
      close: touch(() => socket.close()),
    };
  };
  const venue = createDerive({
    config: {
      venue: 'derive-sim',
      url: simulator.endpoints.ws,
      chain: CHAIN,
      account: { id: 'main', name: 'Main' },
      subaccount: SUBACCOUNT,
      underlyings: ['BTC'],
      cancelOnDisconnect: false,
      limits: LIMITS,
    },
    clock,
    identity: { wallet: WALLET, signer: signer ?? signerOf(privateKeyToAccount(SESSION_KEY)) },
    jitter: draw.uniform,
    openSocket: sockets,
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
    sent,
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
