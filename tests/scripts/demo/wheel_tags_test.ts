import { assertEquals } from "@std/assert";
import { layerPlatform } from "../../../scripts/demo/wheel_tags.ts";

const wheel = (...tags: string[]) => tags.map((tag) => `Tag: cp311-cp311-${tag}\n`).join("");

for (
  const [what, wheels, platform] of [
    ["no wheels", [], "any"],
    ["pure wheels", ["Tag: py3-none-any\n", "Tag: py2-none-any\nTag: py3-none-any\n"], "any"],
    ["one native wheel", ["Tag: py3-none-any\n", wheel("linux_x86_64")], "linux_x86_64"],
    [
      "two native wheels: the newer glibc",
      [wheel("manylinux_2_28_x86_64"), wheel("manylinux_2_17_x86_64")],
      "manylinux_2_28_x86_64",
    ],
    [
      "a wheel with several tags: the older glibc",
      [wheel("manylinux_2_28_x86_64", "manylinux_2_17_x86_64")],
      "manylinux_2_17_x86_64",
    ],
    [
      "a legacy name beside a newer one",
      [wheel("manylinux2014_x86_64"), wheel("manylinux_2_24_x86_64")],
      "manylinux_2_24_x86_64",
    ],
  ] as const
) {
  Deno.test(`layerPlatform gives ${platform} for ${what}`, () => {
    assertEquals(layerPlatform(wheels), platform);
  });
}
