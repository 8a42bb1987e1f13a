import { describe, expect, it, vi } from 'vitest';
import { cycleAt, stepAt, toMarket } from '#renderer/features/ticket/edits.ts';
import { NO_HISTORY, recall, remember } from '#renderer/features/ticket/history.ts';
import { lineKey } from '#renderer/features/ticket/keys.ts';
import { legAt, legSpans, marked, withPrice } from '#renderer/features/ticket/line.ts';
import { readPriceWord, stepPriceWord, stepQuantityWord } from '#renderer/features/ticket/price-word.ts';
import { createLatest } from '#renderer/state/latest.ts';
import type { TicketLeg } from '#shared/ipc/contract.ts';
import { decimal } from '#shared/units/decimal.ts';

const LINE = 'sell 5 btc 27mar20 6000 p @ 110v; buy 5 btc 27mar20 5000 p';

function leg(change: Partial<TicketLeg> = {}, limit: string | null = '0.0425'): TicketLeg {
  return {
    part: 0,
    routed: false,
    request: {
      account: 'options',
      instrument: 'deribit-paper:BTC-27MAR20-6000-P',
      side: 'sell',
      quantity: decimal('5'),
      type: 'limit',
      limit: limit === null ? null : decimal(limit),
      trigger: null,
      timeInForce: 'gtc',
      postOnly: false,
      reduceOnly: false,
    },
    name: 'BTC-27MAR20-6000-P',
    tick: decimal('0.0005'),
    lot: decimal('0.1'),
    priceCoin: 0.0425,
    priceUsd: 335.75,
    vol: 1.1,
    bid: 0.041,
    ask: 0.0435,
    mark: 0.0422,
    notionalUsd: 39_500,
    feeUsd: 11.85,
    checks: [],
    ...change,
  };
}

describe('legs of a line', () => {
  it('finds the words that keys act on, with their places', () => {
    const [first, second] = legSpans(LINE);
    expect(first?.price?.text).toBe('110v');
    expect(LINE.slice(first?.price?.from, first?.price?.to)).toBe('110v');
    expect(second?.quantity?.text).toBe('5');
    expect(second?.price).toBeNull();
  });

  it('gives the caret to the leg it stands in, also right after the semicolon', () => {
    expect(legAt(LINE, 0)?.index).toBe(0);
    expect(legAt(LINE, LINE.indexOf(';'))?.index).toBe(0);
    expect(legAt(LINE, LINE.indexOf(';') + 1)?.index).toBe(1);
    expect(legAt(LINE, LINE.length)?.index).toBe(1);
    expect(legAt('', 0)).toBeNull();
  });

  it('does not count a leg without words, as main does not', () => {
    expect(legSpans('buy 1 btc;; sell 1 btc').map((span) => span.index)).toEqual([0, 1]);
    expect(legAt('buy 1 btc;', 10)?.index).toBe(0);
  });
});

describe('changing the line', () => {
  it('replaces the price word and leaves the rest alone', () => {
    const [first] = legSpans(LINE);
    expect(first && withPrice(LINE, first, '0.0425').line).toBe(LINE.replace('110v', '0.0425'));
  });

  it('adds a price to a leg that has none, also after a lonely @', () => {
    const [span] = legSpans('buy 1 btc perp');
    expect(span && withPrice('buy 1 btc perp', span, '7900').line).toBe('buy 1 btc perp @ 7900');
    const [lonely] = legSpans('buy 1 btc perp @');
    expect(lonely && withPrice('buy 1 btc perp @', lonely, '7900').line).toBe('buy 1 btc perp @ 7900');
  });

  it('steps the price of the leg under the caret, by ten with Shift', () => {
    expect(stepAt(LINE, 3, [leg(), leg()], 1)?.line).toContain('@ 110.1v;');
    expect(stepAt(LINE, 3, [leg(), leg()], -10)?.line).toContain('@ 109v;');
  });

  it('steps the quantity while the caret is in it', () => {
    expect(stepAt(LINE, 6, [leg()], 1)?.line).toBe(LINE.replace('sell 5', 'sell 6'));
    expect(stepAt('buy 0.5 btc', 5, [], -1)?.line).toBe('buy 0.4 btc');
    expect(stepAt('buy 1 btc', 5, [], -1)).toBeNull();
  });

  it('gives a leg without a price the best of its own side first', () => {
    const edited = stepAt(LINE, LINE.length, [leg(), leg({ part: 1 }, null)], 1);
    expect(edited?.line.endsWith('5000 p @ 0.0435')).toBe(true);
  });

  it('joins the own side and takes the middle on a tick', () => {
    const [span] = legSpans(LINE);
    if (!span) throw new Error('expected a leg');
    expect(toMarket(LINE, span, leg(), 'join')?.line).toContain('@ 0.0435;');
    expect(toMarket(LINE, span, leg(), 'mid')?.line).toContain('@ 0.042;');
    expect(toMarket(LINE, span, leg({ bid: null }), 'mid')).toBeNull();
  });

  it('goes round coin, dollars and vol, and skips units without a meaning', () => {
    const [span] = legSpans(LINE);
    if (!span) throw new Error('expected a leg');
    const coin = cycleAt(LINE, span, leg());
    expect(coin?.line).toContain('@ 0.0425;');
    const [again] = legSpans(coin?.line ?? '');
    expect(again && cycleAt(coin?.line ?? '', again, leg())?.line).toContain('@ $335.75;');
    const future = leg({ priceCoin: null, vol: null, priceUsd: 7900 }, '7900');
    expect(cycleAt('buy 1 btc perp @ 7900', legSpans('buy 1 btc perp @ 7900')[0] ?? span, future)).toBeNull();
  });
});

describe('price words', () => {
  it('keep their unit while the figure moves', () => {
    expect(stepPriceWord('$250', 1, decimal('0.0005'))).toBe('$251');
    expect(stepPriceWord('250usd', -1, decimal('0.0005'))).toBe('249usd');
    expect(stepPriceWord('0.0425', 1, decimal('0.0005'))).toBe('0.043');
    expect(stepPriceWord('7.9k', 1, decimal('0.5'))).toBe('7900.5');
  });

  // A price off the tick is denied by the gate: the first step brings it back onto the grid.
  it('come onto the grid with the first step', () => {
    expect(stepPriceWord('0.04261', 1, decimal('0.0005'))).toBe('0.043');
  });

  it('never fall to zero', () => {
    expect(stepPriceWord('0.0005', -1, decimal('0.0005'))).toBeNull();
    expect(stepPriceWord('abc', 1, decimal('1'))).toBeNull();
  });

  it('are read with their unit', () => {
    expect(readPriceWord('110v')?.unit).toBe('vol');
    expect(readPriceWord('$250')?.unit).toBe('usd');
    expect(readPriceWord('0.01btc')?.unit).toBe('quote');
    expect(readPriceWord('110x')).toBeNull();
  });

  it('step a quantity in its last digit', () => {
    expect(stepQuantityWord('0.05', 10)).toBe('0.15');
    expect(stepQuantityWord('10', -10)).toBeNull();
  });
});

describe('underlining', () => {
  it('cuts the line at its problems and loses no character', () => {
    const parts = marked('sell 5 xxx @ 1y', [
      { from: 7, to: 10 },
      { from: 13, to: 15 },
    ]);
    expect(parts.map((part) => part.text).join('')).toBe('sell 5 xxx @ 1y');
    expect(parts.filter((part) => part.problem).map((part) => part.text)).toEqual(['xxx', '1y']);
  });

  it('stands problems that overlap or lie beyond the end', () => {
    const parts = marked('abc', [
      { from: 0, to: 2 },
      { from: 1, to: 9 },
    ]);
    expect(parts.map((part) => part.text)).toEqual(['ab', 'c']);
  });
});

describe('keys in the line', () => {
  const press = {
    key: 'ArrowUp',
    code: 'ArrowUp',
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    shiftKey: false,
    isComposing: false,
  };

  it('mean what the key table says', () => {
    expect(lineKey(press)).toEqual({ does: 'step', steps: 1 });
    expect(lineKey({ ...press, key: 'ArrowDown', shiftKey: true })).toEqual({ does: 'step', steps: -10 });
    expect(lineKey({ ...press, ctrlKey: true })).toEqual({ does: 'recall', by: -1 });
    expect(lineKey({ ...press, key: 'u', code: 'KeyU', altKey: true })).toEqual({ does: 'unit' });
    expect(lineKey({ ...press, key: 'Enter' })).toEqual({ does: 'nothing' });
  });

  // Ctrl+Enter stages: the field must let it through; and a composing input method owns its keys.
  it('leave staging, other letters and composition alone', () => {
    expect(lineKey({ ...press, key: 'Enter', ctrlKey: true })).toBeNull();
    expect(lineKey({ ...press, key: 'a', code: 'KeyA' })).toBeNull();
    expect(lineKey({ ...press, isComposing: true })).toBeNull();
  });
});

describe('history of lines', () => {
  it('goes back and comes forth to the draft', () => {
    const history = remember(remember(NO_HISTORY, 'one'), 'two');
    const back = recall(history, 'draft', -1);
    expect(back?.line).toBe('two');
    const further = recall(back?.history ?? history, 'two', -1);
    expect(further?.line).toBe('one');
    expect(recall(further?.history ?? history, 'one', -1)).toBeNull();
    const forth = recall(further?.history ?? history, 'one', 1);
    expect(recall(forth?.history ?? history, 'two', 1)?.line).toBe('draft');
  });

  it('keeps a line once and no blank ones', () => {
    expect(remember(remember(remember(NO_HISTORY, 'a'), 'b'), 'a').lines).toEqual(['b', 'a']);
    expect(remember(NO_HISTORY, '   ')).toBe(NO_HISTORY);
  });
});

describe('asking for the latest', () => {
  it('has one question in flight and then asks the newest only', async () => {
    const asked: number[] = [];
    const answers: number[] = [];
    const doors: (() => void)[] = [];
    const latest = createLatest<number, number>(
      (question) => {
        asked.push(question);
        return new Promise((resolve) => doors.push(() => resolve(question * 10)));
      },
      (answer) => answers.push(answer),
    );
    for (const question of [1, 2, 3]) latest.ask(question);
    expect(asked).toEqual([1]);
    doors[0]?.();
    await vi.waitFor(() => expect(asked).toEqual([1, 3]));
    doors[1]?.();
    await vi.waitFor(() => expect(answers).toEqual([10, 30]));
  });

  it('drops the answer of a question that was stopped', async () => {
    const answers: number[] = [];
    const latest = createLatest<number, number>(
      async (question) => question,
      (answer) => answers.push(answer),
    );
    latest.ask(1);
    latest.stop();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(answers).toEqual([]);
  });

  it('leaves its gap between questions', async () => {
    vi.useFakeTimers();
    const asked: number[] = [];
    const latest = createLatest<number, number>(
      async (question) => {
        asked.push(question);
        return question;
      },
      () => undefined,
      500,
    );
    latest.ask(1);
    latest.ask(2);
    await vi.advanceTimersByTimeAsync(499);
    expect(asked).toEqual([1]);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked).toEqual([1, 2]);
    vi.useRealTimers();
  });
});
