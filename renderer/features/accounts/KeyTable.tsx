import { utcDay } from '#renderer/format/time.ts';
import { SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import type { VenueLight } from '#shared/ipc/frames.ts';
import type { KeyLine } from '#shared/ipc/vault.ts';
import style from './Accounts.module.css';

const WORDS: Readonly<Record<VenueLight['status'], string>> = {
  live: 'Connected',
  connecting: 'Connecting',
  stale: 'Stale',
  down: 'Down',
};

function connection(venue: string, lights: readonly VenueLight[] | null): string {
  const light = lights?.find((one) => one.venue === venue);
  if (light === undefined) return 'Not in this session';
  return light.reason === null ? WORDS[light.status] : `${WORDS[light.status]}: ${light.reason}`;
}

interface KeyTableProps {
  readonly keys: readonly KeyLine[];
  /** Venues of the running session. */
  readonly lights: readonly VenueLight[] | null;
}

/** The cards of the vault's keys. */
export function KeyTable({ keys, lights }: KeyTableProps) {
  if (keys.length === 0) return <p className={style.none}>No key is kept yet: the demo needs none.</p>;
  return (
    <table className={style.keys}>
      <thead>
        <tr>
          <th scope="col">Venue</th>
          <th scope="col">Account</th>
          <th scope="col">Key</th>
          <th scope="col">Rights</th>
          <th scope="col">Added</th>
          <th scope="col">Connection</th>
        </tr>
      </thead>
      <tbody>
        {keys.map((key) => (
          <tr key={key.id}>
            <td>{key.venue}</td>
            <td>{key.account}</td>
            <td className={style.mono}>{key.publicId}</td>
            <td>
              {key.scopes.includes('withdraw') ? (
                <SeverityMark severity="critical">{key.scopes.join(', ')}</SeverityMark>
              ) : (
                key.scopes.join(', ')
              )}
            </td>
            <td>{utcDay(key.addedAt)}</td>
            <td>{connection(key.venue, lights)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
