import { assertEquals } from "@std/assert";
import { PEERS, plainCommand, verifiedCommand } from "../../../scripts/bench/peers.ts";

const ARCHIVE = { format: "tar", path: "/a b/bundle.tar", sha256: "ab", size: 1 } as const;

Deno.test("plainCommand quotes the archive's path and unpacks into the given directory", () => {
  assertEquals(
    plainCommand(PEERS.tar[0]!, ARCHIVE, "/into"),
    "exec tar -xf '/a b/bundle.tar' -C /into",
  );
});

Deno.test("verifiedCommand unpacks only what sha256sum accepts, and reads the path unquoted", async () => {
  const work = await Deno.makeTempDir({ prefix: "a b" });
  await Deno.writeTextFile(`${work}/bundle.tar`, "x");
  const peer = { label: "", program: "", unpack: (archive: string) => `echo unpacked ${archive}` };
  const run = async (sha256: string) => {
    const archive = { ...ARCHIVE, path: `${work}/bundle.tar`, sha256 };
    const command = verifiedCommand(peer, archive, "/tmp");
    const { code, stdout } = await new Deno.Command("sh", { args: ["-c", command] }).output();
    return [code, new TextDecoder().decode(stdout)];
  };
  const right = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";
  assertEquals(await run(right), [0, `unpacked ${work}/bundle.tar\n`]);
  assertEquals(await run("0".repeat(64)), [1, ""]);
  await Deno.remove(work, { recursive: true });
});
