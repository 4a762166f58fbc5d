import { assertEquals } from "@std/assert";
import { parseAppId } from "../../src/model/app_id.ts";
import { parseLayerDigest, parseSha256 } from "../../src/model/digest.ts";
import { parseEntryText } from "../../src/model/entry_point.ts";
import type { Layer } from "../../src/model/layer.ts";
import { parseRelease } from "../../src/model/release.ts";
import { parseWheelName } from "../../src/model/wheel_name.ts";
import { releaseText } from "../../src/pack/release_document.ts";

const rest = { unpackedSize: 7, pythonPaths: undefined, url: undefined };
const LAYERS: readonly Layer[] = [
  { kind: "app", sha256: parseLayerDigest("a".repeat(64)), size: 5, ...rest },
  {
    ...{ kind: "wheel", wheel: parseWheelName("six-1.16.0-py2.py3-none-any.whl")! },
    ...{ sha256: parseLayerDigest("b".repeat(64)), size: 6, ...rest },
  },
];

const RELEASE = {
  ...{ app: parseAppId("shop"), version: "1.2", created: "2026-01-02T03:04:05Z", python: ">=3.9" },
  entryPoints: new Map([
    ["default", parseEntryText("console:shop")],
    ["web", { ...parseEntryText("uvicorn"), args: ["shop:app"] }],
    ["job", parseEntryText("shop.job:run")],
    ["manage", parseEntryText("manage.py")],
  ]),
  recorded: {
    ...{ commit: "c0ffee", isDirty: true as const, licenses: ["MIT"] },
    sbom: { sha256: parseSha256("c".repeat(64)), size: 9 },
  },
  variants: [{
    ...{ pythonTag: "cp311", abi: "cp311", platform: "manylinux_2_17_x86_64", glibc: "2.17" },
    ...{ systemLibs: ["libpq.so.5"], layers: LAYERS },
  }],
};

Deno.test("releaseText is what parseRelease reads back, nothing unknown", () => {
  const { unknownFields, env: _, python, ...read } = parseRelease(releaseText(RELEASE), "it");
  assertEquals(unknownFields, []);
  assertEquals(python?.text, RELEASE.python);
  assertEquals({ ...read, python: RELEASE.python }, RELEASE);
});

Deno.test("releaseText says nothing of what is not known", () => {
  const { python: _, created: __, ...little } = RELEASE;
  const text = releaseText({ ...little, python: undefined, created: undefined, recorded: {} });
  const document = JSON.parse(text);
  assertEquals([document.packed, document.created, document.python], [
    ...[undefined, undefined, undefined],
  ]);
});
