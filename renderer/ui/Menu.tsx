import { Menu as Base } from '@base-ui/react/menu';
import type { ReactElement } from 'react';
import { Kbd } from './Kbd.tsx';
import style from './Menu.module.css';

export type MenuItem =
  | {
      readonly kind?: 'item';
      readonly label: string;
      readonly run: () => void;
      readonly keys?: string | undefined;
      /** Shown with a tick: the current choice. */
      readonly chosen?: boolean;
      readonly disabled?: boolean;
    }
  | { readonly kind: 'separator'; readonly label: string };

export interface MenuProps {
  /** The button that opens it. */
  readonly trigger: ReactElement<Record<string, unknown>>;
  readonly items: readonly MenuItem[];
}

function Item({ item }: { readonly item: Exclude<MenuItem, { kind: 'separator' }> }) {
  const { label, run, keys, chosen, disabled = false } = item;
  return (
    <Base.Item className={style.item} onClick={run} disabled={disabled}>
      <span className={style.check}>
        {chosen === undefined ? null : (
          <span className={style.mark} aria-hidden="true">
            {chosen ? '✓' : ''}
          </span>
        )}
        {label}
        {chosen ? <span className="visually-hidden">, chosen</span> : null}
      </span>
      {keys === undefined ? null : <Kbd keys={keys} />}
    </Base.Item>
  );
}

export function Menu({ trigger, items }: MenuProps) {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className={style.positioner} sideOffset={4} align="start">
          <Base.Popup className={style.menu}>
            {items.map((item) =>
              item.kind === 'separator' ? (
                <Base.Separator key={item.label} className={style.separator} />
              ) : (
                <Item key={item.label} item={item} />
              ),
            )}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
