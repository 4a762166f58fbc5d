import { assertEquals } from "@std/assert";
import { denoFs } from "../../src/host/deno_fs.ts";
import { denoHost } from "../../src/host/deno_host.ts";
import { parseLocation } from "../../src/model/location.ts";
import { FileFetcher } from "../../src/transport/file_fetcher.ts";
import { fileValidator } from "../../src/transport/file_validator.ts";
import { FakeFs } from "../support/fake_fs.ts";
import { FaultHost } from "../support/fault_host.ts";
import { assertRefused } from "../support/refusal.ts";
import { inTempDir } from "../support/temp.ts";
import { asContent, testFetcher, text } from "./contract.ts";

testFetcher("FileFetcher", (directory) => ({
  fetcher: new FileFetcher(denoFs),
  url: (path) => parseLocation(`${directory}/${path}`, "test").location,
  [Symbol.asyncDispose]: () => Promise.resolve(),
}));

Deno.test("FileFetcher refuses with 77 when the file is closed to this user", async () => {
  const fs = new FakeFs({ "/r/a": "x" }, {}, ["/r/a"]) as unknown as typeof denoFs;
  const fetch = () => new FileFetcher(fs).fetch("file:///r/a");
  await assertRefused(fetch, "PERMISSION_DENIED", 77);
});

Deno.test("FileFetcher refuses with 69 when there is a directory in the file's place", async () => {
  await inTempDir(async (dir) => {
    const fetch = () => new FileFetcher(denoFs).fetch(`file://${dir}`);
    await assertRefused(fetch, "REGISTRY_UNREACHABLE", 69);
  });
});

Deno.test("FileFetcher fails with 69 and closes the file when the disk fails while it reads", async () => {
  await inTempDir(async (dir) => {
    Deno.writeTextFileSync(`${dir}/a`, "x".repeat(1000));
    const counts = (operation: string) => operation === "read";
    const { host } = new FaultHost(denoHost, { at: 1, with: "EIO", counts });
    const content = asContent(await new FileFetcher(host.fs).fetch(`file://${dir}/a`));
    await assertRefused(() => text(content), "REGISTRY_UNREACHABLE", 69);
  });
});

Deno.test("FileFetcher fails with 69 when the file vanishes before it is read", async () => {
  await inTempDir(async (dir) => {
    Deno.writeTextFileSync(`${dir}/a`, "x");
    const content = asContent(await new FileFetcher(denoFs).fetch(`file://${dir}/a`));
    Deno.removeSync(`${dir}/a`);
    await assertRefused(() => text(content), "REGISTRY_UNREACHABLE", 69);
  });
});

Deno.test("fileValidator changes with size, time and inode", () => {
  const stat = { ...denoFs.stat("/")!, size: 1, mtimeMs: 2, ino: 3 };
  const validators = [stat, { ...stat, size: 9 }, { ...stat, mtimeMs: 9 }, { ...stat, ino: 9 }];
  assertEquals(new Set(validators.map(fileValidator)).size, 4);
  assertEquals(fileValidator(stat), fileValidator({ ...stat, mode: 0 }));
});
