import { assertEquals } from "@std/assert";
import { type Believer, type Belonging, strangerTo } from "../../src/model/ownership.ts";

const ME: Believer = { uid: 1000, trusted: new Set([7]) };
const OWN: Belonging = { kind: "directory", uid: 1000, gid: 1000, mode: 0o755 };

const CASES: [when: string, stat: Partial<Belonging>, stranger: string | undefined][] = [
  ["it is the user's own", {}, undefined],
  ["it is root's", { uid: 0, gid: 0 }, undefined],
  ["it is of a listed user", { uid: 7, gid: 7 }, undefined],
  ["it is of another user", { uid: 8, gid: 8 }, "owner"],
  ["everybody may write", { mode: 0o757 }, "everybody"],
  ["a group of others may write", { gid: 50, mode: 0o775 }, "group"],
  ["the user's own group may write", { mode: 0o775 }, undefined],
  ["root's group may write", { gid: 0, mode: 0o775 }, undefined],
  ["it is a link, whose bits say nothing", { kind: "symlink", mode: 0o777 }, undefined],
  ["it is a link of another user", { kind: "symlink", uid: 8, mode: 0o777 }, "owner"],
];

for (const [when, stat, stranger] of CASES) {
  Deno.test(`strangerTo names ${stranger ?? "nobody"} when ${when}`, () => {
    assertEquals(strangerTo({ ...OWN, ...stat }, ME)?.kind, stranger);
    assertEquals(strangerTo({ ...OWN, ...stat }, { ...ME, trusted: "any" }), undefined);
  });
}
