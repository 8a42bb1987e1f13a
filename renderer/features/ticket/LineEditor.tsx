import { type KeyboardEvent, type RefObject, useEffect, useId, useRef } from 'react';
import type { TicketProblem } from '#shared/ipc/contract.ts';
import style from './LineEditor.module.css';
import { marked } from './line.ts';

export interface LineEditorProps {
  readonly line: string;
  /** Problems of this very line; none while its preview is on the way. */
  readonly problems: readonly TicketProblem[];
  readonly onLine: (line: string) => void;
  /** True when the key was taken. */
  readonly onKey: (event: KeyboardEvent<HTMLTextAreaElement>) => boolean;
  readonly onCaret: (at: number) => void;
  readonly field: RefObject<HTMLTextAreaElement | null>;
  /** Where the caret goes after the line was changed by a key. */
  readonly caret: { current: number | null };
}

/** The ticket's line. Words that are not understood are underlined by a copy of the text behind it. */
export function LineEditor({ line, problems, onLine, onKey, onCaret, field, caret }: LineEditorProps) {
  const id = useId();
  const backdrop = useRef<HTMLDivElement>(null);
  const parts = marked(line, problems);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the caret is put back after every change of the line
  useEffect(() => {
    const at = caret.current;
    caret.current = null;
    if (at !== null) field.current?.setSelectionRange(at, at);
  }, [line]);

  return (
    <div className={style.editor}>
      <label htmlFor={id} className={style.label}>
        Ticket line
      </label>
      <div className={style.stack}>
        <div className={style.backdrop} ref={backdrop} aria-hidden="true">
          {parts.map((part, index) =>
            part.problem ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: parts are positions in the line
              <mark key={index}>{part.text}</mark>
            ) : (
              part.text
            ),
          )}
          {/* Keeps the height of a line that ends in a blank. */}
          {'\u200b'}
        </div>
        <textarea
          ref={field}
          data-panel-focus=""
          id={id}
          className={style.field}
          value={line}
          rows={1}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          maxLength={2000}
          aria-invalid={problems.length > 0 || undefined}
          aria-describedby={problems.length > 0 ? `${id}-problems` : undefined}
          onChange={(event) => onLine(event.currentTarget.value.replaceAll('\n', ' '))}
          onSelect={(event) => onCaret(event.currentTarget.selectionStart)}
          onKeyDown={(event) => {
            if (onKey(event)) event.preventDefault();
          }}
        />
      </div>
      {problems.length === 0 ? null : (
        <ul className={style.problems} id={`${id}-problems`}>
          {problems.map((problem) => (
            <li key={`${problem.from}-${problem.message}`}>
              {problem.message.includes(problem.word) ? null : <strong>{problem.word}: </strong>}
              {problem.message}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
