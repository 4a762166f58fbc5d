export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const NONE: Counts = { passed: 0, failed: 0, skipped: 0 };

/** Counts the test cases, steps included, of a JUnit report as `deno test --junit-path` writes it. */
export function readReport(xml: string): Counts {
  let counts = NONE;
  // The texts are escaped, so that no `<` of a message can look like an element.
  for (const [, body] of xml.matchAll(/<testcase\b[^>]*?(?:\/>|>([\s\S]*?)<\/testcase>)/g)) {
    counts = addCounts(counts, countOf(body ?? ""));
  }
  return counts;
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
