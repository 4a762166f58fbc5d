import type { Host } from "../../host/ports.ts";
import type { LinkForm } from "./document.ts";
import { linkText, type Making, type Places } from "./places.ts";

/** Gives files of trees a place in an environment, in the one form that was decided for it. */
export class Linker {
  constructor(
    private readonly places: Places,
    private readonly form: LinkForm,
    private readonly fs: Pick<Host["fs"], "makeHardlink" | "makeSymlink">,
  ) {}

  link(from: string, names: readonly string[], to: Making): void {
    if (this.form === "symbolic") return this.linkByPath(from, names, to);
    for (const name of names) this.fs.makeHardlink(`${from}/${name}`, `${to.made}/${name}`);
  }

  linkByPath(from: string, names: readonly string[], { made, final }: Making): void {
    const text = linkText(final, from, this.places);
    for (const name of names) this.fs.makeSymlink(`${text}/${name}`, `${made}/${name}`);
  }
}
