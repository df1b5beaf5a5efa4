"""Asks questions of a generation: the live one, or two that a gate compares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from ..embedding import SentenceTransformerEncoder
from ..errors import IndexMismatch, QuestionError
from ..reading.formats.approved import is_approved_questions
from ..retrieval.filtering import admitted
from ..retrieval.follow_ups import depends_on_context
from ..settings import Settings
from ..store import GenerationReader, IndexLayout, Stamp
from ..types import Answer, AppliedFilter, CopyingEncoder, Encoder, Found, Order, SourceFilter, Turn

if TYPE_CHECKING:
    from ..answering.compose import Composed

MAX_PASSAGES = 1_000

# Asks a question after earlier turns, for a number of passages.
Ask: TypeAlias = Callable[[str, Sequence[Turn], int], Answer]

# Judges a new generation. It receives a function that asks the live generation (None if there is
# none) and one that asks the new generation. It raises an error to reject the new generation;
# otherwise it returns remarks for the report.
Gate: TypeAlias = Callable[[Ask | None, Ask], tuple[str, ...]]


class Asker:
    """The configured models, and the limits that the settings put on questions."""

    def __init__(self, settings: Settings, encoder: Encoder | None) -> None:
        self.settings = settings
        self.encoder: Encoder = encoder or self._model(settings.model)

    def checked(self, question: str, k: int | None) -> str:
        """Returns the cleaned question; raises QuestionError for an invalid one."""
        question = question.strip()
        limit = self.settings.max_question_characters
        if not question:
            raise QuestionError("the question is empty. Ask in a few words or a sentence.")
        if len(question) > limit:
            raise QuestionError(
                f"the question has {len(question):,} characters; the limit is {limit:,}. "
                "Ask a shorter one, or raise max_question_characters."
            )
        if k is not None and not 1 <= k <= MAX_PASSAGES:
            raise QuestionError(f"k is {k}; it must be from 1 to {MAX_PASSAGES:,}.")
        return question.encode("utf-8", "replace").decode()

    def ask(
        self,
        generation: GenerationReader,
        question: str,
        history: Sequence[Turn],
        k: int | None,
        only: SourceFilter | None = None,
    ) -> Answer:
        """Answers a checked question from a generation that this encoder can search.

        Raises FilterError if `only` cannot be applied.
        """
        searched, applied = self.narrowed(generation, only)
        return self._ask(searched, self.encoder, question, history, k, applied)

    def find(
        self,
        generation: GenerationReader,
        question: str,
        history: Sequence[Turn],
        only: SourceFilter | None,
        order: Order,
    ) -> Found:
        """Returns all matching passages of a generation for a checked question, by source.

        Raises FilterError if `only` cannot be applied.
        """
        from ..answering.finding import find

        searched, applied = self.narrowed(generation, only)
        return find(self._composed(searched, self.encoder, question, history, None, applied), order)

    def narrowed(
        self, generation: GenerationReader, only: SourceFilter | None
    ) -> tuple[GenerationReader, AppliedFilter | None]:
        """Returns the generation restricted to some sources, and the filter; raises FilterError."""
        if not only:
            return generation, None
        found = admitted(only, generation.infos.values())
        return generation.narrowed(found.ids | _leading(generation)), found.applied

    def warm_up(self) -> None:
        """Loads the model and the answering code; raises EncoderError."""
        from ..answering import compose, second_look  # noqa: F401

        self.encoder.encode_questions(["warm up"])
        second_look.load(self.settings, self.encoder)

    def keep_copy(self, *, anew: bool = False) -> tuple[str, ...]:
        """Keeps a copy of the model that encodes questions faster; returns remarks on failure."""
        if isinstance(self.encoder, CopyingEncoder):
            try:
                self.encoder.keep_copy(anew=anew)
            except OSError as error:
                return (f"no copy of the model was kept: {error.strerror or error}",)
        return ()

    def copy_fault(self, fingerprint: str) -> str | None:
        """Returns why questions are encoded without a copy of this model; None if there is one."""
        if isinstance(self.encoder, CopyingEncoder):
            return self.encoder.copy_fault(fingerprint)
        return None

    def run_gate(
        self, gate: Gate, live: GenerationReader | None, new: GenerationReader
    ) -> tuple[str, ...]:
        """Returns a gate's remarks on a new generation compared with the live one.

        Raises IndexMismatch if the live generation cannot be searched, and passes on the gate's
        errors.
        """
        asking_new = self._asking(new, self.encoder)
        if live is None:
            return gate(None, asking_new)
        return gate(self._asking(live, self._encoder_of(live.manifest.stamp)), asking_new)

    def _ask(
        self,
        generation: GenerationReader,
        encoder: Encoder,
        question: str,
        history: Sequence[Turn],
        k: int | None,
        applied: AppliedFilter | None = None,
    ) -> Answer:
        from ..answering import several

        def ask_one(text: str, turns: Sequence[Turn]) -> Answer:
            return self._composed(generation, encoder, text, turns, k, applied).answer

        found = several.answer_by_parts(question, history, ask_one)
        return replace(found, filter=applied) if found.parts else found

    def _composed(
        self,
        generation: GenerationReader,
        encoder: Encoder,
        question: str,
        history: Sequence[Turn],
        k: int | None,
        applied: AppliedFilter | None,
    ) -> Composed:
        from ..answering import notices
        from ..answering.compose import compose_answer
        from ..answering.confidence import LIKELY
        from ..answering.second_look import second_look

        second = second_look(self.settings, encoder)
        found = compose_answer(generation, encoder, self.settings, question, history, k, second)
        is_likely = found.answer.answered and found.answer.confidence >= LIKELY
        if found.answer.context and not (is_likely or depends_on_context(question)):
            # The earlier question did not help.
            found = compose_answer(generation, encoder, self.settings, question, (), k, second)
        answer = replace(found.answer, filter=_together(applied, found.answer.filter))
        if not (answer.answered or answer.reply):
            answer = notices.explained(answer, generation)
        return replace(found, answer=answer)

    def _asking(self, generation: GenerationReader, encoder: Encoder) -> Ask:
        def ask(question: str, history: Sequence[Turn], k: int) -> Answer:
            return self._ask(generation, encoder, self.checked(question, k), history, k)

        return ask

    def _encoder_of(self, stamp: Stamp) -> Encoder:
        """Returns the encoder that built a generation, which may differ from the configured one."""
        if stamp.encoder == self.encoder.fingerprint:
            return self.encoder
        other = self._model(stamp.model)
        if stamp.encoder != other.fingerprint:
            raise IndexMismatch(
                f"the index in use was built with another model '{stamp.model}' than the one that "
                "now has this name, so no question can be asked of it. It is unchanged; to "
                "replace it unasked, run: pincite index --rebuild"
            )
        return other

    def _model(self, name: str) -> Encoder:
        return SentenceTransformerEncoder(
            name,
            device=self.settings.device,
            precision=self.settings.precision,
            batch_size=self.settings.batch_size,
            copies=IndexLayout(self.settings.notes).copies,
            backend=self.settings.backend,
            workers=self.settings.workers,
        )


def _together(
    applied: AppliedFilter | None, documents: AppliedFilter | None
) -> AppliedFilter | None:
    """Combines a filter with the documents that a question named among the admitted sources."""
    if applied is None or documents is None:
        return applied or documents
    only = replace(applied.only, sources=documents.only.sources)
    return replace(applied, only=only, admitted=documents.admitted, named=documents.named)


def _leading(generation: GenerationReader) -> frozenset[str]:
    """Returns the ids of approved-question files, which point to passages of other sources."""
    infos = generation.infos.values()
    return frozenset(info.id for info in infos if is_approved_questions(info.path))
