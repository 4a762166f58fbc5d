import { assert, assertEquals } from "@std/assert";
import { LIBC_PATHS, permissions } from "../../../scripts/compile/permissions.ts";
import { TARGETS } from "../../../scripts/compile/base_runtime.ts";

const host = new URL("../../../src/host/", import.meta.url);

/** Every shared library that src/host names, as literal strings. */
async function librariesInHost(): Promise<Set<string>> {
  const found = new Set<string>();
  for await (const file of Deno.readDir(host)) {
    const text = await Deno.readTextFile(new URL(file.name, host));
    for (const [, path] of text.matchAll(/"([^"\s]+\.so(?:\.\d+)*)"/g)) found.add(path!);
  }
  return found;
}

Deno.test("LIBC_PATHS are exactly the Linux libraries that src/host tries to load", async () => {
  assertEquals(new Set(Object.values(LIBC_PATHS).flat()), await librariesInHost());
});

for (const target of TARGETS) {
  Deno.test(`permissions() of ${target} loads nothing but its own libc`, () => {
    const foreign = target.startsWith("x86_64") ? "aarch64" : "x86_64";
    const ffi = permissions(target).map(({ flag }) => flag).filter((flag) => flag.includes("ffi"));
    assertEquals(ffi.length, 1);
    const paths = ffi[0]!.replace("--allow-ffi=", "").split(",");
    assert(paths.every((path) => path.startsWith("/") && path.endsWith("/libc.so.6")), ffi[0]);
    assert(!ffi[0]!.includes(foreign), ffi[0]);
  });

  Deno.test(`permissions() of ${target} never asks and never imports code`, () => {
    const flags = permissions(target).map(({ flag }) => flag);
    for (const wanted of ["--no-prompt", "--deny-import"]) assert(flags.includes(wanted), wanted);
    for (const wide of ["-A", "--allow-all", "--allow-ffi", "--allow-sys", "--allow-import"]) {
      assert(!flags.includes(wide), wide);
    }
  });
}
