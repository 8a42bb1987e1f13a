import { useEffect, useState } from 'react';
import { call } from '#renderer/state/bridge.ts';
import { closeDialog } from '#renderer/state/shell.ts';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import type { AppDescription } from '#shared/ipc/contract.ts';
import type { Fault } from '#shared/units/result.ts';
import style from './About.module.css';

function Details({ app }: { readonly app: AppDescription }) {
  return (
    <>
      <dl className={style.facts}>
        <dt>Version</dt>
        <dd>{app.version}</dd>
        <dt>Electron</dt>
        <dd>{app.electron}</dd>
        <dt>Book and journal</dt>
        <dd>{app.dataFolder}</dd>
      </dl>
      <h3 className={style.heading}>Licences of what is bundled</h3>
      <table className={style.licences}>
        <thead>
          <tr>
            <th scope="col">Package</th>
            <th scope="col">Version</th>
            <th scope="col">Licence</th>
          </tr>
        </thead>
        <tbody>
          {app.licences.map((one) => (
            <tr key={`${one.name}@${one.version}`}>
              <td>{one.name}</td>
              <td>{one.version}</td>
              <td>{one.licence}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** What this is, where its files are, and whose work it contains. */
export function About() {
  const [app, setApp] = useState<AppDescription | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  useEffect(() => {
    void call('app.describe', {}).then((answer) => (answer.ok ? setApp(answer.value) : setFault(answer.error)));
  }, []);
  return (
    <Dialog
      open
      onClose={closeDialog}
      reading
      title="About Keel"
      description="A desktop terminal that keeps a derivatives book upright. MIT licence. Not investment advice."
    >
      {fault === null ? null : <SeverityMark severity="critical">{fault.message}</SeverityMark>}
      {app === null ? null : <Details app={app} />}
    </Dialog>
  );
}
