import type { Unsubscribe } from '#main/engine/ports.ts';
import { positionOf } from '#shared/domain/book.ts';
import type { MemoryEvent } from '#shared/domain/events.ts';
import type { Fill } from '#shared/domain/fill.ts';
import type { EntryRisk } from '#shared/domain/history/annotation.ts';
import type { RiskReport } from '#shared/risk/report.ts';
import { absolute, compare, isZero, sign } from '#shared/units/decimal.ts';
import { type Fault, toFault } from '#shared/units/result.ts';
import { SECOND } from '#shared/units/time.ts';
import type { Session } from './session.ts';

type Ground = Pick<Session, 'journal' | 'engine' | 'risk' | 'clock'>;

/** Whether the position that stands after a fill began with it. */
function opened({ journal }: Ground, fill: Fill): boolean {
  const { quantity } = positionOf(journal.book, fill.account, fill.instrument);
  const isNew = sign(quantity) === sign(fill.quantity) && compare(absolute(quantity), absolute(fill.quantity)) <= 0;
  return isNew && !isZero(quantity);
}

function riskAt(report: RiskReport, underlying: string, fill: Fill, entry: number): EntryRisk | null {
  const exposure = report.exposures.find((one) => one.by === 'underlying' && one.key === underlying);
  const index = report.spot[underlying];
  if (exposure === undefined || index === undefined) return null;
  const { delta, gamma, vega, theta } = exposure;
  const pools = report.pools.filter((one) => one.account === fill.account && Number.isFinite(one.ratio));
  return {
    ...{ account: fill.account, instrument: fill.instrument, entry, report: report.seq, asOf: report.asOf },
    ...{ underlying, index, delta, gamma, vega, theta },
    pools: pools.map(({ currency, ratio }) => ({ currency, ratio })),
  };
}

/**
 * Notes the risk report that stood when a position was opened. Written beside the engine a moment later, a second's worth
 * at a time: no order waits for it.
 */
export function noteEntryRisk(session: Ground, onFault: (reason: Fault) => void): Unsubscribe {
  let waiting: MemoryEvent[] = [];

  function take(fill: Fill, seq: number): void {
    const report = session.risk.latest;
    const instrument = session.journal.book.instruments.get(fill.instrument);
    if (report === null || instrument === undefined || !opened(session, fill)) return;
    const risk = riskAt(report, instrument.underlying, fill, seq);
    if (risk !== null) waiting.push({ type: 'entry-risk', risk });
  }

  function write(): void {
    if (waiting.length === 0) return;
    const events = waiting;
    waiting = [];
    try {
      session.journal.append(events, session.clock.now());
    } catch (thrown) {
      onFault(toFault(thrown, 'entry-risk'));
    }
  }

  const leave = session.engine.subscribe((notice) => {
    if (notice.type === 'fill') take(notice.fill, notice.seq);
  });
  const stop = session.clock.every(SECOND, write);
  return () => {
    leave();
    stop();
    write();
  };
}
