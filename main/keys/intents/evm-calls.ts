import { type Hex, isAddressEqual } from 'viem';
import { CALLS, PERMISSION, type ReadCall, readCall } from './evm-reading.ts';
import { refused } from './intent.ts';

/** Arguments that say who gets something: always the key's own address. */
const RECIPIENTS: ReadonlySet<string> = new Set(['onBehalfOf', 'to', 'recipient']);

/** Every address an argument of a recipient's name holds. */
function recipients({ args }: ReadCall): readonly Hex[] {
  return args.flatMap(({ name, value }) => (RECIPIENTS.has(name) && typeof value === 'string' ? [value] : []));
}

/**
 * Whether a call may be signed by the key of `own`: nothing at all to itself, a permission for a contract of `only`, or a
 * known call of one of them whose takers are `own`. Throws `intent-refused`.
 */
export function checkCall({ to, data }: { to: Hex; data: Hex }, own: Hex, only: readonly string[] | null): void {
  if (data === '0x' && isAddressEqual(to, own)) return;
  const known = (address: string): boolean => (only ?? []).some((one) => one.toLowerCase() === address.toLowerCase());
  const permission = readCall(PERMISSION, data);
  if (permission !== null) {
    const spender = permission.args[0]?.value;
    if (typeof spender === 'string' && known(spender)) return;
    throw refused(`${String(spender)} is not among the contracts of this key`);
  }
  if (!known(to)) throw refused(`${to} is not among the contracts of this key`);
  const call = readCall(CALLS, data);
  if (call === null) throw refused(`a call of ${data.slice(0, 10)} is none that is signed here`);
  const stranger = recipients(call).find((one) => !isAddressEqual(one, own));
  if (stranger !== undefined) throw refused(`it would go to ${stranger}, not to ${own}`);
}
