import { createRequire } from 'node:module';

/** An executable of Foundry's. Throws a sentence that says what is missing and how to give it. */
export function foundryPath(tool: 'anvil' | 'cast'): string {
  const variable = `${tool.toUpperCase()}_PATH`;
  const given = process.env[variable];
  if (given !== undefined && given !== '') return given;
  const name = `@foundry-rs/${tool}-${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
  try {
    return createRequire(import.meta.url).resolve(`${name}/bin/${tool}${process.platform === 'win32' ? '.exe' : ''}`);
  } catch (cause) {
    const how = `install Foundry and set ${variable} to its ${tool}, or install with optional dependencies`;
    throw new Error(`this test needs ${tool}: the package ${name} is not installed; ${how}`, { cause });
  }
}
