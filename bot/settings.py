"""All settings in one frozen object. Flags override variables, which override pincite.toml."""

from __future__ import annotations

import os
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from .errors import SettingsError
from .types.network_names import HostNames, Networks, SubPath

DEFAULT_CORPUS = Path("corpus")

# Values of `model` and `cross_encoder` that are no folder or name: the packaged one, or none.
DEFAULT, NONE = "default", "none"

CONFIG_NAME = "pincite.toml"
ENVIRONMENT_PREFIX = "PINCITE_"

# What an outcome costs a reader. It costs 1 to show a wrong answer as right, or to hide a right
# one. A right answer under a caution has to be checked; a wrong one is read in vain.
CAUTIOUS_RIGHT, CAUTIOUS_WRONG = 0.2, 0.1

# The confidence at which two neighbouring verdicts cost the same.
UNANSWERED_BELOW = round(CAUTIOUS_WRONG / (1 - CAUTIOUS_RIGHT + CAUTIOUS_WRONG), 2)
ANSWERED_FROM = round((1 - CAUTIOUS_WRONG) / (1 - CAUTIOUS_WRONG + CAUTIOUS_RIGHT), 2)

# Settings that have an option of the same name on the command line.
OPTIONS = frozenset(
    {"corpus", "index", "model", "host", "port", "workers", "device", "tls_cert", "tls_key"}
)

# Environment variables for options that are not settings.
_OPTION_VARIABLES = frozenset({"PINCITE_AUTH"})


def index_beside(corpus: Path) -> Path:
    """The default folder for the index of a corpus: beside the corpus.

    It depends on the corpus and not on the working directory. So two corpora never share an index,
    and a corpus and its index can be moved together.
    """
    folder = corpus if corpus.name not in ("", "..") else corpus.resolve()
    is_default = folder.name in ("", DEFAULT_CORPUS.name)
    return folder.parent / ("index" if is_default else f"{folder.name}-index")


class Settings(BaseSettings):
    """Every setting, with its default, bounds and meaning."""

    model_config = SettingsConfigDict(
        env_prefix=ENVIRONMENT_PREFIX, frozen=True, extra="forbid", validate_default=True
    )

    corpus: Path = Field(DEFAULT_CORPUS, description="Folder of the source documents.")
    index: Path = Field(
        default_factory=lambda given: index_beside(given.get("corpus", DEFAULT_CORPUS)),
        description="Folder of the index, or an address in Milvus: "
        "'milvus+http://HOST:19530/NAME' or 'milvus+file:FILE.db'. By default beside the corpus: "
        "'index' for 'corpus', 'papers-index' for 'papers'.",
    )
    milvus_token: str | None = Field(
        None,
        min_length=1,
        repr=False,
        description="Login for a Milvus server: USER:PASSWORD.",
    )

    model: str = Field(
        DEFAULT,
        min_length=1,
        description="Embedding model: 'default' (the packaged all-MiniLM-L6-v2), a folder, or a "
        "Hugging Face name.",
    )
    device: str = Field(
        "auto",
        description="Where the model runs: 'auto', 'cpu', 'cuda', 'mps', or several graphics cards "
        "('cuda:0,cuda:1').",
    )
    precision: Literal["auto", "float32", "bfloat16"] = Field(
        "auto",
        description="Number format for embedding. 'auto' uses bfloat16 on graphics cards, on "
        "processors with AMX and in OpenVINO.",
    )
    backend: Literal["auto", "torch", "onnx", "onnx-int8", "openvino"] = Field(
        "auto",
        description="Library that embeds passages. 'openvino' needs pincite[openvino].",
    )
    workers: int = Field(
        1, ge=1, le=256, description="Processes on each device that embed passages."
    )
    batch_size: int = Field(32, ge=1, le=1024, description="Texts in one PyTorch batch.")

    passage_characters: int = Field(
        600, ge=100, le=10_000, description="Target length of a passage, in characters."
    )
    keep_boilerplate: bool = Field(
        False, description="Also answer from menus, teasers and other page furniture."
    )
    ocr: str = Field(
        "",
        pattern=r"^$|^[A-Za-z0-9_]{2,40}(\+[A-Za-z0-9_]{2,40}){0,9}$",
        description="Languages for reading scans and pictures with tesseract: 'eng', 'eng+rus'. "
        "Empty: no OCR. Needs pincite[ocr].",
    )
    max_file_megabytes: int = Field(64, ge=1, description="Larger files are skipped.")

    passages_shown: int = Field(
        5,
        ge=1,
        le=100,
        description="Maximum number of passages in an answer. `--k` gives an exact number.",
    )
    candidates: int = Field(100, ge=10, le=1000, description="Best passages kept from each search.")
    dense_weight: float = Field(
        0.6,
        ge=0.0,
        le=1.0,
        description="Weight of the cosine similarity in the score; BM25 has the rest.",
    )
    exact_up_to: int = Field(
        50_000,
        ge=0,
        description="Largest number of passages that is searched exactly. Larger indexes are "
        "searched approximately.",
    )
    recall: float = Field(
        0.99,
        ge=0.5,
        le=1.0,
        description="Share of the ten nearest passages that an approximate search has to find.",
    )
    cross_encoder: str = Field(
        DEFAULT,
        min_length=1,
        description="Reranks the first passages: 'default' (the packaged one, used only with the "
        "packaged model), 'none', a folder, or a Hugging Face name.",
    )
    threshold: float = Field(
        UNANSWERED_BELOW,
        ge=0.0,
        le=1.0,
        description="Below this confidence, the answer is 'The sources don't answer this.'",
    )
    sure_threshold: float = Field(
        ANSWERED_FROM,
        ge=0.0,
        le=1.0,
        description="From this confidence on, an answer is shown without a caution.",
    )
    max_question_characters: int = Field(2_000, ge=10, description="Longer questions are refused.")

    generations_kept: int = Field(
        3, ge=1, le=100, description="Generations kept on disk, with the one in use."
    )

    collect_gaps: bool = Field(
        True,
        description="Record unanswered questions and feedback from the chat in the index folder.",
    )

    host: str = Field("127.0.0.1", description="Address on which the chat listens.")
    port: int = Field(7860, ge=0, le=65535, description="Port of the chat; 0 picks a free one.")
    allowed_hosts: HostNames = Field(
        (), description="More host names that the chat accepts, such as 'docs.example.org'."
    )
    trusted_proxies: Networks = Field(
        (),
        description="Addresses or networks of proxies whose X-Forwarded headers are trusted.",
    )
    root_path: SubPath = Field(
        "", description="Path under which a proxy serves the chat, such as '/pincite'."
    )
    tls_cert: Path | None = Field(
        None, description="Certificate chain (PEM), to serve by TLS without a proxy."
    )
    tls_key: Path | None = Field(None, description="Private key (PEM) of the certificate.")
    users: Path | None = Field(
        None, description="File of users who may log in. Default: pincite.users, if present."
    )

    _config_file: ClassVar[Path | None] = None

    @property
    def names_corpus(self) -> bool:
        """Whether an option, a variable or a file sets the corpus."""
        return "corpus" in self.model_fields_set

    @property
    def names_index(self) -> bool:
        """Whether an option, a variable or a file sets the index."""
        return "index" in self.model_fields_set

    @property
    def notes(self) -> Path:
        """The folder on this machine for gaps and evaluations.

        This is the index folder or, for an index in Milvus, a folder in the working directory.
        """
        if not str(self.index).startswith("milvus+"):
            return self.index
        return Path(f"index-{self.index.stem}")

    @property
    def index_places(self) -> tuple[Path, ...]:
        """The files and folders on this machine that hold the index, gaps and evaluations."""
        file = str(self.index).partition("milvus+file:")[2]
        return (self.notes, Path(file)) if file else (self.notes,)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags, then environment, then the configuration file that `load_settings` chose."""
        toml = TomlConfigSettingsSource(settings_cls, cls._config_file)
        return init_settings, env_settings, toml


def load_settings(config: Path | None = None, **flags: Any) -> Settings:
    """Load settings from flags, environment and `config` (or ./pincite.toml if it exists).

    A flag that is None counts as not given. Raises SettingsError, which names the wrong option.
    """
    if config is None:
        config = Path(CONFIG_NAME) if Path(CONFIG_NAME).is_file() else None
    elif not config.is_file():
        raise SettingsError(
            f"--config {config}: there is no such file. Name another, or leave --config out."
        )
    given = {name: value for name, value in flags.items() if value is not None}
    _refuse_unknown_variables()

    class Chosen(Settings):
        _config_file = config

    try:
        return Chosen(**given)
    except ValidationError as error:
        raise SettingsError(_explain(error, config, given)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{config}: not valid TOML: {error}. Mend it or name another."
        ) from None
    except OSError as error:
        raise SettingsError(
            f"{config}: cannot be read: {error.strerror or error}. Check its permissions."
        ) from None


def _explain(error: ValidationError, config: Path | None, given: dict[str, Any]) -> str:
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return _unknown("settings" if name in given else str(config), name)
    origin = _origin(name, config, given)
    if first["type"] == "value_error":
        return f"{origin}: {first['ctx']['error']}."
    return f"{origin}: {first['msg'].lower().removeprefix('input ')}, not {first['input']!r}."


def _refuse_unknown_variables() -> None:
    """Raise SettingsError for a PINCITE_ variable that is not a setting."""
    for variable in sorted(os.environ):
        name = variable.upper()
        setting = name.removeprefix(ENVIRONMENT_PREFIX).lower()
        if setting == name.lower() or name in _OPTION_VARIABLES:
            continue
        if setting not in Settings.model_fields:
            raise SettingsError(_unknown(variable, setting))


def _unknown(where: str, name: str) -> str:
    known = sorted(Settings.model_fields)
    near = get_close_matches(name, known, n=1)
    meant = f" Did you mean '{near[0]}'?" if near else ""
    return f"{where}: unknown setting '{name}'.{meant} Known settings: {', '.join(known)}."


def _origin(name: str, config: Path | None, given: dict[str, Any]) -> str:
    """The option, variable or file that set a setting, as the user wrote it."""
    if name in given:
        return f"--{name.replace('_', '-')}" if name in OPTIONS else name
    variable = f"{ENVIRONMENT_PREFIX}{name}".upper()
    if variable in {known.upper() for known in os.environ}:
        return variable
    return f"{config}: {name}"
