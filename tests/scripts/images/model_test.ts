import { assertEquals } from "@std/assert";
import { comparison, type Sizes } from "../../../scripts/images/model.ts";

const app = (scale: number) => ({
  image: { deps: 1_000_000 * scale, code: 1000 },
  bundle: { deps: 500_000 * scale, code: 1000 },
});
const SIZES: Sizes = {
  ...{ debian: 30_000_000, python: 10_000_000, edgeboot: 40_000_000, edgebootAfterPatch: 1000 },
  apps: [app(1), app(2)],
};

Deno.test("comparison counts what is shared once and everything else for each app", () => {
  const [stored, code, patch] = comparison(SIZES).map(({ rows }) => rows);
  assertEquals(stored, [
    ["1", "41 MB", "41 MB", "80.5 MB"],
    ["10", "55 MB", "43 MB", "81.5 MB"],
    ["50", "115 MB", "43 MB", "81.5 MB"],
  ]);
  assertEquals(code!.map((row) => row.slice(1)), [
    ["1 kB", "1 kB", "1 kB"],
    ["10 kB", "10 kB", "10 kB"],
    ["50 kB", "50 kB", "50 kB"],
  ]);
  assertEquals(patch!.at(-1), ["50", "85 MB", "13.1 MB", "10 MB"]);
});
