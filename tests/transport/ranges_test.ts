import { assertEquals } from "@std/assert";
import type { Resume } from "../../src/model/content.ts";
import { rangeRequest, restOf } from "../../src/transport/ranges.ts";

const RESUME: Resume = { offset: 4, validator: '"v"', total: 10, immutable: false };

const REQUESTS: [string, Partial<Resume>, Record<string, string> | undefined][] = [
  ["a strong validator", {}, { range: "bytes=4-", "if-range": '"v"' }],
  ["a weak validator", { validator: 'W/"v"' }, undefined],
  ["no validator", { validator: undefined }, undefined],
  ["an immutable address", { validator: undefined, immutable: true }, { range: "bytes=4-" }],
  ["an immutable address of another validator", { immutable: true }, { range: "bytes=4-" }],
  ["an immutable address without total", { immutable: true, total: undefined }, {
    ...{ range: "bytes=4-", "if-range": '"v"' },
  }],
];

for (const [name, changes, expected] of REQUESTS) {
  Deno.test(`rangeRequest asks for ${expected ? "the rest" : "everything"} with ${name}`, () => {
    assertEquals(rangeRequest({ ...RESUME, ...changes }), expected);
  });
}

type Answer = [status: number, headers: Record<string, string>];

const PART = "bytes 4-9/10";
const ANSWERS: [string, Answer, Partial<Resume>, boolean][] = [
  ["the rest of the same", [206, { "content-range": PART, etag: '"v"' }], {}, true],
  ["the rest without an etag", [206, { "content-range": PART }], {}, true],
  ["the rest of another", [206, { "content-range": PART, etag: '"w"' }], {}, false],
  [
    "another etag of an immutable address",
    [206, { "content-range": PART, etag: '"w"' }],
    { immutable: true },
    true,
  ],
  ["another total", [206, { "content-range": "bytes 4-8/9" }], { immutable: true }, false],
  ["another beginning", [206, { "content-range": "bytes 3-9/10" }], {}, false],
  ["not all of the rest", [206, { "content-range": "bytes 4-8/10" }], {}, false],
  ["an unknown total", [206, { "content-range": "bytes 4-9/*" }], {}, false],
  ["no range", [206, {}], {}, false],
  ["garbage for a range", [206, { "content-range": "4-9/10" }], {}, false],
  ["the whole", [200, {}], {}, false],
  ["416 with our length", [416, { "content-range": "bytes */4" }], { total: undefined }, true],
  ["416 with our length, but not its own", [416, { "content-range": "bytes */4" }], {}, false],
  ["416 with another length", [416, { "content-range": "bytes */10" }], {}, false],
  ["416 without length", [416, {}], {}, false],
  ["404", [404, { "content-range": PART }], {}, false],
];

for (const [name, [status, headers], changes, accepted] of ANSWERS) {
  Deno.test(`restOf ${accepted ? "accepts" : "refuses"} ${name}`, () => {
    const header = (field: string) => headers[field];
    const rest = restOf({ status, header }, { ...RESUME, ...changes });
    assertEquals(rest !== undefined, accepted);
    if (rest !== undefined) assertEquals([rest.offset, rest.complete], [4, status === 416]);
  });
}
