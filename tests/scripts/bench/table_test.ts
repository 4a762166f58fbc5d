import { assertEquals } from "@std/assert";
import { renderTable } from "../../../scripts/bench/table.ts";

Deno.test("renderTable aligns names to the left, numbers to the right, and fills short rows", () => {
  const table = renderTable(["", "ms", "ratio"], [["tar –x", "9.5"], ["unzip", "10.0", "1.1x"]]);
  assertEquals(
    table,
    [
      "          ms  ratio",
      "------  ----  -----",
      "tar –x   9.5",
      "unzip   10.0   1.1x",
    ].join("\n"),
  );
});
