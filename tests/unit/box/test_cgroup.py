"""In: what /proc says of control groups and mounts; out: the folder of our own group in each hierarchy."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.box.cgroup import Fence, own_groups
from grader.model import Limits


def test_version_1_has_a_folder_for_each_controller() -> None:
    """Controllers that are mounted together share one; named hierarchies have none."""
    groups = "8:pids:/\n4:memory,hugetlb:/user/one\n9:name=systemd:/\n0::/\n"
    mounts = (
        "41 40 0:30 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory,hugetlb\n"
        "42 40 0:31 / /sys/fs/cgroup/pids rw,relatime shared:9 - cgroup cgroup rw,pids\n"
    )

    found = own_groups(groups, mounts)

    assert found["memory"] == Path("/sys/fs/cgroup/memory/user/one")
    assert found["pids"] == Path("/sys/fs/cgroup/pids")
    assert "" not in found


def test_version_2_has_one_folder() -> None:
    """It stands under the empty name."""
    groups = "0::/user.slice/app.scope\n"
    mounts = "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n"

    assert own_groups(groups, mounts) == {"": Path("/sys/fs/cgroup/user.slice/app.scope")}


def test_a_container_sees_its_own_part_of_a_hierarchy() -> None:
    """What is mounted may be an inner group: the path in /proc/self/cgroup then begins with it."""
    groups = "4:memory:/docker/abc/inner\n"
    mounts = "41 40 0:30 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n"

    assert own_groups(groups, mounts) == {"memory": Path("/sys/fs/cgroup/memory/inner")}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {"memory.max": "max", "memory.swap.max": "max", "pids.max": "max", "cgroup.procs": ""},
            {"memory.max": "1000", "memory.swap.max": "0", "pids.max": "1034", "cgroup.procs": "7"},
        ),
        (
            {"memory.limit_in_bytes": "", "memory.memsw.limit_in_bytes": "", "pids.max": "", "cgroup.procs": ""},
            {
                "memory.limit_in_bytes": "1000",
                "memory.memsw.limit_in_bytes": "1000",
                "pids.max": "1034",
                "cgroup.procs": "7",
            },
        ),
    ],
    ids=["version 2", "version 1"],
)
def test_limits_are_written_where_each_version_reads_them(
    tmp_path: Path, files: dict[str, str], expected: dict[str, str]
) -> None:
    """Memory with swap, and tasks; a process is moved in by its number. The folder here is only like a group's."""
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    fence = Fence(tmp_path, tmp_path)

    fence.bound(Limits(memory=1000, tasks=10))
    fence.add(7)

    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == expected


@pytest.mark.parametrize("name", ["memory.events", "memory.oom_control"])
def test_kills_are_counted_where_each_version_counts_them(tmp_path: Path, name: str) -> None:
    """Other counts in the same file are not taken for it."""
    (tmp_path / name).write_text("oom_kill_disable 0\nunder_oom 0\noom 9\noom_kill 3\noom_group_kill 5\n")

    assert Fence(tmp_path, tmp_path).killed() == 3
