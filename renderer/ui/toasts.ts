import { create } from 'zustand';
import type { Fault } from '#shared/units/result.ts';
import type { Severity } from './SeverityMark.tsx';

export interface Toast {
  readonly id: number;
  readonly severity: Severity;
  readonly title: string;
  readonly text: string;
}

interface Toasts {
  readonly shown: readonly Toast[];
}

/** More than this would cover the book; the oldest goes first. The log keeps them all. */
const MOST_SHOWN = 4;
const CALM_MS = 6_000;
const CRITICAL_MS = 15_000;

export const useToasts = create<Toasts>(() => ({ shown: [] }));

let counter = 0;

export function dismissToast(id: number): void {
  useToasts.setState(({ shown }) => ({ shown: shown.filter((toast) => toast.id !== id) }));
}

/** Says something in the corner for a while. Critical ones are announced assertively and stay longer. */
export function showToast(severity: Severity, title: string, text = ''): void {
  counter += 1;
  const toast: Toast = { id: counter, severity, title, text };
  useToasts.setState(({ shown }) => {
    const others = shown.filter((one) => one.title !== title || one.text !== text);
    return { shown: [...others, toast].slice(-MOST_SHOWN) };
  });
  setTimeout(() => dismissToast(toast.id), severity === 'critical' ? CRITICAL_MS : CALM_MS);
}

/** A request that main refused or could not do. */
export function showFault(what: string, fault: Fault): void {
  showToast('critical', what, fault.message);
}
