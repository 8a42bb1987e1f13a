import type { FaultState } from './faults.ts';
import type { Traffic } from './server.ts';
import type { VenueSocket } from './socket.ts';

/** What a venue says on one socket, with the faults of the line. */
export interface Teller {
  /** An answer. */
  send(text: string): void;
  /** News of a topic: may be lost, told twice or told after what follows it. */
  notify(topic: string, text: string): void;
}

export interface TellerSetup {
  readonly socket: VenueSocket;
  readonly faults: Pick<FaultState<unknown>, 'muted' | 'fateOf' | 'takeGarble'>;
  readonly traffic: Traffic;
  /** A frame of the venue's that breaks off. */
  readonly garbled: string;
}

export function createTeller({ socket, faults, traffic, garbled }: TellerSetup): Teller {
  let held: string | null = null;
  const send = (text: string): void => {
    if (faults.muted) return;
    traffic.count += 1;
    socket.send(text);
  };
  return {
    send,
    notify: (topic, text) => {
      const fate = faults.fateOf(topic);
      if (fate === 'lose') return;
      if (fate === 'hold' && held === null) {
        held = text;
        return;
      }
      send(text);
      if (fate === 'twice') send(text);
      if (held !== null) send(held);
      held = null;
      if (faults.takeGarble()) send(garbled);
    },
  };
}
