import { assertEquals } from "@std/assert";
import { diagnose, ok, problem, warning } from "../../../../src/app/doctor/check.ts";
import { renderDiagnosis } from "../../../../src/cli/commands/doctor/text.ts";

Deno.test("renderDiagnosis aligns, wraps at 80 columns and leaves long paths whole", () => {
  const path = `/var/${"x".repeat(70)}`;
  const text = renderDiagnosis(diagnose([
    { section: "cache", checks: [ok("root", "/c (HOME)", { details: [`not ${path}: closed`] })] },
    {
      section: "registry",
      checks: [
        warning("answer", "HTTP 404 in 1300 ms: every start waits for that", "look for the delay"),
        problem(
          "certificate",
          "REGISTRY_UNREACHABLE",
          "the server's certificate is refused: UnknownIssuer",
          "install the authority that signed it, or name its file with SSL_CERT_FILE",
        ),
      ],
    },
  ]));
  assertEquals(
    text,
    `cache
  ok       root         /c (HOME)
                        - not
                          ${path}:
                          closed

registry
  warning  answer       HTTP 404 in 1300 ms: every start waits for that
                        next: look for the delay
  problem  certificate  the server's certificate is refused: UnknownIssuer
                        next: install the authority that signed it, or name its
                              file with SSL_CERT_FILE

1 problem, 1 warning, 1 ok; exit 69, for: certificate
`,
  );
});
