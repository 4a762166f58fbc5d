import { assert, assertEquals } from "@std/assert";
import Ajv from "ajv";
import fc from "fast-check";
import { parseRelease } from "../../src/model/release.ts";
import { RELEASE_JSON_SCHEMA } from "../../src/model/release_schema.ts";
import { FAULTS, faulty, FINER_FAULTS, fullRelease, shortRelease } from "../support/releases.ts";

interface Validator {
  (value: unknown): boolean;
  errors?: unknown;
}

const validator = new (Ajv as unknown as new (options: object) => {
  compile(schema: unknown): Validator;
})({ strict: true, strictRequired: false, allErrors: true });
const isValid = validator.compile(RELEASE_JSON_SCHEMA);

function parses(release: unknown): boolean {
  try {
    parseRelease(JSON.stringify(release), "x");
    return true;
  } catch {
    return false;
  }
}

Deno.test("RELEASE_JSON_SCHEMA accepts what parseRelease reads, in both forms", () => {
  for (const release of [fullRelease(), shortRelease()]) {
    assert(isValid(release), JSON.stringify(isValid.errors));
    assert(parses(release));
  }
});

for (const fault of FAULTS) {
  const [base, place, value] = fault;
  const shown = value === undefined ? "missing" : JSON.stringify(value).slice(0, 40);
  Deno.test(`RELEASE_JSON_SCHEMA refuses it too when ${place} (${base}) is ${shown}`, () => {
    assertEquals([isValid(faulty(fault)), parses(faulty(fault))], [false, false]);
  });
}

Deno.test("RELEASE_JSON_SCHEMA leaves only the finer rules to parseRelease", () => {
  const accepted = FINER_FAULTS.filter((fault) => isValid(faulty(fault)));
  assertEquals(accepted.length, FINER_FAULTS.length);
  assertEquals(FINER_FAULTS.filter((fault) => parses(faulty(fault))), []);
});

/** Mostly right, now and then anything. */
function mostly(...right: string[]): fc.Arbitrary<string> {
  return fc.oneof({ weight: 15, arbitrary: fc.constantFrom(...right) }, fc.string());
}

function releases(): fc.Arbitrary<Record<string, unknown>> {
  const args = fc.array(fc.string({ unit: "grapheme" }), { maxLength: 2 });
  const entry = fc.oneof(
    fc.record({ module: mostly("hello", "größe.b"), args }, { requiredKeys: ["module"] }),
    fc.record({ callable: mostly("a.b:c", "a:b.c") }),
    fc.record({ script: mostly("x.py", "a b/c.py", "bin/run") }),
    fc.record({ console_script: mostly("gunicorn", "my-app") }),
  );
  const hex = fc.string({
    unit: fc.constantFrom(..."0123456789abcdefABCDEF"),
    minLength: 64,
    maxLength: 64,
  });
  const layers = fc.array(
    fc.record({
      sha256: fc.oneof(hex, hex.map((digits) => `sha256:${digits}`)),
      kind: mostly("app", "deps", "data", "pyz", "wheel"),
      name: mostly("a-1-py3-none-any.whl", "B.c-1.0rc1-1x-py2.py3-none-linux_x86_64.whl"),
      size: fc.oneof({ weight: 9, arbitrary: fc.maxSafeNat() }, fc.double()),
      unpacked_size: fc.maxSafeNat(),
      python_paths: fc.array(mostly(".", "lib", "a/b"), { maxLength: 2 }),
      url: fc.string(),
    }, { requiredKeys: ["sha256"] }),
    { minLength: 1, maxLength: 2 },
  );
  const variables = fc.dictionary(mostly("TZ", "ä", "a b"), fc.string({ unit: "grapheme" }), {
    maxKeys: 2,
  });
  const unset = fc.array(mostly("TZ", "X"), { maxLength: 2 });
  const common = {
    schema: fc.constant("edgeboot.release/v1"),
    app: fc.constantFrom("a", "hello-app"),
    version: fc.oneof(
      fc.constantFrom("1", "2.0+x"),
      fc.string({ unit: "grapheme", maxLength: 140 }),
    ),
    python: mostly(">=3.11", "~=3.9,!=3.10.*"),
    env: fc.record({ set: variables, default: variables, unset }, { requiredKeys: [] }),
    other: fc.jsonValue(),
  };
  const variant = { layers, abi: fc.string(), platform: fc.string(), system_libs: args };
  const required = ["schema", "app", "version"] as const;
  return fc.oneof(
    fc.record({ ...common, entrypoint: entry, layers }, { requiredKeys: [...required, "layers"] }),
    fc.record({
      ...common,
      entrypoints: fc.dictionary(fc.string(), entry, { maxKeys: 2 }),
      variants: fc.array(fc.record(variant, { requiredKeys: ["layers"] }), { maxLength: 2 }),
    }, { requiredKeys: [...required, "variants"] }),
  );
}

Deno.test("RELEASE_JSON_SCHEMA refuses nothing that parseRelease reads", () => {
  let read = 0;
  fc.assert(
    fc.property(releases(), (release) => {
      const value = JSON.parse(JSON.stringify(release));
      if (!parses(value)) return;
      read++;
      assert(isValid(value), JSON.stringify(isValid.errors));
    }),
    { numRuns: 2000 },
  );
  assert(read > 500, `only ${read} of the releases could be read`);
});
