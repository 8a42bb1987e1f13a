import { X } from 'lucide-react';
import { type RefObject, useEffect, useId } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { Button } from '#renderer/ui/Button.tsx';
import fieldStyle from '#renderer/ui/Field.module.css';
import { showFault } from '#renderer/ui/toasts.ts';
import type { Fault } from '#shared/units/result.ts';
import style from './Journal.module.css';
import { dropSearch, loadSearches, saveSearch, useSearches } from './searches.ts';

export interface SearchBarProps {
  readonly line: string;
  readonly field: RefObject<HTMLInputElement | null>;
  readonly onChange: (line: string) => void;
  /** Enter and Escape go back to the list. */
  readonly onLeave: () => void;
}

function told(fault: Fault | null): void {
  if (fault !== null) showFault('The search was not kept', fault);
}

/** The search line and the ones that were kept. */
export function SearchBar({ line, field, onChange, onLeave }: SearchBarProps) {
  const { lines, loaded } = useSearches(useShallow((searches) => searches));
  const id = useId();
  useEffect(() => {
    if (!loaded) void loadSearches();
  }, [loaded]);
  const text = line.trim();
  return (
    <div className={style.bar}>
      <div className={style.search}>
        <label className={style.label} htmlFor={id}>
          Search: words, #tags, open, closed, gain, loss, liquidated, from:2026-01-31, to:…
        </label>
        <input
          id={id}
          ref={field}
          type="search"
          className={fieldStyle.input}
          autoComplete="off"
          spellCheck={false}
          value={line}
          onChange={(event) => onChange(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' && event.key !== 'Escape') return;
            event.preventDefault();
            event.stopPropagation();
            if (event.key === 'Escape') onChange('');
            onLeave();
          }}
        />
      </div>
      <Button disabled={text === '' || lines.includes(text)} onClick={() => void saveSearch(text).then(told)}>
        Keep this search
      </Button>
      {lines.length === 0 ? null : (
        <div className={style.saved}>
          {lines.map((one) => (
            <span key={one} className={style.chip}>
              <Button
                look={one === text ? 'primary' : 'outline'}
                aria-pressed={one === text}
                onClick={() => onChange(one)}
              >
                {one}
              </Button>
              <Button look="quiet" onClick={() => void dropSearch(one).then(told)}>
                <X size={12} aria-hidden="true" />
                <span className="visually-hidden">Forget the search {one}</span>
              </Button>
            </span>
          ))}
        </div>
      )}
    </div>
  );
}
