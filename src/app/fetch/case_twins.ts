/** Names that differ by letter case only are two files here, and one elsewhere; nothing is wrong with them. */
export function twinsWarning({ sha256 }: { readonly sha256: string }, count: number) {
  const names = count === 1 ? "1 name that differs" : `${count} names that differ`;
  const text = `layer ${sha256.slice(0, 12)} has ${names} from another by letter case only: ` +
    "it cannot be unpacked on macOS or Windows";
  return { kind: "warning", text } as const;
}
