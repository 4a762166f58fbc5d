import { assert, assertEquals } from "@std/assert";
import { denoHost } from "../../../src/host/deno_host.ts";
import { documentOf } from "../../../src/store/environment/document.ts";
import { DOCUMENT_NAME, isWhole } from "../../../src/store/environment/whole.ts";
import { CacheLayout } from "../../../src/store/layout.ts";
import { output } from "../../e2e/support/command.ts";
import { inTempDir } from "../../support/temp.ts";

const KEY = "ab".repeat(32);

/** An environment as far as anybody looks who does not start in it. */
function withEnvironment(act: (layout: CacheLayout, path: string) => Promise<void>) {
  return inTempDir(async (root) => {
    const layout = new CacheLayout(root);
    const path = layout.environment(KEY);
    for (const name of ["bin", "lib"]) Deno.mkdirSync(`${path}/${name}`, { recursive: true });
    Deno.symlinkSync("/usr/bin/python3", `${path}/bin/python`);
    Deno.writeTextFileSync(`${path}/pyvenv.cfg`, "home = /usr/bin\n");
    const document = { layers: [], interpreter: "/usr/bin/python3", links: "hard", bytecode: [] };
    Deno.writeTextFileSync(`${path}/${DOCUMENT_NAME}`, JSON.stringify(document));
    await act(layout, path);
  });
}

Deno.test("isWhole is true for an environment with a link to its interpreter, or a copy", () =>
  withEnvironment(async (layout, path) => {
    assert(isWhole(path, denoHost.fs));
    assertEquals(documentOf(KEY, layout, denoHost.fs)?.interpreter, "/usr/bin/python3");
    await Deno.remove(`${path}/bin/python`);
    await Deno.writeTextFile(`${path}/bin/python`, "");
    assert(isWhole(path, denoHost.fs));
  }));

const INSTEAD: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
  "nothing is there": () => Promise.resolve(),
  "a pipe is there": (path) => output("mkfifo", [path]),
  "a directory is there": (path) => Deno.mkdir(path),
  "it is empty": (path) => Deno.writeTextFile(path, ""),
  "it is larger than anybody writes it": async (path) => {
    await Deno.writeTextFile(path, "");
    await Deno.truncate(path, 8 * 1024 ** 3);
  },
};

for (const name of ["pyvenv.cfg", DOCUMENT_NAME]) {
  for (const [what, put] of Object.entries(INSTEAD)) {
    Deno.test(`isWhole is false, and documentOf waits for nothing, when in place of ${name} ${what}`, () =>
      withEnvironment(async (layout, path) => {
        await Deno.remove(`${path}/${name}`);
        await put(`${path}/${name}`);
        assert(!isWhole(path, denoHost.fs));
        const document = documentOf(KEY, layout, denoHost.fs);
        assertEquals(document === undefined, name === DOCUMENT_NAME);
      }));
  }
}
