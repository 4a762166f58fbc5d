import { sha256Hex } from "../compile/digest.ts";

/** One line a file below the directory, sorted, as sha256sum(1) prints and checks it. */
export async function checksums(directory: string): Promise<string> {
  const lines: string[] = [];
  for (const name of await filesBelow(directory)) {
    lines.push(`${await sha256Hex(await Deno.readFile(`${directory}/${name}`))}  ${name}\n`);
  }
  return lines.join("");
}

/** Paths relative to the directory, by code unit. */
export async function filesBelow(directory: string, below = ""): Promise<string[]> {
  const names: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(`${directory}/${below}`)) {
    if (isDirectory) names.push(...await filesBelow(directory, `${below}${name}/`));
    else names.push(`${below}${name}`);
  }
  return names.sort();
}
