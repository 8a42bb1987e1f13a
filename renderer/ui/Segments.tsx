import type { MouseEvent } from 'react';
import { classNames } from './class-names.ts';
import { Group } from './Group.tsx';
import style from './Segments.module.css';

export interface SegmentsProps<V extends string> {
  /** What is chosen between, for screen readers. */
  readonly label: string;
  readonly value: V;
  readonly options: readonly { readonly value: V; readonly text: string; readonly title: string }[];
  readonly onChoose: (value: V, event: MouseEvent<HTMLButtonElement>) => void;
}

/** A few choices side by side, one of them down. */
export function Segments<V extends string>({ label, value, options, onChoose }: SegmentsProps<V>) {
  return (
    <Group className={style.segments} label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          title={option.title}
          className={classNames(style.segment, option.value === value && style.current)}
          onClick={(event) => onChoose(option.value, event)}
        >
          {option.text}
        </button>
      ))}
    </Group>
  );
}
