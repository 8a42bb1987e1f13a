import type { Fault } from '#shared/units/result.ts';

/** What the simulator answers instead of a result: OKX's code and words. `leg`: of one order of a list. */
export class Refusal extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 200) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

const CODES: Readonly<Record<string, string>> = {
  'insufficient-margin': '51008',
  'insufficient-funds': '51008',
  'unknown-instrument': '51001',
  'unknown-order': '51400',
  'order-ended': '51400',
  'off-tick': '51000',
  'off-lot': '51121',
  'duplicate-id': '51016',
};

/** The matching core's reason in OKX's code. */
export function refusalOf({ code, message }: Fault): Refusal {
  return new Refusal(CODES[code] ?? '51000', message);
}
