import {
  ApproveAgentRequest,
  ApproveAgentTypes,
  BatchModifyRequest,
  CancelByCloidRequest,
  CancelRequest,
  ModifyRequest,
  NoopRequest,
  OrderRequest,
  ScheduleCancelRequest,
  UpdateIsolatedMarginRequest,
  UpdateLeverageRequest,
  UsdClassTransferRequest,
  UsdClassTransferTypes,
} from '@nktkas/hyperliquid/api/exchange';
import { canonicalize, createL1ActionHash } from '@nktkas/hyperliquid/signing';
import { type Hex, pad, recoverTypedDataAddress, serializeSignature } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { DAY } from '#shared/units/time.ts';
import { Refusal } from './refusal.ts';

/** Keys that are worth nothing: the account's own, and one it has approved as its agent. */
export const MASTER_KEY: Hex = `0x${'11'.repeat(32)}`;
export const AGENT_KEY: Hex = `0x${'22'.repeat(32)}`;
export const USER = privateKeyToAccount(MASTER_KEY).address.toLowerCase();
export const AGENT = privateKeyToAccount(AGENT_KEY).address.toLowerCase();

export type Action = Readonly<Record<string, unknown>> & { readonly type: string };

/** What is posted to /exchange. */
export interface Signed {
  readonly action: Action;
  readonly nonce: number;
  readonly signature: { readonly r: Hex; readonly s: Hex; readonly v: number };
  readonly vaultAddress?: Hex | null;
  readonly expiresAfter?: number | null;
}

/** Actions of the exchange's own chain, by the order of their keys, which is part of what is signed. */
const L1 = {
  order: OrderRequest,
  modify: ModifyRequest,
  batchModify: BatchModifyRequest,
  cancel: CancelRequest,
  cancelByCloid: CancelByCloidRequest,
  scheduleCancel: ScheduleCancelRequest,
  updateLeverage: UpdateLeverageRequest,
  updateIsolatedMargin: UpdateIsolatedMarginRequest,
  noop: NoopRequest,
} as const;
const USER_SIGNED = {
  approveAgent: { request: ApproveAgentRequest, types: ApproveAgentTypes },
  usdClassTransfer: { request: UsdClassTransferRequest, types: UsdClassTransferTypes },
} as const;

const ZERO_ADDRESS = `0x${'00'.repeat(20)}` as const;
const KEPT = 100;

export interface Keys {
  /** Who signed, checked: it may act for the account, its nonce is new, its time is not over. Else a {@link Refusal}. */
  check(signed: Signed): Promise<string>;
  /** "user", "agent" of the account, or "missing". */
  roleOf(address: string): object;
}

function typedData(signed: Signed, testnet: boolean) {
  const { action, nonce, vaultAddress, expiresAfter } = signed;
  const { type } = action;
  if (Object.hasOwn(L1, type)) {
    const known = type as keyof typeof L1;
    const hash = createL1ActionHash({
      action: canonicalize<Record<string, unknown>>(L1[known].entries.action, action),
      nonce,
      ...(vaultAddress ? { vaultAddress } : {}),
      ...(typeof expiresAfter === 'number' ? { expiresAfter } : {}),
    });
    return {
      domain: { name: 'Exchange', version: '1', chainId: 1337, verifyingContract: ZERO_ADDRESS },
      types: {
        Agent: [
          { name: 'source', type: 'string' },
          { name: 'connectionId', type: 'bytes32' },
        ],
      },
      primaryType: 'Agent',
      message: { source: testnet ? 'b' : 'a', connectionId: hash },
    };
  }
  if (!Object.hasOwn(USER_SIGNED, type)) throw new Refusal(`Unknown action ${type}`);
  const { types } = USER_SIGNED[type as keyof typeof USER_SIGNED];
  const [primaryType = ''] = Object.keys(types);
  return {
    domain: {
      name: 'HyperliquidSignTransaction',
      version: '1',
      chainId: Number(action.signatureChainId),
      verifyingContract: ZERO_ADDRESS,
    },
    types: Object.fromEntries(Object.entries(types).map(([name, fields]) => [name, [...fields]])),
    primaryType,
    message: action,
  };
}

/** Signatures are recovered as the venue does it; agents and used nonces are kept per signer. */
export function createKeys(times: () => readonly number[], testnet: boolean): Keys {
  const agents = new Set<string>([AGENT]);
  const nonces = new Map<string, number[]>();

  const spend = (signer: string, nonce: number): void => {
    const used = nonces.get(signer) ?? [];
    if (used.includes(nonce)) throw new Refusal(`Invalid nonce: duplicate nonce ${nonce}`);
    const inTime = times().some((now) => nonce > now - 2 * DAY && nonce < now + DAY);
    const [least = 0] = used;
    if (!inTime || (used.length >= KEPT && nonce < least)) throw new Refusal(`Invalid nonce: ${nonce}`);
    nonces.set(signer, [...used, nonce].sort((a, b) => a - b).slice(-KEPT)); // biome-ignore format: one glance
  };
  return {
    check: async (signed) => {
      const { signature, action, nonce, expiresAfter } = signed;
      const [r, s] = [pad(signature.r, { size: 32 }), pad(signature.s, { size: 32 })];
      const whole = serializeSignature({ r, s, v: BigInt(signature.v) });
      const signer = (await recoverTypedDataAddress({ ...typedData(signed, testnet), signature: whole })).toLowerCase();
      const ownerOnly = Object.hasOwn(USER_SIGNED, action.type);
      if (signer !== USER && (ownerOnly || !agents.has(signer))) {
        throw new Refusal(`User or API Wallet ${signer} does not exist.`);
      }
      spend(signer, nonce);
      if (typeof expiresAfter === 'number' && times().every((now) => now > expiresAfter)) {
        throw new Refusal('Action expired');
      }
      if (action.type === 'approveAgent') agents.add(String(action.agentAddress).toLowerCase());
      return signer;
    },
    roleOf: (address) => {
      const asked = address.toLowerCase();
      if (agents.has(asked)) return { role: 'agent', data: { user: USER } };
      return { role: asked === USER ? 'user' : 'missing' };
    },
  };
}
