import { Button } from '#renderer/ui/Button.tsx';
import { Kbd } from '#renderer/ui/Kbd.tsx';
import { SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import type { CommandEntry } from '#shared/ipc/commands.ts';
import { isNeverWithoutKey, type KeyConflict } from '#shared/ipc/key-conflicts.ts';
import style from './Settings.module.css';
import type { Recording } from './useKeyRecorder.ts';

export interface KeyLineProps {
  readonly entry: CommandEntry;
  readonly keys: readonly string[];
  readonly conflicts: readonly KeyConflict[];
  readonly recording: Recording | null;
  readonly onRecord: () => void;
  readonly onRemove: () => void;
  /** Null where the command has its own keys. */
  readonly onReset: (() => void) | null;
}

function Keys({ keys, recording }: Pick<KeyLineProps, 'keys' | 'recording'>) {
  if (recording !== null) {
    return (
      <span role="status">
        {recording.first === null ? 'Press the new key; Esc leaves it' : `${recording.first} … or a second key`}
      </span>
    );
  }
  if (keys.length === 0) return <span className={style.quiet}>palette only</span>;
  return keys.map((one) => <Kbd key={one} keys={one} />);
}

function place({ scope, needs, holdMs, times }: CommandEntry): string {
  return [
    scope === 'global' ? 'everywhere' : `in ${scope}`,
    needs === 'none' ? '' : `needs ${needs}`,
    holdMs === undefined ? '' : `hold ${holdMs / 1000} s`,
    times === undefined ? '' : `${times.count}×`,
  ]
    .filter(Boolean)
    .join(' · ');
}

/** A command, its keys, what stands against them, and the ways to change them. */
export function KeyLine({ entry, keys, conflicts, recording, onRecord, onRemove, onReset }: KeyLineProps) {
  const { id, title } = entry;
  return (
    <li className={style.line} data-command={id}>
      <span>
        {title}
        <span className={style.quiet}> {place(entry)}</span>
      </span>
      <span className={style.keys}>
        <Keys keys={keys} recording={recording} />
      </span>
      <span className={style.buttons}>
        <Button onClick={onRecord} aria-label={`Change the key of ${title}`}>
          Change
        </Button>
        {keys.length === 0 ? (
          <span />
        ) : (
          <Button
            look="quiet"
            onClick={onRemove}
            disabled={isNeverWithoutKey(id)}
            title={isNeverWithoutKey(id) ? 'It may have another key, never none' : undefined}
            aria-label={`Take away the key of ${title}`}
          >
            Take away
          </Button>
        )}
        {onReset === null ? null : (
          <Button look="quiet" onClick={onReset} aria-label={`Reset the key of ${title}`}>
            Reset
          </Button>
        )}
      </span>
      {conflicts.map(({ key, why }) => (
        <span key={`${key}${why}`} className={style.conflict}>
          <SeverityMark severity="critical">
            {key === null ? '' : `${key}: `}
            {why}
          </SeverityMark>
        </span>
      ))}
    </li>
  );
}
