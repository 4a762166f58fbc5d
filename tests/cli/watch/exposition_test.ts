import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  type Family,
  formatSamples,
  parseSamples,
  Samples,
} from "../../../src/cli/watch/exposition.ts";

const FAMILIES: Readonly<Record<string, Family>> = {
  a_total: { type: "counter", help: "One\\two\nthree." },
  b_seconds: { type: "summary", help: "B." },
};

Deno.test("formatSamples writes families in order, with HELP, TYPE and escaped labels", () => {
  const samples = new Samples();
  samples.add("b_seconds_sum", { step: "x" }, 0.1);
  samples.add("b_seconds_sum", { step: "x" }, 0.2);
  samples.add("b_seconds_count", { step: "x" }, 2);
  samples.add("a_total", { app: 'q"\\\n' }, 3);
  assertEquals(
    formatSamples(samples, FAMILIES, { file: "f" }),
    [
      "# HELP a_total One\\\\two\\nthree.",
      "# TYPE a_total counter",
      'a_total{file="f",app="q\\"\\\\\\n"} 3',
      "# HELP b_seconds B.",
      "# TYPE b_seconds summary",
      'b_seconds_sum{file="f",step="x"} 0.3',
      'b_seconds_count{file="f",step="x"} 2',
      "",
    ].join("\n"),
  );
});

Deno.test("formatSamples leaves out families without samples", () => {
  assertEquals(formatSamples(new Samples(), FAMILIES, {}), "");
});

Deno.test("parseSamples reads back whatever formatSamples wrote", () => {
  const labels = fc.dictionary(fc.stringMatching(/^[a-e]$/), fc.string({ unit: "binary" }));
  const value = fc.integer({ min: 0, max: 2 ** 50 });
  fc.assert(fc.property(fc.array(fc.tuple(labels, value)), (entries) => {
    const samples = new Samples();
    for (const [each, number] of entries) samples.set("a_total", each, number);
    const text = formatSamples(samples, FAMILIES, { file: "anything" });
    const again = parseSamples(text, FAMILIES, ["file"]);
    assertEquals(formatSamples(again, FAMILIES, { file: "anything" }), text);
  }));
});

const PASSED_OVER = [
  "a_total 1",
  'unknown_total{a="b"} 1',
  'a_total{a="b} 1',
  'a_total{a="b"} NaN',
  'a_total{a="b"} 1 1700000000000',
  'b_seconds{a="b"} 1',
  "\u0000\u0001garbage",
];

for (const line of PASSED_OVER) {
  Deno.test(`parseSamples passes over ${JSON.stringify(line)}`, () => {
    const samples = parseSamples(`${line}\na_total{x="y"} 7\n`, FAMILIES, []);
    assertEquals(samples.of("a_total"), [{ labels: { x: "y" }, value: 7 }]);
    assertEquals(samples.of("b_seconds"), []);
  });
}

Deno.test("Samples tells labels apart whatever their order, and drops by some of them", () => {
  const samples = new Samples();
  samples.add("a_total", { x: "1", y: "2" }, 1);
  samples.add("a_total", { y: "2", x: "1" }, 1);
  samples.add("a_total", { x: "1", y: "3" }, 1);
  samples.add("a_total", { x: "2", y: "2" }, 1);
  assertEquals(samples.get("a_total", { x: "1", y: "2" }), 2);
  samples.drop("a_total", { x: "1" });
  assertEquals(samples.of("a_total"), [{ labels: { x: "2", y: "2" }, value: 1 }]);
});
