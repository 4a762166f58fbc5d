import { assertEquals } from "@std/assert";
import { mergeOrigins, type Mount } from "../../../src/launch/environment/merge.ts";
import { sha256 } from "../../support/bundles.ts";

const MOUNT: Mount = {
  ...{ kind: "mount", layer: sha256("layer"), tree: "/t", from: "", to: "site" },
  ...{ importable: true, without: new Set(["share"]) },
};

/** A link `pkg/link` of a layer whose share/ goes to the environment's, and whether only a path to it does. */
const LINKS: readonly (readonly [string, boolean])[] = [
  ["data", false],
  ["./data", false],
  ["../other/data", false],
  ["../pkg/../other/data", false],
  ["../share/data", true],
  ["./../other/../share/data", true],
  ["../../data", true],
  ["../../site/other", true],
  ["/etc/hosts", true],
];

for (const [target, isByPath] of LINKS) {
  Deno.test(`mergeOrigins links ${isByPath ? "by path" : "as it is"} when a link leads to ${target}`, () => {
    const folders = mergeOrigins([MOUNT], new Set(), {
      readDir: (path) =>
        path === "/t"
          ? [{ name: "pkg", kind: "directory" }]
          : path === "/t/pkg"
          ? [{ name: "link", kind: "symlink" }]
          : [],
      readLink: () => target,
    });
    const files = folders.find(({ path }) => path === "site/pkg")!.files;
    const linked = files.filter(({ names }) => names.length > 0);
    assertEquals(linked.map(({ byPath = false }) => byPath), [isByPath]);
  });
}
