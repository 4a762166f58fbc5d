/**
 * Writes the tables of README.md anew, from the declarations of commands, settings and exit codes:
 *
 *   deno run -A scripts/readme.ts
 */
import { withTables } from "./readme/tables.ts";

const file = new URL("../README.md", import.meta.url);
await Deno.writeTextFile(file, withTables(await Deno.readTextFile(file)));
