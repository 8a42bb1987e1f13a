import type { OptionRight } from '#shared/domain/instrument.ts';
import type { OrderType, Side, TimeInForce } from '#shared/domain/order.ts';
import type { OrderSchedule } from '#shared/domain/parent-order.ts';
import type { Decimal } from '#shared/units/decimal.ts';
import { type EpochMs, parseExpiryCode } from '#shared/units/time.ts';
import { figure } from './figure.ts';
import { takeSchedule } from './schedule-words.ts';

/** A word of the line and where it stands. */
export interface Word {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** Unit a limit was typed in: the instrument's own quote, US dollars, or vol points. */
export type PriceUnit = 'quote' | 'usd' | 'vol';

/** A leg as typed, before it is matched to what is listed. */
export interface LegWords {
  readonly words: readonly Word[];
  readonly side: Side;
  readonly quantity: Decimal;
  readonly quantityWord: Word;
  /** "BTC"; null when an instrument name says it. */
  readonly coin: string | null;
  /** A venue's own name or an id, as typed. */
  readonly named: Word | null;
  readonly product: 'spot' | 'perpetual' | null;
  readonly expiry: { readonly at: EpochMs; readonly word: Word } | null;
  readonly strike: Decimal | null;
  readonly right: OptionRight | null;
  readonly settlement: 'linear' | 'inverse' | null;
  /** After "on": account or venue. */
  readonly where: Word | null;
  /** "across": the quantity is an exposure in coins, to be had wherever it is cheapest. */
  readonly across: Word | null;
  readonly type: OrderType;
  readonly price: { readonly value: Decimal; readonly unit: PriceUnit; readonly word: Word } | null;
  readonly trigger: Decimal | null;
  readonly timeInForce: TimeInForce;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
  /** Null: at once. */
  readonly schedule: OrderSchedule | null;
  /** Its urgency was not typed. */
  readonly usualUrgency: boolean;
}

export interface WordProblem {
  readonly word: string;
  readonly from: number;
  readonly to: number;
  readonly message: string;
}

/** Splits a line into legs at ";" and into words at blanks; "@" stands alone. Offsets are kept. */
export function splitLegs(line: string): readonly (readonly Word[])[] {
  const legs: Word[][] = [[]];
  for (const match of line.matchAll(/;|@|[^\s;@]+/g)) {
    if (match[0] === ';') legs.push([]);
    else legs.at(-1)?.push({ text: match[0], from: match.index, to: match.index + match[0].length });
  }
  return legs.filter((words) => words.length > 0);
}

const RIGHTS: Readonly<Record<string, OptionRight>> = { c: 'call', call: 'call', p: 'put', put: 'put' };
const SIDES: Readonly<Record<string, Side>> = {
  buy: 'buy',
  b: 'buy',
  long: 'buy',
  sell: 'sell',
  s: 'sell',
  short: 'sell',
};
/** "110v", "0.0345", "$250", "250usd", "0.01btc". */
function priceOf(word: Word): { value: Decimal; unit: PriceUnit; word: Word } | null {
  const match = /^(\$?)([\d.]+k?)(v|vol|usd|usdc|btc|eth)?$/i.exec(word.text);
  const value = figure(match?.[2] ?? '');
  if (!match || value === null) return null;
  const suffix = (match[3] ?? '').toLowerCase();
  const unit = suffix.startsWith('v') ? 'vol' : match[1] === '$' || suffix.startsWith('usd') ? 'usd' : 'quote';
  return { value, unit, word };
}

type Draft = { -readonly [K in keyof LegWords]: LegWords[K] | null } & { problems: WordProblem[] };

function complain(draft: Draft, word: Word, message: string): void {
  draft.problems.push({ word: word.text, from: word.from, to: word.to, message });
}

/** Words that mean one thing wherever they stand. */
const FLAGS: Readonly<Record<string, Partial<Omit<Draft, 'problems'>>>> = {
  post: { postOnly: true },
  'post-only': { postOnly: true },
  reduce: { reduceOnly: true },
  'reduce-only': { reduceOnly: true },
  ioc: { timeInForce: 'ioc' },
  fok: { timeInForce: 'fok' },
  gtc: { timeInForce: 'gtc' },
  market: { type: 'market' },
  mkt: { type: 'market' },
  spot: { product: 'spot' },
  perp: { product: 'perpetual' },
  perpetual: { product: 'perpetual' },
  usdc: { settlement: 'linear' },
  linear: { settlement: 'linear' },
  inverse: { settlement: 'inverse' },
  coin: { settlement: 'inverse' },
};

/** Takes the words that need the one after them. Returns how many were used, 0 when this is not such a word. */
function takePair(draft: Draft, words: readonly Word[], index: number): number {
  const word = words[index];
  const next = words[index + 1];
  if (!word || !['@', 'at', 'stop', 'on'].includes(word.text.toLowerCase())) return 0;
  if (!next) {
    complain(draft, word, `"${word.text}" needs a word after it`);
    return 1;
  }
  const kind = word.text.toLowerCase();
  if (kind === 'on') draft.where = next;
  else if (kind === 'stop') takeTrigger(draft, next);
  else takePrice(draft, next);
  return 2;
}

/** The words of a schedule. Returns how many were used, 0 when none begins here. */
function takeWorked(draft: Draft, words: readonly Word[], index: number): number {
  const taken = takeSchedule(words, index);
  if (taken === null) return 0;
  draft.schedule = taken.schedule;
  draft.usualUrgency = taken.usualUrgency;
  if (taken.problem !== null) complain(draft, taken.problem.word, taken.problem.message);
  return taken.used;
}

/** A schedule decides itself how its orders go. */
function againstSchedule({ schedule, words, across, type, timeInForce }: Draft): Word | null {
  if (schedule === null) return null;
  const odd = type === 'stop' ? /^stop$/i : timeInForce === 'gtc' || timeInForce === null ? null : /^(ioc|fok)$/i;
  return across ?? (odd === null ? null : (words?.find(({ text }) => odd.test(text)) ?? null));
}

function takeTrigger(draft: Draft, word: Word): void {
  draft.trigger = figure(word.text);
  draft.type = 'stop';
  if (draft.trigger === null) complain(draft, word, `expected a trigger price after "stop", was "${word.text}"`);
}

function takePrice(draft: Draft, word: Word): void {
  draft.price = priceOf(word);
  if (draft.price === null) complain(draft, word, `expected a price such as 0.0345, $250 or 110v, was "${word.text}"`);
}

function takeStrike(draft: Draft, word: Word): boolean {
  const match = /^([\d.]+k?)(c|p|call|put)?$/i.exec(word.text);
  const strike = match ? figure(match[1] ?? '') : null;
  if (!match || strike === null || draft.strike !== null) return false;
  draft.strike = strike;
  if (match[2]) draft.right = RIGHTS[match[2].toLowerCase()] ?? null;
  return true;
}

/** One word that stands for itself; false when it means nothing here. */
function takeWord(draft: Draft, word: Word): boolean {
  const text = word.text.toLowerCase();
  if (text === 'across') {
    draft.across = word;
    return true;
  }
  const flag = Object.hasOwn(FLAGS, text) ? FLAGS[text] : undefined;
  if (flag) {
    Object.assign(draft, flag);
    return true;
  }
  const right = RIGHTS[text];
  if (right && draft.strike !== null) {
    draft.right = right;
    return true;
  }
  const expiry = parseExpiryCode(text);
  if (expiry !== null) {
    draft.expiry = { at: expiry, word };
    return true;
  }
  if (/[-:/_]/.test(text)) {
    draft.named = word;
    return true;
  }
  if (takeStrike(draft, word)) return true;
  if (/^[a-z]{2,6}$/.test(text) && draft.coin === null && !right) {
    draft.coin = word.text.toUpperCase();
    return true;
  }
  return false;
}

const EXAMPLE = 'sell 5 btc 27mar20 6000 p @ 110v';

/** Everything after the quantity. */
function takeRest(draft: Draft, words: readonly Word[]): void {
  for (let index = 2; index < words.length; ) {
    const used = takePair(draft, words, index) || takeWorked(draft, words, index);
    const word = words[index];
    if (used === 0 && word && !takeWord(draft, word)) complain(draft, word, `"${word.text}" is not understood here`);
    index += Math.max(used, 1);
  }
  const against = againstSchedule(draft);
  if (against !== null) complain(draft, against, 'an order that is worked over time has no such word: leave it out');
}

/** One leg from its words, or the words that could not be understood. */
export function parseLeg(words: readonly Word[]): {
  readonly leg: LegWords | null;
  readonly problems: readonly WordProblem[];
} {
  const [first, second] = words;
  const draft: Draft = {
    words, side: null, quantity: null, quantityWord: second ?? null, coin: null, named: null, product: null, expiry: null,
    strike: null, right: null, settlement: null, where: null, across: null, type: 'limit', price: null, trigger: null,
    timeInForce: null, postOnly: false, reduceOnly: false, schedule: null, usualUrgency: false,
    problems: [],
  }; // biome-ignore format: one glance
  if (!first) return { leg: null, problems: [] };
  const side = SIDES[first.text.toLowerCase()];
  if (!side) complain(draft, first, `expected buy or sell first, was "${first.text}"; for example: ${EXAMPLE}`);
  const quantity = second ? figure(second.text) : null;
  if (quantity === null)
    complain(
      draft,
      second ?? first,
      `expected a quantity after "${first.text}"${second ? `, was "${second.text}"` : ''}`,
    );
  takeRest(draft, words);
  if (draft.problems.length > 0 || !side || quantity === null || !second)
    return { leg: null, problems: draft.problems };
  return { leg: finish(draft, side, quantity, second), problems: [] };
}

function finish(draft: Draft, side: Side, quantity: Decimal, quantityWord: Word): LegWords {
  const { problems: _, ...rest } = draft;
  const priced = draft.price !== null;
  const type = draft.type === 'stop' ? 'stop' : priced && draft.type !== 'market' ? 'limit' : 'market';
  return {
    ...rest,
    words: draft.words ?? [],
    side,
    quantity,
    quantityWord,
    type,
    timeInForce: draft.timeInForce ?? (type === 'market' ? 'ioc' : 'gtc'),
    postOnly: draft.postOnly === true && draft.schedule === null,
    reduceOnly: draft.reduceOnly === true,
    schedule: draft.schedule === null ? null : { ...draft.schedule, post: draft.postOnly === true },
    usualUrgency: draft.usualUrgency === true,
  };
}
