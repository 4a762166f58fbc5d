import { assertEquals } from "@std/assert";
import { renderRoff, request } from "../../../src/cli/help/roff.ts";

const TABLE: readonly (readonly [why: string, text: string, roff: string])[] = [
  ["a line begins like a request", ".pth files", "\\&.pth files"],
  ["a line begins with a quote", "'quoted'", "\\(aqquoted\\(aq"],
  ["there is a backslash", "a\\b", "a\\eb"],
  ["an option is named", "with --json, or (-v)", "with \\-\\-json, or (\\-v)"],
  ["a word has a hyphen", "read-only", "read-only"],
  ["a command stands in backticks", "see `edgeboot help -v`.", "see \\fBedgeboot help \\-v\\fR."],
  ["a character is not ASCII", "APP…", "APP\\[u2026]"],
  ["a character is typed as it is", "~/a^b", "\\(ti/a\\(hab"],
];

for (const [why, text, roff] of TABLE) {
  Deno.test(`renderRoff() escapes a paragraph when ${why}`, () => {
    assertEquals(renderRoff([{ kind: "paragraph", text }]), `.PP\n${roff}\n`);
  });
}

Deno.test("renderRoff() keeps verbatim lines apart from requests", () => {
  const lines = ['.{ "a": 1 }', "", "  - b"];
  const roff = '.PP\n.RS 2\n.nf\n\\&.{ "a": 1 }\n\n  \\- b\n.fi\n.RE\n';
  assertEquals(renderRoff([{ kind: "verbatim", lines }]), roff);
});

Deno.test("request() quotes its arguments", () => {
  assertEquals(request("SH", 'EXIT "STATUS"'), '.SH "EXIT \\(dqSTATUS\\(dq"\n');
});
