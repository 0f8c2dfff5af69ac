"""Hooks into the shell: completion, and cells without a body. What they call is imported at first use."""

from __future__ import annotations

from typing import Any

OURS = ("%%generate", "%generor")


def install(shell: Any) -> None:
    """Add our matcher and our input transformation, once."""
    uninstall(shell)
    shell.input_transformers_cleanup.insert(0, allow_empty_body)
    completer = getattr(shell, "Completer", None)
    try:
        from IPython.core.completer import context_matcher
    except ImportError:
        _install_hook(shell)
        return
    if completer is not None:
        completer.custom_matchers.append(context_matcher(identifier="generor_nb", priority=1000)(_matcher))


def allow_empty_body(lines: list[str]) -> list[str]:
    """IPython refuses a cell magic without a body; some generators need no prompt."""
    filled = [line for line in lines if line.strip()]
    if len(filled) == 1 and filled[0].startswith("%%generate"):
        return [filled[0], "\n"]
    return lines


# IPython asks unfinished-looking cells for more lines, and must do so without this one.
allow_empty_body.has_side_effects = True  # type: ignore[attr-defined]


def uninstall(shell: Any) -> None:
    """Take both away again."""
    transformers = shell.input_transformers_cleanup
    transformers[:] = [t for t in transformers if getattr(t, "__module__", "") != __name__]
    completer = getattr(shell, "Completer", None)
    matchers = getattr(completer, "custom_matchers", [])
    matchers[:] = [m for m in matchers if getattr(m, "matcher_identifier", "") != "generor_nb"]


def _matcher(context: Any) -> Any:
    typed = context.text_until_cursor
    if not typed.lstrip().startswith(OURS):
        return {"completions": [], "suppress": False}
    from IPython.core.completer import SimpleCompletion

    from .completion import complete_live

    fragment, found = complete_live(typed)
    return {
        "completions": [SimpleCompletion(text=c.text, type=c.label) for c in found],
        "suppress": True,
        "matched_fragment": fragment,
        "ordered": True,
    }


def _install_hook(shell: Any) -> None:
    """IPython before 8.6 knows only command hooks."""

    def complete(_: Any, event: Any) -> list[str]:
        from .completion import complete_live

        fragment, found = complete_live(event.line[: len(event.text_until_cursor)])
        cut = len(fragment) - len(event.symbol)
        return [c.text[cut:] if cut > 0 else c.text for c in found]

    for name in OURS:
        shell.set_hook("complete_command", complete, str_key=name)
