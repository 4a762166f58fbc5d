import { assertRefused } from "./support/refusal.ts";
import { Sandbox } from "./support/sandbox.ts";

const HEX = "ab".repeat(32);
const GOOD = {
  ...{ schema: "edgeboot.release/v1", app: "web", version: "1" },
  ...{ layers: [{ sha256: HEX }], entrypoint: { module: "web" } },
};
const without = (name: string) =>
  Object.fromEntries(Object.entries(GOOD).filter(([key]) => key !== name));

/** What is wrong, the document, and what the message says of it. */
const TABLE: readonly (readonly [string, object | string, RegExp])[] = [
  ["it is not JSON", "{ not json", /not .*JSON|JSON/],
  ["it is empty", "", /JSON/],
  ["it is an HTML page", "<!doctype html><title>Sign in</title>", /JSON/],
  ["it is an array", "[]", /an object/],
  ["it is null", "null", /an object/],
  ["its schema is unknown", { ...GOOD, schema: "edgeboot.release/v9" }, /at schema: .+v1.+v9/],
  ["its schema is missing", without("schema"), /at schema: .+missing/],
  ["its app is missing", without("app"), /at app: .+missing/],
  ["its app is another one", { ...GOOD, app: "other" }, /at app: expected "web", found "other"/],
  ["its app is no app ID", { ...GOOD, app: "../web" }, /at app: /],
  ["its version is missing", without("version"), /at version: .+missing/],
  ["its version is a number", { ...GOOD, version: 1 }, /at version: expected a string, found .*1/],
  ["its layers are missing", without("layers"), /at layers: .+missing/],
  ["its layers are empty", { ...GOOD, layers: [] }, /at layers: expected one layer or more/],
  ["its layers are an object", { ...GOOD, layers: {} }, /at layers: expected an array/],
  ["a layer is a string", { ...GOOD, layers: ["x"] }, /at layers\[0\]: expected an object/],
  ["a layer has no digest", { ...GOOD, layers: [{}] }, /at layers\[0\]\.sha256: .+missing/],
  ["a digest is bad", { ...GOOD, layers: [{ sha256: "xyz" }] }, /at layers\[0\]\.sha256: .+"xyz"/],
  [
    "a kind is unknown",
    { ...GOOD, layers: [{ sha256: HEX, kind: "egg" }] },
    /at layers\[0\]\.kind: expected deps, app, wheel, data, pyz, found .*"egg"/,
  ],
  [
    "a size is text",
    { ...GOOD, layers: [{ sha256: HEX, size: "12" }] },
    /at layers\[0\]\.size: expected a whole number/,
  ],
  [
    "a Python path leaves the layer",
    { ...GOOD, layers: [{ sha256: HEX, python_paths: ["../.."] }] },
    /at layers\[0\]\.python_paths\[0\]: expected a relative path/,
  ],
  [
    "a layer's url has another scheme",
    { ...GOOD, layers: [{ sha256: HEX, url: "ftp://x/y" }] },
    /unusable url/,
  ],
  ["its entry point is empty", { ...GOOD, entrypoint: {} }, /at entrypoint\.module: /],
  ["its entry point is text", { ...GOOD, entrypoint: "web" }, /at entrypoint: expected an object/],
  [
    "its script leaves the layer",
    { ...GOOD, entrypoint: { script: "../x.py" } },
    /at entrypoint\.script: /,
  ],
  [
    "its env sets a number",
    { ...GOOD, env: { set: { A: 1 } } },
    /at env\.set\.A: expected a string/,
  ],
  ["its env has a bad name", { ...GOOD, env: { set: { "A=B": "1" } } }, /at env\.set\.A=B: /],
  ["its Python is no specifier", { ...GOOD, python: "three" }, /at python: .+"three"/],
  ["its variants are empty", { ...without("layers"), variants: [] }, /at variants: /],
];

for (const [wrong, release, says] of TABLE) {
  Deno.test(`edgeboot run refuses a release with 65 when ${wrong}`, async () => {
    await using sandbox = await Sandbox.create();
    await sandbox.release("web", "stable", release);
    await assertRefused(sandbox, ["run", "web"], { exit: 65, code: "RELEASE_INVALID", says });
  });
}

Deno.test("edgeboot run refuses with 65 when a release is not what its digest says", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.write("registry/blobs/sha256", { [HEX]: JSON.stringify(GOOD) });
  const says = /release web@sha256:abab.+ is not what was asked for\n.+expected sha256 abab/;
  const refusal = { exit: 65, code: "DIGEST_MISMATCH", says };
  await assertRefused(sandbox, ["run", `web@sha256:${HEX}`], refusal);
});

Deno.test("edgeboot run refuses with 78 when no variant fits this machine", async () => {
  await using sandbox = await Sandbox.create();
  const variant = (python_tag: string, platform: string) => ({
    ...{ python_tag, abi: "none", platform, layers: [{ sha256: HEX }] },
  });
  const { app, version, schema } = GOOD;
  await sandbox.release("web", "stable", {
    ...{ app, version, schema },
    variants: [variant("cp27", "any"), variant("py3", "win_amd64"), variant("py3", "linux_s390x")],
  });
  const says = /variant 1 \(cp27-none-any\): .+variant 3 .+ s390x, this Python is /;
  await assertRefused(sandbox, ["run", "web"], { exit: 78, code: "VARIANT_UNFIT", says });
  await sandbox.release("web", "stable", { ...GOOD, python: "<3" });
  const python = /the release needs Python <3, this is 3\./;
  await assertRefused(sandbox, ["run", "web"], { exit: 78, code: "VARIANT_UNFIT", says: python });
});
