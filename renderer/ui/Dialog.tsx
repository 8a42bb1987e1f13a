import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { type ReactNode, type RefObject, useRef } from 'react';
import { Button } from './Button.tsx';
import { classNames } from './class-names.ts';
import style from './Dialog.module.css';

export interface DialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly description?: ReactNode;
  readonly width?: 'narrow' | 'medium' | 'wide';
  /** Buttons at the bottom right; the safe one first. */
  readonly foot?: ReactNode;
  readonly initialFocus?: RefObject<HTMLElement | null>;
  /** Long text to read: the content itself takes the focus, so that keys scroll it. */
  readonly reading?: boolean;
  readonly children: ReactNode;
}

/** Modal dialog: focus is kept inside, Escape closes, focus returns to where it was. */
export function Dialog(props: DialogProps) {
  const { open, onClose, title, description, width = 'medium', foot, initialFocus, reading = false, children } = props;
  const text = useRef<HTMLDivElement>(null);
  const first = initialFocus ?? (reading ? text : undefined);
  return (
    <Base.Root open={open} onOpenChange={(next) => (next ? undefined : onClose())}>
      <Base.Portal>
        <Base.Backdrop className={style.backdrop} />
        <Base.Popup
          className={classNames(style.popup, style[width])}
          data-dialog=""
          {...(first === undefined ? {} : { initialFocus: first })}
        >
          <div className={style.head}>
            <Base.Title className={style.title}>{title}</Base.Title>
            <Button look="quiet" onClick={onClose} keys="Escape">
              <X size={14} aria-hidden="true" />
              <span className="visually-hidden">Close</span>
            </Button>
          </div>
          {description === undefined ? null : (
            <Base.Description className={style.description}>{description}</Base.Description>
          )}
          <div
            ref={text}
            className={style.content}
            {...(reading ? { tabIndex: 0, role: 'region', 'aria-label': title } : {})}
          >
            {children}
          </div>
          {foot === undefined ? null : <div className={style.foot}>{foot}</div>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
