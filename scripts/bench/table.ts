/** A table in plain text: the first column to the left, numbers to the right. */
export function renderTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => width(row[column]))));
  const render = (row: readonly string[]) =>
    widths.map((size, column) => {
      const cell = row[column] ?? "";
      const gap = " ".repeat(size - width(cell));
      return column === 0 ? cell + gap : gap + cell;
    }).join("  ").trimEnd();
  const rule = widths.map((size) => "-".repeat(size)).join("  ");
  return [render(header), rule, ...rows.map(render)].join("\n");
}

function width(cell: string | undefined): number {
  return [...cell ?? ""].length;
}
