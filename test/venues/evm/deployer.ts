import {
  type Abi,
  type Address,
  type Chain,
  createPublicClient,
  createTestClient,
  createWalletClient,
  type HttpTransport,
  http,
  type PublicClient,
  type TestClient,
  type WalletClient,
} from 'viem';
import { foundry } from 'viem/chains';
import { type Artifact, linked } from './artifacts.ts';

/** What may be done to a local chain and to no real one, with what reads and sends on any. */
export interface Clients {
  readonly control: TestClient<'anvil', HttpTransport, Chain>;
  readonly reader: PublicClient<HttpTransport, Chain>;
  readonly sender: WalletClient<HttpTransport, Chain>;
}

export function clientsOf(url: string): Clients {
  const to = { chain: foundry, transport: http(url), pollingInterval: 5, cacheTime: 0 };
  return {
    control: createTestClient({ mode: 'anvil', ...to }),
    reader: createPublicClient(to),
    sender: createWalletClient(to),
  };
}

/** Below the most that one transaction may take, above what any of the contracts needs. */
const GAS = 16_000_000n;

/** A contract that stands on the chain. */
export interface Deployed {
  readonly address: Address;
  readonly abi: Abi;
}

/** Sends transactions from an unlocked account of the node, one after the other. Throws where one reverts, with the reason. */
export interface Deployer {
  readonly clients: Clients;
  readonly from: Address;
  deploy(artifact: Artifact, args?: readonly unknown[], libraries?: ReadonlyMap<string, Address>): Promise<Deployed>;
  send(to: Deployed, functionName: string, args?: readonly unknown[], from?: Address): Promise<void>;
  read(of: Deployed, functionName: string, args?: readonly unknown[]): Promise<unknown>;
  /** {@link read} of what answers an address. */
  address(of: Deployed, functionName: string, args?: readonly unknown[]): Promise<Address>;
}

export function createDeployer(clients: Clients, from: Address): Deployer {
  const { reader, sender } = clients;
  const read: Deployer['read'] = ({ address, abi }, functionName, args = []) =>
    reader.readContract({ address, abi, functionName, args });
  return {
    clients,
    from,
    read,
    deploy: async (artifact, args = [], libraries = new Map()) => {
      const { abi, contractName } = artifact;
      const bytecode = linked(artifact, libraries);
      const hash = await sender.deployContract({ abi, bytecode, args, account: from, gas: GAS });
      const { status, contractAddress } = await reader.waitForTransactionReceipt({ hash });
      if (status !== 'success' || !contractAddress) throw new Error(`${contractName}: its constructor reverted`);
      return { address: contractAddress, abi };
    },
    send: async ({ address, abi }, functionName, args = [], account = from) => {
      const call = { address, abi, functionName, args, account };
      const hash = await sender.writeContract({ ...call, gas: GAS });
      const { status } = await reader.waitForTransactionReceipt({ hash });
      if (status === 'success') return;
      // Run again as a call, it says why.
      await reader.simulateContract(call);
      throw new Error(`${functionName} reverted`);
    },
    address: async (of, functionName, args) => (await read(of, functionName, args)) as Address,
  };
}
