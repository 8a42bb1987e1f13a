import type { ReactNode } from 'react';
import style from './Venues.module.css';

/** A part of a venue's page under its heading. */
export function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={style.section} aria-label={title}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

/** A figure under its name; `title` says what it is of. */
export function Figure({
  name,
  title,
  children,
}: {
  readonly name: string;
  readonly title?: string;
  readonly children: ReactNode;
}) {
  return (
    <div title={title}>
      <dt>{name}</dt>
      <dd data-figure="">{children}</dd>
    </div>
  );
}
