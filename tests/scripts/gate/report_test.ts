import { assertEquals } from "@std/assert";
import {
  addCounts,
  formatCounts,
  formatSlowest,
  NONE,
  readReport,
  readTimes,
} from "../../../scripts/gate/report.ts";

const REPORT = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="deno test" tests="5" failures="1" errors="0" time="0.009">
    <testsuite name="./a_test.ts" tests="5" disabled="2" errors="0" failures="1">
        <testcase name="a &lt;failure&gt; &quot;x&quot;" classname="./a_test.ts" time="0.001">
        </testcase>
        <testcase name="bad" classname="./a_test.ts" time="0.000" line="2" col="6">
            <failure message="Uncaught Error: x">Error: &lt;/testcase&gt; &lt;skipped/&gt;</failure>
        </testcase>
        <testcase name="skip" classname="./a_test.ts" time="0.000">
            <skipped/>
        </testcase>
        <testcase name="short" classname="./a_test.ts" time="0.000"/>
        <testcase name="a &gt; step" classname="./a_test.ts" time="0.000">
            <error message="x"/>
        </testcase>
    </testsuite>
</testsuites>`;

Deno.test("readReport counts each test case and step once, by its outcome", () => {
  assertEquals(readReport(REPORT), { passed: 2, failed: 2, skipped: 1 });
});

Deno.test("readTimes gives each test its seconds and its name as written, and no step", () => {
  assertEquals(readTimes(REPORT), [
    { name: 'a <failure> "x"', seconds: 0.001 },
    { name: "bad", seconds: 0 },
    { name: "skip", seconds: 0 },
    { name: "short", seconds: 0 },
  ]);
});

Deno.test("formatSlowest names the slowest first and no more than asked for", () => {
  const all = [{ name: "a", seconds: 1 }, { name: "b", seconds: 20.25 }, { name: "c", seconds: 3 }];
  assertEquals(formatSlowest(all, 2), "    20.3 s  b\n     3.0 s  c");
});

Deno.test("readReport counts nothing when the run wrote no report", () => {
  assertEquals(readReport(""), NONE);
});

Deno.test("formatCounts gives one plain line when several runs are added", () => {
  const sum = addCounts({ passed: 3, failed: 0, skipped: 1 }, { passed: 4, failed: 2, skipped: 0 });
  assertEquals(formatCounts(sum), "7 passed, 2 failed, 1 skipped");
});

Deno.test("readReport agrees with what deno test itself reports", async () => {
  const directory = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(
      `${directory}/a_test.ts`,
      `Deno.test("a < b", async (t) => { await t.step("one", () => {}); });
       Deno.test("fails", () => { throw new Error("</testcase>"); });
       Deno.test({ name: "skipped", ignore: true, fn() {} });`,
    );
    const { code } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "--no-config", "--no-check", `--junit-path=${directory}/r.xml`, directory],
      stdout: "null",
      stderr: "null",
    }).output();
    const counts = readReport(await Deno.readTextFile(`${directory}/r.xml`));
    assertEquals({ code, counts }, { code: 1, counts: { passed: 2, failed: 1, skipped: 1 } });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
