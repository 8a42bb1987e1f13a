import type { VenueCommand } from '#main/engine/ports.ts';
import type { SeededStream } from '#shared/market/seeded.ts';
import { decimal } from '#shared/units/decimal.ts';
import { FUTURE, INVERSE_PERPETUAL, LINEAR_PERPETUAL, SPOT } from '#test/support/domain.ts';
import { ACCOUNT, MARKS, PUT, START } from '#test/support/engine-room.ts';
import { createFakeVenue, type FakeVenue, type Outcome } from '#test/support/fake-venue.ts';
import type { DeskProcess } from './desk-process.ts';
import type { KillCounts } from './killing.ts';
import type { Question, Report } from './words.ts';

/** A venue, which lives in the process of the test, and the journal of the desks that trade at it one after the other. */
export interface Ground {
  begin(desk: DeskProcess, seed: number): void;
  isPlace(command: unknown): boolean;
  /** Answers a desk; an order is taken, refused or lost as is drawn. */
  answer(desk: DeskProcess, question: Question): void;
  /** Takes what came with an order, and answers nobody. */
  take(question: Question): void;
  acknowledged(seq: number): void;
  /** Compares what a desk found with what is true. */
  check(report: Report): void;
  /** The desk is gone: some of its orders may trade while nobody looks. */
  left(): void;
}

const OUTCOMES: readonly Outcome[] = [
  'accept', 'accept', 'accept', 'fill', 'fill', 'reject', 'lost', 'dropped', 'throw',
]; // biome-ignore format: one glance
/** Between two desks: longer than anything a desk waits for. */
const NIGHT = 3_600_000;

function newVenue(now: () => number): FakeVenue {
  return createFakeVenue({
    id: ACCOUNT.venue,
    now,
    accounts: [ACCOUNT],
    instruments: [INVERSE_PERPETUAL, LINEAR_PERPETUAL, SPOT, FUTURE, PUT],
    balances: [
      { account: ACCOUNT.id, currency: 'BTC', cash: decimal('1000') },
      { account: ACCOUNT.id, currency: 'USDC', cash: decimal('10000000') },
    ],
  });
}

export function openGround(file: string, counts: KillCounts, { uniform }: SeededStream): Ground {
  let [now, last, before, fills, rested] = [START, 0, 0, 0, false];
  let arrived: string[] = [];
  let present: DeskProcess | null = null;
  const sent = new Set<string>();
  const venue = newVenue(() => now);
  venue.subscribe((event) => {
    if (event.type === 'fill') {
      fills += 1;
      counts.fills += 1;
    }
    present?.tell({ event });
  });
  const chosen = <T>(from: readonly T[]): T | undefined => from[Math.floor(uniform() * from.length)];
  const open = (): readonly string[] =>
    [...venue.orders.values()].flatMap((one) =>
      one.state === 'ACKED' || one.state === 'PARTIAL' ? [one.clientOrderId] : [],
    );
  const trade = (): void => {
    const id = chosen(open());
    if (id !== undefined) venue.trade(id, id.length % 2 === 0 ? '1' : '7000', '7000');
  };
  const arrive = ({ args: [command], now: at }: Question): Promise<unknown> => {
    now = Math.max(now, at);
    const { orders } = command as Extract<VenueCommand, { type: 'place' }>;
    venue.script(...orders.map(() => chosen(OUTCOMES) ?? 'accept'));
    for (const { id } of orders) {
      if (sent.has(id)) counts.duplicates += 1;
      sent.add(id);
    }
    counts.orders += orders.length;
    const answer = venue.execute(command as VenueCommand);
    arrived.push(...orders.flatMap(({ id }) => (venue.orders.has(id) ? [id] : [])));
    return answer;
  };
  const asked = (question: Question): Promise<unknown> => {
    const { what, args, now: at } = question;
    const [first, second] = args as readonly string[];
    now = Math.max(now, at);
    switch (what) {
      case 'execute':
        return ground.isPlace(args[0]) ? arrive(question) : venue.execute(args[0] as VenueCommand);
      case 'snapshot':
        return venue.snapshot(first ?? '');
      case 'history':
        return venue.history(first ?? '', second ?? null);
      case 'orderState':
        return venue.orderState(first ?? '', second ?? '');
      case 'quote':
        if (rested && uniform() < 0.3) trade();
        venue.quote(MARKS);
        return Promise.resolve(null);
      default:
        return venue[what]();
    }
  };
  const ground: Ground = {
    isPlace: (command) => (command as VenueCommand).type === 'place',
    begin: (desk, seed) => {
      [present, rested, before] = [desk, false, last];
      now += NIGHT;
      desk.tell({ begin: { file, from: now, seed, arrived } });
    },
    take: (question) => void arrive(question).catch(() => undefined),
    answer: (desk, question) => {
      asked(question).then(
        (value) => desk.tell({ answer: question.ask, value }),
        (thrown: unknown) => desk.tell({ answer: question.ask, error: String(thrown) }),
      );
    },
    acknowledged: (seq) => {
      counts.acknowledged += seq - last;
      last = seq;
    },
    check: (report) => {
      rested = true;
      counts.recoveries += 1;
      counts.duplicates += report.fills - report.distinctFills;
      const theirs = open();
      const apart = [
        ...report.open.filter((id) => !theirs.includes(id)),
        ...theirs.filter((id) => !report.open.includes(id)),
      ];
      counts.orphans += report.orphans.length + apart.length;
      counts.lost += Math.max(0, before - report.opened);
      const unequal = [...venue.truth.positions.values()].filter(
        ({ instrument, quantity }) => (report.positions[instrument] ?? '0') !== quantity,
      );
      counts.unsettled += report.unknown.length + unequal.length + Math.abs(fills - report.distinctFills);
      arrived = [];
    },
    left: () => {
      present = null;
      if (uniform() < 0.4) trade();
      if (uniform() < 0.2) venue.end(chosen(open()) ?? '', 'CANCELLED');
    },
  };
  return ground;
}
