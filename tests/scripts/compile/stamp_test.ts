import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { applyStamp, readStamp } from "../../../scripts/compile/stamp.ts";

const placeholders =
  'var B={version:"@edgeboot-version@",commit:"@edgeboot-commit@",date:"@edgeboot-date@"}';
const stamp = { version: "1.2.3", commit: "0123456789ab-dirty", date: "2026-11-20" };

Deno.test("applyStamp() replaces all placeholders, in whichever file they are", () => {
  const files = new Map([["main.js", "x"], ["chunk-1.js", `${placeholders};${placeholders}`]]);
  const expected = 'var B={version:"1.2.3",commit:"0123456789ab-dirty",date:"2026-11-20"}';
  assertEquals(applyStamp(files, stamp).get("chunk-1.js"), `${expected};${expected}`);
  assertEquals(files.get("main.js"), "x");
});

Deno.test("applyStamp() throws when the bundle has no placeholder", () => {
  const files = new Map([["main.js", '"@edgeboot-version@"']]);
  assertThrows(() => applyStamp(files, stamp), Error, "@edgeboot-commit@ is nowhere");
});

for (const version of ['1"', "1\n", "", "${x}", "\\u0041"]) {
  Deno.test(`applyStamp() refuses ${JSON.stringify(version)}, which could leave its string`, () => {
    const files = new Map([["main.js", placeholders]]);
    assertThrows(() => applyStamp(files, { ...stamp, version }), Error, "bad version");
  });
}

/** A directory with a deno.json, made a git checkout by `commands`. */
async function checkout(commands: string[][], use: (root: string) => Promise<void>) {
  const root = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${root}/deno.json`, '{"version":"9.8.7"}');
    for (const args of commands) {
      const identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"];
      const run = await new Deno.Command("git", { args: [...identity, ...args], cwd: root })
        .output();
      if (!run.success) throw new Error(new TextDecoder().decode(run.stderr));
    }
    await use(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

const COMMITTED = [["init", "-q"], ["add", "-A"], ["commit", "-q", "--no-verify", "-m", "first"]];

Deno.test("readStamp() gives version and 12 digits of the commit when the tree is clean", async () => {
  await checkout(COMMITTED, async (root) => {
    const { version, commit, date } = await readStamp(root);
    assertEquals(version, "9.8.7");
    assertMatch(date, /^20\d\d-[01]\d-[0-3]\d$/);
    assertMatch(commit, /^[0-9a-f]{12}$/);
  });
});

Deno.test("readStamp() marks the commit dirty when a file is new", async () => {
  await checkout(COMMITTED, async (root) => {
    await Deno.writeTextFile(`${root}/new.ts`, "");
    assertMatch((await readStamp(root)).commit, /^[0-9a-f]{12}-dirty$/);
  });
});

Deno.test("readStamp() says unknown outside a checkout, before a commit, and below another", async () => {
  await checkout([], async (root) => assertEquals((await readStamp(root)).commit, "unknown"));
  await checkout([["init", "-q"]], async (root) => {
    assertEquals((await readStamp(root)).commit, "unknown");
  });
  await checkout(COMMITTED, async (root) => {
    await Deno.mkdir(`${root}/below`);
    await Deno.copyFile(`${root}/deno.json`, `${root}/below/deno.json`);
    assertEquals((await readStamp(`${root}/below`)).commit, "unknown");
  });
});

Deno.test("readStamp() gives the day of the commit, or of SOURCE_DATE_EPOCH where it is set", async () => {
  await checkout(COMMITTED, async (root) => {
    const today = new Date().toISOString().slice(0, 10);
    // Across midnight the commit may be of the day before.
    assertMatch((await readStamp(root)).date, /^\d{4}-\d\d-\d\d$/);
    assert((await readStamp(root)).date <= today);
    Deno.env.set("SOURCE_DATE_EPOCH", "86400");
    try {
      assertEquals((await readStamp(root)).date, "1970-01-02");
      Deno.env.set("SOURCE_DATE_EPOCH", "yesterday");
      await assertRejects(() => readStamp(root), Error, "SOURCE_DATE_EPOCH");
    } finally {
      Deno.env.delete("SOURCE_DATE_EPOCH");
    }
  });
  await checkout([], async (root) => assertEquals((await readStamp(root)).date, "unknown"));
});
