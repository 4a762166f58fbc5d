import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { EdgebootError } from "../../../src/model/errors.ts";
import { findConflicts } from "../../../src/python/wheel/conflicts.ts";
import { installWheel } from "../../../src/python/wheel/install.ts";
import { formatRecord, parseRecord, recordHash } from "../../../src/python/wheel/record.ts";
import type { WheelRecipe, WheelSource } from "../../../src/python/wheel/recipe.ts";
import { madeText, SITE, TARGET, wheel } from "./support.ts";

const FILE = "app-1-py3-none-any.whl";
const name = fc.constantFrom("a", "b.py", "app", "c,d", 'e"f', "ü", "__init__.py");
const inside = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
const scheme = fc.constantFrom("purelib", "platlib", "data", "scripts", "headers");
const path = fc.oneof(
  { weight: 3, arbitrary: inside },
  fc.tuple(scheme, inside).map(([scheme, path]) => `app-1.data/${scheme}/${path}`),
);
const content = fc.constantFrom("", "1", "#!python\n2", "#!/bin/sh\n");
const contents = fc.dictionary(path, content, { maxKeys: 8 });

/** Unless files of the wheel stand in one another's way. */
function install(source: WheelSource): WheelRecipe | undefined {
  try {
    return installWheel(source, TARGET);
  } catch (error) {
    assert(error instanceof EdgebootError && error.code === "WHEEL_INVALID", String(error));
    return undefined;
  }
}

Deno.test("installWheel writes a RECORD of exactly what it installs, with right digests", () => {
  fc.assert(fc.property(contents, (contents) => {
    const recipe = install(wheel(FILE, contents));
    if (recipe === undefined) return;
    const rows = parseRecord(madeText(recipe, `${SITE}/app-1.dist-info/RECORD`))!;
    const target = (path: string) =>
      path.startsWith("../../../") ? path.slice(9) : `${SITE}/${path}`;
    const stated = new Map(rows.map(({ path, ...rest }) => [target(path), rest]));
    assertEquals([...stated.keys()].sort(), recipe.files.map(({ target }) => target).sort());
    for (const { target, sha256, size } of recipe.files) {
      if (target.endsWith("/RECORD")) continue;
      assertEquals(stated.get(target), { hash: recordHash(sha256), size: String(size) });
    }
  }));
});

Deno.test("installWheel installs nothing outside of the environment, whatever the names", () => {
  const hostile = fc.array(
    fc.constantFrom("..", ".", "", "a", "app-1.data", "data", "scripts", "/", "\\", "\0"),
    { minLength: 1, maxLength: 5 },
  ).map((parts) => parts.join("/"));
  fc.assert(
    fc.property(fc.dictionary(hostile, content, { maxKeys: 3 }), (contents) => {
      for (const { target } of install(wheel(FILE, contents))?.files ?? []) {
        assert(!/[\\\0]/.test(target), target);
        assert(target.split("/").every((part) => !["", ".", ".."].includes(part)), target);
      }
    }),
    { numRuns: 1000 },
  );
});

Deno.test("parseRecord gives back what formatRecord wrote", () => {
  const field = fc.string({ unit: "grapheme" });
  const row = fc.record({
    path: field.filter((path) => path !== ""),
    hash: fc.constantFrom("", "sha256=abc"),
    size: fc.constantFrom("", "12"),
  });
  fc.assert(fc.property(fc.array(row), (rows) => {
    assertEquals(parseRecord(formatRecord(rows)), rows);
  }));
});

Deno.test("parseRecord never throws", () => {
  const piece = fc.constantFrom('"', ",", "\n", "\r", "a", '""', "sha256=x");
  fc.assert(fc.property(fc.array(piece), (pieces) => void parseRecord(pieces.join(""))));
});

const contribution = fc.record({
  name: fc.constantFrom("one.whl", "two.whl", "three.whl"),
  files: fc.uniqueArray(
    fc.record({ target: inside, sha256: fc.constantFrom("0", "1") }),
    { selector: ({ target }) => target, maxLength: 5 },
  ),
});
const contributions = fc.uniqueArray(contribution, { selector: ({ name }) => name, maxLength: 3 });

/** The definition, written as slowly as it reads. */
function conflictsByDefinition(
  all: readonly (typeof contribution extends fc.Arbitrary<infer T> ? T : never)[],
) {
  const targets = new Set<string>();
  for (const [index, one] of all.entries()) {
    for (const other of all.slice(index + 1)) {
      for (const a of one.files) {
        for (const b of other.files) {
          if (a.target === b.target && a.sha256 !== b.sha256) targets.add(a.target);
          if (b.target.startsWith(`${a.target}/`)) targets.add(a.target);
          if (a.target.startsWith(`${b.target}/`)) targets.add(b.target);
        }
      }
    }
  }
  return [...targets].sort();
}

Deno.test("findConflicts finds every place that two wheels cannot share, and no other", () => {
  const isSound = (files: readonly { target: string }[]) =>
    !files.some((a) => files.some((b) => b.target.startsWith(`${a.target}/`)));
  fc.assert(
    fc.property(contributions, (all) => {
      // A file and a directory of one name are no wheel's.
      fc.pre(all.every(({ files }) => isSound(files)));
      const found = [...new Set(findConflicts(all).map(({ target }) => target))];
      assertEquals(found.sort(), conflictsByDefinition(all));
    }),
    { numRuns: 2000 },
  );
});
