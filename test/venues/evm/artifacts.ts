import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Abi, Address, Hex } from 'viem';

interface Place {
  readonly start: number;
  readonly length: number;
}

/** A compiled contract as hardhat writes it. */
export interface Artifact {
  readonly contractName: string;
  readonly abi: Abi;
  readonly bytecode: Hex;
  /** Where addresses of libraries are to be put, by file and library. */
  readonly linkReferences?: Readonly<Record<string, Readonly<Record<string, readonly Place[]>>>>;
}

const resolve = createRequire(import.meta.url).resolve;

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry: Dirent) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'build-info' ? [] : filesIn(path);
    return entry.name.endsWith('.json') && !entry.name.endsWith('.dbg.json') ? [path] : [];
  });
}

/** The contracts of an npm package by name. Throws on a name it does not have. */
export function artifactsOf(name: string, folder = 'artifacts'): (contract: string) => Artifact {
  let files: ReadonlyMap<string, string> | null = null;
  return (contract) => {
    files ??= new Map(
      filesIn(join(dirname(resolve(`${name}/package.json`)), folder)).map((path) => [
        path.slice(path.lastIndexOf('/') + 1, -'.json'.length),
        path,
      ]),
    );
    const file = files.get(contract);
    if (file === undefined) throw new Error(`${name} has no contract ${contract}`);
    return JSON.parse(readFileSync(file, 'utf8')) as Artifact;
  };
}

/** Byte code with its libraries' addresses in place. Throws on a library that is not given. */
export function linked(
  { bytecode, contractName, linkReferences = {} }: Artifact,
  libraries: ReadonlyMap<string, Address>,
): Hex {
  let code = bytecode.slice(2);
  for (const [library, places] of Object.values(linkReferences).flatMap((one) => Object.entries(one))) {
    const address = libraries.get(library);
    if (address === undefined) throw new Error(`${contractName} needs the library ${library}`);
    for (const { start, length } of places) {
      code = code.slice(0, start * 2) + address.slice(2).toLowerCase() + code.slice((start + length) * 2);
    }
  }
  return `0x${code}`;
}
