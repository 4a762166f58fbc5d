/** One rule of the entry policy. The help topic and the README print this table; tests iterate it. */
export interface Rule {
  /** What is refused, as the middle of a sentence: "the entry …". */
  readonly refuses: string;
  /** The vulnerability or the clause behind it. */
  readonly source: string;
  /** Why a bundle that someone made in good faith never needs it. */
  readonly legitimate: string;
}

/**
 * Every reason to call an entry hostile, for tar and zip alike. The names are stable: they are in
 * `facts.rule` of ARCHIVE_HOSTILE, and log queries match on them.
 */
export const RULES = {
  "path-empty": {
    refuses: "has an empty name, or is the root itself under another type than directory",
    source: "POSIX.1-2017 XBD 4.13: an empty pathname does not resolve",
    legitimate: "every file has a name; `tar -c .` names the root `./`, which is accepted",
  },
  "path-absolute": {
    refuses: "has a name that begins with '/'",
    source: "CVE-2007-4559, CVE-2001-1267; APPNOTE 4.4.17.1",
    legitimate: "tar and zip writers strip the slash; a layer is unpacked below the cache",
  },
  "path-parent": {
    refuses: "has '..' as a component of its name",
    source: "CVE-2007-4559, CVE-2018-1002200 (zip slip)",
    legitimate: "archivers write names relative to the directory that they pack",
  },
  "path-dot": {
    refuses: "has '.' as a component of its name, other than one leading './'",
    source: "aliases of one path defeat checks by name, as in CVE-2021-32803",
    legitimate: "`tar -c .` writes one leading './' and no other, and '.' alone is the root",
  },
  "path-alias": {
    refuses: "is given the alias './NAME' by a PAX record that its header did not need",
    source: "POSIX.1-2017 pax: a record is for what the header cannot hold",
    legitimate: "writers add a path record for names that are long or not ASCII",
  },
  "path-empty-component": {
    refuses: "has '//' in its name",
    source: "aliases of one path defeat checks by name, as in CVE-2021-32803",
    legitimate: "archivers join names with a single slash",
  },
  "path-trailing-slash": {
    refuses: "is no directory and has a name that ends with '/'",
    source: "readers disagree on its type; CVE-2021-32804 began with such a difference",
    legitimate: "only directories are written with a trailing slash",
  },
  "path-nul": {
    refuses: "has a NUL byte in a name",
    source: "POSIX.1-2017 XBD 3.271; names cut at NUL: CVE-2007-1884 and kin",
    legitimate: "no file system can hold such a name",
  },
  "path-control-character": {
    refuses: "has a control, line-break or text-direction character in a name",
    source: "terminal injection (CWE-150), CVE-2021-42574",
    legitimate: "no wheel or sdist on PyPI needs one",
  },
  "path-backslash": {
    refuses: "has a backslash in its name",
    source: "APPNOTE 4.4.17.1 asks for '/'; a separator for some readers only: CVE-2022-48579",
    legitimate: "on Linux it would be part of a file name that no import could reach",
  },
  "path-drive": {
    refuses: "has a name that begins with a drive letter",
    source: "APPNOTE 4.4.17.1: no drive or device letter",
    legitimate: "archivers strip drives",
  },
  "path-not-utf8": {
    refuses: "has a name that is not valid UTF-8",
    source: "RFC 3629 section 3 (overlong forms); APPNOTE appendix D",
    legitimate: "Python, tar and zip on Linux write UTF-8",
  },
  "path-component-too-long": {
    refuses: "has a component of more than 255 bytes in its name",
    source: "NAME_MAX of every Linux file system; CVE-2024-12718 hides behind long names",
    legitimate: "the file could not have existed on the machine that packed it",
  },
  "path-too-long": {
    refuses: "has a name longer than the limit for paths",
    source: "PATH_MAX is 4096 with the cache's own path; CVE-2025-4517 overflows realpath()",
    legitimate: "the longest path in the wheels of 100 common packages has under 200 bytes",
  },
  "entry-duplicate": {
    refuses: "comes twice, and the two differ",
    source: "first-wins and last-wins readers differ: Android bug 8219321 (Master Key)",
    legitimate: "twice the same is accepted (venv-pack); `tar -r` and `zip -u` leave old ones",
  },
  "entry-collides": {
    refuses:
      "differs from another entry only by Unicode normalisation, or from a link by letter case",
    source: "CVE-2021-21300, CVE-2021-39134; Python imports both under one name (PEP 3131)",
    legitimate: "no writer has both; two that differ by letter case only are accepted",
  },
  "entry-over-directory": {
    refuses: "is no directory and has the name of a directory",
    source: "CVE-2021-32803: replacing a checked directory",
    legitimate: "one name is one thing",
  },
  "directory-over-entry": {
    refuses: "is a directory and has the name of a file or link",
    source: "CVE-2021-32803: replacing a checked entry",
    legitimate: "one name is one thing",
  },
  "path-through-link": {
    refuses: "lies below a symlink of the same archive",
    source: "CVE-2021-32803, CVE-2021-37701, CVE-2001-1267",
    legitimate: "archivers store the link and, elsewhere, what it points to",
  },
  "path-through-file": {
    refuses: "lies below a name that is a file",
    source: "one name is one thing; CVE-2021-37712 swaps it",
    legitimate: "a file has no children",
  },
  "path-through-left-out": {
    refuses: "lies below an interpreter link that is left out",
    source: "the same as path-through-link",
    legitimate: "bin/python is no directory",
  },
  "link-empty": {
    refuses: "is a link without a target",
    source: "POSIX.1-2017 symlink(): ENOENT",
    legitimate: "such a link cannot be made",
  },
  "link-absolute": {
    refuses: "is a symlink with an absolute target",
    source: "CVE-2007-4559; CPython PEP 706 AbsoluteLinkError",
    legitimate: "it would point into the build machine; bin/python links are left out, not refused",
  },
  "link-escapes": {
    refuses: "is a link whose target lies outside the archive",
    source: "CVE-2025-4138, CVE-2025-4330; PEP 706 LinkOutsideDestinationError",
    legitimate: "a layer is complete in itself",
  },
  "link-not-plain": {
    refuses: "is a symlink whose target has '..' after a name, '//' or an inner '.'",
    source: "CVE-2025-4517: 'a/..' is not '.' where a is a link",
    legitimate: "tools write the shortest relative target: '../' first, then names",
  },
  "link-through-link": {
    refuses: "is a hard link whose target lies below a link",
    source: "CVE-2025-4330, CVE-2018-20834",
    legitimate: "archivers write the path of a file's first name, which has no link in it",
  },
  "hardlink-unknown": {
    refuses: "is a hard link to something that is not an earlier file of this archive",
    source: "CVE-2018-20834: hard links give write access to outside files",
    legitimate: "archivers store the file before its second name",
  },
  "device": {
    refuses: "is a device node",
    source: "CWE-67; PEP 706 SpecialFileError",
    legitimate: "a Python bundle holds files, directories and links",
  },
  "fifo": {
    refuses: "is a FIFO",
    source: "a reader of it hangs; PEP 706 SpecialFileError",
    legitimate: "a Python bundle holds files, directories and links",
  },
  "socket": {
    refuses: "is a socket",
    source: "PEP 706 SpecialFileError",
    legitimate: "a Python bundle holds files, directories and links",
  },
  "entry-type-unknown": {
    refuses: "has a type that is not file, directory or link",
    source: "POSIX.1-2017 pax, ustar typeflag: values 'A' to 'Z' belong to vendors",
    legitimate: "volume labels, dump directories and contiguous files are for tapes",
  },
  "sparse-file": {
    refuses: "is a sparse file",
    source: "CVE-2025-58183: a map that makes terabytes of nothing; four formats of it exist",
    legitimate: "`tar` writes sparse files only with --sparse, and wheels have none",
  },
  "mode-setuid": {
    refuses: "has the setuid bit",
    source: "CWE-250; PEP 706 clears it",
    legitimate: "an interpreted program gets nothing from setuid",
  },
  "mode-setgid": {
    refuses: "is a file with the setgid bit",
    source: "CWE-250; PEP 706 clears it",
    legitimate: "only directories have it in good faith (group-shared build directories)",
  },
  "mode-sticky": {
    refuses: "is a file with the sticky bit",
    source: "POSIX.1-2017 chmod(): no meaning for files",
    legitimate: "only directories have it in good faith",
  },
  "size-without-content": {
    refuses: "is a directory, link or special file that claims to have content",
    source:
      "readers that skip it and readers that do not see different entries; malo dir_with_data",
    legitimate: "writers state size 0 for everything but files",
  },
} as const satisfies Record<string, Rule>;

export type RuleName = keyof typeof RULES;
