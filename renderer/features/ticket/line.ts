import { splitLegs, type Word } from '#shared/control/ticket/words.ts';

/** One leg of a ticket line and where the words stand that keys act on. */
export interface LegSpan {
  readonly index: number;
  readonly from: number;
  readonly to: number;
  readonly quantity: Word | null;
  /** The word after "@" or "at"; null for a market leg. */
  readonly price: Word | null;
}

/** The legs of a line, in order, as main numbers them: a leg without words does not count. */
export function legSpans(line: string): readonly LegSpan[] {
  return splitLegs(line).map((words, index) => {
    const at = words.findIndex((word) => word.text === '@' || word.text.toLowerCase() === 'at');
    return {
      index,
      from: words[0]?.from ?? 0,
      to: words.at(-1)?.to ?? 0,
      quantity: words[1] ?? null,
      price: at < 0 ? null : (words[at + 1] ?? null),
    };
  });
}

/** The leg that holds the caret: the last one that starts before it. Null for an empty line. */
export function legAt(line: string, caret: number): LegSpan | null {
  const spans = legSpans(line);
  const separators = line.slice(0, caret).split(';').length - 1;
  const before = spans.filter((span) => line.slice(0, span.from).split(';').length - 1 <= separators);
  return before.at(-1) ?? spans[0] ?? null;
}

export function holds(word: Word | null, caret: number): boolean {
  return word !== null && caret >= word.from && caret <= word.to;
}

/** A line after a change, and where the caret belongs. */
export interface EditedLine {
  readonly line: string;
  readonly caret: number;
}

function replace(line: string, from: number, to: number, text: string): EditedLine {
  return { line: line.slice(0, from) + text + line.slice(to), caret: from + text.length };
}

/** The line with the leg's price word replaced; a leg without one gets it before its flags' end: " @ text". */
export function withPrice(line: string, span: LegSpan, text: string): EditedLine {
  if (span.price) return replace(line, span.price.from, span.price.to, text);
  const dangling = /(?:@|\bat)$/i.test(line.slice(span.from, span.to));
  return replace(line, span.to, span.to, dangling ? ` ${text}` : ` @ ${text}`);
}

export function withQuantity(line: string, span: LegSpan, text: string): EditedLine | null {
  return span.quantity === null ? null : replace(line, span.quantity.from, span.quantity.to, text);
}

/** A line cut into what is understood and what is not, for underlining. Overlaps keep the first problem. */
export function marked(
  line: string,
  problems: readonly { readonly from: number; readonly to: number }[],
): readonly { readonly text: string; readonly problem: boolean }[] {
  const parts: { text: string; problem: boolean }[] = [];
  let at = 0;
  for (const { from, to } of [...problems].sort((a, b) => a.from - b.from)) {
    const [start, end] = [Math.max(from, at), Math.min(to, line.length)];
    if (end <= start) continue;
    if (start > at) parts.push({ text: line.slice(at, start), problem: false });
    parts.push({ text: line.slice(start, end), problem: true });
    at = end;
  }
  if (at < line.length) parts.push({ text: line.slice(at), problem: false });
  return parts;
}
