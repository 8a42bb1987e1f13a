/** A stretch of text within a line. Links and pictures stay text: a note loads nothing and leads nowhere. */
export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'strong' | 'em'; readonly parts: readonly Inline[] };

export type Block =
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly parts: readonly Inline[] }
  | { readonly kind: 'paragraph' | 'quote'; readonly parts: readonly Inline[] }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Inline[])[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'rule' };

const MARK = /(`+)([\s\S]*?)\1|\*\*([\s\S]+?)\*\*|\*([^\s*][\s\S]*?)\*|_([^\s_][\s\S]*?)_(?!\w)/;
/** Marks within marks deeper than this are text. */
const DEEPEST = 4;

/** The marks of a line: `code`, **strong**, *em* and _em_. */
export function parseInline(text: string, depth = 0): readonly Inline[] {
  const parts: Inline[] = [];
  let rest = text;
  for (let match = depth > DEEPEST ? null : MARK.exec(rest); match !== null; match = MARK.exec(rest)) {
    if (match.index > 0) parts.push({ kind: 'text', text: rest.slice(0, match.index) });
    const [whole, , code, strong, star, line] = match;
    if (code !== undefined) parts.push({ kind: 'code', text: code.trim() });
    else if (strong !== undefined) parts.push({ kind: 'strong', parts: parseInline(strong, depth + 1) });
    else parts.push({ kind: 'em', parts: parseInline(star ?? line ?? '', depth + 1) });
    rest = rest.slice(match.index + whole.length);
  }
  return rest === '' ? parts : [...parts, { kind: 'text', text: rest }];
}

const HEADING = /^(#{1,3})\s+(.*)$/;
const ITEM = /^\s*(?:[-*+]|(\d+)[.)])\s+(.*)$/;
const FENCE = /^```/;
const QUOTE = /^>\s?(.*)$/;
const RULE = /^(?:-{3,}|\*{3,})\s*$/;

function startsBlock(line: string): boolean {
  return [HEADING, ITEM, FENCE, QUOTE, RULE].some((one) => one.test(line));
}

/** Lines from `at` while `holds`. */
function run(lines: readonly string[], at: number, holds: (line: string) => boolean): readonly string[] {
  let end = at;
  while (end < lines.length && holds(lines[end] ?? '')) end += 1;
  return lines.slice(at, end);
}

function fenced(lines: readonly string[], at: number): readonly [Block, number] {
  const inside = run(lines, at + 1, (line) => !FENCE.test(line));
  return [{ kind: 'code', text: inside.join('\n') }, at + inside.length + 2];
}

function listed(lines: readonly string[], at: number): readonly [Block, number] {
  const rows = run(lines, at, (line) => ITEM.test(line));
  const items = rows.map((row) => parseInline(ITEM.exec(row)?.[2] ?? ''));
  return [{ kind: 'list', ordered: ITEM.exec(rows[0] ?? '')?.[1] !== undefined, items }, at + rows.length];
}

function blockAt(lines: readonly string[], at: number): readonly [Block, number] {
  const line = lines[at] ?? '';
  if (FENCE.test(line)) return fenced(lines, at);
  if (RULE.test(line)) return [{ kind: 'rule' }, at + 1];
  const heading = HEADING.exec(line);
  if (heading !== null) {
    const level = (heading[1] ?? '#').length as 1 | 2 | 3;
    return [{ kind: 'heading', level, parts: parseInline(heading[2] ?? '') }, at + 1];
  }
  if (ITEM.test(line)) return listed(lines, at);
  if (QUOTE.test(line)) {
    const rows = run(lines, at, (one) => QUOTE.test(one));
    const text = rows.map((row) => QUOTE.exec(row)?.[1] ?? '').join(' ');
    return [{ kind: 'quote', parts: parseInline(text) }, at + rows.length];
  }
  const rows = [line, ...run(lines, at + 1, (one) => one.trim() !== '' && !startsBlock(one))];
  return [{ kind: 'paragraph', parts: parseInline(rows.join(' ')) }, at + rows.length];
}

/** A note as blocks: headings, lists, quotes, code, rules and paragraphs of Markdown. HTML stands as the text it is. */
export function parseMarkdown(text: string): readonly Block[] {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; ) {
    if ((lines[at] ?? '').trim() === '') {
      at += 1;
      continue;
    }
    const [block, next] = blockAt(lines, at);
    blocks.push(block);
    at = next;
  }
  return blocks;
}
