import { assertEquals } from "@std/assert";
import { parseRequirement } from "../../../src/python/pep508/requirement.ts";

const CASES: readonly [string, object][] = [
  ["A.B-c_d", { name: "a-b-c-d", extras: [], specifiers: "", url: undefined, marker: false }],
  ["name>=3,<4", { name: "name", extras: [], specifiers: ">=3,<4", url: undefined, marker: false }],
  ["name [Fred,b_r] (>=2.0)", {
    ...{
      name: "name",
      extras: ["fred", "b-r"],
      specifiers: ">=2.0",
      url: undefined,
      marker: false,
    },
  }],
  ["name==1; python_version < '3'", {
    ...{ name: "name", extras: [], specifiers: "==1", url: undefined, marker: true },
  }],
  ["name @ https://host/a;b.whl ; os_name == 'x'", {
    ...{ name: "name", extras: [], specifiers: "", url: "https://host/a;b.whl", marker: true },
  }],
];

Deno.test("parseRequirement takes a requirement apart", () => {
  for (const [text, expected] of CASES) {
    const found = parseRequirement(text);
    const { specifiers, marker } = found ?? {};
    assertEquals(
      { ...found, specifiers: specifiers?.text, marker: marker !== undefined },
      expected,
    );
  }
});

Deno.test("parseRequirement refuses what is no requirement", () => {
  for (const text of ["", "-e .", "./path", "name==", "name; nope", "name @", "na me"]) {
    assertEquals(parseRequirement(text), undefined, text);
  }
});
