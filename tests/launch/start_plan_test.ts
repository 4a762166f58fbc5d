import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { addPlan, findPlan, formatKey, type StartPlan } from "../../src/launch/start_plan.ts";
import { parseLayerDigest } from "../../src/model/digest.ts";

const DIGEST = parseLayerDigest("a".repeat(64));
const KEY = "key";

function plan(changes: Partial<StartPlan> = {}): StartPlan {
  return {
    key: KEY,
    layers: [DIGEST],
    site: "lib/python3.11/site-packages",
    environment: undefined,
    looks: [{ path: "/usr/bin/python3", identity: "1-2-3" }],
    executable: "/usr/bin/python3",
    argv: ["/usr/bin/python3", "-m", "x"],
    defaultArgs: [],
    rules: {
      set: new Map([["A", "1"]]),
      defaults: new Map([["B", "2"]]),
      unset: new Set(["C"]),
      path: ["/bin"],
      inheritPythonPath: false,
    },
    ...changes,
  };
}

const same = () => "1-2-3";

Deno.test("findPlan gives back what addPlan was given, whatever the texts are", () => {
  const text = fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0"));
  fc.assert(fc.property(
    fc.array(text),
    fc.array(fc.tuple(text, text)),
    text,
    (argv, set, executable) => {
      const rules = { ...plan().rules, set: new Map(set) };
      const given = plan({ argv, executable, defaultArgs: argv, rules });
      assertEquals(findPlan(addPlan(given, undefined), KEY, same), given);
    },
  ));
});

Deno.test("findPlan gives nothing when a file that decides is another one", () => {
  const text = addPlan(plan(), undefined);
  assertEquals(findPlan(text, KEY, () => "absent"), undefined);
  assertEquals(findPlan(text, KEY, () => "1-2-4"), undefined);
  assertEquals(findPlan(text, "other key", same), undefined);
});

Deno.test("addPlan keeps plans for other machines that share the cache, the newest few", () => {
  let text: string | undefined;
  for (let image = 0; image < 9; image++) {
    const looks = [{ path: "/usr/bin/python3", identity: `${image}` }];
    text = addPlan(plan({ looks, executable: `/p${image}` }), text);
    text = addPlan(plan({ looks, executable: `/p${image}` }), text);
  }
  const executables = Array.from(
    { length: 9 },
    (_, image) => findPlan(text!, KEY, () => `${image}`)?.executable,
  );
  assertEquals(executables, [
    ...Array(5).fill(undefined),
    ...["/p5", "/p6", "/p7", "/p8"],
  ]);
});

const OFF: [what: string, spoil: (json: Record<string, unknown>) => unknown][] = [
  ["no object", () => null],
  ["without plans", ({ key }) => ({ key })],
  ["with a plan that is no object", ({ key }) => ({ key, plans: [7, null, "x"] })],
  ...["executable", "argv", "layers", "looks", "rules", "defaultArgs"].map((
    name,
  ): typeof OFF[number] => [`with another ${name}`, ({ key, plans }) => ({
    key,
    plans: (plans as Record<string, unknown>[]).map((plan) => ({ ...plan, [name]: { x: 1 } })),
  })]),
  ["with a layer that is no digest", ({ key, plans }) => ({
    key,
    plans: (plans as Record<string, unknown>[]).map((plan) => ({ ...plan, layers: ["../x"] })),
  })],
  ["with a NUL in an argument", ({ key, plans }) => ({
    key,
    plans: (plans as Record<string, unknown>[]).map((plan) => ({ ...plan, argv: ["a\0b"] })),
  })],
];

for (const [what, spoil] of OFF) {
  Deno.test(`findPlan gives nothing when the document is ${what}`, () => {
    const json = JSON.parse(addPlan(plan(), undefined));
    assertEquals(findPlan(JSON.stringify(spoil(json)), KEY, same), undefined);
  });
}

Deno.test("findPlan gives nothing when the document is cut anywhere", () => {
  const text = addPlan(plan(), undefined);
  for (let end = 0; end < text.length; end++) {
    assertEquals(findPlan(text.slice(0, end), KEY, same), undefined);
  }
});

const ASKED = {
  ...{ edgeboot: "1 c", root: "/cache", release: "r", app: "hello", pythonPaths: undefined },
  ...{ entry: undefined, python: undefined, path: "/bin", inheritPythonPath: false },
};

Deno.test("formatKey tells apart all that a plan depends on, and holds nothing of PATH", () => {
  const others = [
    ...[{ edgeboot: "2 c" }, { root: "/other" }, { release: "s" }, { app: undefined }, {
      pythonPaths: ["src"],
    }],
    ...[{ entry: "web" }, { python: "web" }, { path: "/usr/bin" }, { path: undefined }],
    { inheritPythonPath: true },
  ];
  const keys = [{}, ...others].map((change) => formatKey({ ...ASKED, ...change }));
  assertEquals(new Set(keys).size, keys.length);
  assert(!formatKey({ ...ASKED, path: "/home/me/private/bin" }).includes("private"));
});
