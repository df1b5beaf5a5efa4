"""Settings: which source wins, what each may be, and how a fault names its place."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

import bot
from bot.errors import SettingsError
from bot.settings import (
    ANSWERED_FROM,
    CAUTIOUS_RIGHT,
    CAUTIOUS_WRONG,
    CONFIG_NAME,
    UNANSWERED_BELOW,
    Settings,
    load_settings,
)

# Name: (default, smallest, largest); None where there is no bound.
NUMBERS: dict[str, tuple[float, float | None, float | None]] = {
    "batch_size": (32, 1, 1024),
    "passage_characters": (600, 100, 10_000),
    "max_file_megabytes": (64, 1, None),
    "workers": (1, 1, 256),
    "passages_shown": (5, 1, 100),
    "candidates": (100, 10, 1000),
    "dense_weight": (0.6, 0.0, 1.0),
    "exact_up_to": (50_000, 0, None),
    "recall": (0.99, 0.5, 1.0),
    "threshold": (UNANSWERED_BELOW, 0.0, 1.0),
    "sure_threshold": (ANSWERED_FROM, 0.0, 1.0),
    "max_question_characters": (2_000, 10, None),
    "generations_kept": (3, 1, 100),
    "port": (7860, 0, 65535),
}
OTHERS = {
    "corpus": Path("corpus"),
    "index": Path("index"),
    "model": "default",
    "device": "auto",
    "precision": "auto",
    "backend": "auto",
    "keep_boilerplate": False,
    "ocr": "",
    "cross_encoder": "default",
    "milvus_token": None,
    "collect_gaps": True,
    "host": "127.0.0.1",
    "allowed_hosts": (),
    "trusted_proxies": (),
    "root_path": "",
    "tls_cert": None,
    "tls_key": None,
    "users": None,
}


@pytest.fixture(autouse=True)
def bare_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory without pincite.toml, and no PINCITE_ variable."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.upper().startswith("PINCITE_")]:
        monkeypatch.delenv(name)
    return tmp_path


def refused(config: Path | None = None, **flags: object) -> str:
    """The message of the error that these settings give."""
    with pytest.raises(SettingsError) as caught:
        load_settings(config, **flags)
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_defaults_and_every_setting_is_described_and_tested() -> None:
    expected = {name: number for name, (number, _, _) in NUMBERS.items()} | OTHERS
    assert load_settings().model_dump() == expected
    assert all(field.description for field in Settings.model_fields.values())


def test_at_the_thresholds_two_verdicts_cost_a_reader_the_same() -> None:
    def under_caution(chance: float) -> float:
        return chance * CAUTIOUS_RIGHT + (1 - chance) * CAUTIOUS_WRONG

    # A right answer that is hidden costs 1, and so does a wrong one that is shown as right.
    below, above = UNANSWERED_BELOW, ANSWERED_FROM
    assert 0 < below < above < 1
    assert under_caution(below) == pytest.approx(below, abs=0.01)
    assert under_caution(above) == pytest.approx(1 - above, abs=0.01)


def test_a_flag_wins_over_the_environment_and_that_over_the_file(
    bare_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (bare_folder / CONFIG_NAME).write_text(
        'corpus = "from file"\nindex = "from file"\nmodel = "from file"\nthreshold = 0.25\n'
    )
    monkeypatch.setenv("PINCITE_INDEX", "from environment")
    monkeypatch.setenv("pincite_model", "from environment")
    settings = load_settings(model="from flag")
    assert settings.corpus == Path("from file")
    assert settings.index == Path("from environment")
    assert settings.model == "from flag"
    assert settings.threshold == 0.25
    assert settings.port == 7860

    # A flag that is None was not given.
    assert load_settings(model=None, index=None).model == "from environment"


def test_a_named_file_replaces_the_one_of_the_folder(bare_folder: Path) -> None:
    (bare_folder / CONFIG_NAME).write_text("threshold = 0.25\nport = 1\n")
    other = bare_folder / "other.toml"
    other.write_text("threshold = 0.75\n")
    assert load_settings().threshold == 0.25
    assert (load_settings(other).threshold, load_settings(other).port) == (0.75, 7860)
    # One call's file is not remembered by the next.
    assert load_settings().threshold == 0.25


def test_bot_open_takes_every_setting_by_its_name(bare_folder: Path) -> None:
    engine = bot.open("papers", "built", threshold=0.1, keep_boilerplate=True)
    assert engine.settings.corpus == Path("papers")
    assert engine.settings.index == Path("built")
    assert (engine.settings.threshold, engine.settings.keep_boilerplate) == (0.1, True)
    with pytest.raises(
        SettingsError, match=r"^settings: unknown setting 'treshold'\. Did you mean"
    ):
        bot.open(treshold=0.1)
    assert list(bare_folder.iterdir()) == []


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings().threshold = 0.9


@pytest.mark.parametrize("name", NUMBERS)
def test_bounds(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    default, smallest, largest = NUMBERS[name]
    step = 0.001 if isinstance(default, float) else 1
    for bound, beyond, words in (
        (smallest, -step, "should be greater than or equal to"),
        (largest, step, "should be less than or equal to"),
    ):
        if bound is None:
            continue
        allowed: dict[str, Any] = {name: bound}
        assert getattr(load_settings(**allowed), name) == bound
        forbidden: dict[str, Any] = {name: bound + beyond}
        message = refused(**forbidden)
        option = f"--{name}" if name in ("port", "workers") else name
        assert message == f"{option}: {words} {bound:g}, not {bound + beyond}."

        monkeypatch.setenv(f"PINCITE_{name.upper()}", str(bound + beyond))
        assert refused() == (f"PINCITE_{name.upper()}: {words} {bound:g}, not '{bound + beyond}'.")
        monkeypatch.delenv(f"PINCITE_{name.upper()}")


def test_a_fault_names_its_place(bare_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(port=70_000) == "--port: should be less than or equal to 65535, not 70000."
    assert refused(model="") == "--model: string should have at least 1 character, not ''."

    file = bare_folder / CONFIG_NAME
    file.write_text('precision = "double"\n')
    expected = "should be 'auto', 'float32' or 'bfloat16', not 'double'."
    assert refused() == f"pincite.toml: precision: {expected}"
    named = bare_folder / "named.toml"
    file.rename(named)
    assert refused(named) == f"{named}: precision: {expected}"

    monkeypatch.setenv("PINCITE_PRECISION", "half")
    assert refused() == (
        "PINCITE_PRECISION: should be 'auto', 'float32' or 'bfloat16', not 'half'."
    )
    # The environment wins over the file, and so is what has to be mended.
    assert refused(named).startswith("PINCITE_PRECISION: ")


def test_names_and_networks_come_as_a_list_or_separated_by_commas(
    bare_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (bare_folder / CONFIG_NAME).write_text(
        'allowed_hosts = ["docs.example.org", "fe80::1"]\nroot_path = "/a/b.c"\n'
    )
    monkeypatch.setenv("PINCITE_TRUSTED_PROXIES", "10.0.0.1, 2001:db8::/32,")

    settings = load_settings()

    assert settings.allowed_hosts == ("docs.example.org", "fe80::1")
    assert settings.trusted_proxies == ("10.0.0.1", "2001:db8::/32")
    assert settings.root_path == "/a/b.c"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        (name, value, f"{value!r} should be a name alone, as in 'docs.example.org'.")
        for name in ["allowed_hosts"]
        for value in ["https://docs.example.org", "docs.example.org:443", "*", "a b", "a/b", "-a"]
    ]
    + [
        (
            "root_path",
            value,
            f"{value!r} should begin with a slash and end without one, as in '/pincite'.",
        )
        for value in ["pincite", "/", "/pincite/", "//host", "/a/../b", "/a b", "/a?b", "/a%2fb"]
    ]
    + [
        (
            "trusted_proxies",
            "proxy.example.org",
            "'proxy.example.org' does not appear to be an IPv4 or IPv6 network; it should be an"
            " address or network, as in '10.0.0.1' or '10.0.0.0/8'.",
        ),
        (
            "trusted_proxies",
            "10.0.0.1/8",
            "10.0.0.1/8 has host bits set; it should be an address or network, as in '10.0.0.1' or"
            " '10.0.0.0/8'.",
        ),
    ],
)
def test_wrong_names_networks_and_paths_are_told(
    name: str, value: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"PINCITE_{name.upper()}", value)

    assert refused() == f"PINCITE_{name.upper()}: {message}"


def test_an_unknown_setting_lists_the_known_ones(bare_folder: Path) -> None:
    (bare_folder / CONFIG_NAME).write_text("treshold = 0.3\n")
    message = refused()
    assert message.startswith(
        "pincite.toml: unknown setting 'treshold'. Did you mean 'threshold'? "
    )
    assert message.removesuffix(".").split(": ")[-1].split(", ") == sorted({*NUMBERS, *OTHERS})


def test_a_file_that_cannot_be_used(bare_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = bare_folder / "missing.toml"
    assert (
        refused(missing)
        == f"--config {missing}: there is no such file. Name another, or leave --config out."
    )
    assert (
        refused(bare_folder)
        == f"--config {bare_folder}: there is no such file. Name another, or leave --config out."
    )

    broken = bare_folder / "broken.toml"
    broken.write_text("threshold = \n")
    message = refused(broken)
    assert message.startswith(f"{broken}: not valid TOML: Invalid value (at line 1, column 13")
    assert message.endswith(". Mend it or name another.")

    broken.write_bytes(b'model = "caf\xe9"\n')
    message = refused(broken)
    assert message.startswith(f"{broken}: not valid TOML: 'utf-8' codec can't decode byte 0xe9")

    def deny(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(broken))

    monkeypatch.setattr(Path, "open", deny)
    assert refused(broken) == f"{broken}: cannot be read: Permission denied. Check its permissions."
