import { X } from 'lucide-react';
import { Button } from './Button.tsx';
import { SeverityMark } from './SeverityMark.tsx';
import style from './ToastStack.module.css';
import { dismissToast, type Toast, useToasts } from './toasts.ts';

function One({ toast }: { readonly toast: Toast }) {
  return (
    <li className={style.toast}>
      <span className={style.title}>
        <SeverityMark severity={toast.severity}>{toast.title}</SeverityMark>
      </span>
      <Button look="quiet" aria-label={`Dismiss: ${toast.title}`} onClick={() => dismissToast(toast.id)}>
        <X size={14} aria-hidden="true" />
      </Button>
      {toast.text === '' ? null : <p className={style.text}>{toast.text}</p>}
    </li>
  );
}

/** Toasts of the window: critical ones in an assertive live region, the rest in a polite one. They take no focus. */
export function ToastStack() {
  const shown = useToasts((toasts) => toasts.shown);
  return (
    <section className={style.stack} aria-label="Messages">
      <ul aria-live="assertive" aria-relevant="additions">
        {shown.map((toast) => (toast.severity === 'critical' ? <One key={toast.id} toast={toast} /> : null))}
      </ul>
      <ul aria-live="polite" aria-relevant="additions">
        {shown.map((toast) => (toast.severity === 'critical' ? null : <One key={toast.id} toast={toast} />))}
      </ul>
    </section>
  );
}
