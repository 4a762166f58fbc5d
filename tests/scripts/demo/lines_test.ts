import { assertEquals } from "@std/assert";
import { TextLineStream } from "../../../scripts/demo/lines.ts";

Deno.test("TextLineStream gives whole lines whatever the pieces, the unfinished last one too", async () => {
  const bytes = new TextEncoder().encode("one\ntwö\n\nlast");
  for (let size = 1; size <= bytes.length; size++) {
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
    const lines = await Array.fromAsync(
      ReadableStream.from(pieces).pipeThrough(new TextLineStream()),
    );
    assertEquals(lines, ["one", "twö", "", "last"]);
  }
});
