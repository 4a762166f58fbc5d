export const PACK = `\`edgeboot pack\` makes a release and its layers of what a Python project has
already, into a directory that is a registry:

  edgeboot pack --app shop --version 2 --project . --lock uv.lock -o reg
  edgeboot run --registry $PWD/reg shop
  edgeboot publish reg --to /srv/registry --channel stable

The code is a project that is built as a wheel (--project), or a directory as
it is (--source). Left out of a directory is what .gitignore says, from the top
of the repository down, then what .edgebootignore says in the same form; and
always, unless .edgebootignore takes it back with \`!name\`: versions (.git),
virtual environments, __pycache__, caches of tools, node_modules. Empty
directories are left out. What looks like a secret (.env, private keys,
.netrc, .pypirc, credentials.json) is refused; --allow-file PATH packs it.

Dependencies come from a lock (--lock), from --requirements, from the wheels of
a directory, or from an environment. By default each wheel is a layer of its
own, the file as the index serves it: an upgrade costs every machine that one
wheel, and apps share what they have in common. With --layers one they are
installed into one layer, which is looked up by the digests of its wheels and
built where nobody has before.

The default entry point is --entry, else the project's only script, else the
only package with a __main__.py. The project's scripts are entry points too.
Arguments behind it are always passed: --entry "uvicorn shop.asgi:app".

The same input gives the same bytes on any machine: names are sorted, owners,
modes and times are fixed. Files of the app have the time of SOURCE_DATE_EPOCH,
else of the commit, else 1980-01-01; dependencies always the last.

Layers bring no bytecode: it depends on the very Python that compiles it, so
another machine would pack other bytes, and it makes layers half as large
again (Django and pandas: 26 MB to 39 MB). \`edgeboot fetch\` compiles where the
app runs; without it the first start does, once.

What is recorded: tags, from the wheels; the oldest glibc and the system
libraries that the modules need, from their ELF files; licences, the commit,
sizes, and a bill of materials (CycloneDX) among the blobs. \`edgeboot inspect\`
shows it.

Before the release gets its name, its environment is composed and each entry
point imported, with each Python of the targets that is here and fits.
--no-check leaves that out; --check fails where there is no such Python. A
module that needs its surroundings to be imported is packed with --no-check.
`;
