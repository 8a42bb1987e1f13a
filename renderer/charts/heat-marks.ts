import { boxOf, type HeatLayout } from './heat-layout.ts';
import type { Cell } from './heat-matrix.ts';
import type { Palette } from './palette.ts';

/** A frame around a cell, set off from what lies under it. */
export function outline(
  context: CanvasRenderingContext2D,
  layout: HeatLayout,
  cell: Cell,
  ink: string,
  under: string,
  width: number,
) {
  const box = boxOf(layout, cell);
  context.strokeStyle = under;
  context.lineWidth = width + 2;
  context.strokeRect(box.x, box.y, box.width, box.height);
  context.strokeStyle = ink;
  context.lineWidth = width;
  context.strokeRect(box.x, box.y, box.width, box.height);
}

/** A diamond: the worst cell. */
export function diamond(context: CanvasRenderingContext2D, layout: HeatLayout, cell: Cell, palette: Palette): void {
  const box = boxOf(layout, cell);
  const size = 5;
  const x = Math.min(Math.max(box.x + box.width / 2, layout.left + size + 1), layout.right - size - 1);
  const y = Math.min(Math.max(box.y + box.height / 2, layout.top + size + 1), layout.bottom - size - 1);
  context.beginPath();
  context.moveTo(x, y - size);
  context.lineTo(x + size, y);
  context.lineTo(x, y + size);
  context.lineTo(x - size, y);
  context.closePath();
  context.fillStyle = palette.critical;
  context.strokeStyle = palette.panel;
  context.lineWidth = 2;
  context.stroke();
  context.fill();
}

/** Lines through the middle of the cell, left out around it. */
export function crosshair(context: CanvasRenderingContext2D, layout: HeatLayout, cell: Cell, palette: Palette): void {
  const box = boxOf(layout, cell);
  const x = Math.floor(box.x + box.width / 2) + 0.5;
  const y = Math.floor(box.y + box.height / 2) + 0.5;
  const gap = 6;
  context.strokeStyle = palette.text1;
  context.lineWidth = 1;
  context.setLineDash([2, 3]);
  context.beginPath();
  for (const [from, to] of [
    [layout.top, box.y - gap],
    [box.y + box.height + gap, layout.bottom],
  ] as const) {
    if (to > from) {
      context.moveTo(x, from);
      context.lineTo(x, to);
    }
  }
  for (const [from, to] of [
    [layout.left, box.x - gap],
    [box.x + box.width + gap, layout.right],
  ] as const) {
    if (to > from) {
      context.moveTo(from, y);
      context.lineTo(to, y);
    }
  }
  context.stroke();
  context.setLineDash([]);
}

/** Corners of a square around the pinned cell. */
export function brackets(context: CanvasRenderingContext2D, layout: HeatLayout, cell: Cell, palette: Palette): void {
  const box = boxOf(layout, cell);
  const reach = 4;
  const [x0, y0, x1, y1] = [box.x - 3, box.y - 3, box.x + box.width + 3, box.y + box.height + 3];
  context.beginPath();
  for (const [x, y, dx, dy] of [
    [x0, y0, reach, reach],
    [x1, y0, -reach, reach],
    [x0, y1, reach, -reach],
    [x1, y1, -reach, -reach],
  ] as const) {
    context.moveTo(x + dx, y);
    context.lineTo(x, y);
    context.lineTo(x, y + dy);
  }
  context.strokeStyle = palette.panel;
  context.lineWidth = 4;
  context.stroke();
  context.strokeStyle = palette.text1;
  context.lineWidth = 2;
  context.stroke();
}
