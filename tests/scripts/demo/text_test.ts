import { assertEquals } from "@std/assert";
import {
  megabytes,
  seconds,
  shellCommand,
  shellWord,
  shortenDigests,
  WIDTH,
  wrap,
} from "../../../scripts/demo/text.ts";

Deno.test("wrap breaks at spaces and indents later lines", () => {
  assertEquals(wrap("one two three", "- ", "  ", 9), ["- one two", "  three"]);
});

Deno.test("wrap breaks a word that is longer than a line", () => {
  assertEquals(wrap("abcdefgh ij", "", "", 4), ["abcd", "efgh", "ij"]);
});

Deno.test("wrap keeps an empty text as its indent", () => {
  assertEquals(wrap("", "   ", "   "), ["   "]);
});

Deno.test("shellCommand gives one command that a shell reads as the same arguments", async () => {
  const args = ["printf", "%s\\n", "it's", "a b", "$HOME", "x".repeat(70), "y".repeat(30)];
  const lines = shellCommand(args, "", "    ");
  assertEquals(lines.length > 1, true);
  assertEquals(lines.every((line) => line.length <= WIDTH), true);
  const shell = new Deno.Command("sh", { args: ["-c", lines.join("\n")] });
  const { stdout } = await shell.output();
  assertEquals(new TextDecoder().decode(stdout).trimEnd().split("\n"), args.slice(2));
});

for (
  const [word, quoted] of [
    ["plain-word_1.0:/@%+=,", "plain-word_1.0:/@%+=,"],
    ["", "''"],
    ["a b", "'a b'"],
    ["it's", "'it'\\''s'"],
    ["*", "'*'"],
  ] as const
) {
  Deno.test(`shellWord writes ${JSON.stringify(word)} as ${quoted}`, () => {
    assertEquals(shellWord(word), quoted);
  });
}

Deno.test("seconds has three digits after the point", () => {
  assertEquals([seconds(0.4), seconds(41), seconds(12_345)], ["0.000 s", "0.041 s", "12.345 s"]);
});

Deno.test("megabytes uses decimal units, kB for small sizes", () => {
  assertEquals([megabytes(146), megabytes(5_550_000)], ["0.1 kB", "5.5 MB"]);
});

Deno.test("shortenDigests shortens SHA-256 digests and nothing else", () => {
  const digest = "0123456789ab".padEnd(64, "c");
  assertEquals(shortenDigests(`/blobs/sha256/${digest} 200`), "/blobs/sha256/0123456789ab… 200");
  assertEquals(shortenDigests(`${digest}d`), `${digest}d`);
});
