import type { OrderSchedule } from '#shared/domain/parent-order.ts';
import { type Quantity, toNumber } from '#shared/units/decimal.ts';
import { type DurationMs, HOUR, MINUTE } from '#shared/units/time.ts';
import { figure } from './figure.ts';
import type { Word } from './words.ts';

/** What a schedule takes from the line: how many words, and the schedule, or the word that is wrong. */
export interface ScheduleTaken {
  readonly used: number;
  readonly schedule: OrderSchedule | null;
  /** The line leaves the urgency to the market; the schedule has {@link URGENCY} until somebody has looked. */
  readonly usualUrgency: boolean;
  readonly problem: { readonly word: Word; readonly message: string } | null;
}

type Kind = OrderSchedule['kind'];

const KINDS: Readonly<Record<string, Kind>> = {
  twap: 'twap',
  ac: 'almgren-chriss',
  iceberg: 'iceberg',
  chase: 'chase',
};

/** Where the line names no duration; null: it has to. */
const DURATIONS: Readonly<Record<Kind, DurationMs | null>> = {
  twap: null,
  'almgren-chriss': null,
  iceberg: 24 * HOUR,
  chase: 10 * MINUTE,
};

/** A part a minute, between these. */
const PARTS = { least: 2, most: 60 };
/** Where the market does not say: half of a large order leaves in the first third of the time. */
const URGENCY = 2;

const EXAMPLES: Readonly<Record<Kind, string>> = {
  twap: 'twap 30m',
  'almgren-chriss': 'ac 30m',
  iceberg: 'iceberg 1',
  chase: 'chase 10',
};

interface Figures {
  durationMs: DurationMs | null;
  parts: number | null;
  urgency: number | null;
  /** Clip of an iceberg, ticks of a chase. */
  size: Quantity | null;
}

const UNITS: Readonly<Record<string, DurationMs>> = { m: MINUTE, min: MINUTE, h: HOUR };

/** Takes "30m", "x10", "u3" or a bare number; false for any other word. */
function takeFigure(found: Figures, text: string, kind: Kind): boolean {
  const lasts = /^(\d+(?:\.\d+)?)(m|min|h)$/i.exec(text);
  if (lasts) found.durationMs = Number(lasts[1]) * (UNITS[(lasts[2] ?? '').toLowerCase()] ?? MINUTE);
  else if (/^x\d+$/i.test(text)) found.parts = Number(text.slice(1));
  else if (/^u\d+(\.\d+)?$/i.test(text)) found.urgency = Number(text.slice(1));
  else if ((kind === 'iceberg' || kind === 'chase') && found.size === null && figure(text) !== null) {
    found.size = figure(text);
  } else return false;
  return true;
}

function scheduleOf(kind: Kind, { durationMs, parts, urgency, size }: Figures): OrderSchedule | null {
  const lasts = durationMs ?? DURATIONS[kind];
  if (lasts === null) return null;
  const common = { durationMs: lasts, post: false };
  if (kind === 'iceberg') return size === null ? null : { ...common, kind, clip: size };
  if (kind === 'chase') return size === null ? null : { ...common, kind, ticks: toNumber(size) };
  const usual = Math.min(PARTS.most, Math.max(PARTS.least, Math.round(lasts / MINUTE)));
  const timed = { ...common, parts: parts ?? usual };
  return kind === 'twap' ? { ...timed, kind } : { ...timed, kind, urgency: urgency ?? URGENCY };
}

/**
 * `twap TIME [xPARTS]`, `ac TIME [xPARTS] [uURGENCY]`, `iceberg CLIP [TIME]` or `chase TICKS [TIME]` at `index`; null
 * where another word stands. TIME: 30m, 2h.
 */
export function takeSchedule(words: readonly Word[], index: number): ScheduleTaken | null {
  const word = words[index];
  const kind = word === undefined ? undefined : KINDS[word.text.toLowerCase()];
  if (word === undefined || kind === undefined) return null;
  const found: Figures = { durationMs: null, parts: null, urgency: null, size: null };
  let used = 1;
  for (let next = words[index + 1]; next && takeFigure(found, next.text, kind); next = words[index + used]) used += 1;
  const schedule = scheduleOf(kind, found);
  const message = `expected ${word.text.toLowerCase()} with its figure, such as ${EXAMPLES[kind]}`;
  const usualUrgency = kind === 'almgren-chriss' && found.urgency === null;
  return { used, schedule, usualUrgency, problem: schedule === null ? { word, message } : null };
}
