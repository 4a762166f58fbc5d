"""Lets `pip download` hand out sdists without running anything of them.

pip asks a package's build backend for metadata before it keeps an sdist. Found on PYTHONPATH, this
answers in place of the backends: with the PKG-INFO that every sdist carries.
"""
import importlib.abc
import importlib.machinery
import os
import re
import sys

BACKENDS = (
    "flit_core.buildapi", "hatchling.build", "maturin", "mesonpy", "pdm.backend",
    "poetry.core.masonry.api", "scikit_build_core.build", "setuptools.build_meta",
)


def prepare_metadata_for_build_wheel(directory, config_settings=None):
    with open("PKG-INFO", encoding="utf-8") as source:
        text = source.read()

    def field(key):
        value = re.search(rf"(?m)^{key}: *(.+)$", text)[1]
        return re.sub(r"[^\w.+!]+", "_", value)

    name = f"{field('Name')}-{field('Version')}.dist-info"
    os.mkdir(os.path.join(directory, name))
    with open(os.path.join(directory, name, "METADATA"), "w", encoding="utf-8") as target:
        target.write(text)
    return name


class Backends(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        if any(backend == name or backend.startswith(name + ".") for backend in BACKENDS):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def exec_module(self, module):
        module.prepare_metadata_for_build_wheel = prepare_metadata_for_build_wheel
        module.__legacy__ = module


# pip itself, `python -m pip`, keeps its own modules; what it starts are the hooks.
if "pip" not in sys.orig_argv[:4]:
    sys.meta_path.insert(0, Backends())
