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
                <Base.Item
                  key={item.label}
                  className={style.item}
                  onClick={item.run}
                  {...(item.disabled === undefined ? {} : { disabled: item.disabled })}
                >
                  <span className={style.check}>
                    {item.chosen === undefined ? null : (
                      <span className={style.mark} aria-hidden="true">
                        {item.chosen ? '✓' : ''}
                      </span>
                    )}
                    {item.label}
                    {item.chosen ? <span className="visually-hidden">, chosen</span> : null}
                  </span>
                  {item.keys === undefined ? null : <Kbd keys={item.keys} />}
                </Base.Item>
              ),
            )}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
