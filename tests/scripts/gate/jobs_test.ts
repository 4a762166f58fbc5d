import { assert, assertEquals } from "@std/assert";
import { type Job, jobsOf, longestFirst, nextJob } from "../../../scripts/gate/jobs.ts";

const job = (name: string, group?: string): Job => ({
  ...{ name, files: [name], limit: 1 },
  ...(group === undefined ? {} : { group }),
});

Deno.test("jobsOf gives each end-to-end file a process and unit tests one for each directory", () => {
  const files = ["tests/a/x_test.ts", "tests/a/y_test.ts", "tests/a/b/z_test.ts"];
  const e2e = ["tests/e2e/one_test.ts", "tests/e2e/two_test.ts"];
  assertEquals(
    jobsOf([...files, ...e2e], "whole").map(({ name, files }) => [name, files.length]),
    [["tests/a", 2], ["tests/a/b", 1], ["tests/e2e/one_test.ts", 1], ["tests/e2e/two_test.ts", 1]],
  );
});

Deno.test("jobsOf leaves long files out of the short form only", () => {
  const files = ["tests/e2e/power_loss_test.ts", "tests/e2e/warm_test.ts"];
  assertEquals(jobsOf(files, "whole").length, 2);
  assertEquals(jobsOf(files, "short").map(({ name }) => name), ["tests/e2e/warm_test.ts"]);
});

Deno.test("jobsOf puts what shares the machine's containers into one group", () => {
  const files = ["tests/e2e/containers/a_test.ts", "tests/e2e/containers/b_test.ts"];
  const groups = jobsOf(files, "whole").map(({ group }) => group);
  assert(groups[0] !== undefined && groups[0] === groups[1], `${groups}`);
});

Deno.test("longestFirst begins with what is not known, then by what it took", () => {
  const jobs = ["short", "long", "new"].map((name) => job(name));
  const known = { short: 1, long: 9 };
  assertEquals(longestFirst(jobs, known).map(({ name }) => name), ["new", "long", "short"]);
});

Deno.test("nextJob passes over the group that runs, and waits when nothing else is left", () => {
  const [a, b, c] = [job("a", "disk"), job("b", "disk"), job("c")];
  assertEquals(nextJob([a, c], []), a);
  assertEquals(nextJob([a, c], [b]), c);
  assertEquals(nextJob([a], [b]), undefined);
});
