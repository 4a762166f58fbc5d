import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { packagesOf, sbomOf } from "../../../scripts/release/sbom.ts";

const CACHE = "/home/a/.cache/deno/npm/registry.example.org";
const LOCK = {
  npm: {
    "deno-std@1.4.0": { integrity: "sha512-AAEC" },
    "@scope/other@2.0.0": { integrity: "sha512-/w==" },
    "unused@1.0.0": { integrity: "sha512-AA==" },
  },
};
const mit = () => Promise.resolve("MIT");

Deno.test("packagesOf() finds packages by their place in the cache, and their digests in the lock", async () => {
  const modules = [
    `${CACHE}/deno-std/1.4.0/toml/parse.js`,
    `${CACHE}/deno-std/1.4.0/fmt/bytes.js`,
    `${CACHE}/@scope/other/2.0.0/mod.js`,
    "/work/edgeboot/src/cli/cli.ts",
  ];
  assertEquals(await packagesOf(modules, LOCK, mit), [
    {
      ...{ name: "@scope/other", version: "2.0.0", sha512: "ff", license: "MIT" },
      modules: ["mod.js"],
    },
    {
      ...{ name: "deno-std", version: "1.4.0", sha512: "000102", license: "MIT" },
      modules: ["fmt/bytes.js", "toml/parse.js"],
    },
  ]);
});

Deno.test("packagesOf() throws when a package is not in the lock", async () => {
  const modules = [`${CACHE}/stray/1.0.0/mod.js`];
  await assertRejects(() => packagesOf(modules, LOCK, mit), Error, "no integrity of stray@1.0.0");
});

Deno.test("sbomOf() is a function of the binary and the commit's time", () => {
  const input = {
    ...{ version: "1.2.3", commit: "0123456789ab", target: "x86_64-unknown-linux-gnu" },
    ...{ sha256: "0123456789abcdef".repeat(4), packages: [], epoch: 86_400 },
    base: { version: "2.9.4", v8: "14.0.1", sha256: "ab".repeat(32) },
  };
  const sbom = sbomOf(input) as { serialNumber: string; metadata: { timestamp: string } };
  assertEquals(sbomOf(input), sbom);
  assertEquals(sbom.metadata.timestamp, "1970-01-02T00:00:00.000Z");
  // RFC 9562: version 8, variant 10.
  assertMatch(
    sbom.serialNumber,
    /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  const unknown = sbomOf({ ...input, epoch: undefined }) as { metadata: object };
  assertEquals("timestamp" in unknown.metadata, false);
});
