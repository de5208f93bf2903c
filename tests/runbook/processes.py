"""What runs below a home: servers that its saltcloud started."""
import pathlib


def running(home, name):
    """The processes of this name that are this home's or their descendants: what a sandbox runs knows nothing of us."""
    ours = {int(pid) for pid, _ in home.processes()}
    names, children = {}, {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            names[int(entry.name)] = stat[stat.index("(") + 1:stat.rindex(")")]
            children.setdefault(int(stat.rpartition(")")[2].split()[1]), []).append(int(entry.name))
    waiting = list(ours)
    while waiting:
        below = [pid for pid in children.get(waiting.pop(), []) if pid not in ours]
        ours.update(below)
        waiting += below
    return sorted(pid for pid in ours if names.get(pid) == name)


def database_folder(home):
    """PostgreSQL's data, of the one that runs."""
    folders = [path.parent.parent for path in (home.path / "cloud").rglob("global/pg_control")]
    return next(folder for folder in folders if (folder / "postmaster.pid").exists())
