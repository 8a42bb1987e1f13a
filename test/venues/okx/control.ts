import type { OkxVenue } from './methods.ts';
import { Refusal } from './refusal.ts';
import type { OkxSimulator } from './simulator.ts';

/** Control calls: `/sim/price {price}`, `/sim/time {advance}`, `/sim/fault {fault, …}`. */
export function control(path: string, body: string, venue: OkxVenue, simulator: OkxSimulator): object {
  const wanted = (body === '' ? {} : JSON.parse(body)) as Readonly<Record<string, unknown>>;
  const number = (name: string, otherwise: number) => Number(wanted[name] ?? otherwise);
  const topic = String(wanted.channel ?? '');
  const count = number('count', 1);
  const { faults } = simulator;
  const rehearsals: Readonly<Record<string, () => void>> = {
    lose: () => faults.lose(topic, count),
    duplicate: () => faults.duplicate(topic, count),
    reorder: () => faults.reorder(topic, count),
    silence: () => faults.silence(String(wanted.path ?? 'trade/'), count),
    delay: () => faults.delay(number('by', 1_000), count),
    refuse: () => faults.refuse(number('code', 51_000), count),
    exhaust: () => faults.exhaust(count),
    empty: () => faults.emptyPositions(count),
    garble: () => faults.garble(count),
    skew: () => faults.skew(number('by', 0)),
    kill: simulator.killSockets,
    clear: () => faults.clear(),
  };
  const fault = rehearsals[String(wanted.fault)];
  if (path === '/sim/price') simulator.setPrice(number('price', 0));
  else if (path === '/sim/time') simulator.jump(number('advance', 0));
  else if (path === '/sim/fault' && fault) fault();
  else throw new Refusal('50000', 'no such control', 404);
  return { ok: true, now: venue.work.exchange.now };
}
