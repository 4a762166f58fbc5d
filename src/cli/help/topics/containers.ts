/** `edgeboot help containers`. */
export const CONTAINERS =
  `edgeboot is the ENTRYPOINT of one base image for all apps; what it fetches is in a
volume. Python replaces it, so that the app is PID 1 and gets the signals.

  edgeboot init docker > Dockerfile             Debian 12, Python 3.11, edgeboot
  edgeboot init docker --python 3.11,3.12       several Pythons; a release says which
  edgeboot init kubernetes APP > app.yaml       app, prefetcher, collector, cache

  docker run IMAGE APP[@REF] ARGS…              the first argument is the app
  docker run -e EDGEBOOT_APP=APP IMAGE ARGS…    all arguments are the app's
  ENTRYPOINT ["/usr/local/bin/billing-api"]     a link to edgeboot: that app

It needs no capability, no new privileges, no passwd entry, no HOME, no /tmp
and no writable root; only a cold start needs a place to write, and that is the
cache:

  volume, hostPath, PVC, emptyDir  mount it at EDGEBOOT_CACHE; shared by
                                   as many containers as like, of one
                                   user (--trusted-uids names others)
  tmpfs, emptyDir in memory        the same; counts as memory of the
                                   container
  read-only volume                 for what was fetched before;
                                   EDGEBOOT_OFFLINE=yes
  the image itself                 USER 0
                                   RUN ["edgeboot", "fetch", "APP"]
                                   USER 10001
                                   root's trees start for every user
  none                             the image's own directory; it is gone
                                   with the container

Kubernetes gives an emptyDir the mode 0777, from which nothing is started (77)
unless EDGEBOOT_TRUSTED_UIDS=any says that only this pod can reach it. An fsGroup
with the number of the user is believed; set fsGroupChangePolicy: OnRootMismatch,
as the default makes every file of the cache writable each time a pod starts. A hostPath is made by the node for root alone (exit 73) and is not
allowed by Pod Security "restricted"; \`edgeboot init kubernetes --volume
node\` says what is. A cache that is mounted noexec starts apps without
extension modules only.

edgeboot writes nothing to /tmp while it has a cache; the app may want one.

SIGTERM while fetching ends edgeboot at once (143), and the next start
continues the download. Afterwards it is Python's: servers drain, and their
exit code is the container's.
`;
