import { assertEquals, assertThrows } from "@std/assert";
import { formatEntryPoint, parseEntryText } from "../../src/model/entry_point.ts";
import { EdgebootError } from "../../src/model/errors.ts";
import { entryPointsOf, type EntryWish } from "../../src/pack/entry_points.ts";
import { parseEntryLine } from "../../src/pack/entry_line.ts";

const WISH: EntryWish = {
  entry: undefined,
  stated: new Map(),
  scripts: [],
  paths: [],
  app: "shop",
};

const FOUND: readonly (readonly [says: string, wish: Partial<EntryWish>, found: string])[] = [
  [
    "what --entry says",
    { entry: parseEntryText("shop.main:run"), scripts: ["a"] },
    [
      "default=shop.main:run",
      "a=console script a",
    ].join(),
  ],
  [
    "the only script",
    { scripts: ["shop"] },
    "default=console script shop,shop=console script shop",
  ],
  [
    "the only package with a __main__",
    { paths: ["shop/__init__.py", "shop/__main__.py"] },
    [
      "default=python -m shop",
    ].join(),
  ],
  ["that of a src layout", { paths: ["src/shop/__main__.py"] }, "default=python -m shop"],
  ["a __main__ at the top", { paths: ["__main__.py", "x.py"] }, "default=python __main__.py"],
  [
    "--entrypoint default before scripts",
    { stated: new Map([["default", parseEntryText("a:b")]]), scripts: ["x"] },
    "default=a:b,x=console script x",
  ],
  [
    "no default where only names are stated",
    { stated: new Map([["web", parseEntryText("a:b")], ["job", parseEntryText("c")]]) },
    "web=a:b,job=python -m c",
  ],
];

for (const [says, wish, found] of FOUND) {
  Deno.test(`entryPointsOf takes ${says}`, () => {
    const points = [...entryPointsOf({ ...WISH, ...wish })];
    assertEquals(points.map(([name, point]) => `${name}=${formatEntryPoint(point)}`).join(), found);
  });
}

const REFUSED: readonly (readonly [rule: string, wish: Partial<EntryWish>, next: RegExp])[] = [
  ["no-entry-point", { scripts: ["a", "b"] }, /--entry console:a/],
  ["no-entry-point", { paths: ["shop/__init__.py"] }, /--entry shop\.main:run/],
  ["no-entry-point", { paths: ["hello.py"] }, /--entry hello\.py/],
  ["too-high", { entry: parseEntryText("shop:run"), paths: ["x/shop/a.py"] }, /--source …\/x/],
  ["too-high", { entry: parseEntryText("manage.py"), paths: ["x/manage.py", "y.py"] }, /\/x$/],
  ["too-high", { entry: parseEntryText("shop"), paths: ["x/src/shop/a.py"] }, /\/x$/],
];

for (const [rule, wish, next] of REFUSED) {
  Deno.test(`entryPointsOf refuses ${rule}: ${JSON.stringify(wish)}`, () => {
    const error = assertThrows(() => entryPointsOf({ ...WISH, ...wish }), EdgebootError);
    assertEquals([error.code, error.facts.rule], ["PACK_REFUSED", rule]);
    assertEquals(next.test(error.text.next), true, error.text.next);
  });
}

Deno.test("entryPointsOf lets a module of a dependency be, wherever it is", () => {
  entryPointsOf({ ...WISH, entry: parseEntryText("uvicorn"), paths: ["shop/a.py"] });
});

Deno.test("parseEntryLine takes arguments apart, quotes included", () => {
  const { args, ...entry } = parseEntryLine(
    `uvicorn billing.asgi:app --log-config "my log.json" ''`,
  );
  assertEquals(entry, { kind: "module", module: "uvicorn" });
  assertEquals(args, ["billing.asgi:app", "--log-config", "my log.json", ""]);
  for (const wrong of ["", "  ", "a 'b", "1x"]) {
    assertEquals(assertThrows(() => parseEntryLine(wrong), EdgebootError).code, "USAGE", wrong);
  }
});
