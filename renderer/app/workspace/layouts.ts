import type { IGlobalAttributes, IJsonModel, IJsonRowNode, IJsonTabSetNode } from 'flexlayout-react';
import type { WorkspaceId } from '#renderer/state/shell.ts';
import { PANEL_TITLES, type PanelId } from './panels.ts';

/** Below this width the rail on the right becomes tabs. */
export const NARROW_BELOW = 1280;
/** A ticket narrower than this overflows. */
const RAIL_MIN = 340;

const GLOBAL: IGlobalAttributes = {
  enableEdgeDock: true,
  tabEnableClose: false,
  tabEnableRename: false,
  tabEnableFloat: false,
  tabEnablePopout: false,
  tabSetEnableMaximize: true,
  tabSetEnableClose: false,
  tabSetMinHeight: 72,
  tabSetMinWidth: 160,
};

function tabs(weight: number, panels: readonly PanelId[], more: Partial<IJsonTabSetNode> = {}): IJsonTabSetNode {
  return {
    type: 'tabset',
    weight,
    children: panels.map((id) => ({ type: 'tab', id, name: PANEL_TITLES[id], component: id })),
    ...more,
  };
}

function row(weight: number, children: (IJsonRowNode | IJsonTabSetNode)[]): IJsonRowNode {
  return { type: 'row', weight, children };
}

const RAIL = { minWidth: RAIL_MIN };

const WIDE: Readonly<Record<WorkspaceId, IJsonRowNode>> = {
  risk: row(100, [
    row(48, [tabs(55, ['positions'], { active: true }), tabs(26, ['orders', 'fills', 'alerts']), tabs(19, ['margin'])]),
    row(31, [tabs(55, ['risk']), tabs(45, ['payoff'])]),
    row(21, [tabs(52, ['hedge'], RAIL), tabs(48, ['ticket'], RAIL)]),
  ]),
  trade: row(100, [
    row(76, [
      tabs(52, ['chart'], { active: true }),
      row(48, [tabs(56, ['positions']), tabs(44, ['orders', 'fills', 'alerts'])]),
    ]),
    row(24, [tabs(54, ['ticket'], RAIL), tabs(46, ['hedge', 'margin'], RAIL)]),
  ]),
  vol: row(100, [
    row(40, [tabs(60, ['vol'], { active: true }), tabs(40, ['payoff'])]),
    row(38, [tabs(60, ['risk']), tabs(40, ['positions'])]),
    row(22, [tabs(54, ['ticket'], RAIL), tabs(46, ['hedge'], RAIL)]),
  ]),
  control: row(100, [
    tabs(46, ['automation'], { active: true }),
    row(33, [tabs(50, ['collateral']), tabs(50, ['margin'])]),
    row(21, [tabs(52, ['hedge'], RAIL), tabs(48, ['alerts'], RAIL)]),
  ]),
  exit: row(100, [
    tabs(58, ['rehearsal'], { active: true }),
    row(42, [tabs(55, ['positions']), tabs(45, ['orders', 'fills', 'alerts', 'margin'])]),
  ]),
  review: row(100, [tabs(100, ['review'], { active: true })]),
  journal: row(100, [tabs(100, ['journal'], { active: true })]),
  venues: row(100, [
    row(42, [tabs(56, ['venues'], { active: true }), tabs(44, ['orders', 'fills', 'alerts'])]),
    tabs(36, ['book']),
    row(22, [tabs(60, ['ticket'], RAIL), tabs(40, ['margin'], RAIL)]),
  ]),
};

const NARROW: Readonly<Record<WorkspaceId, IJsonRowNode>> = {
  risk: row(100, [
    row(58, [tabs(58, ['positions'], { active: true }), tabs(42, ['orders', 'fills', 'alerts', 'margin'])]),
    row(42, [tabs(50, ['risk', 'payoff'], RAIL), tabs(50, ['hedge', 'ticket'], RAIL)]),
  ]),
  trade: row(100, [
    row(62, [tabs(55, ['chart'], { active: true }), tabs(45, ['positions', 'orders', 'fills', 'alerts'])]),
    row(38, [tabs(100, ['ticket', 'hedge', 'margin'], RAIL)]),
  ]),
  vol: row(100, [
    row(62, [tabs(60, ['vol'], { active: true }), tabs(40, ['positions', 'payoff', 'risk'])]),
    row(38, [tabs(100, ['ticket', 'hedge'], RAIL)]),
  ]),
  control: row(100, [
    row(60, [tabs(100, ['automation', 'orders', 'fills', 'alerts'], { active: true })]),
    row(40, [tabs(50, ['collateral', 'margin'], RAIL), tabs(50, ['hedge'], RAIL)]),
  ]),
  exit: row(100, [
    row(62, [tabs(100, ['rehearsal'], { active: true })]),
    row(38, [tabs(100, ['positions', 'orders', 'fills', 'alerts', 'margin'], RAIL)]),
  ]),
  review: row(100, [tabs(100, ['review'], { active: true })]),
  journal: row(100, [tabs(100, ['journal'], { active: true })]),
  venues: row(100, [
    row(58, [tabs(50, ['venues'], { active: true }), tabs(50, ['book', 'orders', 'fills', 'alerts'])]),
    row(42, [tabs(100, ['ticket', 'margin'], RAIL)]),
  ]),
};

/** The layout a workspace starts with. */
export function defaultLayout(workspace: WorkspaceId, narrow: boolean): IJsonModel {
  return { global: GLOBAL, borders: [], layout: (narrow ? NARROW : WIDE)[workspace] };
}

/** Panels a workspace must hold, whatever the trader did to its layout. */
export function panelsOf(workspace: WorkspaceId): readonly PanelId[] {
  const found: PanelId[] = [];
  const visit = (node: IJsonRowNode | IJsonTabSetNode): void => {
    for (const child of node.children ?? []) {
      if (child.type === 'tab') found.push(child.id as PanelId);
      else visit(child as IJsonRowNode);
    }
  };
  visit(WIDE[workspace]);
  return found;
}

/** Name of the setting that keeps the trader's layout. */
export function layoutSetting(workspace: WorkspaceId, narrow: boolean): string {
  return `layout.${workspace}${narrow ? '.narrow' : ''}`;
}
