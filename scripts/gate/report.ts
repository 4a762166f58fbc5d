/** What a run of tests said of itself, read from the JUnit report of `deno test --junit-path`. */

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** How long something took: a test, or a file of tests. */
export interface Timed {
  readonly name: string;
  readonly seconds: number;
}

export const NONE: Counts = { passed: 0, failed: 0, skipped: 0 };

// The texts are escaped, so that no `<` of a message can look like an element.
const TEST_CASE = /<testcase\b([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g;

/** Counts the test cases, steps included, of a JUnit report as `deno test --junit-path` writes it. */
export function readReport(xml: string): Counts {
  let counts = NONE;
  for (const [, , body] of xml.matchAll(TEST_CASE)) counts = addCounts(counts, countOf(body ?? ""));
  return counts;
}

/** The test cases of a report and their seconds; a step is part of its test. */
export function readTimes(xml: string): Timed[] {
  return [...xml.matchAll(TEST_CASE)].flatMap(([, attributes]) => {
    const name = unescaped(/\bname="([^"]*)"/.exec(attributes!)?.[1] ?? "");
    const seconds = Number(/\btime="([^"]*)"/.exec(attributes!)?.[1] ?? 0);
    return name.includes(" > ") ? [] : [{ name, seconds }];
  });
}

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&" },
};

function unescaped(text: string): string {
  return text.replace(/&(?:lt|gt|quot|apos|amp);/g, (entity) => ENTITIES[entity]!);
}

function countOf(body: string): Counts {
  if (/<(?:failure|error)\b/.test(body)) return { ...NONE, failed: 1 };
  if (/<skipped\b/.test(body)) return { ...NONE, skipped: 1 };
  return { ...NONE, passed: 1 };
}

export function addCounts(a: Counts, b: Counts): Counts {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
  };
}

export function formatCounts({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** The slowest of `all`, one a line, the slowest first. */
export function formatSlowest(all: readonly Timed[], most: number): string {
  return [...all].sort((a, b) => b.seconds - a.seconds).slice(0, most)
    .map(({ name, seconds }) => `${seconds.toFixed(1).padStart(8)} s  ${name}`).join("\n");
}
