import { type Address, type Hex, numberToHex } from 'viem';
import type { ChainAccount } from './account.ts';
import { asked, type ChainLine } from './chain.ts';

const hex = (value: bigint | number | undefined): Hex | undefined =>
  value === undefined ? undefined : numberToHex(value);

/** An account whose key a node on this machine holds, as a local chain does for those it begins with. */
export function nodeAccount({ client, config }: ChainLine, address: Address): ChainAccount {
  return {
    address,
    signTransaction: ({ chainId, to, data, value, nonce, gas, maxFeePerGas, maxPriorityFeePerGas }) => {
      const terms = {
        ...{ from: address, to, data, chainId: hex(chainId), nonce: hex(nonce), gas: hex(gas), value: hex(value) },
        ...{ maxFeePerGas: hex(maxFeePerGas), maxPriorityFeePerGas: hex(maxPriorityFeePerGas), type: '0x2' },
      };
      return asked(config, () =>
        client.request<{ Method: 'eth_signTransaction'; Parameters: [typeof terms]; ReturnType: Hex }>({
          method: 'eth_signTransaction',
          params: [terms],
        }),
      );
    },
  };
}
