import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MOST_ORDERS, mergeFills, mergeLines, mergeOrders, project, receive } from '#renderer/state/stream.ts';
import { NO_ROWS, type Terminal, useTerminal } from '#renderer/state/terminal.ts';
import { DEFAULT_THRESHOLDS } from '#shared/control/margin-monitor.ts';
import { POSITION_COLUMNS, type PortFrame, type StatusFrame } from '#shared/ipc/frames.ts';
import { PositionsPacker } from '#shared/ipc/positions-codec.ts';
import { fill, order } from '#test/support/domain.ts';

const EMPTY: Terminal = {
  connected: false,
  status: null,
  directory: { kind: 'directory', directory: 0, rows: NO_ROWS },
  positions: null,
  risk: null,
  orders: new Map(),
  fills: [],
  log: [],
  candle: null,
  fault: null,
};

function status(session: string | null): StatusFrame {
  return {
    kind: 'status',
    environment: 'PAPER',
    session,
    now: 0,
    marketTime: null,
    tape: null,
    trading: { state: 'HALTED', reason: '' },
    keys: { state: 'SAFE', reason: '', until: null, budgetLeftUsd: null },
    staged: null,
    automation: [],
    transfers: [],
    venues: [],
    alerts: 0,
    thresholds: DEFAULT_THRESHOLDS,
    risk: null,
  };
}

describe('merging frames', () => {
  it('takes whole order frames for everything and partial ones for what changed', () => {
    const first = mergeOrders(new Map(), {
      kind: 'orders',
      whole: true,
      orders: [order({ id: 'a' }), order({ id: 'b' })],
    });
    const second = mergeOrders(first, { kind: 'orders', whole: false, orders: [order({ id: 'b', state: 'FILLED' })] });
    expect([...second.keys()]).toEqual(['a', 'b']);
    expect(second.get('b')?.state).toBe('FILLED');
    expect([...mergeOrders(second, { kind: 'orders', whole: true, orders: [] })]).toEqual([]);
  });

  it('lets go of finished orders only, so that no working order ever leaves the screen', () => {
    const working = Array.from({ length: 50 }, (_, at) => order({ id: `w${at}`, state: 'ACKED' }));
    const done = Array.from({ length: MOST_ORDERS }, (_, at) => order({ id: `d${at}`, state: 'FILLED' }));
    const kept = mergeOrders(new Map(), { kind: 'orders', whole: true, orders: [...working, ...done] });
    expect(kept.size).toBe(MOST_ORDERS);
    expect([...kept.values()].filter(({ state }) => state === 'ACKED')).toHaveLength(50);
  });

  it('keeps each fill once, newest first', () => {
    const [a, b, c] = [fill('1', '7000'), fill('1', '7001'), fill('1', '7002')];
    const merged = mergeFills([b, a], { kind: 'fills', whole: false, fills: [c, b] });
    expect(merged.map(({ trade }) => trade)).toEqual([c.trade, b.trade, a.trade]);
  });

  it('appends log lines', () => {
    const line = (text: string) => ({ at: 0, severity: 'note' as const, code: 'x', text });
    const merged = mergeLines([line('one')], { kind: 'log', whole: false, lines: [line('two')] });
    expect(merged.map(({ text }) => text)).toEqual(['one', 'two']);
  });

  it('forgets the book when another session begins', () => {
    const before: Terminal = { ...EMPTY, status: status('one'), fills: [fill('1', '7000')] };
    expect(project(before, status('two')).fills).toEqual([]);
    expect(project(before, status('one')).fills).toBeUndefined();
  });
});

describe('the stream', () => {
  const refresh = vi.fn(async () => ({ ok: true as const, value: null }));

  beforeEach(() => {
    vi.stubGlobal('window', { keel: { 'stream.refresh': refresh } });
    useTerminal.setState(EMPTY);
    refresh.mockClear();
  });
  afterEach(() => vi.unstubAllGlobals());

  const alarm = (text: string): PortFrame => ({ kind: 'fault', fault: { code: 'x', message: text } });

  it('asks for everything again after a gap, once, and goes on', async () => {
    receive({ seq: 1, frame: alarm('one') });
    receive({ seq: 2, frame: alarm('two') });
    expect(refresh).not.toHaveBeenCalled();
    receive({ seq: 5, frame: alarm('five') });
    receive({ seq: 9, frame: alarm('nine') });
    await vi.waitFor(() => expect(refresh).toHaveBeenCalledTimes(1));
    expect(useTerminal.getState().fault?.message).toBe('nine');
    receive({ seq: 10, frame: alarm('ten') });
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  it('follows positions from whole table to changes, and asks again for changes it has no table for', async () => {
    const packer = new PositionsPacker();
    const pack = (first: number) =>
      packer.pack({
        kind: 'positions',
        directory: 1,
        rows: 1,
        at: 1_000,
        cells: Float64Array.from(POSITION_COLUMNS, (_, column) => first + column),
      });
    const shown = () => useTerminal.getState().positions?.values[2];
    receive({ seq: 11, frame: pack(10) });
    receive({ seq: 12, frame: pack(20) });
    expect(shown()).toBe(22);
    pack(30);
    receive({ seq: 13, frame: pack(40) });
    expect(shown()).toBe(22);
    await vi.waitFor(() => expect(refresh).toHaveBeenCalledTimes(1));
    packer.restart();
    receive({ seq: 14, frame: pack(50) });
    expect(shown()).toBe(52);
  });
});
