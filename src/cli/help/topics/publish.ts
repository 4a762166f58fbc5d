export const PUBLISH =
  `From a directory that is laid out as a registry (\`edgeboot pack\` makes one) a release
goes into another one: a directory, or a server that takes PUT.

  edgeboot publish dist --to /srv/registry --channel beta
  edgeboot promote billing-api@1.4.2 --channel stable --to /srv/registry
  edgeboot promote billing-api@1.4.1 --channel stable --to /srv/registry
  edgeboot releases billing-api --registry /srv/registry
  edgeboot diff billing-api@1.4.1 @1.4.2 --registry /srv/registry
  edgeboot registry gc --keep 10 --to /srv/registry

Layers go first, then the version, then the channel, then the index. Each is there
as a whole or not at all, and names only what is there already: wherever a
publisher ends, readers see a sound registry, and the same command once more goes
on. Layers that are there are skipped; each is hashed while it is sent, and its
last bytes go only when its digest is right. Layers with a url are copied, and
their url is taken out of the document, unless --keep-urls leaves them there.

A version never changes: the same content again is no error, other content is
refused (65) with the places that differ. A channel is moved by compare-and-swap,
with a sequence that only grows; --expect refuses (65) where it stands for
something else by now. An earlier release is promoted like any other: that is a
rollback for everybody who follows the channel. Who publishes at the same time
loses nothing of what others add.

apps/<app>/<channel>.json is then a channel document, and apps/<app>/index.json
lists versions and channels (\`edgeboot schema channel\`, \`edgeboot schema index\`).
Starts remember the sequence that they have seen: an older document, from a mirror
that lags behind or a registry that was put back, does not bring an old release
back. The last one that started goes on, with a warning (CHANNEL_OUTDATED; with
--strict it ends with 65). Where a person writes the release itself in that place,
that holds, too.

Credentials are those of readers: EDGEBOOT_TOKEN, EDGEBOOT_TOKEN_FILE, or user and
password in the URL. They go to --to alone, and no message shows them. In a GitHub
workflow release=, digest= and version= are appended to $GITHUB_OUTPUT.

A directory is written with the modes 644 and 755, group-writable where the umask
says so. Locks (.lock) keep writers of one app and collectors apart; the kernel
gives them back when a process dies. On a file system without locks two who write
one channel at the same instant may overwrite one another.

A server has to answer GET, HEAD and PUT. Whether it looks at If-Match and
If-None-Match is tried out with the release that was just sent; where it does not,
as nginx, what was written is read back after a moment, and all who were too slow
begin anew: overwriting is then unlikely, and not out of the question. For nginx:

  location /registry/ {
    root /srv; dav_methods PUT; create_full_put_path on;
    client_max_body_size 0;
    limit_except GET { auth_basic publish; auth_basic_user_file users; }
  }

\`edgeboot registry gc\` removes versions that no channel stands for, that are not
among the N newest of their app, and that are older than --min-age (24h); then the
layers and releases that none of what stays names, of whichever app. What a
publisher has counted on is young again. With a document that cannot be read
nothing is removed. A plain server does not say what it has: collect where the
files are.
`;
