import { concat, hexToBytes, keccak256, numberToHex, serializeTransaction } from 'viem';
import { z } from 'zod';
import { signHash } from '#main/keys/ecdsa.ts';
import { amountsOf } from './evm-amounts.ts';
import { checkCall } from './evm-calls.ts';
import { type IntentSigner, refused } from './intent.ts';
import { addressText, hexBytes, wholeText } from './words.ts';

/** Wei that may be offered for gas by one transaction, whatever the sender's own cap says: a fifth of a coin. */
const GAS_MOST = 2n * 10n ** 17n;

const intent = z.strictObject({
  chainId: z.int().positive(),
  to: addressText,
  data: hexBytes,
  nonce: z.int().min(0),
  gas: wholeText,
  maxFeePerGas: wholeText,
  maxPriorityFeePerGas: wholeText,
});

/** A transaction of EIP-1559 without coin of the chain; its nonce makes it count once however often it is signed. */
export const evmTransaction: IntentSigner<'evm-transaction'> = {
  kind: 'secp256k1',
  needs: 'trade',
  venues: /./,
  perMinute: 60,
  repeats: true,
  intent,
  ready: ({ chainId, to, data, nonce, ...fee }, { publicId, limits }) => {
    const own = addressText.safeParse(publicId);
    if (!own.success) throw refused(`${publicId} is no address`);
    checkCall({ to, data }, own.data, limits?.only ?? null);
    const tokens = amountsOf(to, data, limits?.tokens ?? []);
    const [gas, most, tip] = [BigInt(fee.gas), BigInt(fee.maxFeePerGas), BigInt(fee.maxPriorityFeePerGas)];
    if (gas * most > GAS_MOST) throw refused(`${gas * most} wei for gas, at most ${GAS_MOST} are offered`);
    const fees = { gas, maxFeePerGas: most, maxPriorityFeePerGas: tip };
    const transaction = { type: 'eip1559', chainId, to, data, value: 0n, nonce, ...fees } as const;
    const bytes = hexToBytes(keccak256(serializeTransaction(transaction)));
    return {
      bytes,
      weights: [],
      tokens,
      once: `${chainId} ${nonce} ${keccak256(concat([to, data]))}`,
      sign: (secret) => {
        const { r, s, recovery } = signHash(bytes, secret);
        const signature = { r: numberToHex(r, { size: 32 }), s: numberToHex(s, { size: 32 }), yParity: recovery };
        return serializeTransaction(transaction, signature);
      },
    };
  },
};
