import { SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import type { TicketPreview } from '#shared/ipc/contract.ts';
import type { Fault } from '#shared/units/result.ts';
import { Checks } from './Checks.tsx';
import { Impact } from './Impact.tsx';
import { LegCard } from './LegCard.tsx';
import { legSpans } from './line.ts';
import { RouteBox } from './RouteBox.tsx';
import style from './TicketPanel.module.css';

export interface TicketBodyProps {
  readonly line: string;
  readonly preview: TicketPreview | null;
  readonly fault: Fault | null;
  /** The preview is of an earlier line. */
  readonly pending: boolean;
  /** Leg that holds the caret. */
  readonly current: number;
  readonly underlying: string;
  readonly spot: number;
  readonly onLeg: (index: number, what: 'join' | 'mid' | 'unit') => void;
}

/** Legs, checks and effects of the line. */
export function TicketBody({ line, preview, fault, pending, current, underlying, spot, onLeg }: TicketBodyProps) {
  const spans = legSpans(line);
  const failed = fault === null ? null : <SeverityMark severity="critical">{fault.message}</SeverityMark>;
  if (preview === null) return failed;
  return (
    <div className={style.body} aria-busy={pending || undefined}>
      {failed}
      <ol className={style.legs} aria-label="Legs">
        {preview.legs.map((leg, index) => (
          <LegCard
            // biome-ignore lint/suspicious/noArrayIndexKey: a leg is its place in the line
            key={index}
            leg={leg}
            index={index}
            current={leg.part === current}
            priceWord={spans[leg.part]?.price?.text ?? null}
            onCycle={() => onLeg(index, 'unit')}
            onJoin={() => onLeg(index, 'join')}
            onMid={() => onLeg(index, 'mid')}
          />
        ))}
      </ol>
      {preview.legRisk === null || preview.legs.length < 2 ? null : (
        <p className={style.note}>
          <SeverityMark severity="note">{preview.legRisk}</SeverityMark>
        </p>
      )}
      {preview.urgency === null ? null : <p className={style.note}>{preview.urgency}</p>}
      {preview.route === null ? null : <RouteBox route={preview.route} />}
      <Checks checks={preview.legs.flatMap((leg) => leg.checks)} />
      <Impact preview={preview} underlying={underlying} spot={spot} />
    </div>
  );
}
