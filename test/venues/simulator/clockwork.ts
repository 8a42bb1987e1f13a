import type { Clock } from '#main/engine/ports.ts';
import { createExchange, type Exchange, type ExchangeSetup, type Told } from '#main/venues/paper/exchange.ts';
import type { PaperResources } from '#main/venues/paper/resources.ts';
import type { Tape } from '#main/venues/paper/tape.ts';
import type { DurationMs, EpochMs } from '#shared/units/time.ts';

/** The paper venue's exchange behind the simulator, moved by the clock and by control calls. */
export interface Clockwork {
  readonly exchange: Exchange;
  now(): EpochMs;
  /** Lets the venue's time follow the clock; answers what happened. */
  follow(): readonly Told[];
  /** Moves the venue's time ahead of the clock. */
  jump(by: DurationMs): void;
  /** The index stands at `price` from now on. */
  setPrice(price: number): void;
}

/** The tape with its present bar and all later ones flat at `price`. */
function flattened(tape: Tape, from: EpochMs, price: number): Tape {
  const flat = { open: price, high: price, low: price, close: price };
  const bars = tape.bars.map((bar, i) => (tape.from + (i + 1) * tape.barMs > from ? { ...bar, ...flat } : bar));
  return { ...tape, bars };
}

/** `own`: ticks, lots and fees other than the paper venue's. */
export function createClockwork(
  resources: PaperResources,
  seed: number,
  clock: Clock,
  own: Pick<ExchangeSetup, 'terms' | 'isDeliveryFree'> = {},
): Clockwork {
  let tape = resources.tape;
  let exchange = createExchange({ ...resources, seed, ...own }, null);
  const startedAt = clock.now();
  const first = exchange.now;
  let ahead = 0;
  const now = () => Math.min(first + clock.now() - startedAt + ahead, tape.to);
  return {
    get exchange() {
      return exchange;
    },
    now,
    follow: () => {
      exchange.advanceTo(Math.floor(now()));
      return exchange.drain();
    },
    jump: (by) => {
      ahead += by;
    },
    setPrice: (price) => {
      tape = flattened(tape, exchange.now, price);
      exchange = createExchange({ ...resources, tape, seed, ...own }, exchange.save());
    },
  };
}
