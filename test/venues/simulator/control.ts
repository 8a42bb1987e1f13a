import type { Clockwork } from './clockwork.ts';
import type { Faults } from './faults.ts';

type Wanted = Readonly<Record<string, unknown>>;

export interface ControlSetup<R> {
  readonly work: Clockwork;
  readonly faults: Faults<R>;
  readonly killSockets: () => void;
  /** What orders are refused with, from what the call says. */
  readonly refusal: (wanted: Wanted) => R;
  /** Beginnings of requests that go unanswered where the call names none. */
  readonly silent: string;
  /** Carries on what the call has changed. */
  readonly pulse: () => void;
  /** What only this venue gets wrong. */
  readonly more?: Readonly<Record<string, (wanted: Wanted) => void>>;
}

/** Control calls: `/sim/price {price}`, `/sim/time {advance}`, `/sim/fault {fault, …}`. Throws for one that is not known. */
export function createControl<R>(setup: ControlSetup<R>): (name: string, wanted: Wanted) => object {
  const { work, faults, killSockets, refusal, silent, pulse, more = {} } = setup;
  const times = ({ count = 1 }: Wanted) => Number(count);
  const channel = (wanted: Wanted) => String(wanted.channel ?? '');
  const request = ({ request: named, method, path }: Wanted) => String(named ?? method ?? path ?? silent);
  const rehearsals: Readonly<Record<string, (wanted: Wanted) => void>> = {
    lose: (wanted) => faults.lose(channel(wanted), times(wanted)),
    duplicate: (wanted) => faults.duplicate(channel(wanted), times(wanted)),
    reorder: (wanted) => faults.reorder(channel(wanted), times(wanted)),
    silence: (wanted) => faults.silence(request(wanted), times(wanted)),
    delay: (wanted) => faults.delay(Number(wanted.by ?? 1_000), times(wanted)),
    refuse: (wanted) => faults.refuse(refusal(wanted), times(wanted)),
    exhaust: (wanted) => faults.exhaust(times(wanted)),
    break: (wanted) => faults.break(times(wanted), wanted.after === true),
    empty: (wanted) => faults.emptyPositions(times(wanted)),
    garble: (wanted) => faults.garble(times(wanted)),
    skew: (wanted) => faults.skew(Number(wanted.by ?? 0)),
    kill: killSockets,
    clear: () => faults.clear(),
    ...more,
  };
  const calls: Readonly<Record<string, (wanted: Wanted) => void>> = {
    price: (wanted) => work.setPrice(Number(wanted.price)),
    time: (wanted) => work.jump(Number(wanted.advance)),
    fault: (wanted) => {
      const name = String(wanted.fault);
      const rehearse = Object.hasOwn(rehearsals, name) ? rehearsals[name] : undefined;
      if (rehearse === undefined) throw new Error(`no fault "${name}"`);
      rehearse(wanted);
    },
  };
  return (name, wanted) => {
    const call = Object.hasOwn(calls, name) ? calls[name] : undefined;
    if (call === undefined) throw new Error(`no control "${name}"`);
    call(wanted);
    pulse();
    return { ok: true, now: work.exchange.now };
  };
}
