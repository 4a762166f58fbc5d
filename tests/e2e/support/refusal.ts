import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Ended } from "./command.ts";
import { exists } from "./kept.ts";
import { logLines } from "./log.ts";
import type { EdgebootOptions, Sandbox } from "./sandbox.ts";

export interface Refusal {
  readonly exit: number;
  readonly code: string;
  /** What the message must tell, beyond its form. */
  readonly says: RegExp;
}

/**
 * Runs edgeboot twice, for people and for machines, and checks all that the contract promises of a
 * refusal: exit code, one error in three parts, no stack trace, nothing on stdout, nothing left in the
 * cache, nothing written beside it.
 */
export async function assertRefused(
  sandbox: Sandbox,
  args: readonly string[],
  refusal: Refusal,
  options: EdgebootOptions = {},
): Promise<string> {
  const before = snapshot(sandbox);
  const json = { ...options, env: { ...options.env, EDGEBOOT_LOG: "json" } };
  const [text, records] = await Promise.all([
    sandbox.edgeboot(args, options),
    sandbox.edgeboot(args, json),
  ]);
  assertText(text, refusal);
  assertJson(records, refusal);
  assertNothingLeft(options.cache ?? sandbox.cache);
  assertEquals(snapshot(sandbox), before, "something was written outside the cache");
  return text.stderr;
}

export function assertText({ code, stdout, stderr }: Ended, refusal: Refusal): void {
  assertEquals(code, refusal.exit, stderr);
  assertEquals(stdout, "");
  const lines = stderr.split("\n");
  const errors = lines.filter((line) => line.startsWith("edgeboot: error: "));
  assertEquals(errors.length, 1, stderr);
  const at = lines.indexOf(errors[0]!);
  assertMatch(lines[at + 1]!, /^ {2}why: {2}\S/, stderr);
  assertMatch(lines[at + 2]!, /^ {2}next: \S/, stderr);
  assertEquals(lines.slice(at + 3), [""], "the error is the last thing that is said");
  assert(
    !/^\s+at .+:\d+/m.test(stderr) && !/\b(TypeError|undefined|\[object)\b/.test(stderr),
    stderr,
  );
  assertMatch(stderr, refusal.says);
}

export function assertJson({ code, stdout, stderr }: Ended, refusal: Refusal): void {
  assertEquals([code, stdout], [refusal.exit, ""], stderr);
  const records = logLines(stderr);
  const errors = records.filter(({ level }) => level === "error");
  assertEquals(errors.length, 1, stderr);
  const { code: name, exit, what, why, next } = errors[0];
  assertEquals([name, exit], [refusal.code, refusal.exit], stderr);
  for (const part of [what, why, next]) assert(typeof part === "string" && part !== "", stderr);
}

/** No tree that cannot start, and no work in progress. */
export function assertNothingLeft(cache: string): void {
  for (const directory of [`${cache}/v1/trees/sha256`, `${cache}/v1/work`]) {
    const left = exists(directory) ? [...Deno.readDirSync(directory)].map(({ name }) => name) : [];
    assertEquals(left, [], directory);
  }
}

/** Everything in the sandbox but the cache, with size and time of change. */
function snapshot(sandbox: Sandbox): string[] {
  const seen: string[] = [];
  const walk = (directory: string) => {
    for (const { name, isDirectory } of Deno.readDirSync(directory)) {
      const path = `${directory}/${name}`;
      if (path === sandbox.cache) continue;
      const { size, mtime } = Deno.lstatSync(path);
      seen.push(isDirectory ? path : `${path} ${size} ${mtime?.getTime()}`);
      if (isDirectory) walk(path);
    }
  };
  walk(sandbox.root);
  return seen.sort();
}
