import { useKeys } from '#renderer/state/commands/key-map.ts';
import { closeDialog, openDialog } from '#renderer/state/shell.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { Kbd } from '#renderer/ui/Kbd.tsx';
import { COMMANDS, type CommandEntry } from '#shared/ipc/commands.ts';
import style from './KeysHelp.module.css';

const GROUPS: readonly CommandEntry['group'][] = ['Safety', 'Trade', 'Risk', 'Move', 'View', 'Session', 'Help'];

function howGiven({ holdMs, times }: CommandEntry): string {
  if (holdMs !== undefined) return `hold ${holdMs / 1000} s`;
  if (times !== undefined) return `${times.count}× in ${times.withinMs / 1000} s`;
  return '';
}

function Line({ command }: { readonly command: CommandEntry }) {
  const keys = useKeys(command.id);
  const notes = [
    howGiven(command),
    command.scope === 'global' ? '' : `in ${command.scope}`,
    command.needs === 'none' ? '' : command.needs,
  ].filter(Boolean);
  return (
    <li className={style.line}>
      <span>{command.title}</span>
      <span className={style.notes}>{notes.join(' · ')}</span>
      <span className={style.keys}>
        {keys.length === 0 ? <span className={style.notes}>palette</span> : null}
        {keys.map((one) => (
          <Kbd key={one} keys={one} />
        ))}
      </span>
    </li>
  );
}

/** Every command and its keys, from the registry. */
export function KeysHelp() {
  return (
    <Dialog
      open
      onClose={closeDialog}
      width="wide"
      reading
      title="Keys"
      foot={<Button onClick={() => openDialog('settings-keys', null)}>Change keys</Button>}
      description="Single letters act only while their panel has the focus. SAFE keys may stage; only ARMED keys send. Grids and the heatmap: arrows, Home, End, Page Up, Page Down, Enter, Space."
    >
      <div className={style.groups}>
        {GROUPS.map((group) => (
          <section key={group} className={style.group} aria-label={group}>
            <h3 className={style.heading}>{group}</h3>
            <ul>
              {COMMANDS.filter((command) => command.group === group).map((command) => (
                <Line key={command.id} command={command} />
              ))}
            </ul>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
