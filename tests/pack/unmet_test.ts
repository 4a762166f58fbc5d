import { assertEquals } from "@std/assert";
import type { Dependencies, LockedWheel } from "../../src/pack/dependencies.ts";
import { ANY_TARGET, targetOf } from "../../src/pack/target.ts";
import { unmetRequirements } from "../../src/pack/unmet.ts";

const TARGET = targetOf("3.11", "manylinux_2_28_x86_64");

function wheels(versions: Record<string, string>): Dependencies {
  const wheels = Object.entries(versions).map(([name, version]) =>
    ({ name, version }) as LockedWheel
  );
  return { kind: "wheels", wheels };
}

for (
  const [requires, there, unmet] of [
    ["click>=8", {}, [["click>=8", undefined]]],
    ["click>=8", { click: "8.1.7" }, []],
    ["click>=8", { click: "7.0" }, [["click>=8", "7.0"]]],
    ["Flask_Login (>=0.5)", { "flask-login": "0.6" }, []],
    ["tomli; python_version < '3.11'", {}, []],
    ["tomli; python_version >= '3.11'", {}, [["tomli; python_version >= '3.11'", undefined]]],
    ["pytest; extra == 'test'", {}, []],
    ["colorama; sys_platform == 'win32'", {}, []],
    ["own @ https://host/own.whl", { own: "0.1" }, []],
    ["not a requirement !", {}, []],
  ] as [string, Record<string, string>, [string, string | undefined][]][]
) {
  const what = unmet.length === 0 ? "nothing" : "it";
  Deno.test(`unmetRequirements names ${what} when a project with ${JSON.stringify(there)} requires ${requires}`, () => {
    assertEquals(
      unmetRequirements([requires], wheels(there), TARGET),
      unmet.map(([requirement, found]) => ({ requirement, found })),
    );
  });
}

Deno.test("unmetRequirements names what is needed when there are no dependencies at all", () => {
  const requires = ["click>=8", "tomli; python_version < '3.11'"];
  assertEquals(
    unmetRequirements(requires, { kind: "none" }, ANY_TARGET).map((each) => each.requirement),
    ["click>=8"],
  );
});

Deno.test("unmetRequirements names nothing when it cannot tell what is there", () => {
  assertEquals(unmetRequirements(["click"], { kind: "tree", directory: "/venv" }, TARGET), []);
});
