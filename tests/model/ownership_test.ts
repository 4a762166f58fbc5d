import { assertEquals } from "@std/assert";
import { type Belonging, strangerTo } from "../../src/model/ownership.ts";

const ME = 1000;
const directory = { kind: "directory", uid: ME, gid: ME, mode: 0o755 } as const;

const TABLE: [what: string, stat: Partial<Belonging>, stranger: string | undefined][] = [
  ["the user's own", {}, undefined],
  ["root's", { uid: 0, gid: 0 }, undefined],
  ["a listed user's", { uid: 7, gid: 7 }, undefined],
  ["another user's", { uid: 8, gid: 8 }, "owner"],
  ["another user's and closed", { uid: 8, gid: 8, mode: 0o700 }, "owner"],
  ["another user's of the same group", { uid: 8 }, "owner"],
  ["open to a group", { gid: 50, mode: 0o775 }, "group"],
  ["open to a group that reads", { gid: 50, mode: 0o755 }, undefined],
  ["open to root's group", { uid: 0, gid: 0, mode: 0o775 }, undefined],
  ["open to the user's private group", { mode: 0o775 }, undefined],
  ["root's and open to the user's private group", { uid: 0, mode: 0o2775 }, undefined],
  ["open to a listed user's private group", { uid: 7, gid: 7, mode: 0o775 }, undefined],
  ["open to the private group of a listed user, and root's", {
    uid: 0,
    gid: 7,
    mode: 0o775,
  }, "group"],
  ["open to all", { mode: 0o757 }, "everybody"],
  ["open to all with the sticky bit", { mode: 0o1777 }, "everybody"],
  ["a link of the user's", { kind: "symlink", mode: 0o777 }, undefined],
  ["a link of another user's", { kind: "symlink", uid: 8, mode: 0o777 }, "owner"],
];

for (const [what, stat, stranger] of TABLE) {
  Deno.test(`strangerTo gives ${stranger ?? "nobody"} for what is ${what}`, () => {
    const belonging = { ...directory, ...stat };
    const found = strangerTo(belonging, { uid: ME, trusted: new Set([7]) });
    assertEquals(found?.kind, stranger);
    assertEquals(strangerTo(belonging, { uid: ME, trusted: "any" }), undefined);
  });
}
