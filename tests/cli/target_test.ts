import { assertEquals } from "@std/assert";
import { bundleTarget } from "../../src/cli/target.ts";
import { assertRefused } from "../support/refusal.ts";

const HEX = "a".repeat(64);

function read(values: Record<string, string>) {
  const flags = { values: new Map(Object.entries(values)), verbosity: 0, rest: [] };
  return bundleTarget(flags, () => "/work");
}

Deno.test("bundleTarget is undefined when neither flag is given", () => {
  assertEquals(read({}), undefined);
});

Deno.test("bundleTarget reads a URL or a path beside a digest", () => {
  const location = (bundle: string) => {
    const target = read({ bundle, sha256: HEX });
    return target?.kind === "bundle" ? String(target.bundle.location) : undefined;
  };
  assertEquals(location("https://h/a.zip"), "https://h/a.zip");
  assertEquals(location("a.zip"), "file:///work/a.zip");
  assertEquals(location("/x/a.zip"), "file:///x/a.zip");
});

Deno.test("bundleTarget takes import roots inside the bundle, in order, and refuses others", async () => {
  const roots = (paths: Record<string, string>) => {
    const target = read({ bundle: "a.zip", sha256: HEX, ...paths });
    return target?.kind === "bundle" ? target.pythonPaths : undefined;
  };
  assertEquals(roots({}), undefined);
  assertEquals(roots({ "python-path": "src:." }), ["src", "."]);
  for (const wrong of ["/x", "..", "a/../..", "src:", ":src"]) {
    await assertRefused(() => roots({ "python-path": wrong }), "USAGE", 64);
  }
});

Deno.test("bundleTarget refuses what is no digest or no address", async () => {
  await assertRefused(() => read({ bundle: "a.zip", sha256: "abc" }), "DIGEST_INVALID", 64);
  await assertRefused(() => read({ bundle: "ftp://h/a", sha256: HEX }), "CONFIG_INVALID", 78);
});
