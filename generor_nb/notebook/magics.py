"""The two magics, and the settings ``%config GenerorMagics`` knows."""

from __future__ import annotations

from typing import Any

from IPython.core.magic import Magics, cell_magic, line_magic, magics_class, no_var_expand
from traitlets import Any as AnyTrait
from traitlets import TraitError, validate

SETTINGS = {
    "provider": "Where to generate: generor, gptimage2, images-create, grok-imagine or studio.",
    "base_url": "Generor's base address.",
    "gptimage2_base_url": "The base address of gptimage2.",
    "images_create_base_url": "The base address of images-create, which has none of its own.",
    "grok_imagine_base_url": "The base address of grok-imagine.",
    "max_credits": "Credits at most per day.",
    "session_credits": "Credits at most per session, on a real account.",
    "confirm_first": "Ask before the first paid call of a session on a real account: on or off.",
    "confirm_above": "Ask before any call above this many credits on a real account.",
    "out": "Folder for the readable copies of results.",
    "progress": "Live progress in cells: on or off.",
    "language": "en or ko; the locale's otherwise.",
    "home": "Folder of the journal and the originals.",
}


@magics_class
class GenerorMagics(Magics):
    """generor_nb's magics. Each setting is unset (None) until configured."""

    provider = AnyTrait(None, allow_none=True, help=SETTINGS["provider"]).tag(config=True)
    base_url = AnyTrait(None, allow_none=True, help=SETTINGS["base_url"]).tag(config=True)
    gptimage2_base_url = AnyTrait(None, allow_none=True, help=SETTINGS["gptimage2_base_url"]).tag(config=True)
    images_create_base_url = AnyTrait(None, allow_none=True, help=SETTINGS["images_create_base_url"]).tag(
        config=True
    )
    grok_imagine_base_url = AnyTrait(None, allow_none=True, help=SETTINGS["grok_imagine_base_url"]).tag(
        config=True
    )
    max_credits = AnyTrait(None, allow_none=True, help=SETTINGS["max_credits"]).tag(config=True)
    session_credits = AnyTrait(None, allow_none=True, help=SETTINGS["session_credits"]).tag(config=True)
    confirm_first = AnyTrait(None, allow_none=True, help=SETTINGS["confirm_first"]).tag(config=True)
    confirm_above = AnyTrait(None, allow_none=True, help=SETTINGS["confirm_above"]).tag(config=True)
    out = AnyTrait(None, allow_none=True, help=SETTINGS["out"]).tag(config=True)
    progress = AnyTrait(None, allow_none=True, help=SETTINGS["progress"]).tag(config=True)
    language = AnyTrait(None, allow_none=True, help=SETTINGS["language"]).tag(config=True)
    home = AnyTrait(None, allow_none=True, help=SETTINGS["home"]).tag(config=True)

    @validate(*SETTINGS)
    def _check(self, proposal: Any) -> Any:
        from ..base.settings import SETTINGS as KNOWN

        if proposal["value"] is not None:
            try:
                KNOWN[proposal["trait"].name].parse(proposal["value"])
            except (TypeError, ValueError) as error:
                raise TraitError(f"{proposal['trait'].name}: use {error}") from None
        return proposal["value"]

    @no_var_expand
    @cell_magic
    def generate(self, line: str, cell: str) -> None:
        """Make something with a generator; the prompt is the cell body."""
        from .cell import run

        run(self.shell, line, cell)

    @no_var_expand
    @line_magic
    def generor(self, line: str) -> Any:
        """Look around; nothing here costs anything."""
        from .commands import run

        return run(line)


def _cell_help() -> str:
    from ..base.settings import speak
    from .options import help_text

    speak()
    return help_text()


def _line_help() -> str:
    from .commands import help_text

    return help_text()


# IPython asks these for %%generate? and Shift+Tab; the language may have changed since the import.
vars(GenerorMagics.generate)["getdoc"] = _cell_help
vars(GenerorMagics.generor)["getdoc"] = _line_help
