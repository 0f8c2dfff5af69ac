"""The two magics, and the settings ``%config GenerorMagics`` knows."""

from __future__ import annotations

from typing import Any

from IPython.core.magic import Magics, cell_magic, line_magic, magics_class, no_var_expand
from traitlets import Any as AnyTrait
from traitlets import TraitError


class Setting(AnyTrait):
    """A setting that is None until somebody configures it; ``%config`` shows what it is for."""

    def __init__(self) -> None:
        super().__init__(None, allow_none=True)
        self.tag(config=True)

    @property
    def help(self) -> str:
        """Read when it is shown, since the language may have changed."""
        if not self.name:
            return ""
        from ..base.messages import say
        from ..base.settings import speak

        speak()
        return say(f"setting.is.{self.name}")

    @help.setter
    def help(self, _: str) -> None:
        """traitlets sets it to nothing at first."""

    def validate(self, obj: Any, value: Any) -> Any:
        """``value``, if the setting can be read from it.

        Raises:
            TraitError: it cannot; says what can.
        """
        from ..base.messages import say
        from ..base.settings import SETTINGS, speak

        speak()
        try:
            SETTINGS[str(self.name)].parse(value)
        except ValueError as error:
            bad = say("setting.bad", name=self.name, value=value, source="%config")
            raise TraitError(f"{bad}\n{say('setting.bad.hint', right=error)}") from None
        return value


@magics_class
class GenerorMagics(Magics):
    """generor_nb's magics and their settings."""

    provider = Setting()
    base_url = Setting()
    gptimage2_base_url = Setting()
    images_create_base_url = Setting()
    grok_imagine_base_url = Setting()
    max_credits = Setting()
    session_credits = Setting()
    confirm_first = Setting()
    confirm_above = Setting()
    out = Setting()
    progress = Setting()
    language = Setting()
    home = Setting()

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
