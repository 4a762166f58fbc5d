export const CACHE =
  `trees/sha256/<hex>/ holds one unpacked layer: complete, synced and read-only, or
absent. It appears by one rename out of a work directory with a random name, so
that a kill at any moment leaves nothing half done that a later start could see.

Root: --cache, EDGEBOOT_CACHE, else the first that can be used of $CACHE_DIRECTORY
(systemd), $XDG_CACHE_HOME/edgeboot, ~/.cache/edgeboot, /var/cache/edgeboot, and
at last a private directory in $TMPDIR.

A running app holds a shared lock on a lease of each of its trees, through
descriptors from 40 on that survive exec. \`edgeboot cache gc\` needs the exclusive
one and never waits for it: what runs is kept, whoever collects, in whatever
container. Trees without a lease (brought by an image), and all trees where locks
do not work (some network file systems; others grant every lock to everybody, which
is tried out first), are kept, too: nobody can tell whether they are in use. Who
knows that nothing runs for longer says so with --unlocked-age.

  edgeboot cache gc                        all that no kept release needs
  edgeboot cache gc --keep 1               … of each app one release stays
  edgeboot cache gc --max-size 20GB        the least recently used above that
  edgeboot cache gc --max-age 30d          what was not used for that long
  edgeboot cache gc --keep 0 --max-size 0  all that is not in use or pinned
  edgeboot cache gc --unlocked-age 30d     also trees that nobody can tell about
  edgeboot cache gc --quarantine-age 30d   also what \`verify\` moved so long ago

Kept are pinned releases, what a channel stands for, and the last N of each app
(2). They go by age alone (pinned ones not at all), never for room. Last use is
recorded to the hour. With EDGEBOOT_CACHE_MAX_SIZE or EDGEBOOT_CACHE_MAX_AGE every
cold start collects; a warm start never does. A fetch that cannot fit collects what
nothing needs, and else ends with 74 before it downloads anything.

Of several starters of one layer one fetches it, the others wait (--lock-timeout).

Nothing is started from a place that another user could have prepared: the cache,
its trees and documents, and every directory and link above them must belong to
root, this user or --trusted-uids, and nobody else may write there (else 77).
Above the cache the sticky bit of /tmp is enough. Root's group is believed, and
one with the number of the owner or of this user (a user private group).

A warm start creates no file, hashes nothing and takes no lock that writes; it runs
from a read-only cache. It asks the registry what a channel or version stands for
(--refresh, --offline change that), and nothing at all for APP@sha256:<hex>. When
the registry does not answer, or says no (401, 403, 404), or what is new there cannot be
verified, unpacked or stored, or does not fit, the last release that started here is
started, with a warning: after at most 3 s of silence, 11 s for a layer's first byte.
--strict ends instead. The warning has a code in the JSON log, timings have it as
\`fallback\`, and metrics count it by reason beside the time of the last good answer.

A download that broke off, by a kill or by the network, is continued by the next
start where its origin still has the same content (a strong ETag; below
blobs/sha256/ the same length), and verified as a whole. File systems without locks
begin anew.

\`edgeboot verify\` compares every file with the record made when it was unpacked:
content, mode, link target, what is missing, what is extra. A damaged tree is moved
to v1/quarantine/ and the next start fetches it anew; while an app runs from it, it
stays, unless --force. Environments are compared with what they were made of, but for
bytecode, which Python writes and checks itself. A damaged one is moved away, too, and
the next start makes another; from under an app that runs in it, the next start does.
\`fetch\` notices directories that have lost names, \`run\` the top of site-packages.
What was only added stays where it is. \`cache list --quarantine\` shows what was
moved, and only \`cache gc --quarantine-age\` removes it: no limit counts it, no cold
start does. Trees without a record, as an image provides them, are listed as such.
Exit 65 where something is damaged.
`;

export const ROLLBACK =
  `What a channel or version has stood for on this machine, and how to go back:

  edgeboot history billing-api            releases, newest first; which are cached
  edgeboot rollback billing-api           start the one before from now on, at once
  edgeboot pin billing-api 1.4.2          start this one, whatever the registry says
  edgeboot pin billing-api                stay with the one that starts now
  edgeboot pin --remove billing-api       follow the registry again

A pin is kept in the cache, for one registry, app and channel. While it holds, \`run\`
asks the registry nothing and says so at -v only. \`rollback\` takes the newest earlier
release whose layers are all cached, and says which it passed over; a second
\`rollback\` goes one further. 20 releases are remembered.
`;
