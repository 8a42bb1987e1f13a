/** Overwrites secrets that are no longer needed. What was once a JavaScript string cannot be wiped: secrets never are one. */
export function wipe(...secrets: readonly Uint8Array[]): void {
  for (const one of secrets) one.fill(0);
}
