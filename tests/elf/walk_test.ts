import { assertEquals } from "@std/assert";
import { walkElfs } from "../../src/elf/walk.ts";
import type { Contents } from "./rooted_fs.ts";
import { PYTHON, withFiles } from "./rooted_fs.ts";

const PROGRAM = { type: 2, interpreter: "/lib64/ld-linux-x86-64.so.2", needed: ["libc.so.6"] };
const SYSTEM: Contents = {
  "/usr/bin/python3": PROGRAM,
  "/lib64/ld-linux-x86-64.so.2": {},
  "/lib/x86_64-linux-gnu/libc.so.6": {
    soname: "libc.so.6",
    defines: ["GLIBC_2.2.5", "GLIBC_2.34"],
  },
};
const MODULE = "/t/pkg/_x.cpython-311-x86_64-linux-gnu.so";

async function walk(files: Contents) {
  let report: ReturnType<typeof walkElfs> | undefined;
  await withFiles({ ...SYSTEM, ...files }, (fs) => {
    report = walkElfs(PYTHON, { python: PYTHON.path, trees: ["/t"] }, fs);
  });
  return report!;
}

const missing = ({ missing }: Awaited<ReturnType<typeof walk>>) =>
  missing.map(({ library, files, decisive }) => [library, files, decisive]);

Deno.test("walkElfs finds nothing wrong when auditwheel's libraries lie beside the package", async () => {
  const report = await walk({
    [MODULE]: { needed: ["liba-1.so", "libc.so.6"], rpath: "$ORIGIN/../pkg.libs" },
    // Found by the RPATH that it inherits.
    "/t/pkg.libs/liba-1.so": { soname: "liba-1.so", needed: ["libb-1.so"] },
    "/t/pkg.libs/libb-1.so": { soname: "libb-1.so", needed: ["libc.so.6"] },
    "/t/pkg/_x.py": "import nothing\n",
    "/t/pkg/data.bin": "no program",
  });
  assertEquals(report, { files: 3, passedOver: 0, missing: [], versions: [], odd: [] });
});

Deno.test("walkElfs names the library and who needs it when an extension module lacks one", async () => {
  const report = await walk({
    [MODULE]: { needed: ["liba-1.so"], runpath: "$ORIGIN/../pkg.libs" },
    "/t/pkg.libs/liba-1.so": { needed: ["libgone.so.2"] },
    "/t/top.abi3.so": { needed: ["libgone.so.2", "libc.so.6"] },
  });
  assertEquals(missing(report), [
    ["libgone.so.2", ["/t/pkg.libs/liba-1.so", "/t/top.abi3.so"], true],
  ]);
});

Deno.test("walkElfs takes a library for dispensable when only what is opened by its path needs it", async () => {
  const report = await walk({ "/t/plugins/libdriver.so": { needed: ["libgone.so.2"] } });
  assertEquals(missing(report), [["libgone.so.2", ["/t/plugins/libdriver.so"], false]]);
});

Deno.test("walkElfs says where a library is when no search path leads there", async () => {
  const report = await walk({
    [MODULE]: { needed: ["liba.so.1"] },
    "/t/elsewhere/liba.so.1.2": { soname: "liba.so.1" },
  });
  assertEquals(report.missing[0]!.inTree, "/t/elsewhere/liba.so.1.2");
});

Deno.test("walkElfs takes for loaded what the interpreter has loaded itself", async () => {
  const report = await walk({
    "/usr/bin/python3": { ...PROGRAM, needed: ["libpython.so.1"], runpath: "$ORIGIN/../own" },
    "/usr/own/libpython.so.1": { soname: "libpython.so.1" },
    [MODULE]: { needed: ["libpython.so.1"] },
  });
  assertEquals(report.missing, []);
});

Deno.test("walkElfs looks at programs as processes of their own", async () => {
  const report = await walk({
    "/usr/bin/python3": { ...PROGRAM, needed: ["libpython.so.1"], runpath: "$ORIGIN/../own" },
    "/usr/own/libpython.so.1": { soname: "libpython.so.1" },
    "/t/bin/tool": { ...PROGRAM, needed: ["libpython.so.1"] },
    "/t/bin/other": { ...PROGRAM, interpreter: "/lib/ld-musl-x86_64.so.1" },
  });
  assertEquals(missing(report), [["libpython.so.1", ["/t/bin/tool"], false]]);
  const why = "its loader /lib/ld-musl-x86_64.so.1 is not on this machine";
  assertEquals(report.odd, [{ file: "/t/bin/other", why, decisive: false }]);
});

Deno.test("walkElfs reports a symbol version that the library found does not define", async () => {
  const report = await walk({
    [MODULE]: { needed: ["libc.so.6"], needs: { "libc.so.6": ["GLIBC_2.34", "GLIBC_2.38"] } },
    "/t/weak.abi3.so": { needed: ["libc.so.6"], needs: { "libc.so.6": ["~GLIBC_2.39"] } },
  });
  assertEquals(report.versions, [{
    version: "GLIBC_2.38",
    library: "libc.so.6",
    path: "/lib/x86_64-linux-gnu/libc.so.6",
    files: [MODULE],
    decisive: true,
  }]);
});

Deno.test("walkElfs tells files for another machine, and helpers beside fitting ones from them", async () => {
  const report = await walk({
    [MODULE]: { machine: 183 },
    "/t/debug/attach_x86.so": { machine: 3, bits: 32 },
    "/t/debug/attach_amd64.so": {},
  });
  assertEquals(report.odd, [
    {
      file: "/t/debug/attach_x86.so",
      why: "it is for i686, this Python is x86_64",
      decisive: false,
    },
    { file: MODULE, why: "it is for aarch64, this Python is x86_64", decisive: true },
  ]);
});

Deno.test("walkElfs passes over modules of other Pythons and object files", async () => {
  const report = await walk({
    "/t/a.cpython-312-x86_64-linux-gnu.so": { needed: ["libgone.so"] },
    "/t/a.cpython-311d-x86_64-linux-gnu.so": { needed: ["libgone.so"] },
    "/t/b.pypy310-pp73-x86_64-linux-gnu.so": { needed: ["libgone.so"] },
    "/t/c.o": { type: 1, needed: ["libgone.so"] },
  });
  assertEquals([report.files, report.passedOver, report.missing], [0, 4, []]);
});

Deno.test("walkElfs reports what is no sound ELF file", async () => {
  const report = await walk({ [MODULE]: "\x7fELF\x02\x01 and nothing of what must follow" });
  assertEquals(report.odd.map(({ file, decisive }) => [file, decisive]), [[MODULE, true]]);
});

Deno.test("walkElfs ends when libraries need one another in a circle", async () => {
  const report = await walk({
    "/t/liba.so": { soname: "liba.so", needed: ["libb.so"], runpath: "$ORIGIN" },
    "/t/libb.so": { soname: "libb.so", needed: ["liba.so"], runpath: "$ORIGIN" },
  });
  assertEquals([report.files, report.missing], [2, []]);
});
