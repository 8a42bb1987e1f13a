import { useState } from 'react';
import { HeatMap } from '#renderer/charts/HeatMap.tsx';
import { type Cell, cellOf } from '#renderer/charts/heat-matrix.ts';
import { usePalette } from '#renderer/charts/palette.ts';
import { useCommand } from '#renderer/state/commands/registry.ts';
import { classNames } from '#renderer/ui/class-names.ts';
import { copyText } from '#renderer/ui/clipboard.ts';
import { showToast } from '#renderer/ui/toasts.ts';
import type { RiskFrame } from '#shared/ipc/frames.ts';
import type { Fault } from '#shared/units/result.ts';
import { toTsv } from './copy.ts';
import style from './HeatmapPanel.module.css';
import { HeatTable } from './HeatTable.tsx';
import { Legend } from './Legend.tsx';
import type { MapModel } from './model.ts';
import { Readout } from './Readout.tsx';
import { speakCell } from './speak.ts';
import { useAnnouncement } from './useAnnouncement.ts';
import { usePin } from './usePin.ts';

export interface HeatBodyProps {
  readonly model: MapModel;
  readonly risk: RiskFrame;
  readonly underlying: string;
  readonly table: boolean;
  readonly pending: boolean;
  readonly fault: Fault | null;
}

/** The map or maps with crosshair, pin, readout and legend, or the same as tables. */
export function HeatBody({ model, risk, underlying, table, pending, fault }: HeatBodyProps) {
  const palette = usePalette();
  const { settings } = model;
  const [cursor, setCursor] = useState<Cell | null>(null);
  const [hover, setHover] = useState<Cell | null>(null);
  const [active, setActive] = useState(0);
  const at = hover ?? cursor;
  const part = model.parts[Math.min(active, model.parts.length - 1)] ?? model.parts[0];
  const sentence = useAnnouncement(settings.view === 'strikes' ? null : (model.parts[0]?.matrix ?? null));
  const { pinned, toggle } = usePin(at);
  useCommand(
    'grid.copy',
    () => {
      if (part && copyText(toTsv(part.matrix))) showToast('ok', 'Map copied', 'Tab-separated, with both axes.');
    },
    'risk',
  );
  if (!part) return null;
  const inside = clamp(
    at ?? (part.matrix.market === null ? { row: 0, column: 0 } : cellOf(part.matrix, part.matrix.market)),
    part,
  );
  return (
    <>
      <div className={classNames(style.maps, pending && style.pending)} aria-busy={pending || undefined}>
        {model.parts.map((one, index) => (
          <section key={one.name} className={style.part} aria-label={one.title}>
            {model.parts.length > 1 || one.name !== 'book' ? (
              <p className={style.heading} data-what-if={one.name !== 'book' || undefined}>
                {one.title}
              </p>
            ) : null}
            {table ? (
              <HeatTable part={one} model={model} />
            ) : (
              <HeatMap
                label={`${one.title}, ${model.figures.unit}: ${one.matrix.rowTitle} by ${one.matrix.columnTitle}`}
                matrix={one.matrix}
                limit={model.limit}
                write={model.figures.write}
                speak={(cell) => speakCell(one, cell, model.figures, model.pools)}
                cursor={at}
                pinned={pinned}
                tint={one.name === 'book' ? null : palette.whatIf}
                onCursor={(cell, by) => {
                  setActive(index);
                  if (by === 'pointer') setHover(cell);
                  else {
                    setHover(null);
                    setCursor(cell);
                  }
                }}
                onPick={(cell) => {
                  setCursor(cell);
                  toggle(cell);
                }}
              />
            )}
          </section>
        ))}
      </div>
      {table ? null : (
        <Readout
          model={model}
          part={part}
          cell={inside}
          pinned={pinned === null ? null : clamp(pinned, part)}
          underlying={underlying}
          risk={risk}
        />
      )}
      <Legend active={part} model={model} excluded={risk.excluded.length} fault={fault} />
      <p className="visually-hidden" aria-live="polite">
        {sentence}
      </p>
    </>
  );
}

function clamp(cell: Cell, part: MapModel['parts'][number]): Cell {
  return {
    row: Math.min(cell.row, part.matrix.rows.length - 1),
    column: Math.min(cell.column, part.matrix.columns.length - 1),
  };
}
