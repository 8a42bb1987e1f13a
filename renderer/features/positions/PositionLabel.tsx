import type { RowIdentity } from '#shared/ipc/frames.ts';
import style from './PositionName.module.css';
import { positionName } from './position-name.ts';

export function PositionLabel({ identity, short }: { readonly identity: RowIdentity; readonly short: boolean }) {
  const { strong, rest } = positionName(identity, short);
  return (
    <>
      <span>{strong}</span>
      <span className={style.rest}>{rest}</span>
    </>
  );
}
