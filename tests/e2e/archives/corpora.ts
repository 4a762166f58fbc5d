import { type Attempt, attempt } from "./attempt.ts";
import { listing } from "./compare.ts";
import { type Case, corpusCases, type Want } from "./corpus_cases.ts";
import { parallel } from "./parallel.ts";

export interface Result {
  readonly group: string;
  readonly name: string;
  readonly verdict: string;
  /** What is wrong, or undefined. */
  readonly fault: string | undefined;
}

/** Every archive of every corpus through the compiled binary. */
export async function tryCorpora(): Promise<Result[]> {
  const directory = await Deno.makeTempDir({ prefix: "eb-corpora-" });
  try {
    return await parallel(await corpusCases(), (one) => tryCase(one, directory));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function tryCase(one: Case, directory: string): Promise<Result> {
  const { group, name, archive, want, settings } = one;
  const path = typeof archive === "string" ? archive : `${directory}/${crypto.randomUUID()}`;
  if (typeof archive !== "string") await Deno.writeFile(path, archive);
  try {
    return await attempt(path, async (made) => {
      const fault = judge(made, want) ?? await vulnerability(one, made);
      return { group, name, verdict: made.verdict, fault };
    }, settings);
  } catch (error) {
    return { group, name, verdict: "", fault: (error as Error).message };
  }
}

function judge({ verdict, code, exit }: Attempt, want: Want): string | undefined {
  const refusal = /^ARCHIVE_(?:HOSTILE|BROKEN|UNKNOWN)$|^BUDGET_EXCEEDED$/;
  if (code !== "" && (!refusal.test(code) || exit !== 65)) return `${exit} ${code} ${verdict}`;
  if ("either" in want) return undefined;
  if ("verdict" in want) {
    return verdict === want.verdict ? undefined : `${verdict} instead of ${want.verdict}`;
  }
  if (verdict === "accepted") return "accepted";
  const named = want.rules?.test(verdict) ?? true;
  return named ? undefined : `${verdict}, which is no rule of ${want.rules}`;
}

interface Facts {
  readonly expected?: readonly { readonly member: string; readonly sha256?: string }[];
  readonly vulnerable_when?: readonly { readonly member: string }[];
  readonly vulnerable_when_not?: readonly { readonly member: string }[];
}

/** malo says in a JSON file beside some archives what a tree would prove. */
async function vulnerability(one: Case, made: Attempt): Promise<string | undefined> {
  if (made.tree === undefined || typeof one.archive !== "string") return undefined;
  // What is iffy was decided on by name.
  if (one.group.endsWith("iffy")) return undefined;
  const { expected, vulnerable_when, vulnerable_when_not } = readFacts(one.archive);
  const tree = await listing(made.tree);
  const has = (member: string) => tree[member.replace(/\/$/, "")] !== undefined;
  for (const { member, sha256 } of expected ?? []) {
    const entry = tree[member.replace(/\/$/, "")];
    if (entry === undefined || (sha256 !== undefined && !entry.endsWith(sha256))) {
      return `${member} is ${entry ?? "absent"}`;
    }
  }
  const bad = vulnerable_when?.find(({ member }) => has(member)) ??
    vulnerable_when_not?.find(({ member }) => !has(member));
  return bad === undefined ? undefined : `vulnerable: ${bad.member}`;
}

function readFacts(archive: string): Facts {
  try {
    return JSON.parse(Deno.readTextFileSync(archive.replace(/\.[^.]*$/, ".json")));
  } catch {
    return {};
  }
}

export interface Row {
  readonly group: string;
  readonly files: number;
  readonly good: number;
  readonly accepted: number;
}

/** One line per group, in the order of the cases. */
export function tabulate(results: readonly Result[]): Row[] {
  return [...new Set(results.map(({ group }) => group))].map((group) => {
    const all = results.filter((result) => result.group === group);
    return {
      group,
      files: all.length,
      good: all.filter(({ fault }) => fault === undefined).length,
      accepted: all.filter(({ verdict }) => verdict === "accepted").length,
    };
  });
}
