import { highsSolver } from '#main/risk/highs-solver.ts';
import { allocateCollateral } from '#shared/control/collateral-manager.ts';
import { collateralAccountsFor, collateralFrom, collateralPolicyFile } from '#shared/ipc/collateral-file.ts';
import { unwrap } from '#shared/units/result.ts';
import { type Command, DONE, FAILED, options, readInput, required, toJson } from './command.ts';

export const collateral: Command = {
  usage: 'keel collateral --accounts ACCOUNTS.json --policy POLICY.json',
  about: 'the cheapest transfers that keep every pool above its buffer, as JSON; exit 1 where none can; sends nothing',
  async run(args, output) {
    const { values } = options(args, { accounts: { type: 'string' }, policy: { type: 'string' } });
    const policy = readInput(collateralPolicyFile, required(values.policy, '--policy POLICY.json'));
    const accounts = readInput(collateralAccountsFor(policy), required(values.accounts, '--accounts ACCOUNTS.json'));
    const plan = unwrap(allocateCollateral(collateralFrom(accounts, policy), await highsSolver()));
    output.result(toJson({ ...plan, short: Object.fromEntries(plan.short) }));
    return plan.short.size === 0 ? DONE : FAILED;
  },
};
