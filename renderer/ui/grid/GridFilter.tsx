import { useEffect, useRef } from 'react';
import { Button } from '#renderer/ui/Button.tsx';
import style from './StreamGrid.module.css';

export interface GridFilterProps {
  readonly label: string;
  readonly value: string;
  readonly shown: number;
  readonly onChange: (value: string) => void;
  /** Back to the grid; `clear` when the filter is given up. */
  readonly onLeave: (clear: boolean) => void;
}

/** The line above a grid that "/" opens: Enter keeps the filter, Escape drops it. */
export function GridFilter({ label, value, shown, onChange, onLeave }: GridFilterProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  return (
    <search className={style.filter}>
      <input
        ref={input}
        type="search"
        aria-label={`Filter ${label}`}
        placeholder={`Filter ${label}`}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' && event.key !== 'Enter' && event.key !== 'ArrowDown') return;
          event.preventDefault();
          event.stopPropagation();
          onLeave(event.key === 'Escape');
        }}
      />
      <span>{shown} shown</span>
      <Button look="quiet" onClick={() => onLeave(true)} keys="Escape">
        Clear
      </Button>
    </search>
  );
}
