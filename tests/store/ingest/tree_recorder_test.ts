import { assertEquals, assertThrows } from "@std/assert";
import { denoHost } from "../../../src/host/deno_host.ts";
import type { FileSystem } from "../../../src/host/ports.ts";
import { TreeRecorder } from "../../../src/store/ingest/tree_recorder.ts";
import { checkTree } from "../../../src/store/manage/verifier.ts";
import { sha256 } from "../../support/bundles.ts";
import { inTempDir } from "../../support/temp.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

async function recording(
  act: (fs: FileSystem, root: string, recorder: TreeRecorder) => void | Promise<void>,
): Promise<void> {
  await inTempDir(async (root) => {
    const recorder = new TreeRecorder(denoHost.fs, root, await denoHost.codecs.sha256Factory());
    await act(recorder.fs, root, recorder);
  });
}

Deno.test("TreeRecorder notes what checkTree finds when every kind of call was made", () =>
  recording(async (fs, root, recorder) => {
    fs.makeDir(`${root}/pkg`);
    fs.writeNewFile(`${root}/pkg/a.py`, bytes("a"), 0o444);
    const file = fs.createFile(`${root}/pkg/tool`, 0o555);
    file.write(bytes("#!/bin"));
    file.write(bytes("/sh"));
    file.close();
    file.close();
    fs.makeSymlink("pkg/a.py", `${root}/link`);
    fs.makeHardlink(`${root}/pkg/tool`, `${root}/pkg/same`);
    fs.writeNewFile(`${root}/pkg/python3`, bytes("left out"), 0o555);
    fs.remove(`${root}/pkg/python3`);
    fs.chmod(`${root}/pkg`, 0o555);
    const entries = recorder.entries(0o700);
    assertEquals([...entries.keys()], [".", "pkg", "pkg/a.py", "pkg/tool", "link", "pkg/same"]);
    assertEquals(entries.get("pkg/same"), {
      ...{ kind: "file", mode: 0o555, size: 9, sha256: sha256("#!/bin/sh") },
    });
    denoHost.fs.chmod(root, 0o700);
    assertEquals(await checkTree(root, entries, denoHost, () => {}), []);
  }));

Deno.test("TreeRecorder notes nothing when a call has failed", () =>
  recording((fs, root, recorder) => {
    fs.writeNewFile(`${root}/a`, bytes("a"), 0o444);
    assertThrows(() => fs.writeNewFile(`${root}/a`, bytes("b"), 0o444));
    assertThrows(() => fs.makeDir(`${root}/no/where`));
    assertEquals([...recorder.entries(0o555).keys()], [".", "a"]);
    const entry = recorder.entries(0o555).get("a");
    assertEquals(entry?.kind === "file" && entry.sha256, sha256("a"));
  }));

Deno.test("TreeRecorder refuses what is outside of its tree", () =>
  recording((fs, root) => {
    assertThrows(() => fs.makeDir(`${root}-beside`), Error, "outside of the tree");
    denoHost.fs.remove(`${root}-beside`);
  }));
