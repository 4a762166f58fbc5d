import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, detectFormat } from "../../src/archive/detect.ts";
import { EdgebootError } from "../../src/model/errors.ts";
import { concat } from "./support.ts";
import { entry, tar } from "./tar/build.ts";

const text = (value: string) => new TextEncoder().encode(value);
const bytes = (...values: number[]) => new Uint8Array(values);
const detect = (head: Uint8Array) => detectFormat(head.subarray(0, 512), head.length);

for (
  const [format, head] of [
    ["tar", tar(entry({ name: "a" }))],
    ["tar", tar(entry({ name: "a", magic: "gnu" }))],
    ["tar", tar(entry({ name: "a", magic: "v7" }))],
    ["tar", tar()],
    ["tar", tar(entry({ name: "PK\u0003\u0004".slice(2) }))],
    ["tar+gzip", bytes(0x1f, 0x8b, 8)],
    ["tar+zstd", bytes(0x28, 0xb5, 0x2f, 0xfd)],
    ["tar+zstd", bytes(0x5f, 0x2a, 0x4d, 0x18)],
    ["zip", text("PK\u0003\u0004")],
    ["zip", text("PK\u0005\u0006")],
    ["pyz", text("#!/usr/bin/env python3\n")],
  ] as const
) {
  Deno.test(`detectFormat says ${format} for ${JSON.stringify(String.fromCharCode(...head.subarray(0, 4)))}`, () => {
    assertEquals(detect(head), format);
  });
}

for (
  const [found, head] of [
    ["an empty file", bytes()],
    ["an HTML page", text("\n <!DOCTYPE html><title>404</title>")],
    ["an HTML page", text("\ufeff<html>")],
    ["an XML document", text("<?xml version='1.0'?><Error><Code>NoSuchKey</Code></Error>")],
    ["a JSON document", text('{"errors":[]}')],
    ["a Git LFS pointer", text("version https://git-lfs.github.com/spec/v1\n")],
    ["plain text", text("Not found\n")],
    ["an xz file", bytes(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0)],
    ["a bzip2 file", text("BZh91AY")],
    ["a 7-Zip archive", bytes(0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c)],
    ["a RAR archive", text("Rar!\x1a\x07\x01")],
    ["an ELF executable", text("\x7fELF")],
    ["a compress (.Z) file", bytes(0x1f, 0x9d, 0x90)],
    ["data of no known format", concat(bytes(0, 1, 2, 3), bytes(4))],
  ] as const
) {
  Deno.test(`detectFormat names ${found}`, () => {
    assertEquals(describe(head, head.length), found);
    let error: unknown;
    try {
      detect(head);
    } catch (thrown) {
      error = thrown;
    }
    if (!(error instanceof EdgebootError)) throw new Error("accepted");
    assertEquals([error.code, error.exitCode], ["ARCHIVE_UNKNOWN", 65]);
    assertStringIncludes(error.text.why, `found ${found}`);
  });
}
