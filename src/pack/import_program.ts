/**
 * Run as `python -I -c PROGRAM KIND NAME [ATTRIBUTE]` in the environment of an app: imports what an entry point
 * starts, and starts nothing. A module that is run with `-m` is imported, and where it is a package looked into.
 * What goes wrong is the last line of a traceback, as Python prints it.
 */
export const IMPORT_PROGRAM = `
import importlib, importlib.util, sys
kind, name = sys.argv[1:3]
attribute = sys.argv[3] if len(sys.argv) > 3 else ""
sys.argv = [name]
if kind == "script":
    with open(name, "rb") as file:
        compile(file.read(), name, "exec", dont_inherit=True)
elif kind == "console_script":
    from importlib import metadata
    found = metadata.entry_points()
    groups = found.select(name=name) if hasattr(found, "select") else [
        point for group in found.values() for point in group if point.name == name]
    for point in groups:
        if point.group in ("console_scripts", "gui_scripts"):
            point.load()
            break
else:
    module = importlib.import_module(name)
    for part in attribute.split(".") if attribute else []:
        module = getattr(module, part)
    if kind == "module" and hasattr(module, "__path__"):
        if importlib.util.find_spec(name + ".__main__") is None:
            raise ImportError("No module named %s.__main__" % name)
`;
