import type { FlagSpec } from "../../flags.ts";

/** Where dependencies come from, and how they are got. */
export const DEPENDENCY_FLAGS: readonly FlagSpec[] = [
  {
    name: "lock",
    placeholder: "FILE",
    help: "dependencies: uv.lock, pylock.toml, poetry.lock or pdm.lock",
  },
  {
    name: "requirements",
    placeholder: "FILE",
    joinedBy: "\n",
    help: "dependencies: a requirements file, with hashes or without; may be given again",
  },
  {
    name: "wheels",
    placeholder: "DIR",
    help: "dependencies: all wheels of a directory; with --lock or --requirements, where to look " +
      "for them first",
  },
  { name: "venv", placeholder: "DIR", help: "dependencies: what a virtual environment has" },
  { name: "site-packages", placeholder: "DIR", help: "dependencies: a site-packages as it is" },
  { name: "pyz", placeholder: "FILE", help: "a zip application: zipapp, shiv or PEX" },
  {
    name: "extra",
    placeholder: "NAME",
    joinedBy: "\n",
    needs: "lock",
    help: "with --lock: an extra of the project; may be given again",
  },
  {
    name: "group",
    placeholder: "NAME",
    joinedBy: "\n",
    needs: "lock",
    help: "with --lock: a dependency group besides those taken by default; may be given again",
  },
  {
    name: "allow-build",
    placeholder: "NAME",
    joinedBy: "\n",
    help: "a dependency that has no wheel and may be built here; may be given again",
  },
  {
    name: "index-url",
    placeholder: "URL",
    help: "package index (default: as uv and pip are configured)",
  },
];
