"""The deployment files name only settings, options and files that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cli_calls import Pincite
from places import ROOT

from bot.settings import Settings, load_settings

WEB = ROOT / "bot" / "web"
GUIDE = WEB / "README.md"
DEPLOYED = sorted((WEB / "deploy").iterdir())


@pytest.mark.parametrize("file", [GUIDE, *DEPLOYED], ids=lambda file: file.name)
def test_variables_are_settings(file: Path) -> None:
    named = set(re.findall(r"PINCITE_([A-Z_]+)", file.read_text())) - {"AUTH"}

    assert {name.lower() for name in named} <= set(Settings.model_fields)


def test_the_settings_of_the_guide_and_of_nginx_are_the_same_and_valid(tmp_path: Path) -> None:
    (shown,) = re.findall(r"```toml\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    nginx = (WEB / "deploy" / "nginx.conf").read_text()
    commented = "".join(re.findall(r"^#     (\w+ = .*\n)", nginx, re.MULTILINE))
    file = tmp_path / "pincite.toml"
    file.write_text(shown)

    assert commented == shown
    assert load_settings(file).allowed_hosts == ("docs.example.org",)
    assert load_settings(file).trusted_proxies == ("127.0.0.1",)


def test_options_are_those_of_the_command(pincite: Pincite) -> None:
    known = set(re.findall(r"--[a-z-]+", pincite("chat", "--help").out))
    known |= set(re.findall(r"--[a-z-]+", pincite("--help").out))
    lines = [line for file in (GUIDE, *DEPLOYED) for line in file.read_text().splitlines()]
    named = {
        option
        for line in lines
        if "pincite chat" in line
        for option in re.findall(r"--[a-z-]+", line.partition("pincite chat")[2])
    }

    assert named == {"--host", "--tls-cert", "--tls-key", "--quiet"}
    assert named <= known


def test_the_files_of_the_image_are_there_and_let_in() -> None:
    build = (WEB / "deploy" / "Dockerfile").read_text()
    let_in = (WEB / "deploy" / "Dockerfile.dockerignore").read_text().splitlines()
    copied = [
        name
        for names in re.findall(r"^COPY (?!--from)(.*) \S+$", build, re.MULTILINE)
        for name in names.split()
    ]

    assert sorted(copied) == ["LICENSE", "README.md", "bot", "constraints.txt", "pyproject.toml"]
    assert all((WEB.parents[1] / name).exists() for name in copied)
    assert sorted(name[1:] for name in let_in if name.startswith("!")) == sorted(copied)


def test_the_guide_is_short() -> None:
    lines = GUIDE.read_text().splitlines()

    assert len(lines) <= 150
    assert max(map(len, lines)) <= 100
