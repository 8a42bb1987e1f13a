import type { Contract } from '#shared/domain/instrument.ts';

/** A field of what the venue said, where it is a text that is not empty. */
export function textIn(fields: unknown, name: string): string | null {
  const value: unknown = typeof fields === 'object' && fields !== null ? Reflect.get(fields, name) : undefined;
  return typeof value === 'string' && value !== '' ? value : null;
}

/** ccxt's types of the kinds asked for. */
export function typesOf(kinds: readonly Contract['kind'][]): readonly string[] {
  return kinds.map((kind) => (kind === 'perpetual' ? 'swap' : kind));
}
