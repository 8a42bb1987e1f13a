import { invalid } from './refusal.ts';

/** Parameters of a request. Over HTTP every value is a text. */
export type Parameters = Readonly<Record<string, unknown>>;

export function textOf(parameters: Parameters, name: string): string {
  const value = parameters[name];
  if (typeof value === 'string' && value !== '') return value;
  throw invalid(name, 'expected a text');
}

export function optionalText(parameters: Parameters, name: string): string | null {
  return parameters[name] === undefined || parameters[name] === '' ? null : textOf(parameters, name);
}

export function optionalNumber(parameters: Parameters, name: string): number | null {
  const value = parameters[name];
  if (value === undefined || value === '') return null;
  const number = typeof value === 'string' || typeof value === 'number' ? Number(value) : Number.NaN;
  if (Number.isFinite(number)) return number;
  throw invalid(name, 'expected a number');
}

export function numberOf(parameters: Parameters, name: string): number {
  const value = optionalNumber(parameters, name);
  if (value === null) throw invalid(name, 'expected a number');
  return value;
}

export function flagOf(parameters: Parameters, name: string): boolean {
  return parameters[name] === true || parameters[name] === 'true';
}
