import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { dockerfile } from "../../../src/app/init/docker.ts";
import type { InitRequest } from "../../../src/app/init/request.ts";
import { parseAppRef } from "../../../src/model/ref.ts";
import { assertRefused } from "../../support/refusal.ts";

function asked(
  options: Record<string, string> = {},
  rest: { app?: string; registry?: string } = {},
): InitRequest {
  return {
    kind: "docker",
    appRef: rest.app === undefined ? undefined : parseAppRef(rest.app),
    options: new Map(Object.entries(options)),
    registry: rest.registry,
  };
}

/** Instructions without comments, continuation lines joined. */
function instructions(request: InitRequest): string[] {
  return dockerfile(request).replace(/\\\n\s*/g, "").split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
}

const keyword = (line: string) => line.split(" ", 1)[0]!;

Deno.test("dockerfile has these instructions and no others when nothing is asked for", () => {
  const lines = instructions(asked());
  assertEquals(
    lines.map(keyword),
    ["FROM", "COPY", "RUN", "ARG", "RUN", "USER", "ENV", "STOPSIGNAL", "ENTRYPOINT"],
  );
  assertEquals(lines[0], "FROM docker.io/library/debian:bookworm-slim");
  assertStringIncludes(lines[4]!, " python3 python3-distutils");
  assertEquals(lines.at(-1), 'ENTRYPOINT ["/usr/local/bin/edgeboot", "run"]');
  assertEquals(lines[5], "USER 10001:10001");
});

Deno.test("dockerfile says why before every instruction", () => {
  const text = dockerfile(asked({ python: "3.11,3.12" }, { app: "shop", registry: "/bundles" }));
  const blocks = text.split("\n\n").filter((block) => block.trim() !== "");
  for (const block of blocks) {
    const [first] = block.split("\n");
    assert(first!.startsWith("#") || first!.startsWith("FROM "), block);
  }
  assertEquals(text.split("\n").filter((line) => line.length > 125), []);
});

Deno.test("dockerfile copies what Debian has not when other Pythons are asked for", () => {
  const lines = instructions(
    asked({ python: "3.13,3.11,3.12", base: "mirror.example/hub/debian:12" }),
  );
  assertEquals(lines.filter((line) => keyword(line) === "FROM"), [
    "FROM mirror.example/hub/python:3.12-slim-bookworm AS python-3.12",
    "FROM mirror.example/hub/python:3.13-slim-bookworm AS python-3.13",
    "FROM mirror.example/hub/debian:12",
  ]);
  for (const version of ["3.12", "3.13"]) {
    const copied = lines.filter((line) => line.startsWith(`COPY --from=python-${version} `));
    assertEquals(copied.length, 3);
  }
  assert(!lines.some((line) => line.startsWith("COPY --from=python-3.11")));
});

Deno.test("dockerfile installs the libraries of a copied Python when Debian's is not asked for", () => {
  const lines = instructions(asked({ python: "3.12" }));
  assertStringIncludes(lines.join("\n"), "libssl3");
  assert(!/ python3 /.test(lines.join("\n")));
});

Deno.test("dockerfile names app and registry when they are given", () => {
  const lines = instructions(asked({}, { app: "shop@1.2", registry: "https://b.example/a b" }));
  assert(lines.includes("ENV EDGEBOOT_APP=shop@1.2"));
  assert(lines.includes('ENV EDGEBOOT_REGISTRY="https://b.example/a b"'));
  assert(instructions(asked({}, { app: "shop" })).includes("ENV EDGEBOOT_APP=shop"));
});

const REFUSED: Record<string, string>[] = [
  { uid: "0" },
  { uid: "app" },
  { uid: "1\nUSER 0" },
  { python: "3.7" },
  { python: "2.7" },
  { python: "3.11 && sh" },
  { base: "debian bookworm" },
  { base: "debian\nRUN sh" },
];

for (const options of REFUSED) {
  Deno.test(`dockerfile refuses ${JSON.stringify(options)} with 64`, async () => {
    await assertRefused(() => dockerfile(asked(options)), "USAGE", 64);
  });
}
