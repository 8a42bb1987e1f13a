import { useEffect } from 'react';
import { signed } from '#renderer/format/number.ts';
import { followHedgeBand, useHedgeBand } from '#renderer/state/hedge-band.ts';
import { SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import style from './HedgeStrip.module.css';

/** The strip shows this many half-widths of the band to either side. */
const SHOWN_BANDS = 4;

export interface HedgeStripProps {
  readonly underlying: string;
  readonly delta: number;
}

/** Net delta against its hedge band: inside or outside, in words, shape and place. */
export function HedgeStrip({ underlying, delta }: HedgeStripProps) {
  useEffect(() => followHedgeBand(underlying), [underlying]);
  const band = useHedgeBand((state) => state.band);
  if (band === null || band.underlying !== underlying || !Number.isFinite(delta)) {
    return <span className={style.unknown}>band unknown</span>;
  }
  const away = delta - band.target;
  const outside = Math.abs(away) > band.band;
  const reach = Math.max(band.band, 1e-9) * SHOWN_BANDS;
  const place = 50 + 50 * Math.max(-1, Math.min(1, away / reach));
  const half = 50 / SHOWN_BANDS;
  const text = `target ${signed(band.target, 3)} ± ${band.band.toFixed(3)}`;
  return (
    <div className={style.strip} title={`Hedge band: ${text} ${underlying}`}>
      <SeverityMark severity={outside ? 'watch' : 'ok'}>
        <span className={style.word}>{outside ? 'outside band' : 'inside band'}</span>
      </SeverityMark>
      <svg className={style.track} viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
        <rect className={style.ground} x="0" y="4" width="100" height="2" />
        <rect className={style.band} x={50 - half} y="2" width={2 * half} height="6" />
        <rect
          className={outside ? style.outside : style.needle}
          x={Math.min(98, Math.max(0, place - 1))}
          y="0"
          width="2"
          height="10"
        />
      </svg>
    </div>
  );
}
