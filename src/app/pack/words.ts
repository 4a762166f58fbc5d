/** What of the words of `pack` a command line is held to. */
export { parseEntryLine } from "../../pack/entry_line.ts";
export { isPlatform, isPythonVersion } from "../../pack/target.ts";
