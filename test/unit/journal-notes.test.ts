// Notes and searches: a note is text that loads nothing, a search line says what it looks for.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Block, type Inline, parseMarkdown } from '#renderer/features/journal/markdown.ts';
import { cleanTags } from '#shared/domain/history/annotation.ts';
import { EVERYTHING, parseSearch } from '#shared/domain/history/journal-filter.ts';

function plainOf(parts: readonly Inline[]): string {
  return parts.map((one) => ('text' in one ? one.text : plainOf(one.parts))).join('');
}

function shown(block: Block): string {
  if (block.kind === 'rule') return '';
  if (block.kind === 'code') return block.text;
  return block.kind === 'list' ? block.items.map(plainOf).join(' ') : plainOf(block.parts);
}

describe('notes in Markdown', () => {
  it('know headings, lists, quotes, code, rules and marks', () => {
    const text = '# Why\nToo **early**, by `5 m`.\n\n- one\n- *two*\n\n1. first\n\n> said\n\n---\n```\nx < y\n```';
    expect(parseMarkdown(text)).toEqual([
      { kind: 'heading', level: 1, parts: [{ kind: 'text', text: 'Why' }] },
      {
        kind: 'paragraph',
        parts: [
          { kind: 'text', text: 'Too ' },
          { kind: 'strong', parts: [{ kind: 'text', text: 'early' }] },
          { kind: 'text', text: ', by ' },
          { kind: 'code', text: '5 m' },
          { kind: 'text', text: '.' },
        ],
      },
      {
        kind: 'list',
        ordered: false,
        items: [[{ kind: 'text', text: 'one' }], [{ kind: 'em', parts: [{ kind: 'text', text: 'two' }] }]],
      },
      { kind: 'list', ordered: true, items: [[{ kind: 'text', text: 'first' }]] },
      { kind: 'quote', parts: [{ kind: 'text', text: 'said' }] },
      { kind: 'rule' },
      { kind: 'code', text: 'x < y' },
    ]);
  });

  // Elements are made of these kinds only: nothing that a browser would load or run can come of a note.
  it.each([
    '<img src=x onerror=alert(1)>',
    '![picture](https://example.com/track.png)',
    '[here](javascript:alert(1))',
    '<script>steal()</script>',
    '&lt;b&gt; <b>bold</b>',
  ])('leave %s as text', (text) => {
    const blocks = parseMarkdown(text);
    expect(blocks.map(shown).join('')).toBe(text);
    expect(blocks.every((one) => one.kind === 'paragraph')).toBe(true);
  });

  it('take any text, and lose no letter of it', () => {
    const letters = (text: string): string => text.replace(/[^\p{L}]/gu, '');
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', '*', '_', '`', '#', '-', '>', ' ', '\n', '1', '.', '<') }),
        (text) => {
          // The word behind a fence names a language and is not shown.
          fc.pre(!text.includes('```'));
          expect(letters(parseMarkdown(text).map(shown).join(''))).toBe(letters(text));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('searches', () => {
  it('say state, outcome, end and days; everything else is looked for', () => {
    expect(parseSearch(' btc  loss closed liquidated from:2020-03-12 to:2020-03-12 ')).toEqual({
      ...{ text: 'btc', state: 'closed', outcome: 'loss', closedBy: 'liquidated' },
      ...{ from: Date.UTC(2020, 2, 12), to: Date.UTC(2020, 2, 13) },
    });
    expect(parseSearch('')).toEqual(EVERYTHING);
    expect(parseSearch('from:yesterday').text).toBe('from:yesterday');
  });

  it('tags are small words, each once', () => {
    expect(cleanTags([' Break Out ', 'break-out', '', 'FOMO'])).toEqual(['break-out', 'fomo']);
  });
});
