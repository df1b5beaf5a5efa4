"""An isolated environment for a process: traffic off this machine is refused and recorded."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from cli_calls import environment
from places import ROOT

# Python runs a `sitecustomize` on its path before anything else, in every process that inherits
# PYTHONPATH. The hook sees all use of Python's own sockets. It does not see sockets that a library
# opens in C, C++ or Rust; the network namespace covers these.
_GUARD = """
import os
import socket
import sys

HOSTS = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
SENDING = {"socket.connect", "socket.sendto", "socket.sendmsg"}
PROGRAMS = {"subprocess.Popen", "os.posix_spawn", "os.exec", "os.system"}


def write(name, line):
    # One call for the whole line, for processes write side by side.
    file = os.open(os.path.join(FOLDER, name), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(file, f"{line}\\n".encode("utf-8", "replace"))
    os.close(file)


def is_near(host):
    host = host.decode() if isinstance(host, bytes) else host
    # Nothing and the wildcards are what a server listens at.
    return host in (None, "", "0.0.0.0", "::", "::1", "localhost") or host.startswith("127.")


def goes_out(event, arguments):
    if event in SENDING:
        connection, address = arguments
        is_internet = connection.family in (socket.AF_INET, socket.AF_INET6)
        return is_internet and address is not None and not is_near(address[0])
    if event == "socket.getnameinfo":
        return not is_near(arguments[0][0])
    return event in HOSTS and not is_near(arguments[0])


def watch(event, arguments):
    if event in PROGRAMS:
        write("programs", arguments[0])
    elif event.startswith("socket.") and goes_out(event, arguments):
        write("attempts", f"{event} {arguments[-1 if event in SENDING else 0]}")
        raise OSError(101, "Network is unreachable")


write("started", " ".join(sys.orig_argv))
sys.addaudithook(watch)
"""

# A network namespace has only a loopback device, which must be switched on.
_SWITCH_ON = """
import fcntl, os, socket, struct, sys
with socket.socket() as any_socket:
    fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", 1))
os.execv(sys.argv[1], sys.argv[1:])
"""

# Variables that stop libraries from sending telemetry, or that make them believe they run in CI.
_RESTRAINTS = """
    HF_HUB_OFFLINE TRANSFORMERS_OFFLINE GRADIO_ANALYTICS_ENABLED ORT_DISABLE_TELEMETRY DO_NOT_TRACK
    CI TF_BUILD GITHUB_ACTIONS GITLAB_CI JENKINS_URL TRAVIS CIRCLECI BUILDKITE TEAMCITY_VERSION
""".split()


@dataclass(frozen=True, slots=True)
class World:
    """An environment in which a process can reach only this machine; `folder` holds the records."""

    folder: Path
    is_namespace: bool

    @classmethod
    def made(cls, folder: Path) -> World:
        """Creates an environment, with a network namespace if the system lets an ordinary user have
        one.
        """
        folder.mkdir()
        guard = f"FOLDER = {str(folder)!r}\n{_GUARD}"
        (folder / "sitecustomize.py").write_text(guard, encoding="utf-8")
        world = cls(folder, is_namespace=True)
        try:
            tried = subprocess.run(
                world.command(shutil.which("true") or ""), capture_output=True, check=False
            )
        except OSError:  # no unshare command, or another operating system
            return cls(folder, is_namespace=False)
        return cls(folder, is_namespace=tried.returncode == 0)

    def command(self, *arguments: str) -> list[str]:
        """Returns the command that runs a program in this network."""
        if not self.is_namespace:
            return list(arguments)
        # Without the guard, which is for the program and not for this preparation.
        prepare = [sys.executable, "-I", "-c", _SWITCH_ON]
        return ["unshare", "--map-root-user", "--net", *prepare, *arguments]

    def environment(self) -> dict[str, str]:
        """Returns a user's environment in which only the product stops libraries from using the
        network.
        """
        guarded = environment(PYTHONPATH=os.pathsep.join((str(self.folder), str(ROOT))))
        for name in _RESTRAINTS:
            guarded.pop(name, None)
        return guarded

    def recorded(self, name: str) -> list[str]:
        """Returns lines of "attempts" to reach a network, of "programs" run, or of processes
        "started".
        """
        file = self.folder / name
        return file.read_text("utf-8").splitlines() if file.exists() else []

    def sent(self, process: int) -> int:
        """Returns the number of packets that any program tried to send in the network of a process.

        It counts packets without a route, and datagrams to a name server on this machine. IPv6 is
        left out, because a browser probes whether it is available.
        """
        lines = Path(f"/proc/{process}/net/snmp").read_text("utf-8").splitlines()
        counts = {}
        for names, values in zip(lines[::2], lines[1::2], strict=True):
            kind = names.split()[0]
            pairs = zip(names.split()[1:], values.split()[1:], strict=True)
            counts |= {f"{kind}{name}": int(value) for name, value in pairs}
        return counts["Ip:OutNoRoutes"] + counts["Udp:OutDatagrams"]
