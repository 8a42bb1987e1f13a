import { useState } from 'react';
import { Choice, ToolBar } from '#renderer/charts/ToolBar.tsx';
import { Button } from '#renderer/ui/Button.tsx';
import type { ReviewChoice } from '#shared/ipc/review.ts';
import style from './ReviewPanel.module.css';

const NONE = 'none';

export interface ReviewBarProps {
  readonly choices: readonly ReviewChoice[];
  readonly run: string | null;
  readonly other: string | null;
  readonly playing: boolean;
  /** Nothing is open: there is nothing to play, export or compare with. */
  readonly idle: boolean;
  readonly onOpen: (id: string) => void;
  readonly onCompare: (id: string | null) => void;
  readonly onPlay: () => void;
  readonly onWorst: () => void;
  readonly onBegin: () => void;
  readonly onEnd: () => void;
  readonly onExport: () => void;
  readonly onPicture: () => void;
}

/** Which run, compared with which, and where to go in it. */
export function ReviewBar(props: ReviewBarProps) {
  const { choices, run, other, playing, idle, onOpen, onCompare, onPlay, onWorst } = props;
  const { onBegin, onEnd, onExport, onPicture } = props;
  const [path, setPath] = useState('');
  const options = choices.map(({ id, title }) => ({ value: id, text: title }));
  const known = run === null || options.some((one) => one.value === run);
  return (
    <ToolBar label="Review">
      <Choice
        label="Run or session"
        value={run ?? NONE}
        options={[{ value: NONE, text: 'choose a run' }, ...options, ...(known ? [] : [{ value: run, text: run }])]}
        onChange={(id) => id !== NONE && onOpen(id)}
      />
      <Choice
        label="Compare with"
        value={other ?? NONE}
        options={[{ value: NONE, text: 'compare with …' }, ...options.filter((one) => one.value !== run)]}
        onChange={(id) => onCompare(id === NONE ? null : id)}
      />
      <form
        className={style.path}
        onSubmit={(event) => {
          event.preventDefault();
          if (path.trim() !== '') onOpen(path.trim());
        }}
      >
        <input
          type="text"
          aria-label="Path of a run's file"
          placeholder="or the path of a RUN.db"
          value={path}
          onChange={(event) => setPath(event.currentTarget.value)}
        />
      </form>
      <Button onClick={onPlay} disabled={idle} command="review.play">
        {playing ? 'Pause' : 'Play'}
      </Button>
      <Button onClick={onWorst} disabled={idle} command="review.worst">
        Worst minute
      </Button>
      <Button onClick={onBegin} disabled={idle} command="review.begin">
        Explain from here
      </Button>
      <Button onClick={onEnd} disabled={idle} command="review.end">
        to here
      </Button>
      <Button onClick={onExport} disabled={idle} command="review.export">
        Export HTML
      </Button>
      <Button onClick={onPicture} disabled={idle} command="review.picture">
        Picture
      </Button>
    </ToolBar>
  );
}
