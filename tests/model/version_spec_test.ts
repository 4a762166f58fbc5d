import { assertEquals } from "@std/assert";
import { parseVersionSpec, satisfies } from "../../src/model/version_spec.ts";

// Each row was compared with packaging.specifiers 24 (PEP 440).
const TABLE: [spec: string, fits: string[], misfits: string[]][] = [
  [">=3.11", ["3.11.0", "3.11.9", "3.12.1", "4.0.0"], ["3.10.14", "2.7.18"]],
  [">=3.11,<3.12", ["3.11.0", "3.11.99"], ["3.12.0", "3.10.9"]],
  [">= 3.11 , < 3.13", ["3.12.4"], ["3.13.0"]],
  ["~=3.11", ["3.11.0", "3.12.0", "3.99.0"], ["3.10.0", "4.0.0"]],
  ["~=3.11.2", ["3.11.2", "3.11.9"], ["3.11.1", "3.12.0"]],
  ["==3.11", ["3.11.0"], ["3.11.4"]],
  ["==3.11.4", ["3.11.4"], ["3.11.5", "3.11.0"]],
  ["==3.11.*", ["3.11.0", "3.11.4"], ["3.1.1", "3.12.0"]],
  ["==3.*", ["3.1.0", "3.11.0"], ["2.7.0"]],
  ["!=3.11.*", ["3.12.0"], ["3.11.4"]],
  ["!=3.11.4", ["3.11.5"], ["3.11.4"]],
  [">3.11", ["3.11.1", "3.12.0"], ["3.11.0", "3.10.0"]],
  ["<=3.11", ["3.11.0", "3.10.9"], ["3.11.1"]],
  ["<3.11.4", ["3.11.3"], ["3.11.4"]],
  [">=3", ["3.0.0", "3.11.2"], ["2.7.18"]],
  [">=3.9,!=3.10.*,<4", ["3.9.1", "3.11.0"], ["3.10.3", "4.0.0"]],
  ["==3.11.0.0", ["3.11.0"], ["3.11.1"]],
];

for (const [text, fits, misfits] of TABLE) {
  Deno.test(`satisfies follows PEP 440 when the specifier is ${text}`, () => {
    const spec = parseVersionSpec(text)!;
    const holds = (version: string) => {
      const [major, minor, micro] = version.split(".").map(Number);
      return satisfies({ major: major!, minor: minor!, micro: micro! }, spec);
    };
    assertEquals(fits.filter((version) => !holds(version)), []);
    assertEquals(misfits.filter(holds), []);
  });
}

const BAD = [
  ...["", ",", "3.11", ">=3.11,", "=3.11", "===3.11", "=>3.11", ">=3.11.*", "~=3", "~=3.11.*"],
  ...[">=3.11rc1", ">=v3.11", "^3.11", ">=3.", ">= 3 . 11", ">=3.11;<3.12", "*", "==*"],
];

for (const text of BAD) {
  Deno.test(`parseVersionSpec gives undefined when the text is ${JSON.stringify(text)}`, () => {
    assertEquals(parseVersionSpec(text), undefined);
  });
}
