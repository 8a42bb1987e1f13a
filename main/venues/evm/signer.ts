import { getAddress } from 'viem';
import type { KeyCard, SignerPort } from '#main/engine/signer-port.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import type { ChainAccount } from './account.ts';

/** A key of the vault as a chain's account. It signs no transaction that carries coin: no step of ours does. */
export function vaultSigner(port: SignerPort, key: Pick<KeyCard, 'id' | 'publicId'>): ChainAccount {
  return {
    address: getAddress(key.publicId),
    signTransaction: ({ chainId, to, data = '0x', value = 0n, nonce, gas, maxFeePerGas, maxPriorityFeePerGas }) => {
      const whole = [gas, maxFeePerGas, maxPriorityFeePerGas].every((one) => one !== undefined);
      if (to == null || nonce === undefined || value !== 0n || !whole) {
        throw new FaultError(fault('not-signed', 'expected a transaction with all of its terms that carries no coin'));
      }
      return port.sign(key.id, 'evm-transaction', {
        ...{ chainId, to, data, nonce },
        ...{ gas: `${gas}`, maxFeePerGas: `${maxFeePerGas}`, maxPriorityFeePerGas: `${maxPriorityFeePerGas}` },
      });
    },
  };
}
