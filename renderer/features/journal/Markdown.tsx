import { type ReactNode, useMemo } from 'react';
import { type Block, type Inline, parseMarkdown } from './markdown.ts';
import style from './Note.module.css';

function inline(parts: readonly Inline[]): ReactNode {
  return parts.map((part, at) => {
    const key = `${at} ${part.kind}`;
    if (part.kind === 'text') return part.text;
    if (part.kind === 'code') return <code key={key}>{part.text}</code>;
    return part.kind === 'strong' ? (
      <strong key={key}>{inline(part.parts)}</strong>
    ) : (
      <em key={key}>{inline(part.parts)}</em>
    );
  });
}

function listItems(items: readonly (readonly Inline[])[]): ReactNode {
  // biome-ignore lint/suspicious/noArrayIndexKey: a text has no other names for its lines
  return items.map((item, at) => <li key={at}>{inline(item)}</li>);
}

const HEADINGS = { 1: 'h4', 2: 'h5', 3: 'h6' } as const;

function block(one: Block, key: string): ReactNode {
  switch (one.kind) {
    case 'heading': {
      // Below the headings of the panel, whatever the note calls it.
      const Heading = HEADINGS[one.level];
      return (
        <Heading key={key} className={style.heading}>
          {inline(one.parts)}
        </Heading>
      );
    }
    case 'list':
      return one.ordered ? <ol key={key}>{listItems(one.items)}</ol> : <ul key={key}>{listItems(one.items)}</ul>;
    case 'code':
      return <pre key={key}>{one.text}</pre>;
    case 'rule':
      return <hr key={key} />;
    case 'quote':
      return <blockquote key={key}>{inline(one.parts)}</blockquote>;
    case 'paragraph':
      return <p key={key}>{inline(one.parts)}</p>;
  }
}

/** A note as it reads: made of elements, never of HTML, and with nothing to load. */
export function Markdown({ text }: { readonly text: string }) {
  const blocks = useMemo(() => parseMarkdown(text), [text]);
  return <div className={style.text}>{blocks.map((one, at) => block(one, `${at} ${one.kind}`))}</div>;
}
