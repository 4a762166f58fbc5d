export const DOCTOR =
  `Each line is ok, a warning or a problem; what is not ok says what to do. Nothing is
changed: only probe files (.edgeboot-doctor-…) are written, in the cache and in
/tmp, and removed at once. It works without registry, cache or Python, and with a
broken configuration.

  edgeboot  version; whether the kernel lets it exec
  settings  every value and where it came from, secrets hidden; unknown variables
  cache     place and why, owner, file system, locks, room, content, leftovers
  registry  name, connection, TLS, answer, access; through the proxy if one is set
  machine   clock (beside the registry's), system, user, container or systemd, /tmp
  python    every interpreter that a start would consider, in its order
  app       release, variant, layers, room, entry points, and libraries

The registry is asked for apps/edgeboot-doctor/none.json, which none has.

With APP each ELF file of its cached layers is loaded on paper as ld.so(8) would
(DT_RPATH, LD_LIBRARY_PATH, DT_RUNPATH, ld.so.cache, default directories, $ORIGIN;
musl's way on musl): missing libraries with the files that need them and Debian's
package, symbol versions such as GLIBC_2.38 that the system lacks, files for another
machine. What an extension module lacks is a problem, as its import fails; what only
plugins and programs lack, which are opened by their path, is a warning. --fetch
fetches the app first; without it nothing is fetched.

Exit code: 0 without a problem, else that of the first problem, as a start would end:
65, 69, 73, 74, 77, 78, 126, 127 (\`edgeboot help exit-codes\`). Warnings do not count.

--json prints the same for machines, as \`edgeboot schema doctor\` says.
`;
