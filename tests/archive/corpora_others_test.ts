import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { corpusTests, filesIn } from "./corpora.ts";
import { NODE_TAR_REFUSED, STRICTER } from "./decisions.ts";
import { tryUnpack, verdict } from "./support.ts";

corpusTests("jwilk-traversal", (root) => {
  const names = filesIn(root, ".tar", ".zip");
  for (const name of names) {
    // tryUnpack fails by itself where anything outside of the target changes.
    Deno.test(`jwilk ${name} is refused, and nothing outside changes`, async () => {
      assert(
        /^ARCHIVE_(?:HOSTILE|BROKEN) \S+$/.test(
          verdict(await tryUnpack({ path: `${root}/${name}` })),
        ),
      );
    });
  }
  Deno.test("jwilk: all 16 archives were tried", () => assertEquals(names.length, 16));
});

interface FilterCase {
  readonly test: string;
  readonly outcomes: readonly (readonly [filter: string, outcome: string])[];
}

corpusTests("cpython-tarfile-filters", (root) => {
  const index = JSON.parse(Deno.readTextFileSync(`${root}/index.json`)) as Record<
    string,
    FilterCase
  >;
  for (const [name, { outcomes }] of Object.entries(index)) {
    const strict = outcomes.find(([filter]) => filter === "data")?.[1];
    const path = `${root}/${name}`;
    if (strict !== undefined && strict !== "accepted") {
      Deno.test(`CPython ${name}: refused, as filter="data" does (${strict})`, async () => {
        assertNotEquals(verdict(await tryUnpack({ path })), "accepted");
      });
    } else if (STRICTER[name] !== undefined) {
      Deno.test(`CPython ${name}: refused by ${STRICTER[name]}, stricter than filter="data"`, async () => {
        assertEquals(verdict(await tryUnpack({ path })), `ARCHIVE_HOSTILE ${STRICTER[name]}`);
      });
    } else if (strict === "accepted") {
      Deno.test(`CPython ${name}: accepted, as filter="data" does`, async () => {
        assertEquals(verdict(await tryUnpack({ path })), "accepted");
      });
    } else {
      Deno.test(`CPython ${name}: nothing outside of the target changes`, async () => {
        await tryUnpack({ path });
      });
    }
  }
  Deno.test("CPython filters: every archive of the folder is in the index", () => {
    assertEquals(filesIn(root, ".tar"), Object.keys(index).sort());
  });
});

type ParseEvent = readonly [
  event: string,
  value?: {
    readonly type: string;
    readonly path: string;
    readonly size: number;
    readonly linkpath?: string;
  },
];

corpusTests("node-tar/test/fixtures", (root) => {
  for (const name of filesIn(`${root}/tars`, ".tar")) {
    const path = `${root}/tars/${name}`;
    const rule = NODE_TAR_REFUSED[name];
    if (rule !== undefined) {
      Deno.test(`node-tar ${name} is refused by ${rule}`, async () => {
        assertEquals(verdict(await tryUnpack({ path })).split(" ").at(-1), rule);
      });
      continue;
    }
    Deno.test(`node-tar ${name} has the entries that its JSON says`, async () => {
      const outcome = await tryUnpack({ path });
      assertEquals(verdict(outcome), "accepted");
      const parsed = expectedEvents(root, name).flatMap(([event, value]) =>
        event === "entry" && value !== undefined ? [value] : []
      );
      for (const { type, path, size, linkpath } of parsed) {
        const made = outcome.tree[path.replace(/\/$/, "")];
        if (type === "Directory") assertEquals(made, "dir 0555");
        else if (type === "SymbolicLink") assertEquals(made, `link -> ${linkpath}`);
        else if (type === "Link") assertEquals(made, outcome.tree[linkpath!]);
        else assertEquals(sizeOf(made), size);
      }
      if (!outcome.ok) return;
      assertEquals(outcome.report.entries, parsed.length);
    });
  }
  for (
    const [name, expected] of [
      ["excessively-deep.tar", "ARCHIVE_HOSTILE path-too-long"],
      ["example.tzst", "accepted"],
      ["sync-gzip-fail.tgz", "accepted"],
      ["long-linkname.tar", "accepted"],
      ["parses.tar", "accepted"],
    ] as const
  ) {
    Deno.test(`node-tar ${name}: ${expected}`, async () => {
      assertEquals(verdict(await tryUnpack({ path: `${root}/${name}` })), expected);
    });
  }
});

corpusTests("cpython-archivetestdata", (root) => {
  Deno.test("CPython testtar.tar, with an entry of every type, is refused", async () => {
    const outcome = await tryUnpack({ path: `${root}/testtar.tar` });
    assertEquals(verdict(outcome), "ARCHIVE_HOSTILE entry-type-unknown");
  });
  Deno.test("CPython recursion.tar is refused without a hang", async () => {
    assertEquals(
      verdict(await tryUnpack({ path: `${root}/recursion.tar` })),
      "ARCHIVE_BROKEN tar-header-unknown",
    );
  });
  Deno.test("CPython testtar.tar.xz is named as what it is", async () => {
    assertEquals(
      verdict(await tryUnpack({ path: `${root}/testtar.tar.xz` })),
      "ARCHIVE_UNKNOWN an xz file",
    );
  });
});

function expectedEvents(root: string, name: string): readonly ParseEvent[] {
  return JSON.parse(
    Deno.readTextFileSync(`${root}/parse/${name.replace(/\.tar$/, "--strict.json")}`),
  ) as ParseEvent[];
}

/** The size out of the snapshot, where content is either shown or counted. */
function sizeOf(made: string | undefined): number | undefined {
  const counted = /^file \d+ (\d+) bytes/.exec(made ?? "");
  if (counted !== null) return Number(counted[1]);
  const shown = /^file \d+ (".*")$/s.exec(made ?? "");
  return shown === null ? undefined : new TextEncoder().encode(JSON.parse(shown[1]!)).length;
}
