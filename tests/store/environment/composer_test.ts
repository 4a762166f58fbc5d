import { assert, assertEquals } from "@std/assert";
import { denoHost } from "../../../src/host/deno_host.ts";
import { type Errno, FsError, type Host } from "../../../src/host/ports.ts";
import type { EnvironmentRecipe } from "../../../src/model/environment.ts";
import { EnvironmentComposer } from "../../../src/store/environment/composer.ts";
import { CacheLayout } from "../../../src/store/layout.ts";
import { Collector } from "../../../src/store/manage/collector.ts";
import { RootDirectories } from "../../../src/store/root_directories.ts";
import { sha256 } from "../../support/bundles.ts";
import { FaultHost, Killed } from "../../support/fault_host.ts";
import { isLocked } from "../../support/locks.ts";
import { inMemoryDir, listing } from "../../support/temp.ts";

const LAYER = sha256("layer");
const KEY = "k".replace("k", "a".repeat(64));
const SITE = "lib/site";

const RECIPE: EnvironmentRecipe = {
  ...{ key: KEY, layers: [LAYER], apps: [], interpreter: "/usr/bin/python3" },
  folders: [
    ...["", "bin", "lib"].map((path) => ({ path, files: [] })),
    {
      path: SITE,
      files: [{ layer: LAYER, directory: "", names: ["top.py"] }],
      bytecode: {
        kind: "own",
        parts: [{
          unit: { layer: LAYER, root: "" },
          ...{ directory: "", stems: ["top"], isCompiled: true },
        }],
      },
    },
    {
      path: `${SITE}/pkg`,
      files: [{ layer: LAYER, directory: "pkg", names: ["a.py"] }],
      bytecode: {
        kind: "shared",
        parts: [{
          unit: { layer: LAYER, root: "" },
          ...{ directory: "pkg", stems: ["a"], isCompiled: false },
        }],
      },
    },
  ],
  made: [{ path: "pyvenv.cfg", content: "home = /usr/bin\n", mode: 0o644 }],
  links: [{ path: "bin/python", target: "/usr/bin/python3" }],
};

function withTree(act: (layout: CacheLayout) => Promise<void>): Promise<void> {
  return inMemoryDir(async (dir) => {
    const layout = new CacheLayout(`${dir}/cache`);
    const tree = layout.tree(LAYER);
    Deno.mkdirSync(`${tree}/pkg`, { recursive: true });
    Deno.mkdirSync(`${tree}/__pycache__`);
    Deno.mkdirSync(layout.leases, { recursive: true });
    Deno.writeTextFileSync(layout.lease(LAYER), "");
    for (const name of ["top.py", "pkg/a.py", "__pycache__/top.x.pyc", "__pycache__/old.x.pyc"]) {
      Deno.writeTextFileSync(`${tree}/${name}`, name, { mode: 0o444 });
    }
    await act(layout);
  });
}

function composer(layout: CacheLayout, host: Host = denoHost, home = layout): EnvironmentComposer {
  return new EnvironmentComposer({ home, cache: layout }, host, new RootDirectories(home, host));
}

const COMPLETE = [
  ...[
    "bin/ 555",
    "bin/python 777",
    "edgeboot-record.json 444",
    "edgeboot.json 444",
    "lib/ 555",
    "lib/site/ 555",
  ],
  ...["lib/site/__pycache__/ 755", "lib/site/__pycache__/top.x.pyc 444", "lib/site/pkg/ 555"],
  ...["lib/site/pkg/__pycache__ 777", "lib/site/pkg/a.py 444", "lib/site/top.py 444"],
  "pyvenv.cfg 644",
];

function assertComplete(layout: CacheLayout): void {
  const path = layout.environment(KEY);
  assertEquals(listing(path).toSorted(), COMPLETE);
  const read = (name: string) => Deno.readTextFileSync(`${path}/${SITE}/${name}`);
  assertEquals([read("top.py"), read("pkg/a.py")], ["top.py", "pkg/a.py"]);
  assertEquals(read("__pycache__/top.x.pyc"), "__pycache__/top.x.pyc");
  // What Python writes comes to lie beside the tree.
  Deno.writeTextFileSync(`${path}/${SITE}/pkg/__pycache__/a.x.pyc`, "compiled");
  assertEquals(Deno.readTextFileSync(`${layout.bytecodeUnit(LAYER, "")}/pkg/a.x.pyc`), "compiled");
  Deno.removeSync(`${path}/${SITE}/pkg/__pycache__/a.x.pyc`);
}

Deno.test("EnvironmentComposer.compose makes files that are the tree's, and holds the lease", () =>
  withTree(async (layout) => {
    const lease = await composer(layout).compose(RECIPE);
    assertComplete(layout);
    const inode = (path: string) => Deno.lstatSync(path).ino;
    assertEquals(
      inode(`${layout.environment(KEY)}/${SITE}/pkg/a.py`),
      inode(`${layout.tree(LAYER)}/pkg/a.py`),
    );
    assert(isLocked(layout.environmentLease(KEY)));
    // An empty file cannot be mapped.
    assertEquals(Deno.statSync(layout.environmentLease(KEY)).size, 1);
    lease!.release();
    assertEquals(listing(layout.works), []);
  }));

for (const errno of ["EXDEV", "EPERM", "EMLINK", "EOPNOTSUPP"] as const satisfies Errno[]) {
  Deno.test(`EnvironmentComposer.compose makes symbolic links when a hard one fails with ${errno}`, () =>
    withTree(async (layout) => {
      const makeHardlink = (path: string) => {
        throw new FsError(errno, "link", path, new Error("on purpose"));
      };
      const fs = { ...denoHost.fs, makeHardlink };
      (await composer(layout, { ...denoHost, fs }).compose(RECIPE))!.release();
      const link = `${layout.environment(KEY)}/${SITE}/pkg/a.py`;
      assertEquals(Deno.realPathSync(link), `${layout.tree(LAYER)}/pkg/a.py`);
      // Relative: the cache may be moved.
      assert(Deno.readLinkSync(link).startsWith("../"), Deno.readLinkSync(link));
      assertEquals(listing(layout.works), []);
    }));
}

Deno.test("EnvironmentComposer.compose makes one of a cache that cannot be written in another place", () =>
  withTree(async (layout) => {
    const before = listing(layout.root);
    const home = new CacheLayout(`${layout.root}-home`);
    (await composer(layout, denoHost, home).compose(RECIPE))!.release();
    const link = `${home.environment(KEY)}/${SITE}/pkg/a.py`;
    assertEquals(Deno.readLinkSync(link), `${layout.tree(LAYER)}/pkg/a.py`);
    assertEquals(listing(layout.root), before);
  }));

Deno.test("EnvironmentComposer.compose makes one environment when two do it at once", () =>
  withTree(async (layout) => {
    const leases = await Promise.all([1, 2, 3].map(() => composer(layout).compose(RECIPE)));
    leases.forEach((lease) => lease!.release());
    assertComplete(layout);
    assertEquals(listing(layout.works), []);
  }));

for (const name of ["bin/python", "bin", "pyvenv.cfg", "lib"]) {
  Deno.test(`EnvironmentComposer.compose makes it anew when one without ${name} is in its place`, () =>
    withTree(async (layout) => {
      (await composer(layout).compose(RECIPE))!.release();
      Deno.removeSync(`${layout.environment(KEY)}/${name}`, { recursive: true });
      (await composer(layout).compose(RECIPE))!.release();
      assertComplete(layout);
      assertEquals(listing(layout.works), []);
    }));
}

Deno.test("EnvironmentComposer.compose shows it when all of it is on the disk, and then that it is there", () =>
  withTree(async (layout) => {
    const counter = new FaultHost(denoHost);
    (await composer(layout, counter.host).compose(RECIPE))!.release();
    const { mutations } = counter;
    const shown = mutations.indexOf(`rename ${layout.environment(KEY)}`);
    const written = mutations.findLastIndex((call) => call.startsWith("writeNewFile"));
    const synced = mutations.findIndex((call) => call.startsWith("syncFileSystem"));
    assert(written < synced && synced < shown, mutations.join("\n"));
    assert(mutations.indexOf(`syncDir ${layout.environments}`) > shown, mutations.join("\n"));
  }));

Deno.test("EnvironmentComposer.compose puts back what another process has made in place of a broken one", () =>
  withTree(async (layout) => {
    (await composer(layout).compose(RECIPE))!.release();
    const path = layout.environment(KEY);
    Deno.removeSync(`${path}/pyvenv.cfg`);
    const rename = (from: string, to: string) => {
      if (from === path) Deno.writeTextFileSync(`${path}/pyvenv.cfg`, "another's");
      denoHost.fs.rename(from, to);
    };
    const host = { ...denoHost, fs: { ...denoHost.fs, rename } };
    (await composer(layout, host).compose(RECIPE))!.release();
    assertEquals(Deno.readTextFileSync(`${path}/pyvenv.cfg`), "another's");
    assertEquals(listing(layout.works), []);
  }));

Deno.test("EnvironmentComposer.compose leaves nothing that matters when it is killed or fails at any call", () =>
  withTree(async (layout) => {
    const counter = new FaultHost(denoHost);
    (await composer(layout, counter.host).compose(RECIPE))!.release();
    const { length } = counter.calls;
    assert(length > 30, String(length));
    for (const fault of ["kill", "ENOSPC"] as const) {
      for (let at = 1; at <= length; at++) {
        denoHost.fs.removeTree(layout.environments);
        denoHost.fs.removeTree(layout.bytecode);
        denoHost.fs.removeTree(layout.environmentLeases);
        const { host } = new FaultHost(denoHost, { at, with: fault });
        try {
          (await composer(layout, host).compose(RECIPE))?.release();
        } catch (error) {
          assert(error instanceof Killed || error instanceof FsError, `${fault} ${at}: ${error}`);
        }
        const path = layout.environment(KEY);
        if (denoHost.fs.lstat(path) !== undefined) assertComplete(layout);
        (await composer(layout).compose(RECIPE))?.release();
        assertComplete(layout);
      }
    }
  }));

Deno.test("Collector.remove takes an environment away with a tree that it is made of, and its bytecode", () =>
  withTree(async (layout) => {
    (await composer(layout).compose(RECIPE))!.release();
    const collector = new Collector(layout, denoHost);
    assertEquals(collector.remove(LAYER), { kind: "removed" });
    for (const path of [layout.tree(LAYER), layout.environment(KEY), layout.bytecodeOf(LAYER)]) {
      assertEquals(denoHost.fs.lstat(path), undefined, path);
    }
    assertEquals(denoHost.fs.lstat(layout.environmentLease(KEY)), undefined);
    collector.emptyTrash(Infinity);
    assertEquals(listing(layout.works), []);
  }));

Deno.test("Collector.remove keeps a tree and its environment when somebody runs in that", () =>
  withTree(async (layout) => {
    const lease = await composer(layout).compose(RECIPE);
    const collector = new Collector(layout, denoHost);
    assertEquals(collector.remove(LAYER), { kind: "held", hold: "in-use" });
    assertComplete(layout);
    lease!.release();
    assertEquals(collector.remove(LAYER), { kind: "removed" });
  }));
