import { DryFs } from "../../src/app/dry/dry_fs.ts";
import { denoFs } from "../../src/host/deno_fs.ts";
import { hostFs } from "../../src/host/host_fs.ts";
import { openLibcFs } from "../../src/host/libc_fs.ts";
import { FakeFs } from "../support/fake_fs.ts";
import { testFileSystem, testLooks } from "./contract.ts";

testFileSystem("denoFs", () => denoFs);
testFileSystem("libcFs", () => openLibcFs(denoFs));
testFileSystem("hostFs", () => hostFs);
testFileSystem("DryFs", () => new DryFs(denoFs, Deno.uid()!));
testLooks("FakeFs", (dir, files) => {
  const below = Object.entries(files).map(([path, text]) => [`${dir}/${path}`, text] as const);
  return new FakeFs(Object.fromEntries(below));
});
